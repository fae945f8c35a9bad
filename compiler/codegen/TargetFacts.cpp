//===- TargetFacts.cpp - what passes know of a machine --------------------===//

#include "codegen/TargetFacts.h"

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

TargetFacts ingot::codegen::factsOf(const MCSubtargetInfo &subtarget) {
  // A feature of another architecture must not be asked for: LLVM warns about
  // it on stderr and then says that it is there.
  if (subtarget.getTargetTriple().getArch() == Triple::aarch64) {
    const bool neon = subtarget.checkFeatures("+neon");
    return {.vectorWidth = 4, .fma = neon, .floor = neon};
  }
  return {.vectorWidth = subtarget.checkFeatures("+avx512f") ? 16
                         : subtarget.checkFeatures("+avx")   ? 8
                                                             : 4,
          .fma = subtarget.checkFeatures("+fma"),
          .floor = subtarget.checkFeatures("+sse4.1")};
}
