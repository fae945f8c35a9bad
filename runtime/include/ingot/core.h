/*===- core.h - the freestanding part of the runtime --------------*- C -*-===*\
|*
|* C99 and C++; needs no library, not even libc. Everything here may be called
|* from an interrupt handler and from any thread.
|*
|*   const int32_t status = mnist_predict(params, NULL, &in, &out, 1, arena, NULL);
|*   if (status != INGOT_OK)
|*     uart_puts(ingot_status_string(status));
|*
\*===----------------------------------------------------------------------===*/
#ifndef INGOT_CORE_H
#define INGOT_CORE_H

#include "ingot/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What `status` (enum ingot_status) means, as an English phrase in lower case.
 * Never NULL: a number that is no status gives "unknown status". The text is
 * static.
 */
const char *ingot_status_string(int32_t status);

/**
 * The mean that was accumulated, (sum - compensation) / count; 0 while count
 * is 0. `mean` must not be NULL.
 */
float ingot_mean_value(const ingot_mean *mean);

#ifdef __cplusplus
}
#endif

#endif /* INGOT_CORE_H */
