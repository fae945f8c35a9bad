//===- Residuals.cpp - values of forward steps in backward ones ----------===//

#include "autodiff/Residuals.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace ingot;

/// No arithmetic, and less to read than a stack of it.
static bool isFree(Operation *op) {
  return isa_and_present<BatchOp, FillOp, BroadcastOp>(op);
}

/// One comparison an element: worth it if the operands are there.
static bool isCheap(Operation *op) { return isa_and_present<CompareOp, MaskPosOp, SelectOp, OneHotOp>(op); }

Residuals::Residuals(ScanOp forward, Block &backward)
    : forward(forward), backward(backward), bodyBegin(&backward.front()) {
  SmallVector<OpOperand *> reads, cheapReads;
  backward.walk([&](Operation *op) {
    for (OpOperand &operand : op->getOpOperands())
      if (isForward(operand.get()))
        (isCheap(operand.get().getDefiningOp()) ? cheapReads : reads).push_back(&operand);
  });
  // What is cheap comes last, when it is known which operands are there.
  reads.append(cheapReads);
  for (OpOperand *read : reads)
    read->set(resolve(read->get()));
}

/// Is there a stack of `value` already?
bool Residuals::isAvailable(Value value) {
  if (!isForward(value) || resolved.contains(value))
    return true;
  auto argument = dyn_cast<BlockArgument>(value);
  return (argument && argument.getArgNumber() >= forward.numCarries()) ||
         llvm::is_contained(forward.yieldedSlices(), value) || isComputedAgain(value);
}

bool Residuals::isComputedAgain(Value value) {
  Operation *op = value.getDefiningOp();
  return isFree(op) || (isCheap(op) && llvm::all_of(op->getOperands(), [&](Value v) { return isAvailable(v); }));
}

Value Residuals::resolve(Value value) {
  if (!isForward(value))
    return value;
  if (Value known = resolved.lookup(value))
    return known;
  auto argument = dyn_cast<BlockArgument>(value);
  if (argument && argument.getArgNumber() >= forward.numCarries())
    return addSlice(value, argument.getArgNumber() - forward.numCarries(), /*isResult=*/false);
  for (auto [i, yielded] : llvm::enumerate(forward.yieldedSlices()))
    if (yielded == value)
      return addSlice(value, forward.numCarries() + i, /*isResult=*/true);
  if (isComputedAgain(value))
    return clone(value);
  missing.push_back(value);
  return addSlice(value, forward.getNumResults() + missing.size() - 1, /*isResult=*/true);
}

Value Residuals::addSlice(Value value, unsigned number, bool isResult) {
  sources.push_back({number, isResult});
  return resolved[value] = backward.addArgument(value.getType(), value.getLoc());
}

Value Residuals::clone(Value value) {
  Operation *op = value.getDefiningOp();
  IRMapping mapping;
  for (Value operand : op->getOperands())
    mapping.map(operand, resolve(operand));
  OpBuilder builder(bodyBegin);
  Operation *copy = builder.clone(*op, mapping);
  for (auto [from, to] : llvm::zip(op->getResults(), copy->getResults()))
    resolved[from] = to;
  return resolved[value];
}

ScanOp Residuals::addStacks() {
  if (missing.empty())
    return forward;
  OpBuilder builder(forward);
  SmallVector<Type> types(forward.getResultTypes());
  for (Value value : missing)
    types.push_back(stackOf(value.getType(), forward.getLength()));
  auto scan = ScanOp::create(builder, forward.getLoc(), types, forward.getCarries(), forward.getXs(),
                             forward.getLengthAttr(), forward.getReverseAttr());
  scan->setDiscardableAttrs(forward->getDiscardableAttrDictionary());
  scan.getBody().takeBody(forward.getBody());
  Operation *yield = scan.block().getTerminator();
  yield->insertOperands(yield->getNumOperands(), missing);
  for (auto [from, to] : llvm::zip(forward.getResults(), scan.getResults()))
    from.replaceAllUsesWith(to);
  forward.erase();
  return forward = scan;
}

SmallVector<Value> Residuals::stacks() {
  return llvm::map_to_vector(sources, [&](const Source &source) -> Value {
    return source.isResult ? Value(forward.getResult(source.number)) : Value(forward.getXs()[source.number]);
  });
}
