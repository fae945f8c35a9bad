/*===- predict.c - firmware that was taught -------------------------------===*\
|*
|* The weights are in flash, a part of the object; RAM holds one arena.
|*
\*===----------------------------------------------------------------------===*/
#include "board/board.h"
#include "frozen.h"
#include "images.h"
#include "text.h"

#include <ingot/core.h>

#define BLOCK static _Alignas(FROZEN_ALIGN)
BLOCK unsigned char arena[FROZEN_PREDICT_ARENA_BYTES];

static float pixels[PIXELS], classes[CLASSES];

static int32_t classify(const struct image *image, int *best) {
  const frozen_inputs in = {pixels};
  frozen_outputs out = {classes};
  widen(image, pixels);
  const int32_t status = frozen_predict(NULL, NULL, &in, &out, 1, arena, NULL);
  *best = 0;
  for (int c = 1; c < CLASSES; ++c)
    *best = classes[c] > classes[*best] ? c : *best;
  return status;
}

int app(void) {
  uint32_t right = 0;
  for (int i = TRAIN_IMAGES; i < TRAIN_IMAGES + TEST_IMAGES; ++i) {
    int best;
    const int32_t status = classify(&images[i], &best);
    if (status != INGOT_OK) {
      board_print(ingot_status_string(status));
      board_print("\n");
      return 1;
    }
    right += best == images[i].label;
  }
  print_number(right);
  board_print(" of ");
  print_number(TEST_IMAGES);
  board_print(" right\n");
  return 0;
}
