//===- EmitObject.h - the LLVM dialect to machine code ----------*- C++ -*-===//
#pragma once

#include "codegen/ModelInfo.h"
#include "codegen/StackUse.h"
#include "codegen/TargetMachine.h"

#include "llvm/Support/Error.h"

#include <memory>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace ingot::codegen {

/// Translates, adds the descriptor and optimises. `info` gets what `prepare` makes of
/// frozen weights.
llvm::Expected<std::unique_ptr<llvm::Module>>
translateModule(mlir::ModuleOp module, llvm::LLVMContext &context, ModelInfo &info, llvm::StringRef summary,
                llvm::TargetMachine &machine, const TargetOptions &options);

/// Assembly or an object file, with what its functions take of the stack. An object with
/// an undefined symbol or a writable section is refused.
llvm::Expected<std::string> emitAssembly(llvm::Module &module, llvm::TargetMachine &machine);
llvm::Expected<std::string> emitObject(llvm::Module &module, llvm::TargetMachine &machine, StackFrames &frames);

} // namespace ingot::codegen
