//===- TargetInfo.cpp - what kernels know of the target -------------------===//
//
// Reads the target's facts from attributes of the module.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/TargetInfo.h"

#include "codegen/HalfWeights.h"
#include "codegen/TargetFacts.h"
#include "ingot/Dialect/SaveRam.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace ingot::codegen {

static int64_t readInteger(ModuleOp module, StringRef name, int64_t fallback) {
  auto attr = module->getAttrOfType<IntegerAttr>(name);
  return attr ? attr.getInt() : fallback;
}

FailureOr<TargetInfo> TargetInfo::read(ModuleOp module) {
  TargetInfo target;
  target.vectorWidth = readInteger(module, "ingot.vector_width", 8);
  if (target.vectorWidth < 1 || target.vectorWidth > 64 ||
      !llvm::isPowerOf2_64(target.vectorWidth))
    return module.emitError() << "`ingot.vector_width` is "
                              << target.vectorWidth
                              << "; must be a power of two from 1 to 64";
  target.registers = readInteger(module, "ingot.vector_registers",
                                 target.vectorWidth >= 16 ? 32 : 16);
  target.l1Bytes = readInteger(module, "ingot.l1_bytes", target.l1Bytes);
  target.l2Bytes = readInteger(module, "ingot.l2_bytes", target.l2Bytes);
  if (target.registers < 8 || target.l1Bytes < 1024 || target.l2Bytes < target.l1Bytes)
    return module.emitError() << "`ingot.vector_registers` is " << target.registers << ", `ingot.l1_bytes` "
                              << target.l1Bytes << " and `ingot.l2_bytes` " << target.l2Bytes
                              << "; kernels need 8 registers, 1024 bytes and a second cache that is no smaller";
  target.maxBatch = readInteger(module, "ingot.max_batch", 0);

  StringRef numerics = "native";
  if (auto attr = module->getAttrOfType<StringAttr>("ingot.numerics"))
    numerics = attr.getValue();
  if (numerics != "native" && numerics != "portable")
    return module.emitError() << "`ingot.numerics` is \"" << numerics
                              << "\"; must be `native` or `portable`";
  StringRef goal = "speed";
  if (auto attr = module->getAttrOfType<StringAttr>("ingot.optimize_for"))
    goal = attr.getValue();
  if (goal != "speed" && goal != "size")
    return module.emitError() << "`ingot.optimize_for` is \"" << goal
                              << "\"; must be `speed` or `size`";
  target.forSize = goal == "size";
  target.saveRam = module->hasAttr(ingot::names::saveRam);
  target.halfWeights = module->hasAttr(halfWeightsAttribute);
  auto caches = module->getAttrOfType<BoolAttr>(cachesAttribute);
  target.caches = !caches || caches.getValue();
  auto fma = module->getAttrOfType<BoolAttr>("ingot.fma");
  target.portable = numerics == "portable";
  target.fma = (!fma || fma.getValue()) && !target.portable;
  return target;
}

} // namespace ingot::codegen
