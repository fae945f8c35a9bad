//===- Cluster.h - ops that are done block by block -------------*- C++ -*-===//
//
// The update of a variable and what makes its gradient.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "codegen/parallel/Division.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace ingot::codegen {

/// Ops of one block of code that divide alike.
struct Cluster {
  /// In their order. All are done where the last one stands.
  llvm::SmallVector<mlir::linalg::LinalgOp> ops;
  llvm::DenseMap<mlir::Operation *, Division> divisions;
  /// Buffers that nobody else uses, and their dimensions that are divided.
  llvm::SmallVector<std::pair<mlir::memref::AllocOp, int64_t>> own;
  int64_t extent = 0;
};

/// Whether `op` writes params or state.
bool updatesVariable(mlir::linalg::LinalgOp op);

/// All that uses `gradient`, if it can be done by parts of its dimension `dim`. With
/// `takesAlong`, so is what else is used on the way only. Else `whyNot` says why.
std::optional<Cluster> findCluster(mlir::memref::AllocOp gradient, int64_t dim, bool takesAlong, std::string &whyNot);

/// Does the ops in blocks of `block` of the extent's elements, and then, if it has some
/// more, in a smaller one.
void doInBlocks(const Cluster &cluster, int64_t block);

} // namespace ingot::codegen
