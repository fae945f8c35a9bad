//===- TargetMachine.cpp - LLVM's machine for a target -------------------===//
//
// What a user says of a target, checked word by word: LLVM warns of a name that it
// does not know, or crashes, and says nothing of two that do not go together.
//
//===----------------------------------------------------------------------===//

#include "codegen/TargetMachine.h"

#include "codegen/Failure.h"
#include "codegen/TargetFacts.h"
#include "codegen/TargetTable.h"
#include "graph/Wording.h"

#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/ARMTargetParser.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;
using namespace ingot::codegen;
using ingot::failure;

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// Processors of microcontrollers know Thumb alone, whatever their tools are called:
/// `arm-none-eabi` for a Cortex-M7 is `thumbv7em-none-eabi`, as for clang.
static std::string thumbTriple(const std::string &given, StringRef cpu) {
  Triple triple(Triple::normalize(given));
  const ARM::ArchKind kind = ARM::parseCPUArch(cpu);
  if (triple.getArch() != Triple::arm || kind == ARM::ArchKind::INVALID ||
      ARM::parseArchProfile(ARM::getArchName(kind)) != ARM::ProfileKind::M)
    return given;
  triple.setArchName(("thumb" + ARM::getSubArch(kind)).str());
  return triple.str();
}

Error ingot::codegen::completeTarget(TargetOptions &options) {
  auto complete = [](std::string &value, StringRef usual) {
    if (value.empty())
      value = usual.str();
  };
  if (const TargetPreset *preset = findPreset(options.target)) {
    complete(options.triple, preset->triple);
    complete(options.cpu, preset->cpu);
    if (!preset->features.empty())
      options.features = (preset->features + (options.features.empty() ? "" : ",") + options.features).str();
  } else if (!options.target.empty()) {
    if (Triple(Triple::normalize(options.target)).getArch() == Triple::UnknownArch) {
      const std::string likeness = ingot::didYouMean(options.target, presetNames());
      return failure("target `", options.target, "` is neither known by name nor a triple",
                     likeness.empty() ? "; `--print-targets` names all" : likeness);
    }
    complete(options.triple, options.target);
  }
  complete(options.triple, "x86_64-unknown-linux-gnu");
  complete(options.cpu, defaultCpu(options.triple));
  options.triple = thumbTriple(options.triple, options.cpu);
  return Error::success();
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

//===----------------------------------------------------------------------===//
// Floating point numbers
//===----------------------------------------------------------------------===//

static bool hasFloatRegisters(const MCSubtargetInfo &subtarget) {
  const Triple &triple = subtarget.getTargetTriple();
  return triple.isThumb() ? subtarget.checkFeatures("+vfp2sp") : !triple.isRISCV() || subtarget.checkFeatures("+f");
}

/// `soft`, `softfp` or `hard`, of the options or of the triple.
static std::string floatAbiOf(const ingot::codegen::TargetOptions &options, const MCSubtargetInfo &subtarget) {
  if (!options.floatAbi.empty())
    return options.floatAbi;
  const Triple &triple = subtarget.getTargetTriple();
  if (triple.isThumb())
    return triple.isHardFloatABI() ? "hard" : "softfp";
  return hasFloatRegisters(subtarget) ? "hard" : "softfp";
}

/// Do numbers in registers go with a processor that has none?
static Error checkRegisters(const ingot::codegen::TargetOptions &options, const MCSubtargetInfo &subtarget) {
  if (floatAbiOf(options, subtarget) != "hard" || hasFloatRegisters(subtarget))
    return Error::success();
  return failure("cpu `", options.cpu, "` has no registers for floating point numbers, target `", options.triple,
                 "` would pass them there; `--float-abi` must be soft, or `--mcpu` one that has");
}

/// Features with those of the float ABI: for `soft`, no instruction may use the registers.
static std::string featuresOf(const ingot::codegen::TargetOptions &options, const Triple &triple) {
  std::string features = options.features;
  auto add = [&](StringRef feature) { features += (features.empty() ? "" : ",") + feature.str(); };
  // Of a vector of integers times a power of two, LLVM 22 makes a conversion of Helium's from fixed point,
  // with the number of a register where that of bits belongs. Floats are scalars until it does not.
  if (triple.isThumb())
    add("-mve.fp");
  if (options.floatAbi == "soft")
    add(triple.isThumb() ? "-fpregs" : "-f");
  return features;
}

/// RISC-V names the convention by the widest register that it passes numbers in.
static std::string riscvAbi(const MCSubtargetInfo &subtarget, StringRef floatAbi) {
  std::string abi = subtarget.getTargetTriple().isRISCV64() ? "lp64" : "ilp32";
  if (floatAbi == "hard")
    abi += subtarget.checkFeatures("+d") ? "d" : "f";
  return abi;
}

//===----------------------------------------------------------------------===//
// The machine
//===----------------------------------------------------------------------===//

static Error checkTriple(const ingot::codegen::TargetOptions &options, const Triple &triple) {
  if (isSupported(triple))
    return Error::success();
  if (triple.getArch() != Triple::UnknownArch && !triple.isLittleEndian())
    return failure("target `", options.triple, "` is big-endian; must be little-endian");
  if (triple.getArch() == Triple::arm)
    return failure("target `", options.triple, "` is of many processors; `--mcpu` must be one of the M profile, as `cortex-m7`");
  if (isSupported(Triple(triple.getArchName(), "unknown", "none", "elf")))
    return failure("objects of target `", options.triple, "` are not ELF; must be, as of `", triple.getArchName(), "-none-elf`");
  return failure("target `", options.triple, "` is not supported; supported: ", supportedTargets);
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
  if (Error error = checkTriple(options, triple))
    return error;
  std::unique_ptr<MCSubtargetInfo> subtarget(target->createMCSubtargetInfo(triple, "", ""));
  if (!options.cpu.empty() && !subtarget->isCPUStringValid(options.cpu))
    return failure("cpu `", options.cpu, "` is unknown to target `", options.triple, "`", ingot::didYouMean(options.cpu, cpuNames(*subtarget)));
  if (Error error = checkFeatures(*subtarget, options))
    return error;
  if (!options.floatAbi.empty() && options.floatAbi != "hard" && !triple.isThumb() && !triple.isRISCV())
    return failure("target `", options.triple, "` passes floating point numbers in registers; `--float-abi` must be hard");
  const std::string features = featuresOf(options, triple);
  subtarget.reset(target->createMCSubtargetInfo(triple, options.cpu, features));
  if (Error error = checkRegisters(options, *subtarget))
    return error;

  llvm::TargetOptions machineOptions;
  machineOptions.AllowFPOpFusion = options.portable ? FPOpFusion::Strict : FPOpFusion::Standard;
  machineOptions.FunctionSections = true;
  machineOptions.DataSections = true;
  const std::string floatAbi = floatAbiOf(options, *subtarget);
  machineOptions.FloatABIType = floatAbi == "hard" ? FloatABI::Hard : FloatABI::Soft;
  if (triple.isRISCV())
    machineOptions.MCOptions.ABIName = riscvAbi(*subtarget, floatAbi);
  // Firmware is linked to where it runs.
  const bool isFixed = options.relocationModel.empty() ? triple.getOS() != Triple::Linux : options.relocationModel == "static";
  // The small model of RISC-V reaches the first and the last 2 GB; boards have their memory between.
  std::optional<CodeModel::Model> codeModel;
  if (triple.isRISCV64())
    codeModel = CodeModel::Medium;
  auto level = options.optLevel == '0'   ? CodeGenOptLevel::None
               : options.optLevel == '1' ? CodeGenOptLevel::Less
               : options.optLevel == '3' ? CodeGenOptLevel::Aggressive
                                         : CodeGenOptLevel::Default;
  return std::unique_ptr<TargetMachine>(target->createTargetMachine(triple, options.cpu, features, machineOptions,
                                                                    isFixed ? Reloc::Static : Reloc::PIC_, codeModel, level));
}
