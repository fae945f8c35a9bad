/*===- frozen-rounds.c - inference without params --------------------------===*\
|*
|* Blocks come from the heap as they are, so valgrind knows that nobody has
|* written them. Ends with 1 if a call was refused.
|*
\*===----------------------------------------------------------------------===*/
#include "shipped.h"
#include "tuned.h"

#include <stdio.h>
#include <stdlib.h>

enum { BATCH = 7 };

static void *block(size_t bytes) {
  void *memory = aligned_alloc(SHIPPED_ALIGN, (bytes + SHIPPED_ALIGN) / SHIPPED_ALIGN * SHIPPED_ALIGN);
  if (!memory)
    abort();
  return memory;
}

/** One block for each tensor of a table, of zeros if they are inputs. */
static void **tensors(uint32_t offset, uint32_t count, int zeros) {
  const ingot_tensor_desc *table = ingot_tensors(shipped_model(), offset);
  void **pointers = calloc(count, sizeof(void *));
  if (!pointers)
    abort();
  for (uint32_t i = 0; i < count; ++i) {
    size_t elements = 1;
    for (uint32_t d = 0; d < table[i].rank; ++d)
      elements *= table[i].dims[d] < 0 ? BATCH : (size_t)table[i].dims[d];
    pointers[i] = zeros ? calloc(elements, 4) : malloc(elements * 4);
    if (!pointers[i])
      abort();
  }
  return pointers;
}

static void release(void **pointers, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i)
    free(pointers[i]);
  free(pointers);
}

int main(void) {
  const ingot_model_desc *desc = shipped_model();
  void **in = tensors(desc->inputs, desc->input_count, 1), **out = tensors(desc->outputs, desc->output_count, 0);
  void *arena = block(SHIPPED_PREDICT_ARENA_BYTES);
  const int32_t predicted =
      shipped_predict(NULL, NULL, (const shipped_inputs *)(void *)in, (shipped_outputs *)(void *)out, BATCH, arena, NULL);
  /* Branches on every number, so that valgrind looks at each. */
  int wrong = 0;
  for (uint32_t i = 0; i < desc->output_count; ++i)
    for (int sample = 0; sample < BATCH; ++sample)
      wrong += !(((const float *)out[i])[sample] >= 0.0f && ((const float *)out[i])[sample] <= 1.0f);

  float *params = block(TUNED_PARAMS_BYTES);
  void *state = block(TUNED_STATE_BYTES);
  const int32_t initialized = tuned_init(params, state, 1);
  for (size_t i = 0; i < TUNED_PARAMS_BYTES / sizeof(float); ++i)
    wrong += !(params[i] > -100.0f && params[i] < 100.0f);

  if (predicted || initialized || wrong)
    fprintf(stderr, "predict: status %d, init: status %d, wrong values: %d\n", (int)predicted, (int)initialized, wrong);
  free(arena);
  free(params);
  free(state);
  release(in, desc->input_count);
  release(out, desc->output_count);
  return predicted || initialized || wrong;
}
