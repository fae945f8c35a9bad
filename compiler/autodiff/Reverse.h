//===- Reverse.h - the two walks of reverse mode ---------------*- C++ -*-===//
//
// Of an entry's block, and of the bodies in it: a rule of an op with a region
// walks that in the same way.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "autodiff/GradientMap.h"

namespace ingot {

using Operations = llvm::iterator_range<mlir::Block::iterator>;

/// Marks the float values that depend on what is active, those in bodies too.
void markActive(Operations ops, GradientMap &gradients);

/// Asks each op that is there now for its rule, the last one first. A rule may
/// put another op in the place of its own.
llvm::LogicalResult walkBack(Operations ops, mlir::OpBuilder &builder, GradientMap &gradients);

} // namespace ingot
