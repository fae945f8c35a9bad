//===- Slicer.h - ops on a part of their memory -----------------*- C++ -*-===//
//
// Makes ops again on what one chunk, or one part of a static extent, is to do.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "codegen/parallel/Division.h"

#include "mlir/IR/IRMapping.h"

namespace ingot::codegen {

/// Ops of one chunk of the batch.
class BatchSlicer {
public:
  /// Rows [`begin`, `begin` + `rows`) of the batch. Slices are made at the builder's
  /// insertion point of now.
  BatchSlicer(mlir::OpBuilder &builder, mlir::Value batch, mlir::Value begin, mlir::Value rows);

  /// `alloc`, which nobody else uses, has the rows of the chunk alone.
  void makePrivate(mlir::memref::AllocOp alloc);
  /// `op`, which divides by the batch or folds its samples, at the insertion point.
  void clone(mlir::OpBuilder &builder, mlir::Operation *op);

private:
  mlir::Value use(mlir::Value value);
  mlir::Value sliceOfRoot(mlir::Value root);
  mlir::Value cloneView(mlir::OpBuilder &builder, mlir::Operation *view);
  void cloneLinalg(mlir::OpBuilder &builder, mlir::linalg::LinalgOp op);
  void cloneRegions(mlir::Operation *from, mlir::Operation *to);

  /// At the top of the chunk, where slices are made.
  mlir::OpBuilder top;
  mlir::Value batch, begin, rows;
  mlir::IRMapping map;
};

/// Ops of one part of a static extent.
class PartSlicer {
public:
  /// `part` elements from `offset` on. Slices are made at the builder's insertion
  /// point of now.
  PartSlicer(mlir::OpBuilder &builder, mlir::Value offset, int64_t part);

  /// `alloc`, whose dimension `dim` is divided and which nobody else uses.
  void makePrivate(mlir::memref::AllocOp alloc, int64_t dim);
  /// `op`, which divides as `division` says, at the insertion point.
  void clone(mlir::OpBuilder &builder, mlir::linalg::LinalgOp op, const Division &division);

private:
  mlir::Value slice(mlir::Value memref, int64_t dim);

  mlir::OpBuilder top;
  mlir::Value offset;
  int64_t part;
  llvm::DenseMap<std::pair<mlir::Value, int64_t>, mlir::Value> slices;
};

} // namespace ingot::codegen
