//===- LastAxis.cpp - softmax and its relatives to linalg ----------------===//

#include "lower/Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <limits>

using namespace mlir;
using namespace ingot;

static SmallVector<Value> addFirst(OpBuilder &b, Location loc, ValueRange v) {
  return {arith::AddFOp::create(b, loc, v.back(), v[0])};
}

/// The type of one element a row of `x`.
static RankedTensorType rowType(Value x) {
  return RankedTensorType::get(tensorType(x).getShape().drop_back(), tensorType(x).getElementType());
}

/// Maximum of each row.
static Value maximumOf(LinalgBuilder &linalg, Value x) {
  int64_t rank = tensorType(x).getRank();
  Value lowest = linalg.filled(rowType(x), -std::numeric_limits<double>::infinity());
  return linalg.reduce(x, linalg.identity(rank), lowest, {rank - 1},
                       [](OpBuilder &b, Location loc, ValueRange v) -> SmallVector<Value> {
                         return {arith::MaximumFOp::create(b, loc, v[1], v[0])};
                       });
}

namespace {
/// Of each row the maximum, e to what is less than it by, and the sum of these.
struct Exponentials {
  Value max, each, sum;
};
} // namespace

static Exponentials exponentialsOf(LinalgBuilder &linalg, Value x) {
  int64_t rank = tensorType(x).getRank();
  AffineMap each = linalg.identity(rank), row = linalg.dropLast(rank);
  Value max = maximumOf(linalg, x);
  Value e = linalg.elementwise(x.getType(), {x, max}, {each, row},
                               [](OpBuilder &b, Location loc, ValueRange v) -> SmallVector<Value> {
                                 return {math::ExpOp::create(b, loc, arith::SubFOp::create(b, loc, v[0], v[1]))};
                               });
  return {max, e, linalg.reduce(e, each, linalg.filled(rowType(x), 0), {rank - 1}, addFirst)};
}

namespace {

struct LowerSoftmax : OpRewritePattern<SoftmaxOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SoftmaxOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    Value x = op.getX();
    int64_t rank = tensorType(x).getRank();
    AffineMap each = linalg.identity(rank), row = linalg.dropLast(rank);
    auto [max, e, sum] = exponentialsOf(linalg, x);
    rewriter.replaceOp(op, linalg.elementwise(x.getType(), {e, sum}, {each, row},
                                              [](OpBuilder &b, Location loc, ValueRange v) -> SmallVector<Value> {
                                                return {arith::DivFOp::create(b, loc, v[0], v[1])};
                                              }));
    return success();
  }
};

struct LowerLogSumExp : OpRewritePattern<LogSumExpOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(LogSumExpOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    auto [max, e, sum] = exponentialsOf(linalg, op.getX());
    rewriter.replaceOp(op, linalg.elementwise(op.getType(), {max, sum},
                                              [](OpBuilder &b, Location loc, ValueRange v) -> SmallVector<Value> {
                                                Value log = math::LogOp::create(b, loc, v[1]);
                                                return {arith::AddFOp::create(b, loc, v[0], log)};
                                              }));
    return success();
  }
};

/// Carries the best value beside its index; strictly greater, so the first
/// maximum stays.
struct LowerArgMax : OpRewritePattern<ArgMaxOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ArgMaxOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    Location loc = op.getLoc();
    Value x = op.getX();
    int64_t rank = tensorType(x).getRank();
    Value best = linalg.filled(rowType(x), -std::numeric_limits<double>::infinity());
    Value first = arith::ConstantOp::create(rewriter, loc, rewriter.getI32IntegerAttr(0));
    Value index = linalg::FillOp::create(rewriter, loc, first, linalg.empty(op.getType())).getResult(0);
    SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
    iterators.back() = utils::IteratorType::reduction;
    SmallVector<AffineMap> maps = {linalg.identity(rank), linalg.dropLast(rank), linalg.dropLast(rank)};
    auto body = [rank](OpBuilder &b, Location loc, ValueRange v) {
      Value here = arith::IndexCastOp::create(b, loc, b.getI32Type(), linalg::IndexOp::create(b, loc, rank - 1));
      Value better = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, v[0], v[1]);
      Value value = arith::SelectOp::create(b, loc, better, v[0], v[1]);
      Value at = arith::SelectOp::create(b, loc, better, here, v[2]);
      linalg::YieldOp::create(b, loc, ValueRange{value, at});
    };
    auto generic = linalg::GenericOp::create(rewriter, loc, TypeRange{best.getType(), index.getType()}, x,
                                             ValueRange{best, index}, maps, iterators, body);
    rewriter.replaceOp(op, generic.getResult(1));
    return success();
  }
};

struct LowerPick : OpRewritePattern<PickOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(PickOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    Value x = op.getX();
    auto body = [&](OpBuilder &b, Location loc, ValueRange v) -> SmallVector<Value> {
      SmallVector<Value> at;
      for (int64_t i = 0; i < tensorType(op).getRank(); ++i)
        at.push_back(linalg::IndexOp::create(b, loc, i));
      at.push_back(arith::IndexCastOp::create(b, loc, b.getIndexType(), v[0]));
      return {tensor::ExtractOp::create(b, loc, x, at)};
    };
    rewriter.replaceOp(op, linalg.elementwise(op.getType(), op.getLabels(), body));
    return success();
  }
};

struct LowerOneHot : OpRewritePattern<OneHotOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(OneHotOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    int64_t rank = tensorType(op).getRank();
    auto body = [rank](OpBuilder &b, Location loc, ValueRange v) -> SmallVector<Value> {
      Value here = arith::IndexCastOp::create(b, loc, v[0].getType(), linalg::IndexOp::create(b, loc, rank - 1));
      Value hit = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, here, v[0]);
      Value one = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(1));
      Value zero = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(0));
      return {arith::SelectOp::create(b, loc, hit, one, zero)};
    };
    rewriter.replaceOp(op, linalg.elementwise(op.getType(), op.getLabels(), linalg.dropLast(rank), body));
    return success();
  }
};

} // namespace

void ingot::populateLastAxisPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerSoftmax, LowerLogSumExp, LowerArgMax, LowerPick, LowerOneHot>(patterns.getContext());
}
