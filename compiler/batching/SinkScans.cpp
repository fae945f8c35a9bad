//===- SinkScans.cpp - contractions leave a recurrence behind it ---------===//
//
// In: scans. Out: the same, without carries that only add up and without stacked
// results that end in contractions: both are computed behind the scan, from stacks
// of what the steps made.
//
//===----------------------------------------------------------------------===//

#include "batching/Mapping.h"
#include "batching/Passes.h"
#include "batching/ScanEdit.h"
#include "ingot/Dialect/Remarks.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_SCANSINKPASS
#include "batching/Passes.h.inc"
} // namespace ingot

using namespace ingot;

namespace {
/// What leaves for one result of the scan: `tail`, ops in the order of the body. If
/// `init` is there, the result is its sum with that of every op over the steps;
/// else it is that of the last op.
struct Leaving {
  unsigned result;
  Value init;
  SmallVector<Operation *> tail;
};

class Sink {
public:
  explicit Sink(ScanOp scan) : scan(scan) {}

  /// False if there is nothing to be done; else `scan` is another.
  bool run() {
    for (unsigned i = 0; i < scan.numCarries(); ++i)
      if (std::optional<Leaving> found = findSum(i))
        leaving.push_back(*found);
    for (unsigned i = scan.numCarries(); i < scan.getNumResults(); ++i)
      if (std::optional<Leaving> found = findTail(i))
        leaving.push_back(*found);
    if (leaving.empty())
      return false;
    rewrite();
    return true;
  }

  ScanOp scan;

private:
  Value yielded(unsigned i) { return scan.block().getTerminator()->getOperand(i); }

  /// Can the op be built on stacks, `isSum` over the steps? Tried out beside.
  bool isBatchable(Operation *op, bool isSum) {
    auto batchable = dyn_cast<BatchableOpInterface>(op);
    if (!batchable || op->getNumRegions())
      return false;
    Block trial;
    SmallVector<Value> operands;
    SmallVector<bool> mapped;
    for (Value operand : op->getOperands()) {
      mapped.push_back(isInBody(scan, operand));
      operands.push_back(
          mapped.back() ? Value(trial.addArgument(stackOf(operand.getType(), scan.getLength()), op->getLoc())) : operand);
    }
    if (llvm::none_of(mapped, [](bool isMapped) { return isMapped; }))
      return false;
    OpBuilder builder(op->getContext());
    builder.setInsertionPointToEnd(&trial);
    return isSum ? static_cast<bool>(batchable.buildBatchedSum(builder, operands, mapped, 0, scan.getLength()))
                 : succeeded(batchable.buildBatched(builder, operands, mapped, 0, scan.getLength()));
  }

  /// A carry that is `carry + p + q + ...`, and nothing else uses any of these.
  std::optional<Leaving> findSum(unsigned i) {
    BlockArgument carry = scan.carry(i);
    if (!carry.hasOneUse())
      return std::nullopt;
    Leaving found = {i, scan.getCarries()[i], {}};
    bool seesCarry = false;
    SmallVector<Value> open = {yielded(i)};
    while (!open.empty()) {
      Value value = open.pop_back_val();
      Operation *op = value.getDefiningOp();
      if (value == carry)
        seesCarry = true;
      else if (!op || !isInBody(scan, value) || !value.hasOneUse())
        return std::nullopt;
      else if (isa<AddOp>(op))
        llvm::append_range(open, op->getOperands());
      else if (isBatchable(op, /*isSum=*/true))
        found.tail.push_back(op);
      else
        return std::nullopt;
    }
    if (!seesCarry || found.tail.empty())
      return std::nullopt;
    return found;
  }

  /// Adds the contractions that `value` ends in, and the ops behind them.
  bool collectTail(Value value, SmallVectorImpl<Operation *> &tail) {
    Operation *op = value.getDefiningOp();
    if (!op || !isInBody(scan, value) || !value.hasOneUse() || op->getNumResults() != 1 ||
        !isBatchable(op, /*isSum=*/false))
      return false;
    bool ends = isa<ContractOp>(op);
    if (!ends)
      for (Value operand : op->getOperands())
        ends |= collectTail(operand, tail);
    if (ends)
      tail.push_back(op);
    return ends;
  }

  std::optional<Leaving> findTail(unsigned i) {
    Leaving found = {i, {}, {}};
    if (!collectTail(yielded(i), found.tail))
      return std::nullopt;
    return found;
  }

  /// The number of the result that is a stack of `value`, which is yielded then.
  unsigned stackNumber(Value value) {
    Operation *yield = scan.block().getTerminator();
    for (unsigned i = scan.numCarries(); i < yield->getNumOperands(); ++i)
      if (yield->getOperand(i) == value)
        return i;
    yield->insertOperands(yield->getNumOperands(), value);
    return yield->getNumOperands() - 1;
  }

  void rewrite() {
    llvm::DenseMap<Value, Value> stacked;
    for (auto [i, x] : llvm::enumerate(scan.getXs()))
      stacked[scan.slice(i)] = x;

    // What stays in the body and is read by what leaves.
    llvm::DenseSet<Operation *> leaves;
    llvm::BitVector dropped(scan.getNumResults());
    for (const Leaving &one : leaving) {
      dropped.set(one.result);
      leaves.insert(one.tail.begin(), one.tail.end());
    }
    llvm::MapVector<Value, unsigned> numbers;
    for (Operation &op : scan.block())
      if (leaves.contains(&op))
        for (Value operand : op.getOperands())
          if (isInBody(scan, operand) && !stacked.contains(operand) && !leaves.contains(operand.getDefiningOp()))
            numbers[operand] = stackNumber(operand);

    // The scan without them.
    Operation *yield = scan.block().getTerminator();
    dropped.resize(yield->getNumOperands());
    yield->eraseOperands(dropped);
    SmallVector<BlockArgument> sums;
    for (unsigned i = scan.numCarries(); i-- > 0;)
      if (dropped[i]) {
        sums.push_back(scan.carry(i));
        scan.getCarriesMutable().erase(i);
      }
    ScanOp edited = replaceResults(scan, dropped);
    for (auto [value, number] : numbers)
      stacked[value] = edited.getResult(number - droppedBefore(dropped, number));

    OpBuilder builder(edited);
    builder.setInsertionPointAfter(edited);
    for (const Leaving &one : leaving)
      scan.getResult(one.result).replaceAllUsesWith(build(one, stacked, builder));
    eraseDeadOps(edited);
    for (BlockArgument sum : sums)
      edited.block().eraseArgument(sum.getArgNumber());
    scan.erase();
    scan = edited;
  }

  static unsigned droppedBefore(const llvm::BitVector &dropped, unsigned end) {
    unsigned count = 0;
    for (unsigned i : dropped.set_bits())
      count += i < end;
    return count;
  }

  /// The result that `one` is for, behind the scan.
  Value build(const Leaving &one, llvm::DenseMap<Value, Value> &stacked, OpBuilder &builder) {
    Value last = one.init;
    for (Operation *op : one.tail) {
      if (isa<ContractOp>(op))
        remark::passed(op->getLoc(), remarkOn(scan, "recurrence", "sink"))
            << remark::add("one product over all {0} steps, behind them", scan.getLength());
      SmallVector<Value> operands;
      SmallVector<bool> mapped;
      for (Value operand : op->getOperands()) {
        Value stack = stacked.lookup(operand);
        operands.push_back(stack ? stack : operand);
        mapped.push_back(static_cast<bool>(stack));
      }
      auto batchable = cast<BatchableOpInterface>(op);
      if (one.init) {
        Value sum = batchable.buildBatchedSum(builder, operands, mapped, 0, scan.getLength());
        last = AddOp::create(builder, op->getLoc(), last, sum);
      } else {
        last = batchable.buildBatched(builder, operands, mapped, 0, scan.getLength())->front();
        stacked[op->getResult(0)] = last;
      }
    }
    return last;
  }

  SmallVector<Leaving> leaving;
};

struct ScanSinkPass : ingot::impl::ScanSinkPassBase<ScanSinkPass> {
  void runOnOperation() override {
    forEachScan(getOperation(), [](ScanOp scan) {
      scan = tidy(scan);
      // What left may have been the last reader of what is yielded now.
      for (bool changed = true; changed;) {
        Sink sink(scan);
        changed = sink.run();
        scan = tidy(sink.scan);
      }
    });
  }
};
} // namespace
