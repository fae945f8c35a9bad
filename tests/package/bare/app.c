/*===- app.c - trains through the entry points -----------------------------===*/
#include "tiny.h"

#include <ingot/core.h>

#include <stdio.h>

static _Alignas(TINY_ALIGN) float params[TINY_PARAMS_BYTES / sizeof(float)];
static _Alignas(TINY_ALIGN) char state[TINY_STATE_BYTES];
static _Alignas(TINY_ALIGN) char arena[TINY_TRAIN_STEP_ARENA_BYTES];

int main(void) {
  float x[8 * 4], y[8];
  float first = 0, loss = 0;
  int32_t status = tiny_init(params, state, 1);
  for (int step = 0; status == INGOT_OK && step < 100; ++step) {
    for (int sample = 0; sample < 8; ++sample) {
      for (int feature = 0; feature < 4; ++feature)
        x[sample * 4 + feature] = (float)(((step * 8 + sample) >> feature) % 3) - 1;
      y[sample] = x[sample * 4] - x[sample * 4 + 1];
    }
    const tiny_inputs in = {x};
    const tiny_targets targets = {y, NULL};
    tiny_metrics metrics;
    tiny_metrics_reset(&metrics);
    status = tiny_train_step(params, state, &in, &targets, 8, &metrics, arena, NULL);
    loss = ingot_mean_value(&metrics.loss);
    if (step == 0)
      first = loss;
    printf("%d %a\n", step, loss); /* to the bit */
  }
  printf("%s\n", ingot_status_string(status));
  printf("loss %.6f -> %.6f\n", first, loss);
  return status;
}
