//===- ShareEqual.cpp - what is known already is not computed again -------===//
//
// Lowerings of different primitives have parts in common, as softmax and logsumexp of
// one operand have the maximum of a row and its exponentials. CSE would also merge the
// destinations, each of which is to belong to one op.
//
//===----------------------------------------------------------------------===//

#include "lower/Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace ingot;

static bool areEqualConstants(Value lhs, Value rhs) {
  auto a = lhs.getDefiningOp<arith::ConstantOp>(), b = rhs.getDefiningOp<arith::ConstantOp>();
  return a && b && a.getValue() == b.getValue();
}

/// Two destinations that hold the same before they are written: nothing, or one number.
static bool areEqualDestinations(Value lhs, Value rhs) {
  if (lhs.getType() != rhs.getType())
    return false;
  auto a = lhs.getDefiningOp<linalg::FillOp>(), b = rhs.getDefiningOp<linalg::FillOp>();
  if (a && b)
    return areEqualConstants(a.getInputs()[0], b.getInputs()[0]) && areEqualDestinations(a.getOutputs()[0], b.getOutputs()[0]);
  auto emptyA = lhs.getDefiningOp<tensor::EmptyOp>(), emptyB = rhs.getDefiningOp<tensor::EmptyOp>();
  return emptyA && emptyB && emptyA.getDynamicSizes() == emptyB.getDynamicSizes();
}

static bool areEqual(linalg::GenericOp lhs, linalg::GenericOp rhs) {
  DenseMap<Value, Value> equal;
  auto check = [&](Value a, Value b) {
    return success(a == b || equal.lookup(a) == b || areEqualConstants(a, b) || areEqualDestinations(a, b));
  };
  auto mark = [&](Value a, Value b) { equal[a] = b; };
  return OperationEquivalence::isEquivalentTo(lhs, rhs, check, mark, OperationEquivalence::IgnoreLocations);
}

/// A result that has one elementwise reader is computed in it, and costs less there than
/// to be kept.
static bool isKeptAnyway(linalg::GenericOp op) {
  return op.getNumParallelLoops() != op.getNumLoops() || !op->hasOneUse();
}

void ingot::shareEqual(Operation *root) {
  DenseMap<Block *, SmallVector<linalg::GenericOp>> known;
  SmallVector<linalg::GenericOp> again;
  root->walk([&](linalg::GenericOp op) {
    if (op->use_empty())
      return;
    for (linalg::GenericOp before : known[op->getBlock()])
      if ((isKeptAnyway(before) || isKeptAnyway(op)) && areEqual(before, op)) {
        op->replaceAllUsesWith(before);
        again.push_back(op);
        return;
      }
    known[op->getBlock()].push_back(op);
  });
  for (linalg::GenericOp op : again)
    op->erase();
}
