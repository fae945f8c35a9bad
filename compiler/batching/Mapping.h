//===- Mapping.h - a new dimension in some operands of an op ----*- C++ -*-===//
#pragma once

#include "ingot/Dialect/Ingot.h"

namespace ingot {

/// `type` with a new dimension of `size` elements at `axis`.
mlir::RankedTensorType withDim(mlir::Type type, int64_t axis, int64_t size);

/// `value` with dimension `from` at position `to`; the others keep their order.
mlir::Value moveDim(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value, int64_t from, int64_t to);

/// `value` with a new dimension of `size` elements at `axis`, along which it repeats.
mlir::Value repeat(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value, int64_t axis, int64_t size);

/// What a batching rule works with: an op and the operands it is to have, those
/// that are mapped with a new dimension of `size` elements at `axis`.
class Mapping {
public:
  Mapping(mlir::OpBuilder &builder, mlir::Operation *op, mlir::ValueRange operands, llvm::ArrayRef<bool> mapped,
          int64_t axis, int64_t size)
      : builder(builder), axis(axis), size(size), op(op), operands(operands), mapped(mapped) {}

  mlir::Location loc() const { return op->getLoc(); }
  /// Operand `i` as it is, and whether it has the new dimension.
  mlir::Value operand(unsigned i) const { return operands[i]; }
  bool isMapped(unsigned i) const { return mapped[i]; }
  /// Operand `i` with the new dimension: repeated along it if it is not mapped.
  /// Sizes stay as they are.
  mlir::Value repeated(unsigned i) const;

  /// `type` with the new dimension.
  mlir::RankedTensorType typeOf(mlir::Type type) const { return withDim(type, axis, size); }
  mlir::RankedTensorType resultType() const { return typeOf(op->getResult(0).getType()); }
  /// Where dimension `dim` of before is now.
  int64_t shifted(int64_t dim) const { return dim + (dim >= axis); }
  llvm::SmallVector<int64_t> shifted(llvm::ArrayRef<int64_t> dims) const;

  mlir::OpBuilder &builder;
  const int64_t axis, size;

private:
  mlir::Operation *op;
  mlir::ValueRange operands;
  llvm::ArrayRef<bool> mapped;
};

/// Whether the new dimension has a place in every mapped operand and every result.
bool fits(mlir::Operation *op, llvm::ArrayRef<bool> mapped, int64_t axis);

/// The op itself, all its operands repeated: right where elements, or rows along
/// the last axis, do not meet.
mlir::Value rebuild(mlir::Operation *op, const Mapping &mapping);

} // namespace ingot
