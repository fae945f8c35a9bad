//===- Masks.h - Keras' masks of values -------------------------*- C++ -*-===//
//
// A mask is a tensor<...xi1>, true where an element counts. Its sizes are the first
// ones of what it masks: (b, t) masks the steps of (b, t, features). The rules of the
// layers are their `MaskOpInterface`.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

#include "llvm/ADT/DenseMap.h"

namespace ingot {

/// Masks of the values of one entry, as far as they are known.
class MaskMap {
public:
  /// Null if all of `value` counts.
  mlir::Value lookup(mlir::Value value) const { return masks.lookup(value); }
  /// A null `mask` leaves `value` without one.
  void set(mlir::Value value, mlir::Value mask) {
    if (mask)
      masks[value] = mask;
  }

private:
  llvm::DenseMap<mlir::Value, mlir::Value> masks;
};

/// The mask of the steps of `x` that are not `maskValue` in all of their features,
/// which are the last axis.
mlir::Value createStepMask(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value x, double maskValue);

/// `mask` as one of `shape`, whose first sizes are its own, or where it has ones.
mlir::Value createWidenedMask(mlir::OpBuilder &builder, mlir::Location loc,
                              mlir::Value mask, llvm::ArrayRef<int64_t> shape);

} // namespace ingot
