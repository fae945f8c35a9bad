//===- EvaluatePrepare.h - what prepare makes of frozen weights -*- C++ -*-===//
#pragma once

#include "codegen/ModelInfo.h"

#include "llvm/Support/Error.h"

namespace llvm {
class Module;
}

namespace ingot::codegen {

/// Runs `PREFIX_prepare` of `module`, which is for any target and not yet optimised,
/// on the weights of `info`: the block that it leaves, without its scratch.
llvm::Expected<std::string> evaluatePrepare(const llvm::Module &module, const ModelInfo &info);

/// The same of a module in the LLVM dialect.
llvm::Expected<std::string> evaluatePrepare(mlir::ModuleOp module, const ModelInfo &info);

} // namespace ingot::codegen
