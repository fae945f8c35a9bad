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

/// A sum of integers; the one element leaves the tensor.
struct LowerCount : OpRewritePattern<CountOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(CountOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    Location loc = op.getLoc();
    const int64_t rank = tensorType(op.getMask()).getRank();
    Value zero = arith::ConstantOp::create(rewriter, loc, rewriter.getI32IntegerAttr(0));
    Value init = linalg::FillOp::create(rewriter, loc, zero,
                                        linalg.empty(RankedTensorType::get({}, rewriter.getI32Type()))).getResult(0);
    Value sum = linalg.reduce(op.getMask(), linalg.identity(rank), init, llvm::to_vector(llvm::seq<int64_t>(0, rank)),
                              [](OpBuilder &b, Location loc, ValueRange v) -> SmallVector<Value> {
                                Value one = arith::ExtUIOp::create(b, loc, v[1].getType(), v[0]);
                                return {arith::AddIOp::create(b, loc, v[1], one)};
                              });
    Value count = tensor::ExtractOp::create(rewriter, loc, sum, ValueRange());
    rewriter.replaceOpWithNewOp<arith::IndexCastOp>(op, rewriter.getIndexType(), count);
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

/// (a..., b, c...) -> (a*, b, c*) -> (a'..., b, c'...) around the batch b; a part that
/// one side lacks is a 1 and goes with the batch. Without a batch all is one part.
struct LowerViewAs : OpRewritePattern<ViewAsOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ViewAsOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    Location loc = op.getLoc();
    RankedTensorType from = tensorType(op.getX()), to = tensorType(op);
    Groups groupsOfFrom = groups(from, to), groupsOfTo = groups(to, from);
    Value value = op.getX();
    SmallVector<int64_t> flat = collapsed(from, groupsOfFrom);
    auto flatType = RankedTensorType::get(flat, from.getElementType());
    if (from.getRank() == 0)
      value = tensor::ExpandShapeOp::create(rewriter, loc, flatType, value, Groups(), linalg.sizesOf(flatType));
    else if (from.getRank() > flatType.getRank())
      value = tensor::CollapseShapeOp::create(rewriter, loc, flatType, value, groupsOfFrom);
    if (to.getRank() == 0)
      value = tensor::CollapseShapeOp::create(rewriter, loc, to, value, Groups());
    else if (to.getRank() > flatType.getRank())
      value = tensor::ExpandShapeOp::create(rewriter, loc, to, value, groupsOfTo, linalg.sizesOf(to));
    rewriter.replaceOp(op, value);
    return success();
  }

  using Groups = SmallVector<ReassociationIndices>;

  /// Which dimensions of `type` are one where both it and `other` are flat.
  static Groups groups(RankedTensorType type, RankedTensorType other) {
    std::optional<int64_t> batch = batchDimension(type), batchOfOther = batchDimension(other);
    bool hasBefore = batch && *batch > 0 && *batchOfOther > 0;
    bool hasBehind = batch && *batch + 1 < type.getRank() && *batchOfOther + 1 < other.getRank();
    Groups result(1);
    for (int64_t dim = 0; dim < type.getRank(); ++dim) {
      bool begins = batch && ((hasBefore && dim == *batch) || (hasBehind && dim == *batch + 1));
      if (begins)
        result.emplace_back();
      result.back().push_back(dim);
    }
    return result;
  }

  static SmallVector<int64_t> collapsed(RankedTensorType type, const Groups &groups) {
    return llvm::map_to_vector(groups, [&](const ReassociationIndices &group) {
      int64_t size = 1;
      for (int64_t dim : group)
        if (type.isDynamicDim(dim))
          return ShapedType::kDynamic;
        else
          size *= type.getDimSize(dim);
      return size;
    });
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

/// The same, with an axis read from its end.
struct LowerReverse : OpRewritePattern<ReverseOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ReverseOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    RankedTensorType type = tensorType(op);
    SmallVector<AffineExpr> read(linalg.identity(type.getRank()).getResults());
    read[op.getAxis()] = type.getDimSize(op.getAxis()) - 1 - read[op.getAxis()];
    AffineMap map = AffineMap::get(type.getRank(), 0, read, op.getContext());
    auto body = [](OpBuilder &, Location, ValueRange v) -> SmallVector<Value> { return {v[0]}; };
    rewriter.replaceOp(op, linalg.elementwise(type, op.getX(), map, body));
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
  patterns.add<LowerFill, LowerCount, LowerBroadcast, LowerViewAs, LowerTranspose, LowerReverse, LowerConcat, LowerSlice>(
      patterns.getContext());
  patterns.add<LowerReduction<ReduceSumOp, arith::AddFOp>>(patterns.getContext(), 0.0);
  patterns.add<LowerReduction<ReduceMaxOp, arith::MaximumFOp>>(patterns.getContext(),
                                                               -std::numeric_limits<double>::infinity());
}
