/*===- valgrind-rounds.c - every entry of mnist.o on fresh memory ----------===*\
|*
|* Blocks come from the heap as they are, so valgrind knows that nobody has
|* written them. Ends with 1 if a call was refused.
|*
\*===----------------------------------------------------------------------===*/
#include "mnist.h"

#include "rounds.h"

enum { PIXELS = 784, CLASSES = 10, BATCH = 37 };

int main(void) {
  float *params = block(MNIST_PARAMS_BYTES, MNIST_ALIGN);
  float *grads = block(MNIST_PARAMS_BYTES, MNIST_ALIGN);
  void *state = block(MNIST_STATE_BYTES, MNIST_ALIGN);
  void *prepared = block(MNIST_PREPARED_BYTES, MNIST_ALIGN);
  float *pixels = malloc(sizeof(float) * PIXELS * BATCH);
  int32_t *labels = malloc(sizeof(int32_t) * BATCH);
  float *digit = malloc(sizeof(float) * CLASSES * BATCH);
  if (!pixels || !labels || !digit)
    abort();
  for (int i = 0; i < PIXELS * BATCH; ++i)
    pixels[i] = (float)(i % 251) / 251.0f;
  for (int i = 0; i < BATCH; ++i)
    labels[i] = i % CLASSES;

  mnist_inputs in;
  mnist_outputs out;
  mnist_targets targets;
  mnist_metrics metrics;
  in.pixels = pixels;
  out.digit = digit;
  targets.digit = labels;
  targets.digit_sample_weight = NULL;
  mnist_metrics_reset(&metrics);

  int failures = refused("init", mnist_init(params, state, 1));
  failures += refused("prepare", mnist_prepare(params, prepared));

  /* A new arena for each call: what one left behind must not help the next. */
  void *arena = block(MNIST_TRAIN_STEP_ARENA_BYTES, MNIST_ALIGN);
  failures += refused("train_step", mnist_train_step(params, state, &in, &targets, BATCH, &metrics, arena, NULL));
  free(arena);
  arena = block(MNIST_GRADIENTS_ARENA_BYTES, MNIST_ALIGN);
  failures += refused("gradients", mnist_gradients(params, state, &in, &targets, BATCH, 0, grads, &metrics, arena, NULL));
  free(arena);
  arena = block(MNIST_APPLY_GRADIENTS_ARENA_BYTES, MNIST_ALIGN);
  failures += refused("apply_gradients", mnist_apply_gradients(params, state, grads, arena, NULL));
  free(arena);
  arena = block(MNIST_EVALUATE_ARENA_BYTES, MNIST_ALIGN);
  failures += refused("evaluate", mnist_evaluate(params, &in, &targets, BATCH, &metrics, arena, NULL));
  free(arena);
  for (int pass = 0; pass < 2; ++pass) {
    arena = block(MNIST_PREDICT_ARENA_BYTES, MNIST_ALIGN);
    failures += refused("predict", mnist_predict(params, pass ? prepared : NULL, &in, &out, BATCH, arena, NULL));
    free(arena);
    /* Branches on every number, so that valgrind looks at each. */
    for (int i = 0; i < CLASSES * BATCH; ++i)
      failures += !(digit[i] >= 0.0f && digit[i] <= 1.0f);
  }
  failures += !(metrics.loss.sum > 0.0f) + (metrics.loss.count != 3 * BATCH);

  free(params);
  free(grads);
  free(state);
  free(prepared);
  free(pixels);
  free(labels);
  free(digit);
  return failures ? 1 : 0;
}
