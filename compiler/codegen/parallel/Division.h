//===- Division.h - how the work of an op divides ---------------*- C++ -*-===//
//
// Looks only, rewrites nothing.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

#include <optional>

namespace ingot::codegen {

/// Memory that an op touches, as a value of the block that the op stands in.
struct Access {
  mlir::Value memref;
  /// A part of the work touches the same part of this dimension alone. Else it may
  /// touch any element.
  std::optional<int64_t> dim;
  bool isWrite = false;
};

/// One way to divide an op: by rows of the batch, or by equal parts of one of its
/// loops. No part needs what another one writes.
struct Division {
  /// The loop that is divided, of a linalg op, and how long it is; 0: the batch.
  unsigned loop = 0;
  int64_t extent = 0;
  llvm::SmallVector<Access> accesses;

  bool isByBatch() const { return extent == 0; }
};

/// Whether parts of `lhs` and of `rhs` with one number may be done without regard
/// to the others, first all of that of `lhs`: what one writes, no other part of the
/// other touches.
bool areCompatible(const Division &lhs, const Division &rhs);

/// Whether `op`, or one inside it, takes a value that one of `others` makes.
bool dependsOn(mlir::Operation *op, llvm::ArrayRef<mlir::Operation *> others);

/// May what divides as `division` be done before all of `others`, which stand before it?
bool mayOvertake(const Division &division, llvm::ArrayRef<mlir::Operation *> others);

/// The memory with a dimension for the batch that `memref` is a view of: each row of
/// the view is of the row of the same sample there. Null if that is not so.
mlir::Value batchRootOf(mlir::Value memref, mlir::Value batch);

/// Rows of `memref` for one sample: more than one if the batch is the first of several
/// dimensions in one.
int64_t rowsOfSample(mlir::Value memref);

/// The one dimension of `memref` that is the batch.
std::optional<int64_t> batchDimOf(mlir::Value memref);

/// The loop of `op` over the batch, which every operand with a batch goes along
/// with, all results among them.
std::optional<unsigned> batchLoopOf(mlir::linalg::LinalgOp op);

/// The loop of `op` over the batch, if that folds the samples into results without a
/// batch: one after the other, each into what those before it left.
std::optional<unsigned> foldLoopOf(mlir::linalg::LinalgOp op);

/// Whether `load`, in the body of an op whose loop over the batch is `loop`, stays
/// in that loop's sample.
bool staysInSample(mlir::memref::LoadOp load, unsigned loop);

/// Divides `op`, a linalg op, a copy or a loop over such, by the batch.
std::optional<Division> divideByBatch(mlir::Operation *op, mlir::Value batch);

/// Divides `op`, which folds samples, by the batch. Its parts need one another: they are
/// for one thread, in order.
std::optional<Division> divideFold(mlir::linalg::LinalgOp op, mlir::Value batch);

/// Divides `op` by its loop `loop`, of static length.
std::optional<Division> divideLoop(mlir::linalg::LinalgOp op, unsigned loop);

} // namespace ingot::codegen
