//===- ExpandLosses.cpp - losses and metrics to primitives ---------------===//
//
// Two passes: one that lets a cross-entropy take the logits of the activation
// before it, and one that writes losses and metrics out.
//
//===----------------------------------------------------------------------===//

#include "expand/Expand.h"
#include "expand/Passes.h"

#include "ingot/Dialect/Remarks.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_EXPANDLOSSESPASS
#define GEN_PASS_DEF_FUSELOSSPASS
#include "expand/Passes.h.inc"
} // namespace ingot

using namespace ingot;

namespace {

/// loss(activation(x)) -> loss from_logits(x)
template <typename Activation> struct FuseLoss : OpRewritePattern<LossOp> {
  FuseLoss(MLIRContext *context, ArrayRef<StringRef> losses)
      : OpRewritePattern(context), losses(losses) {}

  LogicalResult matchAndRewrite(LossOp op, PatternRewriter &rewriter) const override {
    auto activation = op.getPrediction().getDefiningOp<Activation>();
    if (!activation || op.getFromLogits() || !llvm::is_contained(losses, op.getName()))
      return failure();
    remark::passed(activation.getLoc(), remarkOn(op, "loss", "fuse"))
        << remark::add("`{0}` is computed from what `{1}` gets, which is exact", op.getName().str(),
                       Activation::getOperationName().drop_front(strlen("ingot.")).str());
    rewriter.modifyOpInPlace(op, [&] {
      op.getPredictionMutable().assign(activation.getX());
      op.setFromLogits(true);
    });
    return success();
  }

  SmallVector<StringRef> losses;
};

struct ExpandLoss : OpRewritePattern<LossOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(LossOp op, PatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, expandLoss(Formula(rewriter, op.getLoc()), op));
    return success();
  }
};

struct ExpandMeanLoss : OpRewritePattern<MeanLossOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MeanLossOp op, PatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, expandMeanLoss(Formula(rewriter, op.getLoc()), op));
    return success();
  }
};

struct ExpandMetric : OpRewritePattern<MetricOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MetricOp op, PatternRewriter &rewriter) const override {
    auto [sum, count] = expandMetric(Formula(rewriter, op.getLoc()), op);
    rewriter.replaceOp(op, {sum, count});
    return success();
  }
};

struct FuseLossPass : ingot::impl::FuseLossPassBase<FuseLossPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FuseLoss<SoftmaxOp>>(
        &getContext(), ArrayRef<StringRef>{"sparse_categorical_crossentropy", "categorical_crossentropy"});
    patterns.add<FuseLoss<SigmoidOp>>(&getContext(), ArrayRef<StringRef>{"binary_crossentropy"});
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
  }
};

struct ExpandLossesPass : ingot::impl::ExpandLossesPassBase<ExpandLossesPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpandLoss, ExpandMeanLoss, ExpandMetric>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
  }
};

} // namespace
