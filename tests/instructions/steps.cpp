//===- steps.cpp - one training step of a sample, to count ----------------===//
//
//   instruction-steps MODEL
//
// Callgrind counts what the entry, or one kernel in it, executes. Data and weights
// are the same in each run.
//
//===----------------------------------------------------------------------===//
#include "classes.h"
#include "mnist.h"
#include "tweet_pairs.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

static float hashed(uint32_t index) {
  uint32_t x = index * 2654435761u + 12345u;
  x = (x ^ x >> 16) * 0x7feb352du;
  x = (x ^ x >> 15) * 0x846ca68bu;
  return static_cast<float>((x ^ x >> 16) >> 8) / 16777216.0f;
}

namespace {
struct Free {
  void operator()(void *memory) const { std::free(memory); }
};
using Block = std::unique_ptr<void, Free>;

struct Sample {
  std::string_view name;
  const ingot_model_desc *(*model)();
  int32_t batch;
};
} // namespace

static constexpr Sample samples[] = {
    {"mnist", mnist_model, 256}, {"tweet_pairs", tweet_pairs_model, 2}, {"classes", classes_model, 32}};

[[noreturn]] static void fail(const char *what) {
  std::fprintf(stderr, "instruction-steps: %s\n", what);
  std::exit(1);
}

static Block allocate(size_t bytes) { return Block(std::aligned_alloc(64, (bytes + 64) / 64 * 64)); }

/// `batch` samples of a tensor: labels, or numbers in [0, 1).
static Block makeData(const ingot_tensor_desc &tensor, int32_t batch) {
  int64_t count = batch;
  for (uint32_t dim = 1; dim < tensor.rank; ++dim)
    count *= tensor.dims[dim];
  Block memory = allocate(static_cast<size_t>(count) * 4);
  for (int64_t i = 0; i < count; ++i) {
    const float u = hashed(static_cast<uint32_t>(i));
    if (tensor.dtype == INGOT_I32)
      static_cast<int32_t *>(memory.get())[i] = static_cast<int32_t>(u * static_cast<float>(tensor.classes));
    else
      static_cast<float *>(memory.get())[i] = u;
  }
  return memory;
}

template <typename Function> static Function *function(const ingot_model_desc *desc, unsigned entry) {
  return reinterpret_cast<Function *>(reinterpret_cast<uintptr_t>(ingot_entry_address(desc, entry)));
}

static void takeStep(const ingot_model_desc *desc, int32_t batch) {
  const Block params = allocate(desc->params_bytes), state = allocate(desc->state_bytes),
              arena = allocate(desc->entries[INGOT_ENTRY_TRAIN_STEP].arena_bytes);
  auto *weights = static_cast<float *>(params.get());
  if (function<ingot_init_fn>(desc, INGOT_ENTRY_INIT)(weights, state.get(), 1) != INGOT_OK)
    fail("`init` was refused");
  std::vector<Block> blocks;
  std::vector<const void *> inputs, targets;
  for (uint32_t i = 0; i < desc->input_count; ++i)
    inputs.push_back(blocks.emplace_back(makeData(ingot_tensors(desc, desc->inputs)[i], batch)).get());
  for (uint32_t i = 0; i < desc->target_count; ++i) {
    targets.push_back(blocks.emplace_back(makeData(ingot_tensors(desc, desc->targets)[i], batch)).get());
    targets.push_back(nullptr); // no sample weight
  }
  std::vector<ingot_mean> metrics(desc->metric_count);
  if (function<ingot_train_step_fn>(desc, INGOT_ENTRY_TRAIN_STEP)(
          weights, state.get(), inputs.data(), targets.data(), batch, metrics.data(), arena.get(), nullptr) != INGOT_OK)
    fail("the training step was refused");
}

int main(int argc, char **argv) {
  for (const Sample &sample : samples)
    if (argc == 2 && sample.name == argv[1]) {
      takeStep(sample.model(), sample.batch);
      return 0;
    }
  fail("usage: instruction-steps mnist|tweet_pairs|classes");
}
