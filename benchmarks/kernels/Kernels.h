//===- Kernels.h - what the program of kernels measures ---------*- C++ -*-===//
#pragma once

#include <string>
#include <string_view>

namespace benchmarks {

/// Each registers what it measures as CASE/PROGRAM.
void addProducts();
void addLoops();
void addRecurrences();

/// The processor beside that of the build, for whose wider vectors some are compiled, too.
inline constexpr std::string_view kWideCpu = "x86-64-v4";

/// Whether what is compiled for `cpu` runs on this one.
bool canRun(std::string_view cpu);

/// What is compiled for `cpu`, as a program.
std::string programOf(std::string_view cpu);

/// One message on stderr, and the end.
[[noreturn]] void failKernel(const std::string &what);

} // namespace benchmarks
