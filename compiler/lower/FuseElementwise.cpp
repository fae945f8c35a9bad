//===- FuseElementwise.cpp - elementwise ops into their reader -----------===//
//
// In: linalg on tensors. Out: the same with fewer ops: an elementwise op that one op
// reads is computed in that, and reshapes between two ops are gone. The patterns are
// MLIR's, as in its own pass; what is decided here is where they apply.
//
//===----------------------------------------------------------------------===//

#include "lower/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_FUSEELEMENTWISEPASS
#include "lower/Passes.h.inc"
} // namespace ingot

static bool hasOneReader(OpOperand *operand) {
  Operation *producer = operand->get().getDefiningOp();
  return producer && producer->hasOneUse();
}

/// A contraction reads an element once for each column of the other operand: what is
/// computed in it would be computed as often, and it would be no product for a kernel.
static bool isComputedOnce(OpOperand *operand) {
  auto reader = dyn_cast<linalg::LinalgOp>(operand->getOwner());
  return hasOneReader(operand) && !(reader && linalg::isaContractionOpInterface(reader));
}

namespace {
struct FuseElementwisePass : ingot::impl::FuseElementwisePassBase<FuseElementwisePass> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    linalg::populateElementwiseOpsFusionPatterns(patterns, isComputedOnce);
    linalg::populateFoldReshapeOpsByExpansionPatterns(patterns, hasOneReader);
    tensor::populateBubbleUpExpandShapePatterns(patterns);
    affine::AffineApplyOp::getCanonicalizationPatterns(patterns, context);
    linalg::GenericOp::getCanonicalizationPatterns(patterns, context);
    tensor::ExpandShapeOp::getCanonicalizationPatterns(patterns, context);
    tensor::CollapseShapeOp::getCanonicalizationPatterns(patterns, context);
    context->getLoadedDialect<linalg::LinalgDialect>()->getCanonicalizationPatterns(patterns);
    linalg::populateConstantFoldLinalgOperations(patterns, hasOneReader);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns),
                                     GreedyRewriteConfig().setUseTopDownTraversal())))
      signalPassFailure();
  }
};
} // namespace
