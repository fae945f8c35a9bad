//===- Rows.cpp - gradients of rows of tables ----------------------------===//

#include "autodiff/Rules.h"

using namespace mlir;
using namespace ingot;

using Cotangents = ArrayRef<Value>;

/// Each is the adjoint of the other.
static void gatherRowsRule(GatherRowsOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  map.add(b, op.getLoc(), op.getTable(),
          ScatterRowsOp::create(b, op.getLoc(), op.getTable().getType(), op.getIds(), g[0]));
}

static void scatterRowsRule(ScatterRowsOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  map.add(b, op.getLoc(), op.getRows(), GatherRowsOp::create(b, op.getLoc(), op.getRows().getType(), g[0], op.getIds()));
}

void ingot::attachRowRules(MLIRContext &context) { attachRules<gatherRowsRule, scatterRowsRule>(context); }
