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

/// Attributes of LLVM functions that are to be small; none where speed is wanted.
llvm::SmallVector<llvm::StringRef> sizeAttributes(mlir::ModuleOp module);

/// Whether code is to be small on a machine without vectors, to which a bound that is
/// known only at run time costs nothing.
bool sharesLoops(mlir::ModuleOp module);
} // namespace ingot
