//===- EmitObject.cpp - the LLVM dialect to machine code -----------------===//
//
// In: a module in the LLVM dialect. Out: LLVM IR, assembly, an object file. The
// object is read back (VerifyObject.h).
//
//===----------------------------------------------------------------------===//

#include "codegen/EmitObject.h"

#include "codegen/Descriptor.h"
#include "codegen/EvaluatePrepare.h"
#include "codegen/Failure.h"
#include "codegen/HalfWeights.h"
#include "codegen/VerifyObject.h"

#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/Target/LLVMIR/Export.h"

#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;
using namespace ingot::codegen;
using ingot::failure;

Expected<std::unique_ptr<Module>> ingot::codegen::translateModule(mlir::ModuleOp source, LLVMContext &context,
                                                                  ModelInfo &info, StringRef summary,
                                                                  TargetMachine &machine, const TargetOptions &options) {
  std::unique_ptr<Module> module = mlir::translateModuleToLLVMIR(source, context, info.prefix);
  if (!module)
    return failure("the module cannot be translated to LLVM IR");
  if (info.hasFrozenPrepared()) {
    Expected<std::string> prepared = evaluatePrepare(*module, info);
    if (!prepared)
      return prepared.takeError();
    info.frozenPrepared = std::move(*prepared);
  }
  module->setTargetTriple(machine.getTargetTriple());
  module->setDataLayout(machine.createDataLayout());
  module->setSourceFileName(info.prefix);
  emitDescriptor(*module, info, summary);
  if (info.hasHalfWeights)
    if (Error error = readHalfWeights(*module, frozenWeightsSymbol(info.prefix), machine))
      return error;
  bool forSize = options.optLevel == 's' || options.optLevel == 'z';
  unsigned level = forSize ? 2 : options.optLevel - '0';
  unsigned size = options.optLevel == 's' ? 1 : options.optLevel == 'z' ? 2 : 0;
  if (Error error = mlir::makeOptimizingTransformer(level, size, &machine)(module.get()))
    return error;
  return module;
}

static Expected<std::string> emitFile(Module &module, TargetMachine &machine, CodeGenFileType type, StackFrames &frames) {
  SmallString<0> buffer;
  raw_svector_ostream out(buffer);
  legacy::PassManager passes;
  // Code generation consumes the module; what is emitted next needs it again.
  std::unique_ptr<Module> copy = CloneModule(module);
  if (!addPassesToEmitFile(passes, machine, out, type, frames))
    return failure("this target cannot emit such a file");
  passes.run(*copy);
  return std::string(buffer.str());
}

/// Whatever its format makes of it, an object's data are constants.
static Error verifyConstants(const Module &module) {
  for (const GlobalVariable &global : module.globals())
    if (!global.isConstant())
      return failure("the object would have the variable `", global.getName(), "`; this is a bug of the compiler");
  return Error::success();
}

Expected<std::string> ingot::codegen::emitAssembly(Module &module, TargetMachine &machine) {
  StackFrames ofTheObject;
  return emitFile(module, machine, CodeGenFileType::AssemblyFile, ofTheObject);
}

Expected<std::string> ingot::codegen::emitObject(Module &module, TargetMachine &machine, StackFrames &frames) {
  Expected<std::string> bytes = emitFile(module, machine, CodeGenFileType::ObjectFile, frames);
  if (!bytes)
    return bytes;
  if (Error error = joinErrors(verifyConstants(module), verifyObject(*bytes, *machine.getMCSubtargetInfo())))
    return error;
  return bytes;
}
