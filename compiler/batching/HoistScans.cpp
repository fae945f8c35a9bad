//===- HoistScans.cpp - contractions leave a recurrence before it --------===//
//
// In: scans. Out: the same, without contractions that depend on slices alone: they
// are one op on the stacks before the scan, and their result is sliced.
//
//===----------------------------------------------------------------------===//

#include "batching/Passes.h"
#include "batching/ScanEdit.h"
#include "ingot/Dialect/Remarks.h"

#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_SCANHOISTPASS
#include "batching/Passes.h.inc"
} // namespace ingot

using namespace ingot;

namespace {
/// One scan, from which ops are to leave.
class Hoist {
public:
  explicit Hoist(ScanOp scan) : scan(scan), builder(scan) {
    for (auto [i, x] : llvm::enumerate(scan.getXs()))
      stacked[scan.slice(i)] = x;
  }

  void run() {
    findMovable();
    for (Operation *op : movable)
      if (isa<ContractOp>(op))
        choose(op);
    chooseEpilogues();
    for (Operation &op : scan.block().without_terminator())
      if (chosen.contains(&op))
        move(op);
    remarkContractions();
    for (Operation *op : moved)
      sliceResults(op);
    for (Operation *op : llvm::reverse(moved))
      op->erase();
  }

private:
  /// Ops of slices, of outer values and of one another. Recurrences stay.
  void findMovable() {
    llvm::DenseSet<Value> available;
    for (unsigned i = 0; i < scan.getXs().size(); ++i)
      available.insert(scan.slice(i));
    for (Operation &op : scan.block().without_terminator()) {
      auto isAvailable = [&](Value v) { return !isInBody(scan, v) || available.contains(v); };
      if (!isa<BatchableOpInterface>(op) || op.getNumRegions() || !llvm::all_of(op.getOperands(), isAvailable))
        continue;
      movable.insert(&op);
      available.insert(op.result_begin(), op.result_end());
    }
  }

  /// The op and those that it needs.
  void choose(Operation *op) {
    if (!chosen.insert(op).second)
      return;
    for (Value operand : op->getOperands())
      if (Operation *producer = operand.getDefiningOp(); producer && movable.contains(producer))
        choose(producer);
  }

  /// Ops of nothing but what was chosen for them: only their own results are stacked.
  void chooseEpilogues() {
    auto isOwn = [&](Value v) { return v.hasOneUse() && chosen.contains(v.getDefiningOp()); };
    for (Operation *op : movable) {
      auto inner = llvm::make_filter_range(op->getOperands(), [&](Value v) { return isInBody(scan, v); });
      if (!inner.empty() && llvm::all_of(inner, isOwn))
        chosen.insert(op);
    }
  }

  void move(Operation &op) {
    SmallVector<Value> operands;
    SmallVector<bool> mapped;
    for (Value operand : op.getOperands()) {
      Value stack = stacked.lookup(operand);
      if (!stack && isInBody(scan, operand))
        return;
      operands.push_back(stack ? stack : operand);
      mapped.push_back(static_cast<bool>(stack));
    }
    if (llvm::none_of(mapped, [](bool isMapped) { return isMapped; }))
      return;
    auto results = cast<BatchableOpInterface>(op).buildBatched(builder, operands, mapped, 0, scan.getLength());
    if (failed(results))
      return;
    for (auto [result, stack] : llvm::zip_equal(op.getResults(), *results))
      stacked[result] = stack;
    moved.insert(&op);
  }

  void remarkContractions() {
    for (auto op : scan.block().getOps<ContractOp>())
      if (moved.contains(op))
        remark::passed(op.getLoc(), remarkOn(op, "recurrence", "hoist"))
            << remark::add("one product over all {0} steps, before them", scan.getLength());
      else
        remark::missed(op.getLoc(), remarkOn(op, "recurrence", "hoist"))
            << remark::add("a product in each of {0} steps", scan.getLength())
            << remark::reason("it needs what the step before has made");
  }

  void sliceResults(Operation *op) {
    auto stays = [&](OpOperand &use) { return !moved.contains(use.getOwner()); };
    for (Value result : op->getResults())
      if (llvm::any_of(result.getUses(), stays)) {
        BlockArgument slice = addX(scan, stacked.lookup(result));
        slice.setLoc(op->getLoc());
        result.replaceUsesWithIf(slice, stays);
      }
  }

  ScanOp scan;
  OpBuilder builder;
  llvm::DenseMap<Value, Value> stacked;
  llvm::SetVector<Operation *> movable; ///< in the order of the body
  llvm::DenseSet<Operation *> chosen;
  llvm::SetVector<Operation *> moved;
};

struct ScanHoistPass : ingot::impl::ScanHoistPassBase<ScanHoistPass> {
  void runOnOperation() override {
    forEachScan(getOperation(), [](ScanOp scan) {
      moveLoopInvariantCode(scan);
      scan = tidy(scan);
      Hoist(scan).run();
      tidy(scan);
    });
  }
};
} // namespace
