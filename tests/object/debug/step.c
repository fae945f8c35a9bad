//===- step.c - one step of training, for a debugger to stop in -----------===//
#include "mnist.h"

static _Alignas(MNIST_ALIGN) float params[MNIST_PARAMS_BYTES / sizeof(float)];
static _Alignas(MNIST_ALIGN) char state[MNIST_STATE_BYTES], arena[MNIST_TRAIN_STEP_ARENA_BYTES];
static float pixels[8 * 784];
static int32_t digits[8];

int main(void) {
  mnist_metrics metrics;
  const mnist_inputs in = {pixels};
  const mnist_targets targets = {digits, 0};
  mnist_metrics_reset(&metrics);
  if (mnist_init(params, state, 1) != INGOT_OK)
    return 1;
  return mnist_train_step(params, state, &in, &targets, 8, &metrics, arena, 0);
}
