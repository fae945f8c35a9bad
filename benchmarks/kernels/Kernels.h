//===- Kernels.h - what the program of kernels measures ---------*- C++ -*-===//
#pragma once

#include <string>

namespace benchmarks {

/// Each registers what it measures as CASE/PROGRAM.
void addProducts();
void addLoops();
void addRecurrences();

/// One message on stderr, and the end.
[[noreturn]] void failKernel(const std::string &what);

} // namespace benchmarks
