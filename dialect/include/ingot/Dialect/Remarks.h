//===- Remarks.h - what passes tell about what they did ---------*- C++ -*-===//
//
// Remarks of MLIR, so that its own flags filter and write them. Passes say
//
//   remark::passed(op->getLoc(), remarkOn(op, "contraction", "kernel")) << remark::add("...");
//   remark::missed(op->getLoc(), remarkOn(op, "contraction", "pack")) << remark::add("...") << remark::reason("...");
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/IR/Remarks.h"

namespace ingot {

/// A remark about `op`: what it is about, which decision, and in which entry.
mlir::remark::RemarkOpts remarkOn(mlir::Operation *op, llvm::StringRef category, llvm::StringRef decision);

} // namespace ingot
