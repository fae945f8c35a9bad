//===- Layout.cpp - the caller's blocks ----------------------------------===//

#include "lower/Layout.h"

#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace ingot;

uint64_t ingot::callerAlignment(ModuleOp module) {
  auto own = module->getAttrOfType<IntegerAttr>("ingot.alignment");
  return own ? own.getInt() : blockAlignment;
}

uint64_t ingot::elementBytes(Type element) { return llvm::divideCeil(element.getIntOrFloatBitWidth(), 8); }

uint64_t ingot::tensorBytes(ShapedType type, int64_t batch) {
  uint64_t bytes = elementBytes(type.getElementType());
  for (int64_t size : type.getShape())
    bytes = llvm::SaturatingMultiply<uint64_t>(bytes, ShapedType::isDynamic(size) ? batch : size);
  return bytes;
}

Layout::Layout(ModuleOp module) {
  // Counters are packed behind the hash; tensors are aligned.
  uint64_t counters = stateHashBytes;
  for (VariableOp variable : module.getOps<VariableOp>())
    if (variable.getRole() == "counter") {
      offsets[variable.getSymName()] = counters;
      counters += tensorBytes(variable.getTensorType(), 1);
    }
  state = counters;
  for (VariableOp variable : module.getOps<VariableOp>()) {
    if (variable.getRole() == "counter")
      continue;
    uint64_t &end = variable.isWeight() ? params : state;
    end = llvm::alignTo(end, blockAlignment);
    offsets[variable.getSymName()] = end;
    end += tensorBytes(variable.getTensorType(), 1);
  }
  params = llvm::alignTo(params, blockAlignment);
  state = llvm::alignTo(state, blockAlignment);

  if (auto keys = module->getAttrOfType<ArrayAttr>("ingot.metrics"))
    for (auto key : keys.getAsRange<StringAttr>())
      metricKeys.push_back(key.str());
  for (EntryOp entry : module.getOps<EntryOp>())
    for (auto accumulate : entry.block().getOps<AccumulateOp>())
      if (!llvm::is_contained(metricKeys, accumulate.getKey()))
        metricKeys.push_back(accumulate.getKey().str());
  computeHashes(module);
}

void Layout::computeHashes(ModuleOp module) {
  std::string weights, all;
  for (VariableOp variable : module.getOps<VariableOp>()) {
    std::string line;
    llvm::raw_string_ostream(line) << variable.getSymName() << " " << variable.getType() << " "
                                   << offsetOf(variable.getSymName()) << "\n";
    all += line;
    if (variable.isWeight())
      weights += line;
  }
  arch = llvm::xxh3_64bits(weights);
  train = llvm::xxh3_64bits(all);
}

uint64_t Layout::offsetOfMetric(StringRef key) const {
  return (llvm::find(metricKeys, key) - metricKeys.begin()) * meanBytes;
}
