/*===- log.h - what the programs of these tests print ---------------------===*\
|*
|* Bits, not decimals: they are compared. Nothing of a C library is used.
|*
\*===----------------------------------------------------------------------===*/
#ifndef LOG_H
#define LOG_H

#include <stddef.h>
#include <stdint.h>

/** The machine's part; `app` is the program's. */
void board_print(const char *text);
int app(void);

/** "NAME 3f800000\n" */
static inline void log_bits(const char *name, uint32_t bits) {
  char line[10];
  for (int digit = 0; digit < 8; ++digit)
    line[digit] = "0123456789abcdef"[bits >> (28 - 4 * digit) & 15];
  line[8] = '\n';
  line[9] = 0;
  board_print(name);
  board_print(" ");
  board_print(line);
}

static inline void log_float(const char *name, float value) {
  union {
    float value;
    uint32_t bits;
  } both = {value};
  log_bits(name, both.bits);
}

/** 1 if the call was refused, which is told. */
static inline int log_refused(int32_t status) {
  if (status)
    log_bits("refused", (uint32_t)status);
  return status != 0;
}

/** FNV-1a of all weights' bits. */
static inline void log_weights(const float *params, size_t bytes) {
  const unsigned char *byte = (const unsigned char *)params;
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < bytes; ++i)
    hash = (hash ^ byte[i]) * 16777619u;
  log_bits("weights", hash);
}

#endif
