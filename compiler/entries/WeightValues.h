//===- WeightValues.h - what depends on weights alone -----------*- C++ -*-===//
#pragma once

#include "ingot/Dialect/Ingot.h"

#include "llvm/ADT/DenseMap.h"

namespace ingot {

/// Tells of values in the block of an entry whether they are functions of weights
/// alone: the same in each call until weights change.
class WeightValues {
public:
  bool contains(mlir::Value value);

private:
  bool compute(mlir::Value value);

  llvm::DenseMap<mlir::Value, bool> known;
};

/// Bytes of a tensor of static shape, of elements of four.
inline int64_t bytesOf(mlir::Value value) { return 4 * tensorType(value).getNumElements(); }

} // namespace ingot
