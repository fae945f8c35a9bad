//===- WeightValues.cpp - what depends on weights alone -------------------===//

#include "entries/WeightValues.h"

using namespace mlir;
using namespace ingot;

bool WeightValues::contains(Value value) {
  auto [found, isNew] = known.try_emplace(value, false);
  if (!isNew)
    return found->second;
  bool answer = compute(value);
  return known[value] = answer;
}

bool WeightValues::compute(Value value) {
  Operation *op = value.getDefiningOp();
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!op || !type || !type.hasStaticShape() || op->getNumRegions() != 0 || !isPure(op))
    return false;
  return llvm::all_of(op->getOperands(), [&](Value operand) { return contains(operand); });
}
