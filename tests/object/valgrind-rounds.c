/*===- valgrind-rounds.c - every entry of mnist.o on fresh memory ----------===*\
|*
|* Blocks come from the heap as they are, so valgrind knows that nobody has
|* written them. Ends with 1 if a call was refused.
|*
\*===----------------------------------------------------------------------===*/
#include "mnist.h"

#include <stdio.h>
#include <stdlib.h>

enum { PIXELS = 784, CLASSES = 10, BATCH = 37 };

static void *block(size_t bytes) {
  void *memory = aligned_alloc(MNIST_ALIGN, (bytes + MNIST_ALIGN) / MNIST_ALIGN * MNIST_ALIGN);
  if (!memory)
    abort();
  return memory;
}

static int refused(const char *entry, int32_t status) {
  if (status != INGOT_OK)
    fprintf(stderr, "%s: status %d\n", entry, (int)status);
  return status != INGOT_OK;
}

int main(void) {
  float *params = block(MNIST_PARAMS_BYTES);
  float *grads = block(MNIST_PARAMS_BYTES);
  void *state = block(MNIST_STATE_BYTES);
  void *prepared = block(MNIST_PREPARED_BYTES);
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
  void *arena = block(MNIST_TRAIN_STEP_ARENA_BYTES);
  failures += refused("train_step", mnist_train_step(params, state, &in, &targets, BATCH, &metrics, arena, NULL));
  free(arena);
  arena = block(MNIST_GRADIENTS_ARENA_BYTES);
  failures += refused("gradients", mnist_gradients(params, state, &in, &targets, BATCH, 0, grads, &metrics, arena, NULL));
  free(arena);
  arena = block(MNIST_APPLY_GRADIENTS_ARENA_BYTES);
  failures += refused("apply_gradients", mnist_apply_gradients(params, state, grads, arena, NULL));
  free(arena);
  arena = block(MNIST_EVALUATE_ARENA_BYTES);
  failures += refused("evaluate", mnist_evaluate(params, &in, &targets, BATCH, &metrics, arena, NULL));
  free(arena);
  for (int pass = 0; pass < 2; ++pass) {
    arena = block(MNIST_PREDICT_ARENA_BYTES);
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
