//===- train_step.cpp - the time of one training step of a sample ---------===//
//
//   train_step CASE BATCH SECONDS
//
// Starts the model of that case from weights and data that its peer has, too.
// Prints one line of JSON: the losses of the first steps, then the seconds of a
// step on one batch, median and minimum over blocks of steps that take at least
// 2 ms each. benchmarks/compare.py runs it beside its peer.
//
//===----------------------------------------------------------------------===//
#include "Cases.h"

#include <xmmintrin.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

using namespace benchmarks;
using Clock = std::chrono::steady_clock;

static double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

[[noreturn]] static void fail(const char *what) {
  std::fprintf(stderr, "train_step: %s\n", what);
  std::exit(1);
}

/// Numbers in [0, 1) by position; the peer has the same bits.
static float hashed(uint32_t index, uint32_t seed) {
  uint32_t x = index * 2654435761u + seed * 40503u + 12345u;
  x = (x ^ x >> 16) * 0x7feb352du;
  x = (x ^ x >> 15) * 0x846ca68bu;
  return static_cast<float>((x ^ x >> 16) >> 8) / 16777216.0f;
}

namespace {
struct Free {
  void operator()(void *memory) const { std::free(memory); }
};
using Block = std::unique_ptr<void, Free>;

/// A model with all that a training step takes.
class Step {
public:
  Step(const Case &which, int32_t batch) : desc(which.model()), batch(batch) {
    const ingot_entry_desc &entry = desc->entries[INGOT_ENTRY_TRAIN_STEP];
    if (batch < 1 || batch > entry.max_batch)
      fail("the model is not compiled for this batch");
    params = allocate(desc->params_bytes);
    state = allocate(desc->state_bytes);
    arena = allocate(entry.arena_bytes);
    metrics.resize(desc->metric_count);
    auto *init = function<ingot_init_fn>(INGOT_ENTRY_INIT);
    if (init(static_cast<float *>(params.get()), state.get(), 1) != INGOT_OK)
      fail("init has failed");
    setWeights();
    for (uint32_t i = 0; i < desc->input_count; ++i)
      inputs.push_back(makeData(which.inputs[i], ingot_tensors(desc, desc->inputs)[i]));
    for (uint32_t i = 0; i < desc->target_count; ++i) {
      targets.push_back(makeData(which.targets[i], ingot_tensors(desc, desc->targets)[i]));
      targets.push_back(nullptr); // no sample weight
    }
  }

  void operator()() {
    if (run(static_cast<float *>(params.get()), state.get(), inputs.data(), targets.data(), batch, metrics.data(),
            arena.get(), nullptr) != INGOT_OK)
      fail("a training step was refused");
  }

  /// The loss of one more step.
  double loss() {
    function<ingot_metrics_reset_fn>(INGOT_ENTRY_METRICS_RESET)(metrics.data());
    (*this)();
    return metrics[0].sum / metrics[0].count;
  }

private:
  template <typename Function> Function *function(unsigned entry) const {
    return reinterpret_cast<Function *>(reinterpret_cast<uintptr_t>(ingot_entry_address(desc, entry)));
  }

  void *keep(Block block) { return blocks.emplace_back(std::move(block)).get(); }

  Block allocate(size_t bytes) const {
    return Block(std::aligned_alloc(desc->align, (bytes + desc->align) / desc->align * desc->align));
  }

  /// Glorot's interval for matrices; what is left is as init made it.
  void setWeights() {
    const ingot_tensor_desc *variables = ingot_tensors(desc, desc->variables);
    for (uint32_t i = 0; i < desc->variable_count; ++i) {
      const ingot_tensor_desc &one = variables[i];
      if (one.rank != 2)
        continue;
      const float limit = std::sqrt(6.0f / static_cast<float>(one.dims[0] + one.dims[1]));
      auto *values = reinterpret_cast<float *>(static_cast<char *>(params.get()) + one.offset);
      for (int64_t k = 0; k < one.dims[0] * one.dims[1]; ++k)
        values[k] = (2 * hashed(static_cast<uint32_t>(k), i + 1) - 1) * limit;
    }
  }

  const void *makeData(const Data &data, const ingot_tensor_desc &tensor) {
    int64_t count = batch;
    for (uint32_t dim = 1; dim < tensor.rank; ++dim)
      count *= tensor.dims[dim];
    if ((tensor.dtype == INGOT_I32) != (data.kind == Data::Index))
      fail("a tensor is not of the type that the case makes");
    void *memory = keep(allocate(static_cast<size_t>(count) * 4));
    for (int64_t k = 0; k < count; ++k) {
      const float u = hashed(static_cast<uint32_t>(k), data.seed);
      auto *number = static_cast<float *>(memory) + k;
      switch (data.kind) {
      case Data::Uniform:
        *number = u;
        break;
      case Data::Signed:
        *number = 2 * u - 1;
        break;
      case Data::Coin:
        *number = u > 0.5f ? 1 : 0;
        break;
      case Data::Index:
        static_cast<int32_t *>(memory)[k] = static_cast<int32_t>(u * static_cast<float>(data.range));
        break;
      }
    }
    return memory;
  }

  const ingot_model_desc *desc;
  int32_t batch;
  Block params, state, arena;
  std::vector<Block> blocks;
  std::vector<const void *> inputs, targets;
  std::vector<ingot_mean> metrics;
  ingot_train_step_fn *run = function<ingot_train_step_fn>(INGOT_ENTRY_TRAIN_STEP);
};
} // namespace

int main(int argc, char **argv) {
  const Case *which = nullptr;
  for (const Case &known : allCases())
    if (argc > 1 && known.name == argv[1])
      which = &known;
  if (argc != 4 || !which)
    fail("usage: train_step CASE BATCH SECONDS");
  const double budget = std::atof(argv[3]);
  // As the hosted runtime and the peer do: denormals are flushed.
  _mm_setcsr(_mm_getcsr() | 0x8040);
  Step step(*which, std::atoi(argv[2]));

  std::printf("{\"losses\": [");
  for (int i = 0; i < 5; ++i)
    std::printf("%s%.9g", i ? ", " : "", step.loss());

  int warmUp = 0;
  const Clock::time_point warm = Clock::now();
  for (; warmUp < 3 || secondsSince(warm) < 0.3; ++warmUp)
    step();
  const int inner = std::max(1, static_cast<int>(std::ceil(2e-3 * warmUp / secondsSince(warm))));

  std::vector<double> times;
  const Clock::time_point start = Clock::now();
  while (times.size() < 10 || secondsSince(start) < budget) {
    const Clock::time_point begin = Clock::now();
    for (int i = 0; i < inner; ++i)
      step();
    times.push_back(secondsSince(begin) / inner);
  }
  std::sort(times.begin(), times.end());
  std::printf("], \"median\": %.9g, \"minimum\": %.9g, \"samples\": %zu}\n", times[times.size() / 2], times.front(),
              times.size());
}
