//===- ArenaPlan.h - static offsets for buffers -----------------*- C++ -*-===//
//
// The pure algorithm, without MLIR: buffers with sizes and lifetimes in, one
// offset each out.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ingot::memory {

/// A buffer that is live from step `first` to step `last`, both included.
struct Buffer {
  uint64_t size = 0; ///< bytes
  size_t first = 0;
  size_t last = 0;
};

struct ArenaPlan {
  std::vector<uint64_t> offsets; ///< one a buffer, in bytes
  uint64_t bytes = 0;            ///< end of the highest buffer
  uint64_t lowerBound = 0;       ///< most bytes live at one step
};

/// Most bytes that are live at one step: no plan can be smaller.
uint64_t liveBytes(const std::vector<Buffer> &buffers, uint64_t alignment);

/// Places every buffer so that buffers that are live together do not overlap.
/// Greedy by size: largest first, at the lowest offset that fits; if that is
/// above the lower bound, also by size times lifetime, then seeded exchanges of
/// the order. The same input gives the same plan.
ArenaPlan planArena(const std::vector<Buffer> &buffers, uint64_t alignment);

} // namespace ingot::memory
