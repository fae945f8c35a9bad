/*===- threads-rounds.c - steps of three.o by POSIX threads ----------------===*\
|*
|* Each chunk is a thread of its own, so that helgrind sees all that two of
|* them touch. Ends with 1 if a call was refused or nothing was divided.
|*
\*===----------------------------------------------------------------------===*/
#include "three.h"

#include "../rounds.h"

#include <pthread.h>

enum { FEATURES = 12 * 16, CLASSES = 5, BATCH = 61 };

struct chunk {
  void (*body)(void *arg, uint32_t i);
  void *arg;
  uint32_t i;
};

static void *run(void *argument) {
  struct chunk *chunk = argument;
  chunk->body(chunk->arg, chunk->i);
  return NULL;
}

static void in_parallel(void *ctx, uint32_t n, void (*body)(void *arg, uint32_t i), void *arg) {
  pthread_t threads[THREE_THREADS];
  struct chunk chunks[THREE_THREADS];
  for (uint32_t i = 0; i < n; ++i) {
    chunks[i].body = body;
    chunks[i].arg = arg;
    chunks[i].i = i;
    if (pthread_create(&threads[i], NULL, run, &chunks[i]) != 0)
      abort();
  }
  for (uint32_t i = 0; i < n; ++i)
    pthread_join(threads[i], NULL);
  ++*(int *)ctx;
}

int main(void) {
  float *params = block(THREE_PARAMS_BYTES, THREE_ALIGN);
  void *state = block(THREE_STATE_BYTES, THREE_ALIGN);
  void *arena = block(THREE_TRAIN_STEP_ARENA_BYTES, THREE_ALIGN);
  float *x = malloc(sizeof(float) * FEATURES * BATCH);
  int32_t *labels = malloc(sizeof(int32_t) * BATCH);
  int forks = 0;
  ingot_host host = {0};
  three_inputs in;
  three_targets targets;
  three_metrics metrics;
  if (!x || !labels)
    abort();
  for (int i = 0; i < FEATURES * BATCH; ++i)
    x[i] = (float)(i % 251) / 251.0f;
  for (int i = 0; i < BATCH; ++i)
    labels[i] = i % CLASSES;
  in.x = x;
  targets.y = labels;
  targets.y_sample_weight = NULL;
  host.struct_size = sizeof host;
  host.threads = THREE_THREADS;
  host.ctx = &forks;
  host.parallel_for = in_parallel;

  int failures = refused("init", three_init(params, state, 1));
  three_metrics_reset(&metrics);
  for (int step = 0; step < 2; ++step)
    failures += refused("train_step", three_train_step(params, state, &in, &targets, BATCH, &metrics, arena, &host));
  failures += forks == 0;
  free(params);
  free(state);
  free(arena);
  free(x);
  free(labels);
  return failures ? 1 : 0;
}
