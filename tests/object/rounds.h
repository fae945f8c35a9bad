/*===- rounds.h - what programs of rounds under valgrind share -------------===*/
#ifndef INGOT_TESTS_OBJECT_ROUNDS_H
#define INGOT_TESTS_OBJECT_ROUNDS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Memory as the heap has it, so that valgrind knows that nobody has written it. */
static inline void *block(size_t bytes, size_t align) {
  void *memory = aligned_alloc(align, (bytes + align) / align * align);
  if (!memory)
    abort();
  return memory;
}

static inline int refused(const char *entry, int32_t status) {
  if (status != 0)
    fprintf(stderr, "%s: status %d\n", entry, (int)status);
  return status != 0;
}

#endif
