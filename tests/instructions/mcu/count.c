/*===- count.c - what calls execute --------------------------------------===*\
|*
|* The emulator's clock takes one step an instruction and SysTick one for each 40 of
|* these, so the numbers are the same on any machine, busy or not.
|*
\*===----------------------------------------------------------------------===*/
#include "firmware.h"
#include "model.h"

#define TICK 40u
#define BATCH 8

static _Alignas(MODEL_ALIGN) unsigned char params[MODEL_PARAMS_BYTES], state[MODEL_STATE_BYTES],
    arena[MODEL_TRAIN_STEP_ARENA_BYTES];
static float inputs[BATCH * INPUTS], outputs[OUTPUTS];
#ifdef CLASSES
static int32_t wanted[BATCH];
#else
static float wanted[BATCH * OUTPUTS];
#endif
static model_metrics metrics;

static uint32_t ticks(void) { return ((volatile uint32_t *)0xE000E010)[2]; }

static void print(const char *label, uint32_t number) {
  char text[32], digits[10];
  int at = 0, count = 0;
  while (*label)
    text[at++] = *label++;
  do {
    digits[count++] = (char)('0' + number % 10);
    number /= 10;
  } while (number);
  while (count)
    text[at++] = digits[--count];
  text[at++] = '\n';
  text[at] = 0;
  semihost(4, text);
}

static uint32_t checksum(const void *block, uint32_t bytes) {
  uint32_t sum = 5381;
  for (uint32_t i = 0; i < bytes; ++i)
    sum = sum * 33 + ((const unsigned char *)block)[i];
  return sum;
}

static void run(void) {
  volatile uint32_t *const timer = (volatile uint32_t *)0xE000E010;
  timer[1] = 0xffffff;
  timer[2] = 0;
  timer[0] = 5;
  uint32_t seed = 1;
  for (uint32_t i = 0; i < BATCH * INPUTS; ++i) {
    seed = seed * 1664525u + 1013904223u;
    inputs[i] = (float)(seed >> 8) * (1.0f / (1 << 24));
  }
  for (uint32_t i = 0; i < sizeof wanted / sizeof *wanted; ++i)
    wanted[i] = i;
  const model_inputs in = {inputs};
  const model_outputs out = {outputs};
  const model_targets targets = {wanted, 0};
  int32_t status = model_init((void *)params, (void *)state, 7);
  uint32_t before = ticks();
  status |= model_predict((const void *)params, 0, &in, &out, 1, arena, 0);
  print("predict ", ((before - ticks()) & 0xffffff) * TICK);
  before = ticks();
  status |= model_train_step((void *)params, (void *)state, &in, &targets, BATCH, &metrics, arena, 0);
  print("train ", ((before - ticks()) & 0xffffff) * TICK);
  print("status ", (uint32_t)status);
  print("params ", checksum(params, sizeof params));
  print("output ", checksum(outputs, sizeof outputs));
}
