//===- MergeScans.cpp - recurrences of one kind, side by side -------------===//
//
// In: scans. Out: those of a block that take the same steps with other values, as two
// calls of one layer do, are one scan whose steps have a new dimension, behind the batch:
// [b, 2, ...]. There all distances but that of samples stay constants, and a part of the
// batch is a part of memory. Scans that wait for one another stay, and so do steps with
// an op that has no batching rule.
//
//===----------------------------------------------------------------------===//

#include "batching/BatchBlock.h"
#include "batching/Mapping.h"
#include "batching/Passes.h"
#include "batching/ScanEdit.h"
#include "ingot/Dialect/Remarks.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_SCANMERGEPASS
#include "batching/Passes.h.inc"
} // namespace ingot

using namespace ingot;

/// Do both take the same steps, with the same weights? What they begin with and their
/// slices may differ.
static bool areAlike(ScanOp a, ScanOp b) {
  return a.getLength() == b.getLength() && a.getReverse() == b.getReverse() &&
         a.getCarries().getTypes() == b.getCarries().getTypes() && a.getXs().getTypes() == b.getXs().getTypes() &&
         a.getResultTypes() == b.getResultTypes() &&
         OperationEquivalence::isRegionEquivalentTo(&a.getBody(), &b.getBody(), OperationEquivalence::IgnoreLocations);
}

static void sortByPlace(SmallVectorImpl<Operation *> &ops) {
  llvm::sort(ops, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
}

/// Ops from `first` on without which `later` cannot be; nothing if one of them may not go
/// before `first`.
static std::optional<SmallVector<Operation *>> neededFrom(ScanOp first, ScanOp later) {
  llvm::SetVector<Operation *> needed;
  needed.insert(later);
  for (unsigned i = 0; i < needed.size(); ++i)
    needed[i]->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands()) {
        Operation *op = operand.getDefiningOp();
        if (op && op->getBlock() == first->getBlock() && !op->isBeforeInBlock(first))
          needed.insert(op);
      }
    });
  needed.remove(later);
  // A variable is read as it was before the call, wherever the read stands.
  if (llvm::any_of(needed, [&](Operation *op) { return op == first || !(isPure(op) || isa<ReadOp>(op)); }))
    return std::nullopt;
  return needed.takeVector();
}

namespace {
class Merge {
public:
  explicit Merge(ArrayRef<ScanOp> scans)
      : scans(scans), first(scans.front()), axis(axisFor(first)), builder(first) {}

  /// The scans as one at the place of the first. Fails if an op has no rule; they are as
  /// they were then.
  LogicalResult run() {
    SmallVector<Value> operands;
    SmallVector<bool> mapped;
    for (unsigned i = 0; i < first->getNumOperands(); ++i) {
      bool isStack = i >= first.numCarries();
      mapped.push_back(!areEqual(i));
      operands.push_back(mapped.back() ? sideBySide(i, axis + isStack) : first->getOperand(i));
      // The rule has the new dimension in stacks where it is in slices.
      if (mapped.back() && isStack)
        operands.back() = moveDim(builder, first.getLoc(), operands.back(), axis + 1, axis);
    }
    auto results =
        cast<BatchableOpInterface>(first.getOperation()).buildBatched(builder, operands, mapped, axis, size());
    if (failed(results))
      return failure();
    nameAll(findMerged());
    for (auto [i, all] : llvm::enumerate(*results))
      if (i < first.numCarries())
        takeApart(i, all, axis);
      else
        takeApart(i, moveDim(builder, first.getLoc(), all, axis, axis + 1), axis + 1);
    remark::passed(first.getLoc(), remarkOn(first, "recurrence", "merge"))
        << remark::add("one recurrence takes the steps of {0}", size());
    for (ScanOp scan : scans)
      scan.erase();
    return success();
  }

private:
  int64_t size() const { return scans.size(); }

  /// Behind the batch, if each value has that in front; else in front.
  static int64_t axisFor(ScanOp scan) {
    auto beginsWithBatch = [](Type type) { return batchDimension(cast<RankedTensorType>(type)) == 0; };
    return llvm::all_of(scan.block().getArgumentTypes(), beginsWithBatch) &&
           llvm::all_of(scan.block().getTerminator()->getOperandTypes(), beginsWithBatch);
  }

  bool areEqual(unsigned i) const {
    return llvm::all_of(scans, [&](ScanOp scan) { return scan->getOperand(i) == scans.front()->getOperand(i); });
  }

  /// Operand `i` of all scans, on a new dimension at `dim`.
  Value sideBySide(unsigned i, int64_t dim) {
    SmallVector<Value> parts;
    for (ScanOp scan : scans) {
      Value part = scan->getOperand(i);
      parts.push_back(ViewAsOp::create(builder, scan.getLoc(), withDim(part.getType(), dim, 1), part));
    }
    return ConcatOp::create(builder, first.getLoc(), withDim(first->getOperand(i).getType(), dim, size()), parts, dim);
  }

  /// Result `i` of each scan is its part of `all`.
  void takeApart(unsigned i, Value all, int64_t dim) {
    for (int64_t number = 0; number < size(); ++number) {
      ScanOp scan = scans[number];
      Value result = scan->getResult(i);
      Value part = SliceOp::create(builder, scan.getLoc(), withDim(result.getType(), dim, 1), all, dim, number, 1);
      result.replaceAllUsesWith(ViewAsOp::create(builder, scan.getLoc(), result.getType(), part).getResult());
    }
  }

  /// The scan that was built before the first.
  ScanOp findMerged() {
    Operation *op = first->getPrevNode();
    while (!isa<ScanOp>(op))
      op = op->getPrevNode();
    return cast<ScanOp>(op);
  }

  /// What one op does for all has the places of all.
  void nameAll(ScanOp merged) {
    llvm::DenseMap<Attribute, SmallVector<Location>> places;
    for (ScanOp scan : scans) {
      SmallVector<Location> own;
      scan.walk<WalkOrder::PreOrder>([&](Operation *op) { own.push_back(op->getLoc()); });
      unsigned next = 0;
      first.walk<WalkOrder::PreOrder>([&](Operation *op) { places[op->getLoc()].push_back(own[next++]); });
    }
    auto fused = [&](Location loc) {
      auto found = places.find(loc);
      return found == places.end() ? loc : FusedLoc::get(loc.getContext(), found->second);
    };
    merged.walk([&](Operation *op) {
      op->setLoc(fused(op->getLoc()));
      for (Region &region : op->getRegions())
        for (BlockArgument argument : region.getArguments())
          argument.setLoc(fused(argument.getLoc()));
    });
  }

  ArrayRef<ScanOp> scans;
  ScanOp first;
  const int64_t axis;
  OpBuilder builder;
};

struct ScanMergePass : ingot::impl::ScanMergePassBase<ScanMergePass> {
  void runOnOperation() override {
    SmallVector<Block *> blocks;
    for (auto entry : getOperation().getOps<EntryOp>())
      if (!entry.walk([](GradientsOp) { return WalkResult::interrupt(); }).wasInterrupted())
        entry.walk([&](Block *block) { blocks.push_back(block); });
    // Inner ones come first. What became one scan may be what others wait for.
    for (Block *block : blocks)
      while (mergeSome(*block)) {
      }
  }

  /// Merges the first scans of `block` that are alike; false if there are none.
  static bool mergeSome(Block &block) {
    auto all = llvm::to_vector(block.getOps<ScanOp>());
    for (auto [i, first] : llvm::enumerate(all)) {
      SmallVector<ScanOp> alike = {first};
      llvm::SetVector<Operation *> moved;
      for (ScanOp later : ArrayRef(all).drop_front(i + 1)) {
        auto needed = areAlike(first, later) ? neededFrom(first, later) : std::nullopt;
        if (!needed || llvm::any_of(alike, [&](ScanOp one) { return llvm::is_contained(*needed, one); }))
          continue;
        moved.insert(needed->begin(), needed->end());
        alike.push_back(later);
      }
      if (alike.size() > 1 && succeeded(merge(alike, moved.takeVector())))
        return true;
    }
    return false;
  }

  static LogicalResult merge(ArrayRef<ScanOp> scans, SmallVector<Operation *> moved) {
    sortByPlace(moved);
    for (Operation *op : moved)
      op->moveBefore(scans.front());
    for (ScanOp scan : scans)
      closeScans(scan.block());
    return Merge(scans).run();
  }
};
} // namespace
