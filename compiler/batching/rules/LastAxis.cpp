//===- LastAxis.cpp - batching of softmax and its relatives --------------===//
//
// The last axis stays last. Where the result has lost it or gained it, there is
// no room for the new dimension behind it; softmax must refuse that itself.
//
//===----------------------------------------------------------------------===//

#include "batching/Rules.h"

using namespace mlir;
using namespace ingot;

static Value softmaxRule(SoftmaxOp op, const Mapping &mapping) {
  return mapping.axis < tensorType(op.getX()).getRank() ? rebuild(op, mapping) : Value();
}

void ingot::attachLastAxisBatching(MLIRContext &context) {
  attachBatching<softmaxRule>(context);
  attachRebuild<LogSumExpOp, ArgMaxOp, PickOp, OneHotOp>(context);
}
