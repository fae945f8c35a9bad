/*===- pairs.c - two texts through one LSTM -------------------------------===*/
/* Does either end with the first letter of the alphabet? */
#include "log.h"
#include "pairs.h"

#ifndef STEPS
#define STEPS 50
#endif
enum { BATCH = 8, LENGTH = 12, LETTERS = 16 };

#define BLOCK(name, bytes) static _Alignas(PAIRS_ALIGN) unsigned char name[bytes]
BLOCK(params, PAIRS_PARAMS_BYTES);
BLOCK(state, PAIRS_STATE_BYTES);
BLOCK(arena, PAIRS_TRAIN_STEP_ARENA_BYTES);
static float a[BATCH * LENGTH * LETTERS], b[BATCH * LENGTH * LETTERS], first[BATCH];

/* "Numerical Recipes in C", 7.1; the upper bits are good enough here. */
static uint32_t draw(uint32_t below) {
  static uint32_t seed = 1;
  seed = seed * 1664525u + 1013904223u;
  return (seed >> 16) % below;
}

/* One-hot; returns the last letter, which is one of two. */
static uint32_t write(float *text) {
  uint32_t letter = 0;
  for (uint32_t i = 0; i < LENGTH * LETTERS; ++i)
    text[i] = 0;
  for (uint32_t i = 0; i < LENGTH; ++i) {
    letter = draw(i + 1 < LENGTH ? LETTERS : 2);
    text[i * LETTERS + letter] = 1;
  }
  return letter;
}

int app(void) {
  float *const weights = (float *)(void *)params;
  if (log_refused(pairs_init(weights, state, 7)))
    return 1;
  const pairs_inputs in = {a, b};
  const pairs_targets targets = {first, NULL};
  for (int step = 0; step < STEPS; ++step) {
    for (int i = 0; i < BATCH; ++i) {
      const uint32_t last = write(a + i * LENGTH * LETTERS) & write(b + i * LENGTH * LETTERS);
      first[i] = last ? 0.0f : 1.0f;
    }
    pairs_metrics metrics;
    pairs_metrics_reset(&metrics);
    if (log_refused(pairs_train_step(weights, state, &in, &targets, BATCH, &metrics, arena, NULL)))
      return 1;
    log_float("loss", (metrics.loss.sum - metrics.loss.compensation) / (float)metrics.loss.count);
  }
  log_weights(weights, PAIRS_PARAMS_BYTES);
  return 0;
}
