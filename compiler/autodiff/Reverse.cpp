//===- Reverse.cpp - the two walks of reverse mode -----------------------===//

#include "autodiff/Reverse.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace ingot;

static bool isFloat(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && isa<FloatType>(type.getElementType());
}

/// Marks `to` if `from` is active; true if that is news.
static bool markIf(Value from, Value to, GradientMap &gradients) {
  if (!gradients.isActive(from) || gradients.isActive(to) || !isFloat(to))
    return false;
  gradients.setActive(to);
  return true;
}

/// A carry is active if its first value is or what a step makes of it; the least
/// set of carries for which that holds.
static void markScan(ScanOp scan, GradientMap &gradients) {
  for (auto [from, to] : llvm::zip(scan->getOperands(), scan.block().getArguments()))
    markIf(from, to, gradients);
  bool changed = true;
  while (changed) {
    changed = false;
    markActive(scan.block().without_terminator(), gradients);
    for (auto [i, next] : llvm::enumerate(scan.nextCarries()))
      changed |= markIf(next, scan.carry(i), gradients);
  }
  for (auto [from, to] : llvm::zip(scan.block().getTerminator()->getOperands(), scan.getResults()))
    markIf(from, to, gradients);
}

void ingot::markActive(Operations ops, GradientMap &gradients) {
  for (Operation &op : ops) {
    if (auto scan = dyn_cast<ScanOp>(op)) {
      markScan(scan, gradients);
      continue;
    }
    for (Value operand : op.getOperands())
      for (Value result : op.getResults())
        markIf(operand, result, gradients);
  }
}

LogicalResult ingot::walkBack(Operations ops, OpBuilder &builder, GradientMap &gradients) {
  SmallVector<Operation *> forward;
  for (Operation &op : ops)
    forward.push_back(&op);
  for (Operation *op : llvm::reverse(forward)) {
    if (isa<ReadOp>(op))
      continue;
    auto cotangents = llvm::map_to_vector(op->getResults(), [&](Value v) { return gradients.lookup(v); });
    if (llvm::none_of(cotangents, [](Value v) { return static_cast<bool>(v); }))
      continue;
    auto differentiable = dyn_cast<DifferentiableOpInterface>(op);
    if (!differentiable)
      return op->emitError("the loss depends on `") << op->getName() << "`, which has no gradient rule";
    if (failed(differentiable.buildVJP(builder, cotangents, gradients)))
      return failure();
  }
  return success();
}
