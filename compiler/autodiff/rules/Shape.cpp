//===- Shape.cpp - gradients of ops that move or repeat elements ---------===//

#include "autodiff/Rules.h"

using namespace mlir;
using namespace ingot;

using Cotangents = ArrayRef<Value>;

/// Dimensions below `rank` that are not in `some`.
static SmallVector<int64_t> otherDims(int64_t rank, ArrayRef<int64_t> some) {
  SmallVector<int64_t> others;
  for (int64_t i = 0; i < rank; ++i)
    if (!llvm::is_contained(some, i))
      others.push_back(i);
  return others;
}

/// The sum over what was repeated.
static void broadcastRule(BroadcastOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  SmallVector<int64_t> axes = otherDims(tensorType(op.getResult()).getRank(), op.getDims());
  map.add(b, op.getLoc(), op.getX(),
          ReduceSumOp::create(b, op.getLoc(), op.getX().getType(), g[0], axes));
}

/// Every summand gets the cotangent of the sum.
static void reduceSumRule(ReduceSumOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  SmallVector<int64_t> dims = otherDims(tensorType(op.getX()).getRank(), op.getAxes());
  map.add(b, op.getLoc(), op.getX(), createBroadcast(b, op.getLoc(), g[0], op.getX().getType(), dims));
}

static void viewAsRule(ViewAsOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  map.add(b, op.getLoc(), op.getX(), ViewAsOp::create(b, op.getLoc(), op.getX().getType(), g[0]));
}

void ingot::attachShapeRules(MLIRContext &context) {
  attachRules<broadcastRule, reduceSumRule, viewAsRule>(context);
}
