//===- Shape.cpp - batching of ops that move or repeat elements ----------===//

#include "batching/Rules.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace ingot;

/// The new dimension first goes between those that end up on either side of it:
/// `dims` must increase.
static Value broadcastRule(BroadcastOp op, const Mapping &mapping) {
  ArrayRef<int64_t> dims = op.getDims();
  int64_t position = llvm::count_if(dims, [&](int64_t dim) { return dim < mapping.axis; });
  SmallVector<int64_t> newDims = mapping.shifted(dims);
  newDims.insert(newDims.begin() + position, mapping.axis);
  Value x = moveDim(mapping.builder, mapping.loc(), mapping.operand(0), mapping.axis, position);
  return BroadcastOp::create(mapping.builder, mapping.loc(), mapping.resultType(), x, newDims, op.getBatch());
}

/// The axes that disappear before the new dimension move it to the left.
template <typename Op> static Value reduceRule(Op op, const Mapping &mapping) {
  SmallVector<int64_t> axes = mapping.shifted(op.getAxes());
  Value reduced = Op::create(mapping.builder, mapping.loc(), mapping.operand(0),
                             mapping.builder.getDenseI64ArrayAttr(axes));
  int64_t position = mapping.axis - llvm::count_if(axes, [&](int64_t axis) { return axis < mapping.axis; });
  return moveDim(mapping.builder, mapping.loc(), reduced, position, mapping.axis);
}

/// One axis more.
static Value reduceSumOfAll(ReduceSumOp op, const Mapping &mapping) {
  SmallVector<int64_t> axes = mapping.shifted(op.getAxes());
  axes.push_back(mapping.axis);
  llvm::sort(axes);
  return ReduceSumOp::create(mapping.builder, mapping.loc(), mapping.operand(0),
                             mapping.builder.getDenseI64ArrayAttr(axes));
}

/// Do the dimensions before the new one hold as much in both shapes? Then it parts
/// both at the same elements.
static bool agreeBefore(int64_t axis, ArrayRef<int64_t> from, ArrayRef<int64_t> to) {
  from = from.take_front(axis);
  to = to.take_front(axis);
  return shape::canView(shape::Shape(from.begin(), from.end()), shape::Shape(to.begin(), to.end()));
}

static Value viewAsRule(ViewAsOp op, const Mapping &mapping) {
  bool agree = agreeBefore(mapping.axis, tensorType(op.getX()).getShape(), tensorType(op).getShape());
  int64_t axis = agree ? mapping.axis : 0;
  Value x = moveDim(mapping.builder, mapping.loc(), mapping.operand(0), mapping.axis, axis);
  Value view = ViewAsOp::create(mapping.builder, mapping.loc(), withDim(op.getType(), axis, mapping.size), x);
  return moveDim(mapping.builder, mapping.loc(), view, axis, mapping.axis);
}

static Value transposeRule(TransposeOp op, const Mapping &mapping) {
  SmallVector<int64_t> perm = mapping.shifted(op.getPerm());
  perm.insert(perm.begin() + mapping.axis, mapping.axis);
  return TransposeOp::create(mapping.builder, mapping.loc(), mapping.operand(0), perm);
}

static Value reverseRule(ReverseOp op, const Mapping &mapping) {
  return ReverseOp::create(mapping.builder, mapping.loc(), mapping.operand(0),
                           mapping.shifted(static_cast<int64_t>(op.getAxis())));
}

static Value concatRule(ConcatOp op, const Mapping &mapping) {
  SmallVector<Value> inputs;
  for (unsigned i = 0; i < op->getNumOperands(); ++i)
    inputs.push_back(mapping.repeated(i));
  return ConcatOp::create(mapping.builder, mapping.loc(), mapping.resultType(), inputs,
                          mapping.shifted(static_cast<int64_t>(op.getAxis())));
}

static Value sliceRule(SliceOp op, const Mapping &mapping) {
  return SliceOp::create(mapping.builder, mapping.loc(), mapping.resultType(), mapping.operand(0),
                         mapping.shifted(static_cast<int64_t>(op.getAxis())), op.getOffset(), op.getSize());
}

void ingot::attachShapeBatching(MLIRContext &context) {
  ReduceSumOp::attachInterface<BatchingRule<ReduceSumOp, reduceRule<ReduceSumOp>, reduceSumOfAll>>(context);
  attachBatching<broadcastRule, reduceRule<ReduceMaxOp>, viewAsRule, transposeRule, reverseRule, concatRule, sliceRule>(context);
}
