//===- EvaluatePrepare.cpp - what prepare makes of frozen weights ---------===//
//
// LLVM IR says exactly what is computed: which operations, in which order, fused or
// not. So the target's code is run where the compiler runs, and gives the target's
// bits: vectors that this machine has not are taken apart, a fused multiply-add that
// it has not is that of the C library.
//
//===----------------------------------------------------------------------===//

#include "codegen/EvaluatePrepare.h"

#include "codegen/AlignedBlock.h"
#include "codegen/Failure.h"
#include "lower/Layout.h"

#include <ingot/abi.h>

#include "mlir/Target/LLVMIR/Export.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/TargetSelect.h"

#include <cstring>

using namespace llvm;
using namespace llvm::orc;
using namespace ingot;
using namespace ingot::codegen;

namespace {

/// Names of `entry` and of all that it calls.
StringSet<> reachedFrom(const Function &entry) {
  StringSet<> reached;
  SmallVector<const Function *> open = {&entry};
  while (!open.empty()) {
    const Function *function = open.pop_back_val();
    if (function->isDeclaration() || !reached.insert(function->getName()).second)
      continue;
    for (const BasicBlock &block : *function)
      for (const Instruction &instruction : block)
        for (const Value *operand : instruction.operands())
          if (const auto *callee = dyn_cast<Function>(operand))
            open.push_back(callee);
  }
  return reached;
}

} // namespace

Expected<std::string> ingot::codegen::evaluatePrepare(const Module &module, const ModelInfo &info) {
  InitializeNativeTarget();
  InitializeNativeTargetAsmPrinter();
  const std::string entry = info.prefix + "_prepare";
  const StringSet<> needed = reachedFrom(*module.getFunction(entry));
  ThreadSafeModule copy = cloneExternalModuleToContext(
      module, ThreadSafeContext(std::make_unique<LLVMContext>()),
      [&](const GlobalValue &value) { return needed.contains(value.getName()); });
  auto jit = LLJITBuilder().create();
  if (!jit)
    return jit.takeError();
  copy.withModuleDo([&](Module &own) {
    own.setTargetTriple((*jit)->getTargetTriple());
    own.setDataLayout((*jit)->getDataLayout());
  });

  AlignedBlock weights(info.frozenWeights.size(), blockAlignment), prepared(info.preparedBytes, blockAlignment);
  std::memcpy(weights.data(), info.frozenWeights.data(), info.frozenWeights.size());
  auto address = ExecutorSymbolDef(ExecutorAddr::fromPtr(weights.data()), JITSymbolFlags::Exported);
  if (Error error = (*jit)->getMainJITDylib().define(
          absoluteSymbols({{(*jit)->mangleAndIntern(frozenWeightsSymbol(info.prefix)), address}})))
    return error;
  if (Error error = (*jit)->addIRModule(std::move(copy)))
    return error;
  Expected<ExecutorAddr> function = (*jit)->lookup(entry);
  if (!function)
    return function.takeError();
  if (int32_t status = function->toPtr<ingot_prepare_fn *>()(nullptr, prepared.data()); status != INGOT_OK)
    return createStringError(inconvertibleErrorCode(), "`prepare` refused the weights with status %d", status);
  return std::string(static_cast<const char *>(prepared.data()), info.preparedValuesBytes());
}

Expected<std::string> ingot::codegen::evaluatePrepare(mlir::ModuleOp source, const ModelInfo &info) {
  LLVMContext context;
  std::unique_ptr<Module> module = mlir::translateModuleToLLVMIR(source, context, info.prefix);
  if (!module)
    return failure("the module cannot be translated to LLVM IR");
  return evaluatePrepare(*module, info);
}
