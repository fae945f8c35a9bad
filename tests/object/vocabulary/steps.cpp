//===- steps.cpp - training steps on a large table and on a small one -----===//
//
//   vocabulary_steps 10k|1m ROWS STEPS [SECONDS]
//
// Takes STEPS steps of batch 32 with indices in [0, ROWS), the same ones for
// either table. With SECONDS it goes on for that long, each step with other
// indices than the last STEPS ones, and prints the seconds of a step, the minimum
// and the median over blocks of 4 steps, as JSON.
//
//===----------------------------------------------------------------------===//
#include "vocabulary_10k.h"
#include "vocabulary_1m.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

using Clock = std::chrono::steady_clock;

[[noreturn]] static void fail(const char *what) {
  std::fprintf(stderr, "vocabulary_steps: %s\n", what);
  std::exit(1);
}

static uint32_t hashed(uint32_t index, uint32_t stream) {
  uint32_t x = index * 0x9E3779B9u + stream;
  x = (x ^ x >> 16) * 0x85EBCA6Bu;
  x = (x ^ x >> 13) * 0xC2B2AE35u;
  return x ^ x >> 16;
}

namespace {

constexpr int kBatch = 32, kWords = 20;
constexpr uintptr_t kAlign = 64;

struct Free {
  void operator()(void *memory) const { std::free(memory); }
};
using Block = std::unique_ptr<void, Free>;

class Training {
public:
  Training(const ingot_model_desc *desc, uint32_t rows, int batches, bool fillsTable)
      : desc(desc), params(zeros(blocks, desc->params_bytes)), state(zeros(blocks, desc->state_bytes)),
        arena(zeros(blocks, desc->entries[INGOT_ENTRY_TRAIN_STEP].arena_bytes)), metrics(desc->metric_count) {
    // A state as `init` makes it, without drawing all of the table.
    std::memcpy(state, &desc->train_hash, sizeof desc->train_hash);
    if (function<ingot_set_learning_rate_fn>(INGOT_ENTRY_SET_LEARNING_RATE)(state, 0.001f) != INGOT_OK)
      fail("the state is not what the object takes");
    const ingot_tensor_desc *variables = ingot_tensors(desc, desc->variables);
    for (uint32_t i = 0; i < desc->variable_count; ++i) {
      const bool isTable = i == 0;
      if (!isTable || fillsTable)
        fill(variables[i]);
    }
    for (int i = 0; i < batches * kBatch * kWords; ++i)
      words.push_back(static_cast<int32_t>(hashed(static_cast<uint32_t>(i), 1) % rows));
    for (int i = 0; i < kBatch; ++i)
      labels.push_back(i % 4);
  }

  void step(int number) {
    const void *in[] = {words.data() + number * kBatch * kWords}, *targets[] = {labels.data(), nullptr};
    if (trainStep(static_cast<float *>(params), state, in, targets, kBatch, metrics.data(), arena,
                  nullptr) != INGOT_OK)
      fail("a training step was refused");
  }

private:
  /// Pages of zeros cost nothing before they are touched. Large ones are what a table
  /// of many rows wants of its owner: the processor then finds each without a walk.
  static void *zeros(std::vector<Block> &blocks, size_t bytes) {
    void *memory = std::calloc(bytes + kAlign, 1);
    if (!memory)
      fail("there is not enough memory");
    blocks.emplace_back(memory);
#if defined(__linux__)
    constexpr uintptr_t page = 4096;
    const uintptr_t first = (reinterpret_cast<uintptr_t>(memory) + page - 1) / page * page;
    if (bytes > 2 * page)
      (void)madvise(reinterpret_cast<void *>(first), (bytes - page) / page * page, MADV_HUGEPAGE);
#endif
    return reinterpret_cast<void *>((reinterpret_cast<uintptr_t>(memory) + kAlign - 1) / kAlign * kAlign);
  }

  void fill(const ingot_tensor_desc &variable) {
    auto *values = reinterpret_cast<float *>(static_cast<char *>(params) + variable.offset);
    int64_t count = 1;
    for (uint32_t dim = 0; dim < variable.rank; ++dim)
      count *= variable.dims[dim];
    for (int64_t i = 0; i < count; ++i)
      values[i] = static_cast<float>(hashed(static_cast<uint32_t>(i), 2) >> 8) / 167772160.0f - 0.05f;
  }

  template <typename Function> Function *function(unsigned entry) const {
    return reinterpret_cast<Function *>(reinterpret_cast<uintptr_t>(ingot_entry_address(desc, entry)));
  }

  std::vector<Block> blocks;
  const ingot_model_desc *desc;
  void *params, *state, *arena;
  std::vector<ingot_mean> metrics;
  std::vector<int32_t> words, labels;
  ingot_train_step_fn *trainStep = function<ingot_train_step_fn>(INGOT_ENTRY_TRAIN_STEP);
};

} // namespace

int main(int argc, char **argv) {
  if (argc < 4)
    fail("usage: vocabulary_steps 10k|1m ROWS STEPS [SECONDS]");
  const bool isLarge = std::string_view(argv[1]) == "1m";
  const int steps = std::atoi(argv[3]);
  Training training(isLarge ? vocabulary_1m_model() : vocabulary_10k_model(), static_cast<uint32_t>(std::atoi(argv[2])),
                    steps, argc > 4);
#if defined(__SSE2__)
  // As the hosted runtime does: denormals are flushed.
  _mm_setcsr(_mm_getcsr() | 0x8040);
#endif
  int next = 0;
  const auto take = [&](int count) {
    for (int i = 0; i < count; ++i, next = (next + 1) % steps)
      training.step(next);
  };
  take(steps);
  if (argc == 4)
    return 0;
  constexpr int kBlock = 4;
  std::vector<double> times;
  const double budget = std::atof(argv[4]);
  const auto since = [](Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); };
  const Clock::time_point start = Clock::now();
  while (times.size() < 5 || since(start) < budget) {
    const Clock::time_point begin = Clock::now();
    take(kBlock);
    times.push_back(since(begin) / kBlock);
  }
  std::sort(times.begin(), times.end());
  std::printf("{\"minimum\": %.9g, \"median\": %.9g, \"blocks\": %zu}\n", times.front(), times[times.size() / 2],
              times.size());
}
