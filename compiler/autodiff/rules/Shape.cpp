//===- Shape.cpp - gradients of ops that move or repeat elements ---------===//

#include "autodiff/Rules.h"

#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;
using namespace ingot;

using Cotangents = ArrayRef<Value>;

/// Dimensions below `rank` that are not in `some`.
static SmallVector<int64_t> otherDims(int64_t rank, ArrayRef<int64_t> some) {
  SmallVector<int64_t> others;
  for (int64_t i = 0; i < rank; ++i)
    if (!llvm::is_contained(some, i))
      others.push_back(i);
  return others;
}

/// The sum over what was repeated.
static void broadcastRule(BroadcastOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  SmallVector<int64_t> axes = otherDims(tensorType(op.getResult()).getRank(), op.getDims());
  map.add(b, op.getLoc(), op.getX(),
          ReduceSumOp::create(b, op.getLoc(), op.getX().getType(), g[0], axes));
}

/// Every summand gets the cotangent of the sum.
static void reduceSumRule(ReduceSumOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  SmallVector<int64_t> dims = otherDims(tensorType(op.getX()).getRank(), op.getAxes());
  map.add(b, op.getLoc(), op.getX(), createBroadcast(b, op.getLoc(), g[0], op.getX().getType(), dims));
}

/// Those that are the largest share the cotangent equally: the mean of the
/// one-sided derivatives.
static void reduceMaxRule(ReduceMaxOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  Location loc = op.getLoc();
  RankedTensorType type = tensorType(op.getX());
  SmallVector<int64_t> dims = otherDims(type.getRank(), op.getAxes());
  auto repeated = [&](Value value) { return createBroadcast(b, loc, value, type, dims); };
  auto flags = RankedTensorType::get(type.getShape(), b.getI1Type());
  Value isLargest = CompareOp::create(b, loc, flags, "eq", op.getX(), repeated(op.getResult()));
  Value mask = SelectOp::create(b, loc, isLargest, createFill(b, loc, type, 1), createFill(b, loc, type, 0));
  Value count = ReduceSumOp::create(b, loc, op.getType(), mask, op.getAxes());
  Value share = DivOp::create(b, loc, g[0], count);
  map.add(b, loc, op.getX(), MulOp::create(b, loc, mask, repeated(share)));
}

static void viewAsRule(ViewAsOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  map.add(b, op.getLoc(), op.getX(), ViewAsOp::create(b, op.getLoc(), op.getX().getType(), g[0]));
}

/// Back in the order it was.
static void transposeRule(TransposeOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  map.add(b, op.getLoc(), op.getX(),
          TransposeOp::create(b, op.getLoc(), op.getX().getType(), g[0], invertPermutationVector(op.getPerm())));
}

static void reverseRule(ReverseOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  map.add(b, op.getLoc(), op.getX(), ReverseOp::create(b, op.getLoc(), g[0], op.getAxis()));
}

/// Each operand gets its part.
static void concatRule(ConcatOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  int64_t axis = op.getAxis(), offset = 0;
  for (Value input : op.getInputs()) {
    int64_t size = tensorType(input).getDimSize(axis);
    if (map.isActive(input))
      map.add(b, op.getLoc(), input, SliceOp::create(b, op.getLoc(), input.getType(), g[0], axis, offset, size));
    offset += size;
  }
}

/// Zeros where nothing was taken.
static void sliceRule(SliceOp op, OpBuilder &b, Cotangents g, GradientMap &map) {
  RankedTensorType type = tensorType(op.getX());
  int64_t axis = op.getAxis(), before = op.getOffset(), size = op.getSize();
  SmallVector<Value> parts;
  auto addZeros = [&](int64_t count) {
    SmallVector<int64_t> shape(type.getShape());
    shape[axis] = count;
    if (count > 0)
      parts.push_back(createFill(b, op.getLoc(), RankedTensorType::get(shape, type.getElementType()), 0));
  };
  addZeros(before);
  parts.push_back(g[0]);
  addZeros(type.getDimSize(axis) - before - size);
  map.add(b, op.getLoc(), op.getX(), ConcatOp::create(b, op.getLoc(), type, parts, axis));
}

void ingot::attachShapeRules(MLIRContext &context) {
  attachRules<broadcastRule, reduceSumRule, reduceMaxRule, viewAsRule, transposeRule, reverseRule, concatRule, sliceRule>(
      context);
}
