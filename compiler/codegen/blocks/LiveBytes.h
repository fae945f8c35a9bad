//===- LiveBytes.h - how much memory a body needs ---------------*- C++ -*-===//
//
// What is to save memory is tried on a copy, and measured by what the planner of
// the arena cannot undercut.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace ingot::codegen {

/// The most bytes that live at once in `body`, for its largest batch.
mlir::FailureOr<uint64_t> liveBytesOf(mlir::func::FuncOp body, int64_t threads);

} // namespace ingot::codegen
