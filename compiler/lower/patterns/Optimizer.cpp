//===- Optimizer.cpp - optimizer steps to one loop each ------------------===//
//
// Weight and slots are the destinations of one `linalg.generic`, so that they
// are updated in place in a single pass over memory.
//
//===----------------------------------------------------------------------===//

#include "lower/Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>

using namespace mlir;
using namespace ingot;

namespace {

/// The scalars of one element's step, and short names for arithmetic on them.
struct Step {
  OpBuilder &b;
  Location loc;
  Value g, rate, w;
  ValueRange slots;

  Value constant(double value) { return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(value)); }
  Value constant(const APFloat &value) { return arith::ConstantOp::create(b, loc, b.getFloatAttr(b.getF32Type(), value)); }
  Value add(Value x, Value y) { return arith::AddFOp::create(b, loc, x, y); }
  Value sub(Value x, Value y) { return arith::SubFOp::create(b, loc, x, y); }
  Value mul(Value x, Value y) { return arith::MulFOp::create(b, loc, x, y); }
  Value div(Value x, Value y) { return arith::DivFOp::create(b, loc, x, y); }
  Value sqrt(Value x) { return math::SqrtOp::create(b, loc, x); }
  /// 1 - x, rounded as a constant is.
  Value rest(const APFloat &x) { return constant(1.0f - x.convertToFloat()); }
  /// decay * old + (1 - decay) * next
  Value average(const APFloat &decay, Value old, Value next) {
    return add(mul(constant(decay), old), mul(rest(decay), next));
  }
};

SmallVector<Value> step(ApplySGDOp op, Step s) {
  Value move = s.mul(s.rate, s.g);
  if (s.slots.empty())
    return {s.sub(s.w, move)};
  Value momentum = s.constant(op.getMomentum());
  Value m = s.sub(s.mul(momentum, s.slots[0]), move);
  Value ahead = op.getNesterov() ? s.sub(s.mul(momentum, m), move) : m;
  return {s.add(s.w, ahead), m};
}

SmallVector<Value> step(ApplyRMSpropOp op, Step s) {
  Value v = s.average(op.getRho(), s.slots[0], s.mul(s.g, s.g)), d = v;
  SmallVector<Value> next = {Value(), v};
  if (op.getCentered()) {
    Value a = s.average(op.getRho(), s.slots[1], s.g);
    d = s.sub(v, s.mul(a, a));
    next.push_back(a);
  }
  Value move = s.div(s.mul(s.rate, s.g), s.sqrt(s.add(d, s.constant(op.getEpsilon()))));
  if (!op.getMomentum().isZero()) {
    move = s.add(s.mul(s.constant(op.getMomentum()), s.slots.back()), move);
    next.push_back(move);
  }
  next[0] = s.sub(s.w, move);
  return next;
}

SmallVector<Value> step(ApplyAdagradOp op, Step s) {
  Value a = s.add(s.slots[0], s.mul(s.g, s.g));
  Value root = s.sqrt(s.add(a, s.constant(op.getEpsilon())));
  return {s.sub(s.w, s.div(s.mul(s.rate, s.g), root)), a};
}

SmallVector<Value> step(ApplyAdamOp op, Step s) {
  Value m = s.add(s.slots[0], s.mul(s.rest(op.getBeta_1()), s.sub(s.g, s.slots[0])));
  Value v = s.add(s.slots[1], s.mul(s.rest(op.getBeta_2()), s.sub(s.mul(s.g, s.g), s.slots[1])));
  SmallVector<Value> next = {Value(), m, v};
  Value scale = v;
  if (op.getAmsgrad()) {
    scale = arith::MaximumFOp::create(s.b, s.loc, s.slots[2], v);
    next.push_back(scale);
  }
  next[0] = s.sub(s.w, s.div(s.mul(s.rate, m), s.add(s.sqrt(scale), s.constant(op.getEpsilon()))));
  return next;
}

template <typename Op> struct LowerApply : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    int64_t rank = tensorType(op.getWeight()).getRank();
    SmallVector<Value> destinations = {op.getWeight()};
    llvm::append_range(destinations, op.getSlots());
    SmallVector<AffineMap> maps = {linalg.identity(rank), linalg.select(rank, {})};
    maps.append(destinations.size(), linalg.identity(rank));
    SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
    auto body = [op](OpBuilder &b, Location loc, ValueRange v) {
      linalg::YieldOp::create(b, loc, step(op, Step{b, loc, v[0], v[1], v[2], v.drop_front(3)}));
    };
    rewriter.replaceOp(op, linalg::GenericOp::create(rewriter, op.getLoc(), op->getResultTypes(),
                                                     ValueRange{op.getGradient(), op.getRate()}, destinations, maps,
                                                     iterators, body));
    return success();
  }
};

/// 1 - beta^t as -expm1(t log beta): exact where beta^t is close to 1.
struct LowerAdamRate : OpRewritePattern<AdamRateOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AdamRateOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    auto body = [op](OpBuilder &b, Location loc, ValueRange v) mutable -> SmallVector<Value> {
      Value t = arith::SIToFPOp::create(b, loc, b.getF32Type(), v[1]);
      auto correction = [&](const APFloat &beta) -> Value {
        Value log = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(std::log(beta.convertToDouble())));
        Value less = math::ExpM1Op::create(b, loc, arith::MulFOp::create(b, loc, t, log));
        return arith::NegFOp::create(b, loc, less);
      };
      Value second = math::SqrtOp::create(b, loc, correction(op.getBeta_2()));
      Value scaled = arith::MulFOp::create(b, loc, v[0], second);
      return {arith::DivFOp::create(b, loc, scaled, correction(op.getBeta_1()))};
    };
    rewriter.replaceOp(op, linalg.elementwise(op.getType(), {op.getLearningRate(), op.getT()}, body));
    return success();
  }
};

} // namespace

void ingot::populateOptimizerPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerApply<ApplySGDOp>, LowerApply<ApplyRMSpropOp>, LowerApply<ApplyAdagradOp>,
               LowerApply<ApplyAdamOp>, LowerAdamRate>(
      patterns.getContext());
}
