//===- Folds.cpp - algebra that the front end and the gradients leave ----===//

#include "ingot/Dialect/Ingot.h"

using namespace mlir;
using namespace ingot;

#define GET_OP_CLASSES
#include "ingot/Dialect/IngotOps.cpp.inc"

/// `value` is a fill of `number`.
static bool isFillOf(Value value, double number) {
  auto fill = value.getDefiningOp<FillOp>();
  if (!fill)
    return false;
  if (auto real = dyn_cast<FloatAttr>(fill.getValue()))
    return real.getValueAsDouble() == number;
  return cast<IntegerAttr>(fill.getValue()).getValue() == static_cast<int64_t>(number);
}

/// x + 0 -> x: the gradients begin with zeros.
OpFoldResult AddOp::fold(FoldAdaptor) {
  if (isFillOf(getRhs(), 0))
    return getLhs();
  if (isFillOf(getLhs(), 0))
    return getRhs();
  return {};
}

/// x - 0 -> x
OpFoldResult SubOp::fold(FoldAdaptor) { return isFillOf(getRhs(), 0) ? getLhs() : Value(); }

/// x * 1 -> x: loss weights are 1 unless stated. Not x * 0 -> 0, which would
/// hide a NaN.
OpFoldResult MulOp::fold(FoldAdaptor) {
  if (isFillOf(getRhs(), 1))
    return getLhs();
  if (isFillOf(getLhs(), 1))
    return getRhs();
  return {};
}

/// x / 1 -> x
OpFoldResult DivOp::fold(FoldAdaptor) { return isFillOf(getRhs(), 1) ? getLhs() : Value(); }

/// A broadcast that adds no dimension is its operand.
OpFoldResult BroadcastOp::fold(FoldAdaptor) { return getX().getType() == getType() ? getX() : Value(); }

/// A reshape to the same shape is its operand; of two, the outer one stays.
OpFoldResult ViewAsOp::fold(FoldAdaptor) {
  if (getX().getType() == getType())
    return getX();
  if (auto inner = getX().getDefiningOp<ViewAsOp>()) {
    if (inner.getX().getType() == getType())
      return inner.getX();
    setOperand(inner.getX());
    return getResult();
  }
  return {};
}

/// An order that is the one there is.
OpFoldResult TransposeOp::fold(FoldAdaptor) {
  return llvm::is_sorted(getPerm()) ? getX() : Value();
}

/// Turned twice.
OpFoldResult ReverseOp::fold(FoldAdaptor) {
  auto inner = getX().getDefiningOp<ReverseOp>();
  return inner && inner.getAxis() == getAxis() ? inner.getX() : Value();
}

/// One operand alone.
OpFoldResult ConcatOp::fold(FoldAdaptor) { return getInputs().size() == 1 ? getInputs()[0] : Value(); }

/// All of the operand.
OpFoldResult SliceOp::fold(FoldAdaptor) { return getX().getType() == getType() ? getX() : Value(); }
