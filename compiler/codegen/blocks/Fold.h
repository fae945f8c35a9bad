//===- Fold.h - sums over the batch, slice by slice -------------*- C++ -*-===//
#pragma once

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <optional>

namespace ingot::codegen {

/// What becomes of the result of an op that folds the samples of the batch, if it goes
/// on from slice to slice of them with what is in memory.
enum class Fold {
  /// The same bits.
  Same,
  /// The same bits if what goes on are the lanes of a reduction, see `keepLanes`.
  SameInLanes,
  /// The same but for rounding: the samples are not the outermost of what is summed up.
  Reordered
};

/// How `op` folds `batch`, if it does so and is known to.
std::optional<Fold> foldOf(mlir::linalg::LinalgOp op, mlir::Value batch, int64_t maxBatch);

/// Has `op`, a reduction, leave its lanes in a buffer, from which another one makes the result.
/// Returns what fills the buffer, which may be done in slices of a multiple of as many
/// samples as there are lanes.
mlir::linalg::GenericOp keepLanes(mlir::linalg::GenericOp op);

} // namespace ingot::codegen
