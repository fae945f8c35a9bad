//===- Passes.h - passes of the stage codegen -------------------*- C++ -*-===//
#pragma once

#include "ingot/Dialect/Ingot.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

#include <memory>

namespace ingot {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "codegen/Passes.h.inc"

/// Attributes of LLVM functions whose code is to be small; none where its length gains speed.
llvm::SmallVector<llvm::StringRef> sizeAttributes(mlir::ModuleOp module);

/// Whether loops of one kind share a function on a machine without vectors, to which a
/// bound that is known only at run time costs nothing: code is to be small, or there are
/// no caches whose sizes would need known bounds.
bool sharesLoops(mlir::ModuleOp module);
} // namespace ingot
