//===- TargetFacts.cpp - what passes know of a machine --------------------===//

#include "codegen/TargetFacts.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;
using namespace ingot::codegen;

const char *const ingot::codegen::supportedTargets =
    "x86_64 and aarch64 with ELF objects";

bool ingot::codegen::isSupported(const Triple &triple) {
  return (triple.getArch() == Triple::x86_64 ||
          triple.getArch() == Triple::aarch64) &&
         triple.isOSBinFormatELF();
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

TargetFacts ingot::codegen::factsOf(const MCSubtargetInfo &subtarget) {
  TargetFacts facts;
  facts.l1Bytes = subtarget.getCacheSize(0).value_or(facts.l1Bytes);
  facts.l2Bytes = subtarget.getCacheSize(1).value_or(secondCacheOf(subtarget.getCPU()));
  // A feature of another architecture must not be asked for: LLVM warns about
  // it on stderr and then says that it is there.
  if (subtarget.getTargetTriple().getArch() == Triple::aarch64) {
    const bool neon = subtarget.checkFeatures("+neon");
    facts.vectorWidth = neon ? 4 : 1;
    facts.vectorRegisters = 32;
    facts.fma = facts.floor = neon;
    return facts;
  }
  const bool avx512 = subtarget.checkFeatures("+avx512f");
  facts.vectorWidth = avx512 ? 16 : subtarget.checkFeatures("+avx") ? 8 : 4;
  facts.vectorRegisters = avx512 ? 32 : 16;
  facts.fma = subtarget.checkFeatures("+fma");
  facts.floor = subtarget.checkFeatures("+sse4.1");
  return facts;
}
