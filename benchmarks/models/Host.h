//===- Host.h - the threads that a call is lent -----------------*- C++ -*-===//
#pragma once

#include <ingot/abi.h>

namespace benchmarks {

/// OpenMP's, as many as the program is compiled for (INGOT_BENCHMARK_THREADS), or NULL.
const ingot_host *host();

} // namespace benchmarks
