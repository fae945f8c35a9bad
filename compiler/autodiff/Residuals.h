//===- Residuals.h - values of forward steps in backward ones --*- C++ -*-===//
#pragma once

#include "ingot/Dialect/Ingot.h"

#include "llvm/ADT/DenseMap.h"

namespace ingot {

/// Makes the body of a backward scan, which was written in terms of the values of
/// the forward body, a body of its own: whatever it reads from there becomes one
/// of its slices, or is computed again if that costs nothing.
class Residuals {
public:
  /// `backward` is the body's block. Adds arguments to it, behind those it has.
  Residuals(ScanOp forward, mlir::Block &backward);

  /// Puts a forward scan with the stacks that are still missing in the place of the
  /// old one, unless there are none. To be called last.
  ScanOp addStacks();

  /// What the added arguments are slices of; valid after addStacks.
  llvm::SmallVector<mlir::Value> stacks();

private:
  mlir::Value resolve(mlir::Value value);
  mlir::Value addSlice(mlir::Value value, unsigned number, bool isResult);
  mlir::Value clone(mlir::Value value);
  bool isAvailable(mlir::Value value);
  bool isComputedAgain(mlir::Value value);
  bool isForward(mlir::Value value) { return value.getParentBlock() == &forward.block(); }

  /// A slice of the backward scan: of one of the forward scan's `xs`, or of one of
  /// its results, by number.
  struct Source {
    unsigned number;
    bool isResult;
  };

  ScanOp forward;
  mlir::Block &backward;
  mlir::Operation *bodyBegin; ///< clones stand before it
  llvm::SmallVector<Source> sources;
  llvm::SmallVector<mlir::Value> missing; ///< forward values to be stacked
  llvm::DenseMap<mlir::Value, mlir::Value> resolved;
};

} // namespace ingot
