/*===- context.h - one use of one of the three models -----------------------===*\
|*
|* Each context has blocks of its own. What a round leaves in them depends on
|* nothing else, so it is compared with what it left when it ran alone.
|*
\*===----------------------------------------------------------------------===*/
#ifndef INGOT_TESTS_OBJECT_MANY_CONTEXT_H
#define INGOT_TESTS_OBJECT_MANY_CONTEXT_H

#include <ingot/abi.h>

#include <signal.h>

enum { BATCH = 7, CLASSES = 4, MOST_METRICS = 4 };

struct context;

struct model {
  const char *name;
  size_t params_bytes, state_bytes, prepared_bytes, arena_bytes, align;
  size_t features; /* of a sample */
  int32_t rows;    /* they are indices below it; 0: they are floats */
  /* Initialises, trains, evaluates and predicts; how many calls were refused. */
  int (*round)(struct context *context);
  /* Only the last of that. */
  int (*predict)(struct context *context);
};

struct context {
  const struct model *model;
  float *params, *grads, *out;
  void *state, *prepared, *arena, *x;
  int32_t *labels;
  ingot_mean metrics[MOST_METRICS];
  volatile sig_atomic_t is_training; /* a step is on its way */
  unsigned char *expected;           /* what a round left when it ran alone */
};

extern const struct model left_model_of_test, right_model_of_test, twin_model_of_test;

#endif
