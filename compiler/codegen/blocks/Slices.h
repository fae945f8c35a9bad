//===- Slices.h - what is done some samples at a time -----------*- C++ -*-===//
//
// Divides the ops of a body into those before, in and behind a loop over slices of
// the batch.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "codegen/parallel/Division.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseSet.h"

namespace ingot::codegen {

/// What is to become of some ops, before anything else is decided.
struct SlicesWanted {
  /// Folds that go on from slice to slice, if they can.
  llvm::DenseSet<mlir::Operation *> folds;
  /// What the loop reads of the whole batch: done before it, with all that it needs.
  llvm::DenseSet<mlir::Operation *> front;
  /// What is not in the loop, whether or not it could be.
  llvm::DenseSet<mlir::Operation *> outside;
};

/// Ops of a body, in their order. All others stand before the loop.
struct Slices {
  llvm::SmallVector<mlir::Operation *> loop, behind;
};

/// Everything of `function` that needs no sample but its own goes into the loop, and what it
/// needs before it.
Slices findSlices(mlir::func::FuncOp function, mlir::Value batch, const SlicesWanted &wanted);

/// Whether an op that needs no sample but its own reads, in the end, what `fold` makes.
bool isReadBySamples(mlir::Operation *fold, mlir::Value batch);

/// Does `slices` for `samples` samples at a time. Returns how many buffers got smaller.
unsigned doInSlices(mlir::func::FuncOp function, mlir::Value batch, const Slices &slices, int64_t samples);

} // namespace ingot::codegen
