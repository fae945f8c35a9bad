//===- ToLinalg.cpp - primitives to linalg on tensors --------------------===//
//
// In: functions with compute ops of tier 2. Out: linalg on tensors. The patterns
// live in patterns/, a family a file.
//
//===----------------------------------------------------------------------===//

#include "lower/Passes.h"
#include "lower/Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_TOLINALGPASS
#include "lower/Passes.h.inc"
} // namespace ingot

using namespace ingot;

/// Does `op` only repeat its operand in more dimensions?
static bool isBroadcast(linalg::GenericOp op) {
  return op.getNumDpsInputs() == 1 && op.getNumDpsInits() == 1 && op.getNumParallelLoops() == op.getNumLoops() &&
         op.getBody()->without_terminator().empty() &&
         op.getBody()->getTerminator()->getOperand(0) == op.getBody()->getArgument(0) &&
         op.getIndexingMapsArray()[0].getNumResults() < op.getNumLoops();
}

/// A broadcast of its own for each elementwise reader: fused into it, it costs
/// nothing, while one that is shared is a buffer.
static void splitBroadcasts(Operation *root) {
  SmallVector<linalg::GenericOp> broadcasts;
  root->walk([&](linalg::GenericOp op) {
    if (isBroadcast(op))
      broadcasts.push_back(op);
  });
  // Readers first: a broadcast of a broadcast is one.
  for (linalg::GenericOp op : llvm::reverse(broadcasts))
    for (OpOperand &use : llvm::make_early_inc_range(op->getUses())) {
      auto reader = dyn_cast<linalg::GenericOp>(use.getOwner());
      if (op->hasOneUse() || !reader || reader.getNumParallelLoops() != reader.getNumLoops())
        continue;
      OpBuilder builder(reader);
      IRMapping map;
      Value destination = op.getDpsInits()[0];
      map.map(destination, builder.clone(*destination.getDefiningOp())->getResult(0));
      use.set(builder.clone(*op, map)->getResult(0));
    }
}

namespace {
struct ToLinalgPass : ingot::impl::ToLinalgPassBase<ToLinalgPass> {
  void runOnOperation() override {
    lowerScans(getOperation());
    RewritePatternSet patterns(&getContext());
    populateElementwisePatterns(patterns);
    populateShapePatterns(patterns);
    populateContractPatterns(patterns);
    populateConvPatterns(patterns);
    populateLastAxisPatterns(patterns);
    populateOptimizerPatterns(patterns);
    populateRandomPatterns(patterns);
    populateRowPatterns(patterns);
    populateOrthogonalPatterns(patterns);
    // CSE inside the greedy driver would merge destinations.
    GreedyRewriteConfig config;
    config.enableConstantCSE(false);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      return signalPassFailure();
    shareEqual(getOperation());
    splitBroadcasts(getOperation());
    getOperation().walk([&](Operation *op) {
      if (isa<IngotDialect>(op->getDialect()) && !isa<VariableOp>(op)) {
        op->emitError("`") << op->getName() << "` has no lowering to linalg";
        signalPassFailure();
      }
    });
  }
};
} // namespace
