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
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_TOLINALGPASS
#include "lower/Passes.h.inc"
} // namespace ingot

using namespace ingot;

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
    getOperation().walk([&](Operation *op) {
      if (isa<IngotDialect>(op->getDialect()) && !isa<VariableOp>(op)) {
        op->emitError("`") << op->getName() << "` has no lowering to linalg";
        signalPassFailure();
      }
    });
  }
};
} // namespace
