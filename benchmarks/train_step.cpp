//===- train_step.cpp - the time of one training step of the sample -------===//
//
//   train_step SECONDS
//
// Repeats mnist_train_step on one batch of 256 for that time and prints one line
// of JSON: the seconds of a step, median and minimum over blocks of steps that
// take at least 2 ms each. benchmarks/compare.py runs it beside its peer.
//
//===----------------------------------------------------------------------===//
#include "mnist.h"

#include <xmmintrin.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

using Clock = std::chrono::steady_clock;

static double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

static void *block(size_t bytes) {
  return std::aligned_alloc(MNIST_ALIGN, (bytes + MNIST_ALIGN) / MNIST_ALIGN * MNIST_ALIGN);
}

/// The hash that the peer uses, too: numbers in [0, 1) by position.
static float hashed(uint32_t index, uint32_t seed) {
  uint32_t x = index * 2654435761u + seed * 40503u + 12345u;
  x = (x ^ x >> 16) * 0x7feb352du;
  x = (x ^ x >> 15) * 0x846ca68bu;
  return static_cast<float>((x ^ x >> 16) >> 8) / 16777216.0f;
}

int main(int argc, char **argv) {
  const double budget = argc > 1 ? std::atof(argv[1]) : 2.0;
  constexpr int kBatch = 256, kPixels = 784, kClasses = 10;
  // As the hosted runtime and the peer do: denormals are flushed.
  _mm_setcsr(_mm_getcsr() | 0x8040);

  auto *params = static_cast<float *>(block(MNIST_PARAMS_BYTES));
  void *state = block(MNIST_STATE_BYTES), *arena = block(MNIST_TRAIN_STEP_ARENA_BYTES);
  std::vector<float> pixels(kBatch * kPixels);
  std::vector<int32_t> labels(kBatch);
  for (size_t i = 0; i < pixels.size(); ++i)
    pixels[i] = hashed(static_cast<uint32_t>(i), 101);
  for (size_t i = 0; i < labels.size(); ++i)
    labels[i] = std::min(kClasses - 1, static_cast<int>(hashed(static_cast<uint32_t>(i), 102) * kClasses));
  mnist_inputs in = {};
  mnist_targets targets = {};
  mnist_metrics metrics;
  in.pixels = pixels.data();
  targets.digit = labels.data();
  mnist_metrics_reset(&metrics);
  if (mnist_init(params, state, 1) != INGOT_OK)
    return 1;
  auto step = [&] {
    if (mnist_train_step(params, state, &in, &targets, kBatch, &metrics, arena, nullptr) != INGOT_OK)
      std::exit(1);
  };

  int warmUp = 0;
  const Clock::time_point warm = Clock::now();
  for (; warmUp < 3 || secondsSince(warm) < 0.3; ++warmUp)
    step();
  const int inner = std::max(1, static_cast<int>(std::ceil(2e-3 * warmUp / secondsSince(warm))));

  std::vector<double> times;
  const Clock::time_point start = Clock::now();
  while (times.size() < 30 || secondsSince(start) < budget) {
    const Clock::time_point begin = Clock::now();
    for (int i = 0; i < inner; ++i)
      step();
    times.push_back(secondsSince(begin) / inner);
  }
  std::sort(times.begin(), times.end());
  std::printf("{\"median\": %.9g, \"minimum\": %.9g, \"samples\": %zu}\n", times[times.size() / 2], times.front(),
              times.size());
}
