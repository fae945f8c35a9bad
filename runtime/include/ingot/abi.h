/*===- abi.h - what a compiled model and its callers share --------*- C -*-===*\
|*
|* C99 and C++; freestanding: no library is needed. The compiler writes
|* headers and descriptors against this file, the runtime reads them. It is
|* versioned like a schema: fields are only ever appended, and a reader checks
|* `struct_size`. Anything else needs a new major version.
|*
\*===----------------------------------------------------------------------===*/
#ifndef INGOT_ABI_H
#define INGOT_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define INGOT_ABI_VERSION 0x00010003u /* major << 16 | minor */

/** What every entry point returns. A call that is refused has touched nothing. */
typedef enum ingot_status {
  INGOT_OK = 0,
  INGOT_NULL_ARGUMENT = 1,      /* a pointer that is needed is NULL              */
  INGOT_BATCH_OUT_OF_RANGE = 2, /* batch < 1 or above the entry's maximum        */
  INGOT_MISALIGNED = 3,         /* a block is not NAME_ALIGN aligned, or a user
                                   tensor is not aligned to its element          */
  INGOT_LABEL_OUT_OF_RANGE = 4, /* a class label is not in [0, classes)          */
  INGOT_INDEX_OUT_OF_RANGE = 5, /* an embedding index is not in [0, rows)        */
  INGOT_FOREIGN_STATE = 6,      /* `state` was not made by this object's init    */
  INGOT_ABI_MISMATCH = 7,       /* `struct_size` of a struct is not what the
                                   object was built for                          */
  INGOT_TOO_MANY_THREADS = 8,   /* host->threads above what was compiled for     */
  INGOT_FOREIGN_PREPARED = 9,   /* `prepared` was not made by this object's
                                   prepare                                       */
  INGOT_SELFTEST_FAILED = 10    /* selftest found an error above the tolerance   */
} ingot_status;

/** A running mean: `sum` of value times count, its Kahan compensation, `count`. */
typedef struct ingot_mean {
  float sum;
  float compensation;
  uint32_t count;
} ingot_mean;

/**
 * What the caller lends to a call; NULL means one thread and no hooks. Owned by
 * the caller, who sets struct_size to sizeof(ingot_host). `parallel_for` calls
 * body(arg, i) once for every i in [0, n), on any thread and in any order, and
 * returns when all are done; n is at most `threads`. With NULL for it, or 0 or 1
 * threads, the call runs on the caller's thread alone. Results do not depend on
 * `threads`. An object that was compiled with --instrument=layers calls the hooks, if
 * they are not NULL, on the caller's thread, before and after what it does for a
 * layer; never one inside another. `id` is an index into ingot_model_desc::layers.
 */
typedef struct ingot_host {
  uint32_t struct_size;
  uint32_t threads;
  void *ctx;
  void (*parallel_for)(void *ctx, uint32_t n, void (*body)(void *arg, uint32_t i), void *arg);
  void (*before_layer)(void *ctx, uint32_t id);
  void (*after_layer)(void *ctx, uint32_t id);
} ingot_host;

typedef enum ingot_dtype { INGOT_F32 = 0, INGOT_I32 = 1 } ingot_dtype;

#define INGOT_MAX_RANK 6

/** One tensor that crosses the ABI. Strings are offsets, see ingot_model_desc. */
typedef struct ingot_tensor_desc {
  uint32_t name;                /* offset of the name                              */
  uint32_t dtype;               /* ingot_dtype                                     */
  uint32_t rank;                /* dimensions, batch included where there is one   */
  uint32_t trainable;           /* variables only                                  */
  int64_t dims[INGOT_MAX_RANK]; /* -1: batch                                       */
  uint64_t offset;              /* variables: byte offset into params; optimizer
                                   state: into state; inputs, outputs, targets: 0  */
  uint32_t classes;             /* targets that are labels: number of classes;
                                   inputs that are indices: number of rows; or 0   */
  uint32_t variable;            /* optimizer slots: index of the variable they
                                   belong to, or UINT32_MAX                        */
} ingot_tensor_desc;

/** Names of the entry points, as indices into ingot_model_desc::entries. */
enum ingot_entry {
  INGOT_ENTRY_INIT = 0,
  INGOT_ENTRY_PREPARE = 1,
  INGOT_ENTRY_PREDICT = 2,
  INGOT_ENTRY_EVALUATE = 3,
  INGOT_ENTRY_TRAIN_STEP = 4,
  INGOT_ENTRY_GRADIENTS = 5,
  INGOT_ENTRY_APPLY_GRADIENTS = 6,
  INGOT_ENTRY_GET_LEARNING_RATE = 7,
  INGOT_ENTRY_SET_LEARNING_RATE = 8,
  INGOT_ENTRY_METRICS_RESET = 9,
  INGOT_ENTRY_METRICS_MERGE = 10,
  INGOT_ENTRY_COUNT = 11
};

/** One entry point: where it is, how large a batch it takes, its arena. */
typedef struct ingot_entry_desc {
  int32_t function;    /* address minus that of the descriptor; 0: not compiled  */
  int32_t max_batch;
  uint64_t arena_bytes;
} ingot_entry_desc;

/** What a layer does; fused code may do several of them. */
enum ingot_direction {
  INGOT_FORWARD = 1,
  INGOT_BACKWARD = 2, /* gradients          */
  INGOT_UPDATE = 4    /* the optimizer's step */
};

/** What the hooks of ingot_host are told by id: a layer in one direction. */
typedef struct ingot_layer_desc {
  uint32_t name;       /* offset of "dense", or of "dense + dense_1" where layers are
                          one loop; what is of no layer, as losses and metrics, has the
                          model's name */
  uint32_t directions; /* set of ingot_direction */
} ingot_layer_desc;

/**
 * Describes a model to the hosted runtime. That of an object holds no pointer, so it
 * lives in read-only memory and needs no relocation at load time: `function` is relative
 * to the descriptor's own address, names and tables are byte offsets from it. A C
 * compiler cannot compute distances of functions, so a model in C has `entry_table`.
 */
typedef struct ingot_model_desc {
  uint32_t abi_version; /* INGOT_ABI_VERSION of the compiler           */
  uint32_t struct_size; /* sizeof(ingot_model_desc) there              */
  uint64_t arch_hash;   /* layout of params                            */
  uint64_t train_hash;  /* layout of state; also its first eight bytes */
  uint64_t params_bytes;
  uint64_t state_bytes;
  uint64_t prepared_bytes;
  uint64_t carry_bytes;
  uint32_t align;        /* of arena, params, state, grads, prepared    */
  uint32_t portable;     /* 1: portable numerics, never flush denormals */
  uint32_t name;         /* offset of the model's name                  */
  uint32_t input_count;  /* fields of NAME_inputs                       */
  uint32_t inputs;       /* offset of ingot_tensor_desc[input_count]    */
  uint32_t output_count; /* fields of NAME_outputs                      */
  uint32_t outputs;
  uint32_t target_count; /* outputs that have a loss; NAME_targets holds,
                            for each, the target and then its nullable
                            sample_weight                               */
  uint32_t targets;
  uint32_t variable_count;
  uint32_t variables; /* in params, in layout order                   */
  uint32_t slot_count;
  uint32_t slots;        /* in state, the first two being "iterations"
                            (i32) and "learning_rate" (f32)             */
  uint32_t metric_count; /* NAME_metrics is ingot_mean[metric_count]    */
  uint32_t metrics;      /* offset of uint32_t[metric_count]: offsets of
                            the names; the first is "loss"              */
  uint32_t summary;      /* offset of the text of summary()             */
  ingot_entry_desc entries[INGOT_ENTRY_COUNT];
  /* since 1.1 */
  int32_t frozen_weights; /* address of the weights in the object minus that of the
                             descriptor; 0: it holds none */
  /* since 1.2; 0 before */
  uint32_t threads;           /* the most that ingot_host may offer             */
  uint64_t prepare_pays_from; /* samples between two changes of weights from which on
                                 `prepare` saves more than it costs             */
  /* since 1.3; 0 before */
  uint32_t entry_table; /* of a model in C: offset of INGOT_ENTRY_COUNT pointers to the
                           entry points, which stand for `function`                   */
  uint32_t layer_count; /* 0 without --instrument=layers                              */
  uint32_t layers;      /* offset of ingot_layer_desc[layer_count], by id             */
  uint32_t reserved;
} ingot_model_desc;

/*
 * Types of the entry points as the runtime calls them. NAME_inputs, NAME_outputs
 * and NAME_targets hold nothing but data pointers, so an array of pointers has
 * their layout.
 */
typedef int32_t ingot_init_fn(float *params, void *state, uint64_t seed);
typedef int32_t ingot_prepare_fn(const float *params, void *prepared);
typedef int32_t ingot_predict_fn(const float *params, const void *prepared, const void *in, void *out,
                                 int32_t batch, void *arena, const ingot_host *host);
typedef int32_t ingot_evaluate_fn(const float *params, const void *in, const void *targets, int32_t batch,
                                  void *metrics, void *arena, const ingot_host *host);
typedef int32_t ingot_train_step_fn(float *params, void *state, const void *in, const void *targets,
                                    int32_t batch, void *metrics, void *arena, const ingot_host *host);
typedef int32_t ingot_gradients_fn(const float *params, const void *state, const void *in,
                                   const void *targets, int32_t batch, uint32_t stream, float *grads,
                                   void *metrics, void *arena, const ingot_host *host);
typedef int32_t ingot_apply_gradients_fn(float *params, void *state, const float *grads, void *arena,
                                         const ingot_host *host);
/* since 1.3; the descriptor does not have it */
typedef int32_t ingot_selftest_fn(float *params, void *state, void *arena, float *worst);
typedef int32_t ingot_get_learning_rate_fn(const void *state, float *lr);
typedef int32_t ingot_set_learning_rate_fn(void *state, float lr);
typedef void ingot_metrics_reset_fn(void *metrics);
typedef void ingot_metrics_merge_fn(void *into, const void *from);

typedef void ingot_any_fn(void);

/** The entry point number `entry` (enum ingot_entry), or NULL; cast to its type. */
static inline const void *ingot_entry_address(const ingot_model_desc *desc, unsigned entry) {
  const int32_t offset = desc->entries[entry].function;
  if (desc->struct_size >= offsetof(ingot_model_desc, layer_count) && desc->entry_table)
    return (const void *)(uintptr_t)((ingot_any_fn *const *)(const void *)((const char *)desc + desc->entry_table))[entry];
  return offset ? (const void *)((const char *)desc + offset) : (const void *)0;
}

/** The most threads that a call of the object may be lent. */
static inline uint32_t ingot_threads(const ingot_model_desc *desc) {
  return desc->struct_size >= offsetof(ingot_model_desc, entry_table) && desc->threads ? desc->threads : 1u;
}

/** The weights that the object holds, laid out like params, or NULL. */
static inline const float *ingot_frozen_weights(const ingot_model_desc *desc) {
  if (desc->struct_size < offsetof(ingot_model_desc, threads) || !desc->frozen_weights)
    return (const float *)0;
  return (const float *)(const void *)((const char *)desc + desc->frozen_weights);
}

/** How many samples it takes for `prepare` to save more than it costs; at least 1. */
static inline uint64_t ingot_prepare_pays_from(const ingot_model_desc *desc) {
  if (desc->struct_size < offsetof(ingot_model_desc, entry_table) || !desc->prepare_pays_from)
    return 1;
  return desc->prepare_pays_from;
}

/** How many ids hooks may be called with; 0 if the object calls none. */
static inline uint32_t ingot_layer_count(const ingot_model_desc *desc) {
  return desc->struct_size < sizeof(ingot_model_desc) ? 0u : desc->layer_count;
}

/** What the hooks are told by `id`, which is below ingot_layer_count. */
static inline const ingot_layer_desc *ingot_layer(const ingot_model_desc *desc, uint32_t id) {
  return (const ingot_layer_desc *)(const void *)((const char *)desc + desc->layers) + id;
}

/** The string at byte offset `offset` of the descriptor. */
static inline const char *ingot_string(const ingot_model_desc *desc, uint32_t offset) {
  return (const char *)desc + offset;
}

/** The table of tensors at byte offset `offset` of the descriptor. */
static inline const ingot_tensor_desc *ingot_tensors(const ingot_model_desc *desc, uint32_t offset) {
  return (const ingot_tensor_desc *)((const char *)desc + offset);
}

#ifdef __cplusplus
}
#endif

#endif /* INGOT_ABI_H */
