//===- BatchBlock.h - a block of ops for many rows at once ------*- C++ -*-===//
#pragma once

#include "ingot/Dialect/Ingot.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseSet.h"

namespace ingot {

/// Builds the ops of a block again, with a new dimension of `size` elements at `axis`
/// wherever that of an operand has it. `areCalls`: its rows are calls of their own.
class BlockBatcher {
public:
  BlockBatcher(mlir::OpBuilder &builder, int64_t axis, int64_t size, bool areCalls)
      : builder(builder), axis(axis), size(size), areCalls(areCalls) {}

  /// `value` stands for `original`; `isMapped`: it has the new dimension.
  void bind(mlir::Value original, mlir::Value value, bool isMapped);

  /// All ops but the terminator, at the builder. Fails at an op that has no rule;
  /// what was built till then is left. The block is not changed.
  llvm::LogicalResult build(mlir::Block &block);

  /// What stands for `original`; itself if nothing does.
  mlir::Value lookup(mlir::Value original) const { return values.lookupOrDefault(original); }
  bool isMapped(mlir::Value original) const { return mapped.contains(original); }
  /// What stands for `original`, repeated if it has not the new dimension.
  mlir::Value repeated(mlir::Value original) const;

private:
  mlir::OpBuilder &builder;
  const int64_t axis, size;
  const bool areCalls;
  mlir::IRMapping values;
  llvm::DenseSet<mlir::Value> mapped; ///< originals
};

/// Makes carries of what scans within `block` use of `block` itself or of a scan
/// around them. They are never changed; `tidy` takes them away again.
void closeScans(mlir::Block &block);

} // namespace ingot
