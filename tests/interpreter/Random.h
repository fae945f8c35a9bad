//===- Random.h - Threefry-2x32-20, and the normal quantile ----*- C++ -*-===//
#pragma once

#include <array>
#include <cstdint>

namespace ingot::interpreter {

/// J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers:
/// as easy as 1, 2, 3", SC 2011.
std::array<uint32_t, 2> threefry(std::array<uint32_t, 2> key, std::array<uint32_t, 2> counter);

/// x such that a share `p` of the standard normal distribution is below x.
double normalQuantile(double p);

} // namespace ingot::interpreter
