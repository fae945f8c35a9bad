/*===- predict.c - the least firmware that predicts ----------------------===*\
|*
|* For its size: nothing is printed.
|*
\*===----------------------------------------------------------------------===*/
#include "firmware.h"
#include "model.h"

static _Alignas(MODEL_ALIGN) unsigned char params[MODEL_PARAMS_BYTES], arena[MODEL_PREDICT_ARENA_BYTES];
static float input[INPUTS], output[OUTPUTS];

static void run(void) {
  const model_inputs in = {input};
  const model_outputs out = {output};
  model_predict((const void *)params, 0, &in, &out, 1, arena, 0);
}
