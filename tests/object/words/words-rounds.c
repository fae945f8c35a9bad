/*===- words-rounds.c - every entry of words.o on fresh memory -------------===*\
|*
|* Blocks come from the heap as they are, so valgrind knows that nobody has
|* written them. Ends with 1 if a call was refused.
|*
\*===----------------------------------------------------------------------===*/
#include "words.h"

#include "../rounds.h"

enum { WORDS = 6, CLASSES = 4, BATCH = 7 };

int main(void) {
  float *params = block(WORDS_PARAMS_BYTES, WORDS_ALIGN);
  float *grads = block(WORDS_PARAMS_BYTES, WORDS_ALIGN);
  void *state = block(WORDS_STATE_BYTES, WORDS_ALIGN);
  int32_t left[BATCH * WORDS], right[BATCH * WORDS], labels[BATCH];
  float probabilities[BATCH * CLASSES];
  words_inputs in;
  words_outputs out;
  words_targets targets;
  words_metrics metrics;
  in.left = left;
  in.right = right;
  out.y = probabilities;
  targets.y = labels;
  targets.y_sample_weight = NULL;
  words_metrics_reset(&metrics);

  int failures = refused("init", words_init(params, state, 1));
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < BATCH * WORDS; ++i) {
      left[i] = (i * i + round) % 40;
      right[i] = (i + 7 * round) % 25;
    }
    for (int i = 0; i < BATCH; ++i)
      labels[i] = (i + round) % CLASSES;
    /* A new arena for each call: what one left behind must not help the next. */
    void *arena = block(WORDS_TRAIN_STEP_ARENA_BYTES, WORDS_ALIGN);
    failures += refused("train_step", words_train_step(params, state, &in, &targets, BATCH, &metrics, arena, NULL));
    free(arena);
    arena = block(WORDS_GRADIENTS_ARENA_BYTES, WORDS_ALIGN);
    failures += refused("gradients", words_gradients(params, state, &in, &targets, BATCH, 0, grads, &metrics, arena, NULL));
    free(arena);
    arena = block(WORDS_APPLY_GRADIENTS_ARENA_BYTES, WORDS_ALIGN);
    failures += refused("apply_gradients", words_apply_gradients(params, state, grads, arena, NULL));
    free(arena);
    arena = block(WORDS_PREDICT_ARENA_BYTES, WORDS_ALIGN);
    failures += refused("predict", words_predict(params, NULL, &in, &out, BATCH, arena, NULL));
    free(arena);
    /* Branches on every number, so that valgrind looks at each. */
    for (int i = 0; i < CLASSES * BATCH; ++i)
      failures += !(probabilities[i] >= 0.0f && probabilities[i] <= 1.0f);
  }
  failures += !(metrics.loss.sum > 0.0f) + (metrics.loss.count != 6 * BATCH);

  free(params);
  free(grads);
  free(state);
  return failures ? 1 : 0;
}
