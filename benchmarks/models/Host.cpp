//===- Host.cpp - the threads that a call is lent -------------------------===//

#include "Host.h"

#ifdef INGOT_BENCHMARK_THREADS

#include "Measure.h"

/// OpenMP keeps its threads between calls, so each costs its mode only.
static void parallelFor(void *, uint32_t n, void (*body)(void *arg, uint32_t i), void *arg) {
#pragma omp parallel for schedule(static, 1) num_threads(INGOT_BENCHMARK_THREADS)
  for (uint32_t i = 0; i < n; ++i) {
    benchmarks::flushDenormals();
    body(arg, i);
  }
}

const ingot_host *benchmarks::host() {
  static const ingot_host threads = {sizeof(ingot_host), INGOT_BENCHMARK_THREADS, nullptr, parallelFor, nullptr, nullptr};
  return &threads;
}

#else

const ingot_host *benchmarks::host() { return nullptr; }

#endif
