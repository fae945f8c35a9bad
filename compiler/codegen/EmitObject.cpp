//===- EmitObject.cpp - the LLVM dialect to machine code -----------------===//
//
// In: a module in the LLVM dialect. Out: LLVM IR, assembly, an object file. The
// object is read back (VerifyObject.h).
//
//===----------------------------------------------------------------------===//

#include "codegen/EmitObject.h"

#include "codegen/Descriptor.h"
#include "codegen/EvaluatePrepare.h"
#include "codegen/TargetFacts.h"
#include "codegen/VerifyObject.h"
#include "graph/Wording.h"

#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/Target/LLVMIR/Export.h"

#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;
using namespace ingot::codegen;

template <typename... Parts> static Error failure(const Parts &...parts) {
  std::string message;
  raw_string_ostream out(message);
  (out << ... << parts);
  return createStringError(inconvertibleErrorCode(), message);
}

static std::vector<std::string> cpuNames(const MCSubtargetInfo &subtarget) {
  std::vector<std::string> names;
  for (const SubtargetSubTypeKV &cpu : subtarget.getAllProcessorDescriptions())
    names.push_back(cpu.Key);
  return names;
}

/// `+avx2,-fma`; LLVM only warns of a name that it does not know.
static Error checkFeatures(const MCSubtargetInfo &subtarget, const ingot::codegen::TargetOptions &options) {
  std::vector<std::string> known;
  for (const SubtargetFeatureKV &feature : subtarget.getAllProcessorFeatures())
    known.push_back(feature.Key);
  SmallVector<StringRef> features;
  StringRef(options.features).split(features, ',', -1, /*KeepEmpty=*/false);
  for (StringRef feature : features) {
    if (!feature.starts_with("+") && !feature.starts_with("-"))
      return failure("feature `", feature, "` of `--mattr` has no sign; must begin with `+` or `-`");
    if (!is_contained(known, feature.drop_front()))
      return failure("feature `", feature, "` is unknown to target `", options.triple, "`",
                     ingot::didYouMean(std::string_view(feature.drop_front()), known));
  }
  return Error::success();
}

Expected<std::unique_ptr<TargetMachine>> ingot::codegen::createTargetMachine(const TargetOptions &options) {
  InitializeAllTargetInfos();
  InitializeAllTargets();
  InitializeAllTargetMCs();
  InitializeAllAsmPrinters();
  InitializeAllAsmParsers();
  Triple triple(Triple::normalize(options.triple));
  std::string error;
  const Target *target = TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return failure("target `", options.triple, "` is unknown to this LLVM");
  if (!isSupported(triple))
    return failure("target `", options.triple, "` is not supported; supported: ", supportedTargets);
  if (options.floatAbi == "soft" && !triple.isThumb())
    return failure("target `", options.triple, "` passes floating point numbers in registers; `--float-abi` must be hard");
  std::unique_ptr<MCSubtargetInfo> subtarget(target->createMCSubtargetInfo(triple, "", ""));
  if (!options.cpu.empty() && !subtarget->isCPUStringValid(options.cpu))
    return failure("cpu `", options.cpu, "` is unknown to target `", options.triple, "`", ingot::didYouMean(options.cpu, cpuNames(*subtarget)));
  if (Error error = checkFeatures(*subtarget, options))
    return error;

  llvm::TargetOptions machineOptions;
  machineOptions.AllowFPOpFusion = options.portable ? FPOpFusion::Strict : FPOpFusion::Standard;
  machineOptions.FunctionSections = true;
  machineOptions.DataSections = true;
  if (!options.floatAbi.empty())
    machineOptions.FloatABIType = options.floatAbi == "soft" ? FloatABI::Soft : FloatABI::Hard;
  // Firmware is linked to where it runs.
  const bool isFixed = options.relocationModel.empty() ? triple.getOS() != Triple::Linux : options.relocationModel == "static";
  Reloc::Model relocation = isFixed ? Reloc::Static : Reloc::PIC_;
  // The small model of RISC-V reaches the first and the last 2 GB; boards have their memory between.
  std::optional<CodeModel::Model> codeModel;
  if (triple.isRISCV64())
    codeModel = CodeModel::Medium;
  auto level = options.optLevel == '0'   ? CodeGenOptLevel::None
               : options.optLevel == '1' ? CodeGenOptLevel::Less
               : options.optLevel == '3' ? CodeGenOptLevel::Aggressive
                                         : CodeGenOptLevel::Default;
  return std::unique_ptr<TargetMachine>(target->createTargetMachine(triple, options.cpu, options.features, machineOptions,
                                                                    relocation, codeModel, level));
}

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
