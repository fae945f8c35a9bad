/*===- train.c - firmware that learns -------------------------------------===*\
|*
|* Draws weights, trains on images in flash, tries others, saves what was
|* learnt.
|*
\*===----------------------------------------------------------------------===*/
#include "board/board.h"
#include "garments.h"
#include "images.h"
#include "text.h"

#include <ingot/core.h>

enum { BATCH = 8 };

/* A debugger may set another number before app is called. */
static volatile uint32_t epochs = 4;

/* All the memory that the network has. The arena may serve others between
   calls. */
#define BLOCK static _Alignas(GARMENTS_ALIGN)
BLOCK float params[GARMENTS_PARAMS_BYTES / sizeof(float)];
BLOCK unsigned char state[GARMENTS_STATE_BYTES];
BLOCK unsigned char arena[GARMENTS_TRAIN_STEP_ARENA_BYTES];
_Static_assert(GARMENTS_PREDICT_ARENA_BYTES <= sizeof arena,
               "one arena serves both entries");

static float pixels[BATCH][PIXELS];

static void check(int32_t status) {
  if (status == INGOT_OK)
    return;
  board_print(ingot_status_string(status));
  board_print("\n");
  board_exit(1);
}

static float train_epoch(void) {
  garments_metrics metrics;
  garments_metrics_reset(&metrics);
  for (int first = 0; first < TRAIN_IMAGES; first += BATCH) {
    int32_t labels[BATCH];
    for (int i = 0; i < BATCH; ++i) {
      widen(&images[first + i], pixels[i]);
      labels[i] = images[first + i].label;
    }
    const garments_inputs in = {pixels[0]};
    const garments_targets targets = {labels, NULL};
    check(garments_train_step(params, state, &in, &targets, BATCH, &metrics,
                              arena, NULL));
  }
  return ingot_mean_value(&metrics.loss);
}

static int test(void) {
  int right = 0;
  for (int i = TRAIN_IMAGES; i < TRAIN_IMAGES + TEST_IMAGES; ++i) {
    float classes[CLASSES];
    const garments_inputs in = {pixels[0]};
    garments_outputs out = {classes};
    int best = 0;
    widen(&images[i], pixels[0]);
    check(garments_predict(params, NULL, &in, &out, 1, arena, NULL));
    for (int c = 1; c < CLASSES; ++c)
      best = classes[c] > classes[best] ? c : best;
    right += best == images[i].label;
  }
  return right;
}

int app(void) {
  check(garments_init(params, state, 1));
  for (uint32_t epoch = 1; epoch <= epochs; ++epoch) {
    board_print("epoch ");
    print_number(epoch);
    board_print(": loss ");
    print_value(train_epoch());
    board_print("\n");
  }
  print_number((uint32_t)test());
  board_print(" of ");
  print_number(TEST_IMAGES);
  board_print(" right\n");
  return board_save("weights.bin", params, sizeof params);
}
