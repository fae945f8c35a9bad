//===- DistributeTime.cpp - what is applied to each step, to all of them --===//
//
// In: `ingot.time_distributed` of primitives. Out: none. The body stands where the op
// stood, its ops with the time as one more dimension behind the batch. If one of
// them has no batching rule, the body is that of a scan over time.
//
//===----------------------------------------------------------------------===//

#include "batching/BatchBlock.h"
#include "batching/Mapping.h"
#include "batching/Passes.h"

#include "mlir/IR/Builders.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_DISTRIBUTETIMEPASS
#include "batching/Passes.h.inc"
} // namespace ingot

using namespace ingot;

/// Moves what is the same in every step before the op: reads of weights, constants.
static void moveInvariants(TimeDistributedOp op) {
  op.walk([](ScanOp scan) { moveLoopInvariantCode(scan); });
  Region &body = op.getBody();
  auto isOutside = [&](Value value) { return !body.isAncestor(value.getParentRegion()); };
  for (Operation &inner : llvm::make_early_inc_range(op.block().without_terminator()))
    if (inner.getNumRegions() == 0 && isPure(&inner) && llvm::all_of(inner.getOperands(), isOutside))
      inner.moveBefore(op);
}

/// All steps at once, if every op of the body has a rule.
static LogicalResult applyToAll(TimeDistributedOp op) {
  constexpr int64_t axis = 1;
  OpBuilder builder(op);
  Operation *before = op->getPrevNode();
  BlockBatcher batcher(builder, axis, op.getSteps(), /*areCalls=*/true);
  for (auto [step, sequence] : llvm::zip_equal(op.block().getArguments(), op.getInputs()))
    batcher.bind(step, sequence, /*isMapped=*/true);
  if (failed(batcher.build(op.block()))) {
    while (op->getPrevNode() != before)
      op->getPrevNode()->erase();
    return failure();
  }
  for (auto [result, step] : llvm::zip_equal(op.getOutputs(), op.block().getTerminator()->getOperands()))
    result.replaceAllUsesWith(batcher.repeated(step));
  op.erase();
  return success();
}

/// Random masks of all steps, drawn before: in a loop, they would be the same in each.
/// They are linear, so that a mask of ones is a factor.
static void drawBefore(TimeDistributedOp op, SmallVectorImpl<Value> &xs) {
  OpBuilder builder(op);
  op.walk([&](RandomMaskOp mask) {
    Value ones = createFill(builder, mask.getLoc(), stackOf(mask.getType(), op.getSteps()), 1);
    auto drawn = cast<BatchableOpInterface>(mask.getOperation())
                     .buildCalls(builder, {ones, mask.getKey()}, {true, false}, 0, op.getSteps());
    xs.push_back(drawn->front());
    BlockArgument factor = op.block().addArgument(mask.getType(), mask.getLoc());
    OpBuilder atMask(mask);
    mask.replaceAllUsesWith(MulOp::create(atMask, mask.getLoc(), mask.getX(), factor).getResult());
    mask.erase();
  });
}

/// One step after the other.
static void applyToEach(TimeDistributedOp op) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  auto xs = llvm::map_to_vector(op.getInputs(), [&](Value x) { return moveDim(builder, loc, x, 1, 0); });
  drawBefore(op, xs);
  auto types = llvm::map_to_vector(op.block().getTerminator()->getOperandTypes(),
                                   [&](Type step) -> Type { return stackOf(step, op.getSteps()); });
  auto scan = ScanOp::create(builder, loc, types, ValueRange(), xs, op.getSteps(), /*reverse=*/false);
  scan.getBody().takeBody(op.getBody());
  for (auto [result, stack] : llvm::zip_equal(op.getOutputs(), scan.stacks()))
    result.replaceAllUsesWith(moveDim(builder, loc, stack, 0, 1));
  op.erase();
}

namespace {
struct DistributeTimePass : ingot::impl::DistributeTimePassBase<DistributeTimePass> {
  void runOnOperation() override {
    SmallVector<TimeDistributedOp> ops;
    getOperation().walk([&](TimeDistributedOp op) { ops.push_back(op); });
    for (TimeDistributedOp op : ops) {
      moveInvariants(op);
      closeScans(op.block());
      if (failed(applyToAll(op)))
        applyToEach(op);
    }
  }
};
} // namespace
