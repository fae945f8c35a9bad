//===- TargetFacts.cpp - what passes know of a machine --------------------===//

#include "codegen/TargetFacts.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;
using namespace ingot::codegen;

const char *const ingot::codegen::supportedTargets =
    "x86_64, aarch64, thumb, riscv32 and riscv64 with ELF objects, and wasm32";

bool ingot::codegen::isSupported(const Triple &triple) {
  switch (triple.getArch()) {
  case Triple::x86_64:
  case Triple::aarch64:
  case Triple::thumb:
  case Triple::riscv32:
  case Triple::riscv64:
    return triple.isOSBinFormatELF();
  case Triple::wasm32:
    return true;
  default:
    return false;
  }
}

std::string ingot::codegen::defaultCpu(const std::string &triple) {
  return Triple(Triple::normalize(triple)).getArch() == Triple::x86_64
             ? "x86-64-v3"
             : "generic";
}

/// What a core of `cpu` has of the second cache. LLVM does not know; a name without
/// a line here stands for many, and gets what the least of them is likely to have.
static int64_t secondCacheOf(StringRef cpu) {
  return StringSwitch<int64_t>(cpu)
      .Cases({"haswell", "broadwell", "skylake"}, 256 << 10)
      .Cases({"x86-64-v4", "znver4", "znver5", "skylake-avx512", "cascadelake"}, 1 << 20)
      .Cases({"neoverse-n1", "neoverse-v1", "neoverse-n2"}, 1 << 20)
      .Cases({"icelake-server", "sapphirerapids", "emeraldrapids"}, 5 << 18)
      .Default(512 << 10);
}

// A feature of another architecture must not be asked for: LLVM warns about it on
// stderr and then says that it is there.

static void addFactsOfX86(const MCSubtargetInfo &subtarget, TargetFacts &facts) {
  const bool avx512 = subtarget.checkFeatures("+avx512f");
  facts.vectorWidth = avx512 ? 16 : subtarget.checkFeatures("+avx") ? 8 : 4;
  facts.vectorRegisters = avx512 ? 32 : 16;
  facts.fma = subtarget.checkFeatures("+fma");
  facts.floor = subtarget.checkFeatures("+sse4.1");
}

static void addFactsOfAArch64(const MCSubtargetInfo &subtarget, TargetFacts &facts) {
  const bool neon = subtarget.checkFeatures("+neon");
  facts.vectorWidth = neon ? 4 : 1;
  facts.vectorRegisters = 32;
  facts.fma = facts.floor = neon;
}

static void addFactsOfScalar(TargetFacts &facts, bool hasFloats) {
  facts.vectorWidth = 1;
  facts.vectorRegisters = hasFloats ? 32 : 8;
  facts.sqrt = hasFloats;
}

static void addFactsOfArm(const MCSubtargetInfo &subtarget, TargetFacts &facts) {
  addFactsOfScalar(facts, subtarget.checkFeatures("+vfp2sp"));
  facts.fma = subtarget.checkFeatures("+vfp4d16sp");
  facts.floor = subtarget.checkFeatures("+fp-armv8d16sp");
}

static void addFactsOfRiscv(const MCSubtargetInfo &subtarget, TargetFacts &facts) {
  const bool hasFloats = subtarget.checkFeatures("+f");
  addFactsOfScalar(facts, hasFloats);
  facts.fma = hasFloats;
}

static void addFactsOfWasm(const MCSubtargetInfo &subtarget, TargetFacts &facts) {
  facts.vectorWidth = subtarget.checkFeatures("+simd128") ? 4 : 1;
  facts.floor = true;
}

TargetFacts ingot::codegen::factsOf(const MCSubtargetInfo &subtarget) {
  const Triple &triple = subtarget.getTargetTriple();
  TargetFacts facts;
  facts.pointerBits = triple.getArchPointerBitWidth();
  // No cache line is wider, and memory is scarce.
  if (facts.pointerBits == 32)
    facts.alignment = 16;
  // Microcontrollers: memory answers in a cycle or two.
  facts.smallCode = triple.isThumb() || triple.isRISCV32();
  facts.caches = !facts.smallCode;
  facts.l1Bytes = subtarget.getCacheSize(0).value_or(facts.l1Bytes);
  facts.l2Bytes = subtarget.getCacheSize(1).value_or(secondCacheOf(subtarget.getCPU()));
  if (triple.isX86())
    addFactsOfX86(subtarget, facts);
  else if (triple.isAArch64())
    addFactsOfAArch64(subtarget, facts);
  else if (triple.isThumb())
    addFactsOfArm(subtarget, facts);
  else if (triple.isRISCV())
    addFactsOfRiscv(subtarget, facts);
  else
    addFactsOfWasm(subtarget, facts);
  return facts;
}
