//===- Targets.h - what a loss or a metric compares with --------*- C++ -*-===//
#pragma once

#include "mlir/IR/Operation.h"

namespace ingot {

/// Whether `target` is what the loss or metric `name` wants for `prediction`: labels
/// of its shape without the last axis, or numbers of its shape. An error on `op` if
/// not.
mlir::LogicalResult verifyTarget(mlir::Operation *op, llvm::StringRef name, mlir::Type prediction, mlir::Type target);

} // namespace ingot
