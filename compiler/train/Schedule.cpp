//===- Schedule.cpp - each update right after its last reader ------------===//
//
// In: entries whose writes stand at the end. Out: each write, and with it the
// `ingot.apply_*` that makes its value, as early as the readers of its variables allow. Since
// the gradient of a layer's input is computed before that of its weight, that
// is right behind the weight's gradient.
//
//===----------------------------------------------------------------------===//

#include "train/Passes.h"

#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_SCHEDULEPASS
#include "train/Passes.h.inc"
} // namespace ingot

using namespace ingot;

static bool isApply(Operation &op) { return isa<ApplySGDOp, ApplyRMSpropOp, ApplyAdagradOp, ApplyAdamOp, UpdateRowsOp>(op); }

/// The later of two ops of one block; either may be null.
static Operation *later(Operation *a, Operation *b) {
  if (!a || !b)
    return a ? a : b;
  return a->isBeforeInBlock(b) ? b : a;
}

/// The last reader of `variable` in `block`, updates aside; a recurrence reads what
/// its body reads.
static Operation *lastReader(Block &block, FlatSymbolRefAttr variable) {
  Operation *last = nullptr;
  for (auto read : block.getOps<ReadOp>())
    if (read.getVariableAttr() == variable)
      for (Operation *user : read->getUsers())
        if (!isApply(*user))
          last = later(last, block.findAncestorOpInBlock(*user));
  return last;
}

/// What `apply` takes, in its body too.
static SetVector<Value> operandsOf(Operation *apply) {
  SetVector<Value> operands(apply->operand_begin(), apply->operand_end());
  getUsedValuesDefinedAbove(apply->getRegions(), operands);
  return operands;
}

/// The last op that must come before `apply`: what defines its operands (reads
/// move with it), and every other reader of a variable that it replaces.
static Operation *lastBefore(Operation *apply) {
  Operation *last = nullptr;
  for (Value operand : operandsOf(apply)) {
    auto read = operand.getDefiningOp<ReadOp>();
    last = later(last, read ? lastReader(*apply->getBlock(), read.getVariableAttr()) : operand.getDefiningOp());
  }
  return last;
}

/// Moves `apply`, the reads that only it needs, and the writes of its results.
static void scheduleApply(Operation *apply) {
  if (Operation *last = lastBefore(apply))
    apply->moveAfter(last);
  for (Value operand : operandsOf(apply))
    if (auto read = operand.getDefiningOp<ReadOp>(); read && apply->isBeforeInBlock(read))
      read->moveBefore(apply);
  Operation *end = apply;
  for (Operation *user : llvm::to_vector(apply->getUsers()))
    if (isa<WriteOp>(user)) {
      user->moveAfter(end);
      end = user;
    }
}

/// Counters: the write as early as the readers of the old value allow.
static void scheduleWrite(WriteOp write) {
  Operation *last = later(write.getValue().getDefiningOp(), lastReader(*write->getBlock(), write.getVariableAttr()));
  if (last)
    write->moveAfter(last);
}

namespace {
struct SchedulePass : ingot::impl::SchedulePassBase<SchedulePass> {
  void runOnOperation() override {
    for (EntryOp entry : getOperation().getOps<EntryOp>()) {
      SmallVector<Operation *> applies;
      SmallVector<WriteOp> others;
      for (Operation &op : entry.block()) {
        auto write = dyn_cast<WriteOp>(op);
        Operation *source = write ? write.getValue().getDefiningOp() : nullptr;
        if (isApply(op))
          applies.push_back(&op);
        else if (source && !isApply(*source))
          others.push_back(write);
      }
      llvm::for_each(applies, scheduleApply);
      llvm::for_each(others, scheduleWrite);
    }
  }
};
} // namespace
