//===- main.cpp - kernels beside those of libraries -----------------------===//
//
// A program for Google Benchmark: its flags say what is measured and how often. All
// programs of a case run in this process; `--benchmark_enable_random_interleaving`
// has them take turns, as benchmarks/run does.
//
//===----------------------------------------------------------------------===//
#include "Kernels.h"

#include <benchmark/benchmark.h>

#ifdef INGOT_OPENBLAS
#include <cblas.h>
#endif
#ifdef INGOT_ONEDNN
#include <oneapi/dnnl/dnnl.h>
#endif
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#include <cstdio>
#include <cstdlib>

void benchmarks::failKernel(const std::string &what) {
  std::fprintf(stderr, "bench_kernels: %s\n", what.c_str());
  std::exit(1);
}

bool benchmarks::canRun(std::string_view cpu) {
  if (cpu != kWideCpu)
    return true; // that of the build
#if defined(__x86_64__)
  return __builtin_cpu_supports("x86-64-v4");
#else
  return false;
#endif
}

std::string benchmarks::programOf(std::string_view cpu) {
  return cpu == kWideCpu ? "Ingot for " + std::string(cpu) : "Ingot";
}

/// Which of its kernels a library has chosen says more than its version.
static void describeLibraries() {
#ifdef INGOT_OPENBLAS
  benchmark::AddCustomContext("OpenBLAS", std::string(openblas_get_config()) + ", core " + openblas_get_corename());
#endif
#ifdef INGOT_ONEDNN
  const dnnl_version_t *version = dnnl_version();
  benchmark::AddCustomContext("oneDNN", std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
                                            std::to_string(version->patch));
#endif
}

int main(int argc, char **argv) {
#if defined(__SSE2__)
  _mm_setcsr(_mm_getcsr() | 0x8040); // denormals are flushed, as the hosted runtime does
#endif
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 1;
  describeLibraries();
  benchmarks::addProducts();
  benchmarks::addLoops();
  benchmarks::addRecurrences();
  benchmark::RunSpecifiedBenchmarks();
}
