//===- Costs.h - what it is worth to divide work ----------------*- C++ -*-===//
//
// In units of one multiply-accumulate of a product that runs at the core's peak, some
// 17 ps on a core of 2023. What counts is the order of magnitude.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/IR/Operation.h"

namespace ingot::codegen {

/// The least work of a chunk, unless the module says otherwise: some 10 us, which is several times what threads that
/// wait actively take to begin and to end together.
inline constexpr int64_t usualWorkOfChunk = 1 << 19;

/// A region of so much work, some 2 ms, takes in nothing that would have to be done
/// out of order: its end costs little, memory that lives longer may cost much.
inline constexpr int64_t workOfLargeRegion = 1 << 27;

/// What `op`, a linalg op, a copy or a loop over such, takes for a batch of `batch`.
int64_t workOf(mlir::Operation *op, int64_t batch);

/// In how many equal parts of at least `leastElements` an extent is best divided for up
/// to `threads` threads.
int64_t partsOf(int64_t extent, int64_t threads, int64_t leastElements);

} // namespace ingot::codegen
