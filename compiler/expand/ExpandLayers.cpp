//===- ExpandLayers.cpp - layer calls to primitives ----------------------===//
//
// In: entries with tier-1 layers. Out: tier 2 but for losses and metrics.
//
//===----------------------------------------------------------------------===//

#include "expand/Expand.h"
#include "expand/Passes.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_EXPANDLAYERSPASS
#include "expand/Passes.h.inc"
} // namespace ingot

using namespace ingot;

/// The weight `symbol`, whose shape the op's verifier has checked.
static Value read(OpBuilder &builder, Location loc, FlatSymbolRefAttr symbol, ArrayRef<int64_t> shape) {
  auto type = RankedTensorType::get(shape, builder.getF32Type());
  return ReadOp::create(builder, loc, type, symbol);
}

namespace {

/// dense x -> act("b...i,io->b...o" x, kernel + bias)
struct ExpandDense : OpRewritePattern<DenseOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(DenseOp op, PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType from = tensorType(op.getInput()), to = tensorType(op.getResult());
    int64_t in = from.getShape().back(), units = op.getUnits();
    // Labels of the leading axes: the batch is b, the others follow.
    std::string rows = StringRef("bcdefgh").take_front(from.getRank() - 1).str();
    std::string equation = rows + "i,io->" + rows + "o";
    Value kernel = read(rewriter, loc, op.getKernelAttr(), {in, units});
    Value y = ContractOp::create(rewriter, loc, to, equation, op.getInput(), kernel);
    if (op.getBias()) {
      Value bias = read(rewriter, loc, op.getBiasAttr(), {units});
      y = AddOp::create(rewriter, loc, y, createBroadcast(rewriter, loc, bias, to, {to.getRank() - 1}));
    }
    rewriter.replaceOp(op, expandActivation(Formula(rewriter, loc), op.getActivation(), y));
    return success();
  }
};

/// embedding -> gather_rows; the indices are checked by the entry.
struct ExpandEmbedding : OpRewritePattern<EmbeddingOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(EmbeddingOp op, PatternRewriter &rewriter) const override {
    const auto rows = static_cast<int64_t>(op.getInputDim()), width = static_cast<int64_t>(op.getOutputDim());
    Value table = read(rewriter, op.getLoc(), op.getEmbeddingsAttr(), {rows, width});
    rewriter.replaceOpWithNewOp<GatherRowsOp>(op, op.getType(), table, op.getInput());
    return success();
  }
};

struct ExpandActivation : OpRewritePattern<ActivationOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ActivationOp op, PatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, expandActivation(Formula(rewriter, op.getLoc()), op.getActivation(), op.getInput()));
    return success();
  }
};

/// masking -> mask ? x : 0; the mask is what `ingot-propagate-masks` computes, too.
struct ExpandMasking : OpRewritePattern<MaskingOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MaskingOp op, PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value mask = createStepMask(rewriter, loc, op.getInput(), op.getMaskValue().convertToDouble());
    rewriter.replaceOpWithNewOp<SelectOp>(
        op, createWidenedMask(rewriter, loc, mask, op.getType().getShape()), op.getInput(),
        createFill(rewriter, loc, op.getType(), 0));
    return success();
  }
};

/// flatten, reshape -> view_as: elements stay where they are.
template <typename Op> struct ExpandView : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<ViewAsOp>(op, op.getType(), op.getInput());
    return success();
  }
};

/// permute -> transpose; both count the batch as 0.
struct ExpandPermute : OpRewritePattern<PermuteOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(PermuteOp op, PatternRewriter &rewriter) const override {
    SmallVector<int64_t> perm = {0};
    llvm::append_range(perm, op.getDims());
    rewriter.replaceOpWithNewOp<TransposeOp>(op, op.getType(), op.getInput(), perm);
    return success();
  }
};

struct ExpandRepeatVector : OpRewritePattern<RepeatVectorOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(RepeatVectorOp op, PatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, createBroadcast(rewriter, op.getLoc(), op.getInput(), op.getType(), {0, 2}));
    return success();
  }
};

struct ExpandMerge : OpRewritePattern<MergeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MergeOp op, PatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, expandMerge(Formula(rewriter, op.getLoc()), op));
    return success();
  }
};

struct ExpandDot : OpRewritePattern<DotOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(DotOp op, PatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, expandDot(Formula(rewriter, op.getLoc()), op));
    return success();
  }
};

struct ExpandConcatenate : OpRewritePattern<ConcatenateOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ConcatenateOp op, PatternRewriter &rewriter) const override {
    int64_t axis = op.getAxis(), rank = tensorType(op.getResult()).getRank();
    rewriter.replaceOpWithNewOp<ConcatOp>(op, op.getType(), op.getInputs(), axis < 0 ? axis + rank : axis);
    return success();
  }
};

struct ExpandLayersPass : ingot::impl::ExpandLayersPassBase<ExpandLayersPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpandDense, ExpandEmbedding, ExpandActivation, ExpandMasking, ExpandView<FlattenOp>, ExpandView<ReshapeOp>,
                 ExpandPermute, ExpandRepeatVector, ExpandMerge, ExpandConcatenate, ExpandDot>(&getContext());
    populateRecurrentExpansions(patterns);
    populateConvExpansions(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
  }
};

} // namespace
