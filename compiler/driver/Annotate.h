//===- Annotate.h - what a module is compiled for ---------------*- C++ -*-===//
#pragma once

#include "codegen/EmitObject.h"
#include "codegen/TargetFacts.h"
#include "driver/Compile.h"

#include "mlir/IR/BuiltinOps.h"

namespace ingot::driver {

/// Has `module` say for itself what it is compiled for, so that any stage of it can
/// be continued from text. What it says already stays; an error if the target cannot
/// do that.
llvm::Error annotate(mlir::ModuleOp module, const Options &options, const codegen::TargetOptions &target,
                     const codegen::TargetFacts &facts, const std::string &prefix);

} // namespace ingot::driver
