//===- LiveBytes.h - how much memory a body needs ---------------*- C++ -*-===//
//
// What is to save memory is tried on a copy, and measured by what the planner of
// the arena cannot undercut.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "codegen/kernels/KernelChoices.h"
#include "codegen/kernels/TargetInfo.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace ingot::codegen {

/// Counts the bytes of bodies of one module, whose kernels need some, too.
class LiveBytes {
public:
  static mlir::FailureOr<LiveBytes> of(mlir::ModuleOp module);

  /// The most bytes that live at once in `body`, for its largest batch.
  mlir::FailureOr<uint64_t> in(mlir::func::FuncOp body) const;

private:
  TargetInfo target;
  KernelChoices choices;
  int64_t threads = 1;
};

} // namespace ingot::codegen
