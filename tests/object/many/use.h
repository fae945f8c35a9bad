/*===- use.h - calls of the model whose prefix is PREFIX --------------------===*\
|*
|* Included once by a file for each model, which defines PREFIX, UPPER, FEATURES
|* and ROWS. All three models have one input `x` and one output `y`.
|*
\*===----------------------------------------------------------------------===*/
#include "context.h"

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define OF(name) JOIN(PREFIX, name)
#define SIZE(name) JOIN(UPPER, name)
#define TEXT_(name) #name
#define TEXT(name) TEXT_(name)

union any_arena {
  char train_step[SIZE(TRAIN_STEP_ARENA_BYTES) + 1], gradients[SIZE(GRADIENTS_ARENA_BYTES) + 1],
      apply_gradients[SIZE(APPLY_GRADIENTS_ARENA_BYTES) + 1], evaluate[SIZE(EVALUATE_ARENA_BYTES) + 1],
      predict[SIZE(PREDICT_ARENA_BYTES) + 1];
};

static int predict(struct context *context) {
  OF(inputs) in;
  OF(outputs) out;
  in.x = context->x;
  out.y = context->out;
  return OF(predict)(context->params, NULL, &in, &out, BATCH, context->arena, NULL) != INGOT_OK;
}

static int round_of_all(struct context *context) {
  enum { STEPS = 3 };
  int refused = 0, step;
  OF(inputs) in;
  OF(targets) targets;
  OF(outputs) out;
  OF(metrics) *metrics = (void *)context->metrics;
  float rate = 0.0f;
  in.x = context->x;
  out.y = context->out;
  targets.y = context->labels;
  targets.y_sample_weight = NULL;
  OF(metrics_reset)(metrics);
  refused += OF(init)(context->params, context->state, 5) != INGOT_OK;
  for (step = 0; step < STEPS; ++step) {
    context->is_training = 1;
    refused += OF(train_step)(context->params, context->state, &in, &targets, BATCH, metrics, context->arena, NULL) != INGOT_OK;
    context->is_training = 0;
  }
  refused += OF(get_learning_rate)(context->state, &rate) != INGOT_OK;
  refused += OF(set_learning_rate)(context->state, rate * 0.5f) != INGOT_OK;
  refused += OF(gradients)(context->params, context->state, &in, &targets, BATCH, 0, context->grads, metrics,
                           context->arena, NULL) != INGOT_OK;
  refused += OF(apply_gradients)(context->params, context->state, context->grads, context->arena, NULL) != INGOT_OK;
  refused += OF(evaluate)(context->params, &in, &targets, BATCH, metrics, context->arena, NULL) != INGOT_OK;
  refused += OF(prepare)(context->params, context->prepared) != INGOT_OK;
  refused += OF(predict)(context->params, context->prepared, &in, &out, BATCH, context->arena, NULL) != INGOT_OK;
  return refused + predict(context);
}

const struct model JOIN(PREFIX, model_of_test) = {
    TEXT(PREFIX),      SIZE(PARAMS_BYTES), SIZE(STATE_BYTES), SIZE(PREPARED_BYTES), sizeof(union any_arena),
    SIZE(ALIGN), FEATURES,           ROWS,              round_of_all,         predict};
