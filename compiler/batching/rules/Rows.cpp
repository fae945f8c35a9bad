//===- Rows.cpp - batching of rows of tables -----------------------------===//

#include "batching/Rules.h"

using namespace mlir;
using namespace ingot;

/// Indices of one table for all may have any shape; a table for each slice would
/// want other ones.
static Value gatherRule(GatherRowsOp, const Mapping &mapping) {
  if (mapping.isMapped(0))
    return {};
  return GatherRowsOp::create(mapping.builder, mapping.loc(), mapping.resultType(), mapping.operand(0), mapping.operand(1));
}

/// A table for each slice would be large; their sum is one.
static Value scatterRule(ScatterRowsOp, const Mapping &) { return {}; }

static Value scatterSum(ScatterRowsOp op, const Mapping &mapping) {
  return ScatterRowsOp::create(mapping.builder, mapping.loc(), op.getType(), mapping.repeated(0), mapping.repeated(1));
}

void ingot::attachRowBatching(MLIRContext &context) {
  attachBatching<gatherRule>(context);
  ScatterRowsOp::attachInterface<BatchingRule<ScatterRowsOp, scatterRule, scatterSum>>(context);
}
