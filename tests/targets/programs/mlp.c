/*===- mlp.c - an MLP learns Fashion-MNIST, some a step -------------------===*/
#include "log.h"
#include "mlp.h"

#ifndef STEPS
#define STEPS 200
#endif
#ifndef BATCH
#define BATCH 8
#endif
/* Steps between hashes. */
#ifndef HASHED
#define HASHED 50
#endif
enum { PIXELS = 28 * 28 };

/* Behind the headers of their files, as many as there are steps for. */
static const unsigned char images[] = {
#embed "images" limit(STEPS * BATCH * 784)
};
static const unsigned char labels[] = {
#embed "labels" limit(STEPS * BATCH)
};

#define BLOCK(name, bytes) static _Alignas(MLP_ALIGN) unsigned char name[bytes]
BLOCK(params, MLP_PARAMS_BYTES);
BLOCK(state, MLP_STATE_BYTES);
BLOCK(arena, MLP_TRAIN_STEP_ARENA_BYTES);
static float pixels[BATCH * PIXELS];
static int32_t digits[BATCH];

/* Of all that there is by now, and of what is predicted of the last batch. */
static int log_hashes(const float *weights, const mlp_inputs *in) {
  static float predicted[BATCH * 10];
  mlp_outputs out = {predicted};
  if (log_refused(mlp_predict(weights, NULL, in, &out, BATCH, arena, NULL)))
    return 1;
  log_hash("weights", weights, MLP_PARAMS_BYTES);
  log_hash("state", state, MLP_STATE_BYTES);
  log_hash("predicted", predicted, sizeof predicted);
  return 0;
}

/* Black is not quite black: where all images are, squares of gradients are denormal
   numbers, which a machine that flushes them would not have in its slots. */
static float tone(unsigned char pixel) { return pixel ? (float)pixel / 255.0f : 1e-19f; }

int app(void) {
  float *const weights = (float *)(void *)params;
  if (log_refused(mlp_init(weights, state, 42)))
    return 1;
  const mlp_inputs in = {pixels};
  const mlp_targets targets = {digits, NULL};
  for (int step = 0; step < STEPS; ++step) {
    for (int i = 0; i < BATCH * PIXELS; ++i)
      pixels[i] = tone(images[step * BATCH * PIXELS + i]);
    for (int i = 0; i < BATCH; ++i)
      digits[i] = labels[step * BATCH + i];
    mlp_metrics metrics;
    mlp_metrics_reset(&metrics);
    if (log_refused(mlp_train_step(weights, state, &in, &targets, BATCH, &metrics, arena, NULL)))
      return 1;
    log_float("loss", (metrics.loss.sum - metrics.loss.compensation) / (float)metrics.loss.count);
    if ((step + 1) % HASHED == 0 && log_hashes(weights, &in))
      return 1;
  }
  return 0;
}
