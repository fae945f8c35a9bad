/*===- metrics.c - reading accumulated metrics ----------------------------===*\
|*
|* The compiled object accumulates; this only reads.
|*
\*===----------------------------------------------------------------------===*/
#include "ingot/core.h"

float ingot_mean_value(const ingot_mean *mean) {
  if (mean->count == 0)
    return 0.0f;
  /* Kahan's compensation is what the sum holds too much. */
  return (mean->sum - mean->compensation) / (float)mean->count;
}
