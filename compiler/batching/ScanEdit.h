//===- ScanEdit.h - changing what a scan takes and gives --------*- C++ -*-===//
#pragma once

#include "ingot/Dialect/Ingot.h"

#include "llvm/ADT/BitVector.h"

namespace ingot {

/// Lets the body see slices of one more stack.
mlir::BlockArgument addX(ScanOp scan, mlir::Value stack);

/// Lets the body see `values` as carries that keep them, and only as such. `scan` is
/// replaced.
void addInvariants(ScanOp scan, mlir::ArrayRef<mlir::Value> values);

/// Adds a carry for each of the stacks with these numbers: the sum of its slices so far. They
/// come behind the carries that there are. `scan` is replaced.
ScanOp addSums(ScanOp scan, mlir::ArrayRef<unsigned> stacks);

/// A scan with the operands and the body of `scan`, right before it, whose results
/// are what that body yields by now: old results that are not `dropped`, then new
/// stacks. Uses of the old results that stay are replaced; `scan`, which has no body
/// any more, is to be erased.
ScanOp replaceResults(ScanOp scan, const llvm::BitVector &dropped);

/// Removes ops of the body that nothing needs.
void eraseDeadOps(ScanOp scan);

/// Removes dead ops, xs and stacks that are equal or not used, and carries that do
/// not change or that nothing needs. Returns the scan that is there then.
ScanOp tidy(ScanOp scan);

/// Calls `rewrite` for each scan, inner ones first. It may replace the scan.
void forEachScan(mlir::Operation *root, llvm::function_ref<void(ScanOp)> rewrite);

/// Whether `value` differs from step to step.
inline bool isInBody(ScanOp scan, mlir::Value value) { return value.getParentBlock() == &scan.block(); }

} // namespace ingot
