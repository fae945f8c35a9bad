//===- LastAxis.cpp - gradients of softmax and its relatives -------------===//

#include "autodiff/Rules.h"

using namespace mlir;
using namespace ingot;

using Cotangents = ArrayRef<Value>;

/// `value`, one element a row, repeated along the last axis of `like`.
static Value alongLastAxis(OpBuilder &b, Location loc, Value value, Value like) {
  SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(0, tensorType(like).getRank() - 1));
  return createBroadcast(b, loc, value, like.getType(), dims);
}

/// y (g - sum(g y))
static void softmaxRule(SoftmaxOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  Location loc = op.getLoc();
  Value y = op.getY();
  Value gy = MulOp::create(b, loc, g[0], y);
  SmallVector<int64_t> last = {tensorType(y).getRank() - 1};
  Value dot = ReduceSumOp::create(b, loc, gy, b.getDenseI64ArrayAttr(last));
  Value centered = SubOp::create(b, loc, g[0], alongLastAxis(b, loc, dot, y));
  map.add(b, loc, op.getX(), MulOp::create(b, loc, y, centered));
}

/// g softmax(x): its exponentials are those that the sum is of, which are kept for it.
static void logSumExpRule(LogSumExpOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  Location loc = op.getLoc();
  Value x = op.getX();
  map.add(b, loc, x, MulOp::create(b, loc, SoftmaxOp::create(b, loc, x), alongLastAxis(b, loc, g[0], x)));
}

/// g at the label, 0 elsewhere.
static void pickRule(PickOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  Location loc = op.getLoc();
  Value hot = OneHotOp::create(b, loc, op.getX().getType(), op.getLabels());
  map.add(b, loc, op.getX(), MulOp::create(b, loc, hot, alongLastAxis(b, loc, g[0], op.getX())));
}

void ingot::attachLastAxisRules(MLIRContext &context) {
  attachRules<softmaxRule, logSumExpRule, pickRule>(context);
}
