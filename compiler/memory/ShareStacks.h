//===- ShareStacks.h - stacks in the place of one that has been read -*- C++ -*-===//
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace ingot::memory {

/// Lets steps of loops write where they have read for the last time. With `willFuse` it is as if
/// elementwise ops of a step were one loop already: that is to count bytes, not to run.
void shareStacks(mlir::func::FuncOp function, bool willFuse);

} // namespace ingot::memory
