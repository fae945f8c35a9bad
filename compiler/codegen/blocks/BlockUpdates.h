//===- BlockUpdates.h - no gradient is larger than a block ------*- C++ -*-===//
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace ingot::codegen {

/// How `ingot-block-updates` goes about it.
struct BlockOptions {
  /// About the size of a block.
  int64_t bytes = 0;
  /// Rows that a block has at least.
  int64_t rows = 0;
  /// Columns that it has at least if it has not all of them, which 0 forbids.
  int64_t columns = 0;
  int64_t threads = 1;
  /// Whether remarks say what came of it: not for a trial.
  bool tells = true;

  static BlockOptions of(mlir::ModuleOp module);
};

/// Makes and uses up gradients of `function` in blocks, where that needs no more memory.
mlir::LogicalResult blockUpdates(mlir::func::FuncOp function, const BlockOptions &options);

} // namespace ingot::codegen
