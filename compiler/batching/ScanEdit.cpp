//===- ScanEdit.cpp - changing what a scan takes and gives ---------------===//

#include "batching/ScanEdit.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace ingot;

BlockArgument ingot::addX(ScanOp scan, Value stack) {
  scan.getXsMutable().append(stack);
  return scan.block().addArgument(sliceOf(stack.getType()), stack.getLoc());
}

void ingot::addInvariants(ScanOp scan, ArrayRef<Value> values) {
  if (values.empty())
    return;
  const unsigned carries = scan.numCarries();
  Operation *yield = scan.block().getTerminator();
  for (unsigned i = 0; i < values.size(); ++i) {
    Value value = values[i];
    const unsigned number = carries + i;
    BlockArgument argument = scan.block().insertArgument(number, value.getType(), value.getLoc());
    value.replaceUsesWithIf(
        argument, [&](OpOperand &use) { return scan.getBody().isAncestor(use.getOwner()->getParentRegion()); });
    yield->insertOperands(number, argument);
  }
  auto inits = llvm::to_vector(scan.getCarries());
  llvm::append_range(inits, values);
  SmallVector<Type> types = llvm::to_vector(ValueRange(inits).getTypes());
  llvm::append_range(types, scan.stacks().getTypes());
  OpBuilder builder(scan);
  auto edited = ScanOp::create(builder, scan.getLoc(), types, inits, scan.getXs(), scan.getLengthAttr(), scan.getReverseAttr());
  edited.getBody().takeBody(scan.getBody());
  scan.lastCarries().replaceAllUsesWith(edited.getResults().take_front(carries));
  scan.stacks().replaceAllUsesWith(edited.stacks());
  scan.erase();
}

ScanOp ingot::addSums(ScanOp scan, ArrayRef<unsigned> stacks) {
  const unsigned carries = scan.numCarries();
  Operation *yield = scan.block().getTerminator();
  OpBuilder builder(scan), inBody(yield);
  auto inits = llvm::to_vector(scan.getCarries());
  for (auto [i, number] : llvm::enumerate(stacks)) {
    // Sums that were added stand before the stacks by now.
    Value slice = yield->getOperand(carries + i + number);
    Location loc = scan.stacks()[number].getLoc();
    BlockArgument sum = scan.block().insertArgument(carries + i, slice.getType(), loc);
    yield->insertOperands(carries + i, AddOp::create(inBody, loc, sum, slice).getResult());
    inits.push_back(createFill(builder, loc, slice.getType(), 0));
  }
  SmallVector<Type> types = llvm::to_vector(ValueRange(inits).getTypes());
  llvm::append_range(types, scan.stacks().getTypes());
  auto edited = ScanOp::create(builder, scan.getLoc(), types, inits, scan.getXs(), scan.getLengthAttr(), scan.getReverseAttr());
  edited.getBody().takeBody(scan.getBody());
  scan.lastCarries().replaceAllUsesWith(edited.getResults().take_front(carries));
  scan.stacks().replaceAllUsesWith(edited.stacks());
  scan.erase();
  return edited;
}

ScanOp ingot::replaceResults(ScanOp scan, const llvm::BitVector &dropped) {
  SmallVector<Type> types;
  for (auto [i, value] : llvm::enumerate(scan.block().getTerminator()->getOperands()))
    types.push_back(i < scan.numCarries() ? value.getType() : stackOf(value.getType(), scan.getLength()));
  OpBuilder builder(scan);
  auto edited = ScanOp::create(builder, scan.getLoc(), types, scan.getCarries(), scan.getXs(), scan.getLengthAttr(),
                               scan.getReverseAttr());
  edited.getBody().takeBody(scan.getBody());
  unsigned next = 0;
  for (auto [i, result] : llvm::enumerate(scan.getResults()))
    if (!dropped[i])
      result.replaceAllUsesWith(edited.getResult(next++));
  return edited;
}

void ingot::eraseDeadOps(ScanOp scan) {
  SmallVector<Operation *> ops;
  for (Operation &op : scan.block().without_terminator())
    ops.push_back(&op);
  for (Operation *op : llvm::reverse(ops))
    if (isOpTriviallyDead(op))
      op->erase();
}

/// Slices that are not read, or equal one before them.
static void tidyXs(ScanOp scan) {
  for (unsigned i = scan.getXs().size(); i-- > 0;) {
    BlockArgument slice = scan.slice(i);
    for (unsigned j = 0; j < i; ++j)
      if (scan.getXs()[j] == scan.getXs()[i]) {
        slice.replaceAllUsesWith(scan.slice(j));
        break;
      }
    if (!slice.use_empty())
      continue;
    scan.getXsMutable().erase(i);
    scan.block().eraseArgument(scan.numCarries() + i);
  }
}

/// What stands for result `i` of the scan, if it need not give it.
static Value findEqual(ScanOp scan, unsigned i) {
  Operation *yield = scan.block().getTerminator();
  Value value = yield->getOperand(i);
  if (i < scan.numCarries())
    return value == scan.carry(i) ? Value(scan.getCarries()[i]) : Value();
  for (auto [x, slice] : llvm::zip(scan.getXs(), scan.block().getArguments().drop_front(scan.numCarries())))
    if (value == slice)
      return x;
  for (unsigned j = scan.numCarries(); j < i; ++j)
    if (yield->getOperand(j) == value)
      return scan.getResult(j);
  return {};
}

/// A carry that goes takes its argument with it.
static bool isNeeded(ScanOp scan, unsigned i) {
  return !scan.getResult(i).use_empty() || (i < scan.numCarries() && !scan.carry(i).use_empty());
}

ScanOp ingot::tidy(ScanOp scan) {
  for (unsigned i = 0; i < scan.numCarries(); ++i)
    if (scan.block().getTerminator()->getOperand(i) == scan.carry(i))
      scan.carry(i).replaceUsesWithIf(scan.getCarries()[i],
                                      [&](OpOperand &use) { return use.getOwner() != scan.block().getTerminator(); });
  eraseDeadOps(scan);
  llvm::BitVector dropped(scan.getNumResults());
  Operation *yield = scan.block().getTerminator();
  for (unsigned i = 0; i < scan.getNumResults(); ++i) {
    if (Value equal = findEqual(scan, i))
      scan.getResult(i).replaceAllUsesWith(equal);
    bool isInvariant = i < scan.numCarries() && yield->getOperand(i) == scan.carry(i);
    if (isInvariant || !isNeeded(scan, i))
      dropped.set(i);
  }
  if (dropped.any()) {
    unsigned carries = scan.numCarries();
    yield->eraseOperands(dropped);
    for (unsigned i = carries; i-- > 0;)
      if (dropped[i]) {
        // A stack of what does not change is left.
        scan.carry(i).replaceAllUsesWith(scan.getCarries()[i]);
        scan.block().eraseArgument(i);
        scan.getCarriesMutable().erase(i);
      }
    ScanOp edited = replaceResults(scan, dropped);
    scan.erase();
    scan = edited;
    eraseDeadOps(scan);
  }
  tidyXs(scan);
  return scan;
}

void ingot::forEachScan(Operation *root, function_ref<void(ScanOp)> rewrite) {
  SmallVector<ScanOp> scans;
  root->walk([&](ScanOp scan) { scans.push_back(scan); });
  for (ScanOp scan : scans)
    rewrite(scan);
}
