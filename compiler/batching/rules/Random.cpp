//===- Random.cpp - batching of random masks -----------------------------===//
//
// Under one key, the op in a loop draws the same bits in each turn. So the new
// dimension shares them, unless its rows are calls of their own.
//
//===----------------------------------------------------------------------===//

#include "batching/Rules.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace ingot;

static Value build(RandomMaskOp op, const Mapping &mapping, bool isShared) {
  // Keys that differ have no common counter.
  if (mapping.isMapped(1))
    return {};
  SmallVector<int64_t> shared = mapping.shifted(op.getShared());
  if (isShared) {
    shared.push_back(mapping.axis);
    llvm::sort(shared);
  }
  return RandomMaskOp::create(mapping.builder, mapping.loc(), mapping.repeated(0), op.getKey(), op.getRateAttr(),
                              op.getSaltAttr(), mapping.builder.getDenseI64ArrayAttr(shared));
}

static Value randomMaskRule(RandomMaskOp op, const Mapping &mapping) { return build(op, mapping, true); }
static Value randomMaskCalls(RandomMaskOp op, const Mapping &mapping) { return build(op, mapping, false); }

void ingot::attachRandomBatching(MLIRContext &context) {
  RandomMaskOp::attachInterface<BatchingRule<RandomMaskOp, randomMaskRule, nullptr, randomMaskCalls>>(context);
}
