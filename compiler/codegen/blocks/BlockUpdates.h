//===- BlockUpdates.h - no gradient is larger than a block ------*- C++ -*-===//
#pragma once

#include "codegen/blocks/LiveBytes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace ingot::codegen {

/// How `ingot-block-updates` goes about it.
struct BlockOptions {
  /// About the size of a block.
  int64_t bytes = 0;
  LiveBytes live;
  /// Whether remarks say what came of it: not for a trial.
  bool tells = true;

  static mlir::FailureOr<BlockOptions> of(mlir::ModuleOp module);
};

/// Makes and uses up gradients of `function` in blocks, where that needs no more memory.
mlir::LogicalResult blockUpdates(mlir::func::FuncOp function, const BlockOptions &options);

} // namespace ingot::codegen
