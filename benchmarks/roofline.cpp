//===- roofline.cpp - what one core of this machine can do ----------------===//
//
// Prints one line of JSON: fused multiply-adds a second with all operands in
// registers, and bytes a second read from memory of several sizes. The maximum
// over repetitions: a bound must not be too low.
//
//===----------------------------------------------------------------------===//
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>

using Clock = std::chrono::steady_clock;

// Widest vectors that this file is compiled for; see CMakeLists.txt.
#if defined(__AVX__)
constexpr size_t kBytes = 32;
#else
constexpr size_t kBytes = 16;
#endif
#if defined(__x86_64__)
#define VECTOR_REGISTER "+x"
#elif defined(__aarch64__)
#define VECTOR_REGISTER "+w"
#endif
typedef float Vector __attribute__((vector_size(kBytes)));
constexpr size_t kLanes = kBytes / sizeof(float);

static double secondsOfBest(int repetitions, const std::function<void()> &work) {
  double best = 1e9;
  for (int i = 0; i < repetitions; ++i) {
    const Clock::time_point begin = Clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - begin).count());
  }
  return best;
}

/// Two units with a latency of four cycles want eight independent chains; twelve leave slack.
static double flopsPerSecond() {
  constexpr int kChains = 12;
  constexpr long kTurns = 100'000;
  const double seconds = secondsOfBest(200, [] {
    Vector sums[kChains] = {}, factor = Vector{} + 0.999f, term = Vector{} + 0.001f;
    asm volatile("" : VECTOR_REGISTER(factor), VECTOR_REGISTER(term));
    for (long turn = 0; turn < kTurns; ++turn)
#pragma GCC unroll 12
      for (int i = 0; i < kChains; ++i) {
        sums[i] = sums[i] * factor + term;
        asm volatile("" : VECTOR_REGISTER(sums[i])); // neither combined nor dropped
      }
  });
  return 2.0 * kTurns * kChains * kLanes / seconds;
}

static double bytesPerSecond(size_t bytes) {
  const size_t count = bytes / sizeof(float), turns = std::max<size_t>(1, (size_t(32) << 20) / bytes);
  struct Free {
    void operator()(float *memory) const { std::free(memory); }
  };
  const std::unique_ptr<float, Free> memory(static_cast<float *>(std::aligned_alloc(64, bytes)));
  std::fill_n(memory.get(), count, 1.0f);
  const double seconds = secondsOfBest(10, [&] {
    Vector sums[4] = {};
    for (size_t turn = 0; turn < turns; ++turn) {
      for (size_t i = 0; i < count; i += 4 * kLanes)
        for (size_t k = 0; k < 4; ++k)
          sums[k] += *reinterpret_cast<const Vector *>(memory.get() + i + k * kLanes);
      asm volatile("" ::: "memory");
    }
    for (Vector &sum : sums)
      asm volatile("" : VECTOR_REGISTER(sum));
  });
  return static_cast<double>(turns * bytes) / seconds;
}

int main() {
  std::printf("{\"flops\": %.6g, \"bandwidth\": {", flopsPerSecond());
  const char *separator = "";
  for (const size_t kilobytes : {16, 256, 4096, 262144}) {
    std::printf("%s\"%zu\": %.6g", separator, kilobytes * 1024, bytesPerSecond(kilobytes * 1024));
    separator = ", ";
  }
  std::printf("}}\n");
}
