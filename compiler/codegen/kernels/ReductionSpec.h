//===- ReductionSpec.h - which reduction an op is ---------------*- C++ -*-===//
//
// Recognises a linalg.generic that combines an elementwise function of its
// inputs over some dimensions, and chooses the shape of its loops. Looks only,
// rewrites nothing.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_REDUCTIONSPEC_H
#define INGOT_CODEGEN_KERNELS_REDUCTIONSPEC_H

#include "codegen/kernels/TargetInfo.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <optional>

namespace ingot::codegen {

/// Number of partial results of every reduction. A contract of portable
/// numerics: element r of a reduction belongs to lane r mod 8.
inline constexpr int64_t reductionLanes = 8;

/// How a reduction walks memory. The form never changes a bit of the result.
enum class ReductionForm {
  /// Inputs are contiguous along the reduction: one vector holds the lanes.
  Along,
  /// Inputs are contiguous along a kept dimension: a vector of columns a lane.
  Columns,
  /// Anything else: a scalar a lane.
  Scalar,
  /// One lane after the other: small code for a machine without vectors.
  LaneByLane
};

/// An op recognised as a reduction.
struct Reduction {
  mlir::linalg::GenericOp op;
  /// The op of the body that combines the output with the term, and the term.
  mlir::Operation *combiner = nullptr;
  mlir::Value term;
  /// What the output is filled with just before, where that is a constant; null if it
  /// is not.
  mlir::linalg::FillOp start;
  /// Iteration dimensions of each kind, in order.
  llvm::SmallVector<unsigned> parallelDims;
  llvm::SmallVector<unsigned> reductionDims;
};

/// Recognises `op`; nothing when its loops have to stay what they are.
std::optional<Reduction> classifyReduction(mlir::linalg::GenericOp op);

/// The fill with a constant right before `op`, of the output that `op` reduces into.
mlir::linalg::FillOp findStart(mlir::linalg::GenericOp op);

/// Whether `value` is an elementwise function of arguments of `body`.
bool isElementwiseTerm(mlir::Value value, mlir::Block *body);

/// The fastest form that `reduction` allows on `target`.
ReductionForm chooseForm(const Reduction &reduction, const TargetInfo &target);

/// Whether an access map mentions any of `dims`.
bool mapUsesAny(mlir::AffineMap map, llvm::ArrayRef<unsigned> dims);

} // namespace ingot::codegen

#endif // INGOT_CODEGEN_KERNELS_REDUCTIONSPEC_H
