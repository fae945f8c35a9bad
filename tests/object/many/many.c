/*===- many.c - three models in one program ---------------------------------===*\
|*
|*   many threads [one-arena]      four contexts, each in a thread of its own, all
|*                                 at once
|*   many interrupts [one-arena]   a signal's handler uses all models amid the
|*                                 training of one
|*
|* Two models have one network, two have the names of model and layers in common.
|* Ends with 1 if a context has not the bytes that it has when it runs alone. With
|* `one-arena` two contexts have one, by which the test itself is tested.
|*
\*===----------------------------------------------------------------------===*/
#define _POSIX_C_SOURCE 200809L
#include "context.h"

#include "../rounds.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>

enum { CONTEXTS = 4, ROUNDS = 8, OUT = BATCH * CLASSES };

static struct context contexts[CONTEXTS];

static void open_context(struct context *context, const struct model *model) {
  size_t i, count = model->features * BATCH;
  context->model = model;
  context->params = block(model->params_bytes, model->align);
  context->grads = block(model->params_bytes, model->align);
  context->state = block(model->state_bytes, model->align);
  context->prepared = block(model->prepared_bytes, model->align);
  context->arena = block(model->arena_bytes, model->align);
  context->out = block(sizeof(float) * OUT, sizeof(float) * 2);
  context->labels = block(sizeof(int32_t) * BATCH, sizeof(int32_t) * 2);
  context->x = block(4 * count, 8);
  context->expected = block(model->params_bytes + model->state_bytes, 8);
  for (i = 0; i < count; ++i)
    if (model->rows)
      ((int32_t *)context->x)[i] = (int32_t)(i * 7 % (size_t)model->rows);
    else
      ((float *)context->x)[i] = (float)(i % 251) / 251.0f;
  for (i = 0; i < BATCH; ++i)
    context->labels[i] = (int32_t)(i % CLASSES);
  /* What is between tensors is nobody's. */
  memset(context->params, 0, model->params_bytes);
  memset(context->state, 0, model->state_bytes);
}

static void close_context(struct context *context) {
  free(context->params);
  free(context->grads);
  free(context->state);
  free(context->prepared);
  free(context->arena);
  free(context->out);
  free(context->labels);
  free(context->x);
  free(context->expected);
}

static void run_alone(struct context *context) {
  if (context->model->round(context))
    abort();
  memcpy(context->expected, context->params, context->model->params_bytes);
  memcpy(context->expected + context->model->params_bytes, context->state, context->model->state_bytes);
}

static int is_as_expected(const struct context *context) {
  const struct model *model = context->model;
  return memcmp(context->params, context->expected, model->params_bytes) == 0 &&
         memcmp(context->state, context->expected + model->params_bytes, model->state_bytes) == 0;
}

/*===- Threads ------------------------------------------------------------===*/

static pthread_barrier_t start;

static void *rounds_in_thread(void *argument) {
  struct context *context = argument;
  int i, failures = 0;
  pthread_barrier_wait(&start);
  for (i = 0; i < ROUNDS; ++i)
    failures += context->model->round(context) + !is_as_expected(context);
  return failures ? context : NULL;
}

static int run_in_threads(void) {
  pthread_t threads[CONTEXTS];
  int i, failures = 0;
  pthread_barrier_init(&start, NULL, CONTEXTS);
  for (i = 0; i < CONTEXTS; ++i)
    if (pthread_create(&threads[i], NULL, rounds_in_thread, &contexts[i]) != 0)
      abort();
  for (i = 0; i < CONTEXTS; ++i) {
    void *failed;
    pthread_join(threads[i], &failed);
    if (failed)
      fprintf(stderr, "context %d, `%s`: not the bytes of a run alone\n", i, contexts[i].model->name);
    failures += failed != NULL;
  }
  pthread_barrier_destroy(&start);
  return failures;
}

/*===- Interrupts ---------------------------------------------------------===*/

static timer_t timer;
static float predictions[CONTEXTS][OUT]; /* of what each context has trained */
static volatile sig_atomic_t interrupts, hits, wrong;

/* After some microseconds, each time others. */
static void set_timer(void) {
  struct itimerspec next = {{0, 0}, {0, 0}};
  next.it_value.tv_nsec = 20000 + interrupts % 97 * 1000;
  timer_settime(timer, 0, &next, NULL);
}

/* All but the first context, which is interrupted. */
static void interrupt(int number) {
  int i;
  (void)number;
  hits += contexts[0].is_training;
  for (i = 1; i < CONTEXTS; ++i) {
    memset(contexts[i].out, 0xA5, sizeof predictions[i]);
    wrong += contexts[i].model->predict(&contexts[i]);
    wrong += memcmp(contexts[i].out, predictions[i], sizeof predictions[i]) != 0;
  }
  if (interrupts % 8 == 0) {
    struct context *context = &contexts[1 + interrupts / 8 % (CONTEXTS - 1)];
    wrong += context->model->round(context) + !is_as_expected(context);
  }
  ++interrupts;
  set_timer();
}

static int run_with_interrupts(void) {
  enum { ENOUGH = 200, MOST_ROUNDS = 100000 };
  struct sigaction action;
  struct sigevent event;
  int i, round, failures = 0;
  memset(&action, 0, sizeof action);
  memset(&event, 0, sizeof event);
  action.sa_handler = interrupt;
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGALRM;
  for (i = 0; i < CONTEXTS; ++i)
    memcpy(predictions[i], contexts[i].out, sizeof predictions[i]);
  if (sigaction(SIGALRM, &action, NULL) != 0 || timer_create(CLOCK_MONOTONIC, &event, &timer) != 0)
    abort();
  set_timer();
  for (round = 0; round < MOST_ROUNDS && hits < ENOUGH; ++round)
    failures += contexts[0].model->round(&contexts[0]) + !is_as_expected(&contexts[0]);
  timer_delete(timer);
  printf("%d rounds, %d interrupts, %d amid a step of training\n", round, (int)interrupts, (int)hits);
  if (failures || wrong)
    fprintf(stderr, "interrupted: %d rounds differ; in interrupts: %d calls differ\n", failures, (int)wrong);
  return failures + wrong + (hits < ENOUGH);
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  int i, failures;
  open_context(&contexts[0], &left_model_of_test);
  open_context(&contexts[1], &left_model_of_test);
  open_context(&contexts[2], &right_model_of_test);
  open_context(&contexts[3], &twin_model_of_test);
  for (i = 0; i < CONTEXTS; ++i)
    run_alone(&contexts[i]);
  /* One network, two prefixes. */
  failures = memcmp(contexts[0].params, contexts[3].params, contexts[0].model->params_bytes) != 0;

  if (argc == 3 && strcmp(argv[2], "one-arena") == 0) {
    free(contexts[1].arena);
    contexts[1].arena = contexts[0].arena;
  }
  if (strcmp(what, "threads") == 0) {
    failures += run_in_threads();
  } else if (strcmp(what, "interrupts") == 0) {
    failures += run_with_interrupts();
  } else {
    fprintf(stderr, "usage: many threads|interrupts [one-arena]\n");
    return 2;
  }
  if (contexts[1].arena == contexts[0].arena)
    contexts[1].arena = NULL;
  for (i = 0; i < CONTEXTS; ++i)
    close_context(&contexts[i]);
  return failures ? 1 : 0;
}
