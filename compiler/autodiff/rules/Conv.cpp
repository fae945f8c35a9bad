//===- Conv.cpp - gradients of windows -----------------------------------===//

#include "autodiff/Rules.h"

using namespace mlir;
using namespace ingot;

using Cotangents = ArrayRef<Value>;

/// Each is the adjoint of the other. Padding is a constant.
static void windowsRule(WindowsOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  map.add(b, op.getLoc(), op.getX(),
          OverlapAddOp::create(b, op.getLoc(), op.getX().getType(), g[0], op.getWindow(), op.getStrides(),
                               op.getDilation(), op.getLow(), op.getHigh()));
}

static void overlapAddRule(OverlapAddOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  map.add(b, op.getLoc(), op.getX(),
          WindowsOp::create(b, op.getLoc(), op.getX().getType(), g[0], op.getWindow(), op.getStrides(),
                            op.getDilation(), op.getLow(), op.getHigh(), llvm::APFloat(0.0)));
}

void ingot::attachConvRules(MLIRContext &context) { attachRules<windowsRule, overlapAddRule>(context); }
