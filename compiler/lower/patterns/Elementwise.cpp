//===- Elementwise.cpp - elementwise ops to linalg.generic ---------------===//

#include "lower/Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace ingot;

namespace {

/// Scalars of one loop iteration.
struct Scalar {
  OpBuilder &b;
  Location loc;

  Value constant(double value, Type type) { return arith::ConstantOp::create(b, loc, b.getFloatAttr(type, value)); }
  Value zero(Value like) { return constant(0, like.getType()); }
  Value one(Value like) { return constant(1, like.getType()); }
  Value compare(arith::CmpFPredicate predicate, Value x, Value y) {
    return arith::CmpFOp::create(b, loc, predicate, x, y);
  }
  Value choose(Value condition, Value x, Value y) { return arith::SelectOp::create(b, loc, condition, x, y); }
};

bool isInteger(Value value) { return isa<IntegerType>(value.getType()); }

template <typename FloatOp, typename IntOp> Value arithmetic(Scalar s, ValueRange v) {
  if (isInteger(v[0]))
    return IntOp::create(s.b, s.loc, v[0], v[1]);
  return FloatOp::create(s.b, s.loc, v[0], v[1]);
}

template <typename Op> Value direct(Scalar s, ValueRange v) { return Op::create(s.b, s.loc, v); }

/// 1 / (1 + e^-x)
Value sigmoid(Scalar s, ValueRange v) {
  Value e = math::ExpOp::create(s.b, s.loc, arith::NegFOp::create(s.b, s.loc, v[0]));
  return arith::DivFOp::create(s.b, s.loc, s.one(e), arith::AddFOp::create(s.b, s.loc, e, s.one(e)));
}

/// 0 > x ? 0 : x: one maximum instruction, and NaN stays.
Value relu(Scalar s, ValueRange v) {
  Value zero = s.zero(v[0]);
  return s.choose(s.compare(arith::CmpFPredicate::OGT, zero, v[0]), zero, v[0]);
}

/// max(x, 0) + log(1 + e^-|x|)
Value softplus(Scalar s, ValueRange v) {
  Value magnitude = math::AbsFOp::create(s.b, s.loc, v[0]);
  Value e = math::ExpOp::create(s.b, s.loc, arith::NegFOp::create(s.b, s.loc, magnitude));
  return arith::AddFOp::create(s.b, s.loc, relu(s, v), math::Log1pOp::create(s.b, s.loc, e));
}

Value sign(Scalar s, ValueRange v) {
  Value zero = s.zero(v[0]);
  Value negative = s.choose(s.compare(arith::CmpFPredicate::OLT, v[0], zero), s.constant(-1, v[0].getType()), zero);
  return s.choose(s.compare(arith::CmpFPredicate::OGT, v[0], zero), s.one(v[0]), negative);
}

Value maskPos(Scalar s, ValueRange v) {
  return s.choose(s.compare(arith::CmpFPredicate::OGT, v[0], s.zero(v[0])), v[1], s.zero(v[1]));
}

/// Op of ours -> linalg.generic with the scalar form of it.
template <typename Op, Value (*scalar)(Scalar, ValueRange)>
struct LowerElementwise : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    auto body = [](OpBuilder &b, Location loc, ValueRange v) -> SmallVector<Value> { return {scalar({b, loc}, v)}; };
    rewriter.replaceOp(op, linalg.elementwise(op->getResult(0).getType(), op->getOperands(), body));
    return success();
  }
};

struct LowerCompare : OpRewritePattern<CompareOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(CompareOp op, PatternRewriter &rewriter) const override {
    using F = arith::CmpFPredicate;
    using I = arith::CmpIPredicate;
    F whenReal = llvm::StringSwitch<F>(op.getPredicate())
                        .Case("eq", F::OEQ)
                        .Case("ne", F::UNE)
                        .Case("gt", F::OGT)
                        .Case("ge", F::OGE)
                        .Case("lt", F::OLT)
                        .Case("le", F::OLE);
    I whenInteger = llvm::StringSwitch<I>(op.getPredicate())
                           .Case("eq", I::eq)
                           .Case("ne", I::ne)
                           .Case("gt", I::sgt)
                           .Case("ge", I::sge)
                           .Case("lt", I::slt)
                           .Case("le", I::sle);
    LinalgBuilder linalg(rewriter, op);
    auto body = [&](OpBuilder &b, Location loc, ValueRange v) -> SmallVector<Value> {
      if (isInteger(v[0]))
        return {arith::CmpIOp::create(b, loc, whenInteger, v[0], v[1])};
      return {arith::CmpFOp::create(b, loc, whenReal, v[0], v[1])};
    };
    rewriter.replaceOp(op, linalg.elementwise(op.getType(), op.getOperands(), body));
    return success();
  }
};

/// x / float(max(size * factor, 1)) and x * float(size).
template <typename Op, typename Arith> struct LowerSize : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    Location loc = op.getLoc();
    Value size = op.getSize();
    if constexpr (std::is_same_v<Op, DivSizeOp>) {
      auto index = [&](int64_t value) { return arith::ConstantIndexOp::create(rewriter, loc, value); };
      if (op.getFactor() != 1)
        size = arith::MulIOp::create(rewriter, loc, size, index(op.getFactor()));
      size = arith::MaxUIOp::create(rewriter, loc, size, index(1));
    }
    Value integer = arith::IndexCastOp::create(rewriter, loc, rewriter.getI32Type(), size);
    Value number = arith::SIToFPOp::create(rewriter, loc, rewriter.getF32Type(), integer);
    auto body = [&](OpBuilder &b, Location loc, ValueRange v) -> SmallVector<Value> {
      return {Arith::create(b, loc, v[0], number)};
    };
    rewriter.replaceOp(op, linalg.elementwise(op.getType(), op.getX(), body));
    return success();
  }
};

} // namespace

void ingot::populateElementwisePatterns(RewritePatternSet &patterns) {
  patterns.add<LowerElementwise<NegOp, direct<arith::NegFOp>>, LowerElementwise<ExpOp, direct<math::ExpOp>>,
               LowerElementwise<LogOp, direct<math::LogOp>>, LowerElementwise<SqrtOp, direct<math::SqrtOp>>,
               LowerElementwise<TanhOp, direct<math::TanhOp>>, LowerElementwise<SigmoidOp, sigmoid>,
               LowerElementwise<SoftplusOp, softplus>, LowerElementwise<ReluOp, relu>,
               LowerElementwise<AbsOp, direct<math::AbsFOp>>, LowerElementwise<SignOp, sign>,
               LowerElementwise<ErfOp, direct<math::ErfOp>>,
               LowerElementwise<AddOp, arithmetic<arith::AddFOp, arith::AddIOp>>,
               LowerElementwise<SubOp, arithmetic<arith::SubFOp, arith::SubIOp>>,
               LowerElementwise<MulOp, arithmetic<arith::MulFOp, arith::MulIOp>>,
               LowerElementwise<DivOp, arithmetic<arith::DivFOp, arith::DivSIOp>>,
               LowerElementwise<MaxOp, arithmetic<arith::MaximumFOp, arith::MaxSIOp>>,
               LowerElementwise<MinOp, arithmetic<arith::MinimumFOp, arith::MinSIOp>>,
               LowerElementwise<MaskPosOp, maskPos>, LowerElementwise<SelectOp, direct<arith::SelectOp>>,
               LowerCompare, LowerSize<DivSizeOp, arith::DivFOp>, LowerSize<MulSizeOp, arith::MulFOp>>(
      patterns.getContext());
}
