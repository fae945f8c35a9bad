//===- Elementwise.cpp - gradients of elementwise ops --------------------===//
//
// Written in terms of the op's result where that is possible, so that the
// operand need not live until the backward pass. `g` is the cotangent.
//
//===----------------------------------------------------------------------===//

#include "autodiff/Rules.h"

using namespace mlir;
using namespace ingot;

using Cotangents = ArrayRef<Value>;

static Value mul(OpBuilder &b, Location loc, Value x, Value y) { return MulOp::create(b, loc, x, y); }
static Value sub(OpBuilder &b, Location loc, Value x, Value y) { return SubOp::create(b, loc, x, y); }
static Value neg(OpBuilder &b, Location loc, Value x) { return NegOp::create(b, loc, x); }
static Value fill(OpBuilder &b, Location loc, Value like, double value) {
  return createFill(b, loc, like.getType(), value);
}

//===----------------------------------------------------------------------===//
// Unary
//===----------------------------------------------------------------------===//

/// -g
static void negRule(NegOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  map.add(b, op.getLoc(), op.getX(), neg(b, op.getLoc(), g[0]));
}

/// g y
static void expRule(ExpOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  map.add(b, op.getLoc(), op.getX(), mul(b, op.getLoc(), g[0], op.getY()));
}

/// g / x
static void logRule(LogOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  map.add(b, op.getLoc(), op.getX(), DivOp::create(b, op.getLoc(), g[0], op.getX()));
}

/// g / (2 y)
static void sqrtRule(SqrtOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  Location loc = op.getLoc();
  Value half = mul(b, loc, g[0], fill(b, loc, g[0], 0.5));
  map.add(b, loc, op.getX(), DivOp::create(b, loc, half, op.getY()));
}

/// g (1 - y^2)
static void tanhRule(TanhOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  Location loc = op.getLoc();
  Value gy = mul(b, loc, g[0], op.getY());
  map.add(b, loc, op.getX(), sub(b, loc, g[0], mul(b, loc, gy, op.getY())));
}

/// g y (1 - y)
static void sigmoidRule(SigmoidOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  Location loc = op.getLoc();
  Value gy = mul(b, loc, g[0], op.getY());
  map.add(b, loc, op.getX(), sub(b, loc, gy, mul(b, loc, gy, op.getY())));
}

/// g sigmoid(x)
static void softplusRule(SoftplusOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  Location loc = op.getLoc();
  map.add(b, loc, op.getX(), mul(b, loc, g[0], SigmoidOp::create(b, loc, op.getX())));
}

/// y > 0 ? g : 0
static void reluRule(ReluOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  map.add(b, op.getLoc(), op.getX(), MaskPosOp::create(b, op.getLoc(), op.getY(), g[0]));
}

/// g sign(x)
static void absRule(AbsOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  Location loc = op.getLoc();
  map.add(b, loc, op.getX(), mul(b, loc, g[0], SignOp::create(b, loc, op.getX())));
}

/// 0: piecewise constant
static void signRule(SignOp, OpBuilder &, Cotangents, GradientMap &) {}

/// g 2/sqrt(pi) e^(-x^2)
static void erfRule(ErfOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  Location loc = op.getLoc();
  Value gauss = ExpOp::create(b, loc, neg(b, loc, mul(b, loc, op.getX(), op.getX())));
  Value slope = mul(b, loc, gauss, fill(b, loc, gauss, 1.1283791670955126));
  map.add(b, loc, op.getX(), mul(b, loc, g[0], slope));
}

//===----------------------------------------------------------------------===//
// Binary
//===----------------------------------------------------------------------===//

static void addRule(AddOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  map.add(b, op.getLoc(), op.getLhs(), g[0]);
  map.add(b, op.getLoc(), op.getRhs(), g[0]);
}

static void subRule(SubOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  map.add(b, op.getLoc(), op.getLhs(), g[0]);
  if (map.isActive(op.getRhs()))
    map.add(b, op.getLoc(), op.getRhs(), neg(b, op.getLoc(), g[0]));
}

static void mulRule(MulOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  if (map.isActive(op.getLhs()))
    map.add(b, op.getLoc(), op.getLhs(), mul(b, op.getLoc(), g[0], op.getRhs()));
  if (map.isActive(op.getRhs()))
    map.add(b, op.getLoc(), op.getRhs(), mul(b, op.getLoc(), g[0], op.getLhs()));
}

/// g / rhs, -g y / rhs
static void divRule(DivOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  Location loc = op.getLoc();
  Value slope = DivOp::create(b, loc, g[0], op.getRhs());
  map.add(b, loc, op.getLhs(), slope);
  if (map.isActive(op.getRhs()))
    map.add(b, loc, op.getRhs(), neg(b, loc, mul(b, loc, slope, op.getResult())));
}

/// g where the operand won, g/2 where both are equal, else 0.
static void extremumRule(Operation *op, OpBuilder &b, Value g, StringRef wins, GradientMap &map) {
  Location loc = op->getLoc();
  auto flags = RankedTensorType::get(tensorType(g).getShape(), b.getI1Type());
  Value zero = fill(b, loc, g, 0), half = mul(b, loc, g, fill(b, loc, g, 0.5));
  for (unsigned i : {0u, 1u}) {
    Value self = op->getOperand(i), other = op->getOperand(1 - i);
    if (!map.isActive(self))
      continue;
    Value won = CompareOp::create(b, loc, flags, wins, self, other);
    Value tied = CompareOp::create(b, loc, flags, "eq", self, other);
    Value rest = SelectOp::create(b, loc, tied, half, zero);
    map.add(b, loc, self, SelectOp::create(b, loc, won, g, rest));
  }
}
static void maxRule(MaxOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  extremumRule(op, b, g[0], "gt", map);
}
static void minRule(MinOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  extremumRule(op, b, g[0], "lt", map);
}

/// The mask is piecewise constant in x and linear in g.
static void maskPosRule(MaskPosOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  map.add(b, op.getLoc(), op.getG(), MaskPosOp::create(b, op.getLoc(), op.getX(), g[0]));
}

/// Its own adjoint: the same bits.
static void randomMaskRule(RandomMaskOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  map.add(b, op.getLoc(), op.getX(), RandomMaskOp::create(b, op.getLoc(), g[0], op.getKey(), op.getRateAttr(),
                                                          op.getSaltAttr(), op.getSharedAttr()));
}

static void selectRule(SelectOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  Location loc = op.getLoc();
  Value zero = fill(b, loc, g[0], 0);
  map.add(b, loc, op.getIfTrue(), SelectOp::create(b, loc, op.getCondition(), g[0], zero));
  map.add(b, loc, op.getIfFalse(), SelectOp::create(b, loc, op.getCondition(), zero, g[0]));
}

static void divSizeRule(DivSizeOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  map.add(b, op.getLoc(), op.getX(),
          DivSizeOp::create(b, op.getLoc(), g[0], op.getSize(), op.getFactorAttr()));
}
static void mulSizeRule(MulSizeOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  map.add(b, op.getLoc(), op.getX(), MulSizeOp::create(b, op.getLoc(), g[0], op.getSize()));
}

void ingot::attachElementwiseRules(MLIRContext &context) {
  attachRules<negRule, expRule, logRule, sqrtRule, tanhRule, sigmoidRule, softplusRule, reluRule,
              absRule, signRule, erfRule, addRule, subRule, mulRule, divRule, maxRule, minRule,
              maskPosRule, randomMaskRule, selectRule, divSizeRule, mulSizeRule>(context);
}
