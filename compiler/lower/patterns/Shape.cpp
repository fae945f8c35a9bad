//===- Shape.cpp - fills, broadcasts, sums and views to linalg -----------===//

#include "lower/Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

#include <limits>

using namespace mlir;
using namespace ingot;

namespace {

struct LowerFill : OpRewritePattern<FillOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(FillOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    Value value = arith::ConstantOp::create(rewriter, op.getLoc(), op.getValue());
    rewriter.replaceOp(op, linalg::FillOp::create(rewriter, op.getLoc(), value, linalg.empty(op.getType())).getResult(0));
    return success();
  }
};

/// A copy whose input map forgets the new dimensions: it disappears in the
/// elementwise op that follows.
struct LowerBroadcast : OpRewritePattern<BroadcastOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(BroadcastOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    AffineMap map = linalg.select(tensorType(op).getRank(), op.getDims());
    auto body = [](OpBuilder &, Location, ValueRange v) -> SmallVector<Value> { return {v[0]}; };
    rewriter.replaceOp(op, linalg.elementwise(op.getType(), op.getX(), map, body));
    return success();
  }
};

/// reduce_sum, reduce_max: `Combine` of all along the axes, into `first`.
template <typename Op, typename Combine> struct LowerReduction : OpRewritePattern<Op> {
  LowerReduction(MLIRContext *context, double first) : OpRewritePattern<Op>(context), first(first) {}
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    auto body = [](OpBuilder &b, Location loc, ValueRange v) -> SmallVector<Value> {
      return {Combine::create(b, loc, v[1], v[0])};
    };
    rewriter.replaceOp(op, linalg.reduce(op.getX(), linalg.identity(tensorType(op.getX()).getRank()),
                                         linalg.filled(op.getType(), first), op.getAxes(), body));
    return success();
  }
  double first;
};

/// (b, d1, ..., dn) -> (b, d1*...*dn) -> (b, e1, ..., em)
struct LowerViewAs : OpRewritePattern<ViewAsOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ViewAsOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    Location loc = op.getLoc();
    RankedTensorType from = tensorType(op.getX()), to = tensorType(op);
    int64_t elements = shape::elementsPerSample(shapeOf(from));
    auto flat = RankedTensorType::get({from.getDimSize(0), elements}, from.getElementType());
    Value value = op.getX();
    if (from.getRank() == 1)
      value = expand(rewriter, loc, linalg, flat, value);
    else if (from.getRank() > 2)
      value = tensor::CollapseShapeOp::create(rewriter, loc, flat, value, groups(from.getRank()));
    if (to.getRank() == 1)
      value = tensor::CollapseShapeOp::create(rewriter, loc, to, value, ArrayRef<ReassociationIndices>{{0, 1}});
    else if (to.getRank() > 2)
      value = expand(rewriter, loc, linalg, to, value);
    rewriter.replaceOp(op, value);
    return success();
  }

  /// The batch alone, and all else; or, below rank 2, everything.
  static SmallVector<ReassociationIndices> groups(int64_t rank) {
    return {{0}, llvm::to_vector(llvm::seq<int64_t>(1, rank))};
  }

  static Value expand(PatternRewriter &rewriter, Location loc, LinalgBuilder &linalg, RankedTensorType to, Value value) {
    SmallVector<ReassociationIndices> reassociation = groups(to.getRank());
    if (tensorType(value).getRank() == 1)
      reassociation = {{0, 1}};
    return tensor::ExpandShapeOp::create(rewriter, loc, to, value, reassociation, linalg.sizesOf(to));
  }
};

/// A copy that reads in another order: it disappears in the elementwise op that
/// follows.
struct LowerTranspose : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposeOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    AffineMap map = linalg.select(tensorType(op).getRank(), invertPermutationVector(op.getPerm()));
    auto body = [](OpBuilder &, Location, ValueRange v) -> SmallVector<Value> { return {v[0]}; };
    rewriter.replaceOp(op, linalg.elementwise(op.getType(), op.getX(), map, body));
    return success();
  }
};

/// Where a part of `rank` dimensions begins.
SmallVector<OpFoldResult> offsetsOf(OpBuilder &builder, int64_t rank, int64_t axis, int64_t offset) {
  SmallVector<OpFoldResult> offsets(rank, builder.getIndexAttr(0));
  offsets[axis] = builder.getIndexAttr(offset);
  return offsets;
}

/// One destination, into which each part is put.
struct LowerConcat : OpRewritePattern<ConcatOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ConcatOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    int64_t axis = op.getAxis(), rank = tensorType(op).getRank(), offset = 0;
    SmallVector<OpFoldResult> strides(rank, rewriter.getIndexAttr(1));
    Value result = linalg.empty(op.getType());
    for (Value input : op.getInputs()) {
      RankedTensorType type = tensorType(input);
      result = tensor::InsertSliceOp::create(rewriter, op.getLoc(), input, result,
                                             offsetsOf(rewriter, rank, axis, offset), linalg.sizesOf(type), strides);
      offset += type.getDimSize(axis);
    }
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// A view; nothing is copied.
struct LowerSlice : OpRewritePattern<SliceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SliceOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    RankedTensorType type = tensorType(op);
    SmallVector<OpFoldResult> strides(type.getRank(), rewriter.getIndexAttr(1));
    rewriter.replaceOpWithNewOp<tensor::ExtractSliceOp>(op, type, op.getX(),
                                                        offsetsOf(rewriter, type.getRank(), op.getAxis(), op.getOffset()),
                                                        linalg.sizesOf(type), strides);
    return success();
  }
};

} // namespace

void ingot::populateShapePatterns(RewritePatternSet &patterns) {
  patterns.add<LowerFill, LowerBroadcast, LowerViewAs, LowerTranspose, LowerConcat, LowerSlice>(
      patterns.getContext());
  patterns.add<LowerReduction<ReduceSumOp, arith::AddFOp>>(patterns.getContext(), 0.0);
  patterns.add<LowerReduction<ReduceMaxOp, arith::MaximumFOp>>(patterns.getContext(),
                                                               -std::numeric_limits<double>::infinity());
}
