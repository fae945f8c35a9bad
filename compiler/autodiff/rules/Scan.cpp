//===- Scan.cpp - the gradient of a recurrence ---------------------------===//
//
// A scan in the other direction. Its carries are the cotangents of the forward
// carries, and for each captured value the sum over the steps so far; its slices
// are the cotangents of the forward stacks and the residuals; it stacks the
// cotangents of the forward slices. Its body is the forward body walked back, in
// terms of the forward values, which Residuals replaces.
//
//===----------------------------------------------------------------------===//

#include "autodiff/Residuals.h"
#include "autodiff/Reverse.h"
#include "autodiff/Rules.h"

#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/BitVector.h"

using namespace mlir;
using namespace ingot;

/// Numbers of the carries that a cotangent reaches in some step, so that the
/// others stay zero without code.
static SmallVector<unsigned> reachedCarries(ScanOp scan, ArrayRef<Value> cotangents, const GradientMap &gradients) {
  Operation *yield = scan.block().getTerminator();
  llvm::BitVector carries(scan.numCarries());
  llvm::DenseSet<Value> reached;
  for (auto [i, cotangent] : llvm::enumerate(cotangents)) {
    if (!cotangent)
      continue;
    reached.insert(yield->getOperand(i));
    if (i < scan.numCarries())
      carries.set(i);
  }
  bool changed = true;
  while (changed) {
    changed = false;
    for (Operation &op : llvm::reverse(scan.block().without_terminator())) {
      if (llvm::none_of(op.getResults(), [&](Value v) { return reached.contains(v); }))
        continue;
      op.walk([&](Operation *inner) { reached.insert(inner->operand_begin(), inner->operand_end()); });
    }
    for (unsigned i = 0; i < scan.numCarries(); ++i)
      if (!carries[i] && reached.contains(scan.carry(i)) && gradients.isActive(scan.carry(i))) {
        carries.set(i);
        reached.insert(yield->getOperand(i));
        changed = true;
      }
  }
  return llvm::to_vector_of<unsigned>(carries.set_bits());
}

static Value orZero(Value cotangent, OpBuilder &builder, Location loc, Type type) {
  return cotangent ? cotangent : createFill(builder, loc, type, 0);
}

static LogicalResult buildScanVJP(ScanOp scan, OpBuilder &builder, ArrayRef<Value> cotangents,
                                  GradientMap &gradients) {
  Location loc = scan.getLoc();
  SmallVector<unsigned> carries = reachedCarries(scan, cotangents, gradients);
  Region body;
  Block &backward = body.emplaceBlock();
  OpBuilder inBody(scan.getContext());
  inBody.setInsertionPointToEnd(&backward);
  GradientMap inner = GradientMap::ofBody(gradients);
  Operation *yield = scan.block().getTerminator();

  // Cotangents arrive at what a step yields.
  SmallVector<Value> inits, xs;
  for (unsigned i : carries) {
    inits.push_back(orZero(cotangents[i], builder, loc, scan.getResult(i).getType()));
    inner.add(inBody, loc, yield->getOperand(i), backward.addArgument(inits.back().getType(), loc));
  }
  for (unsigned i = scan.numCarries(); i < scan.getNumResults(); ++i) {
    if (!cotangents[i])
      continue;
    xs.push_back(cotangents[i]);
    inner.add(inBody, loc, yield->getOperand(i), backward.addArgument(yield->getOperand(i).getType(), loc));
  }
  if (failed(walkBack(scan.block().without_terminator(), inBody, inner)))
    return failure();

  // They leave it at carries, captured values and slices.
  SmallVector<Value> next, slices, receivers, slicedXs;
  for (unsigned i : carries) {
    next.push_back(orZero(inner.lookup(scan.carry(i)), inBody, loc, scan.carry(i).getType()));
    receivers.push_back(scan.getCarries()[i]);
  }
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(scan.getBody(), captured);
  for (Value value : captured) {
    Value part = inner.lookup(value);
    if (!part)
      continue;
    if (part.getType() != value.getType())
      return scan.emitError("the gradient of a captured ") << value.getType() << " is " << part.getType()
             << ", which a recurrence cannot sum";
    BlockArgument sum = backward.insertArgument(next.size(), value.getType(), loc);
    inits.push_back(createFill(builder, loc, value.getType(), 0));
    next.push_back(AddOp::create(inBody, loc, sum, part));
    receivers.push_back(value);
  }
  for (auto [i, x] : llvm::enumerate(scan.getXs()))
    if (Value part = inner.lookup(scan.slice(i))) {
      slices.push_back(part);
      receivers.push_back(x);
    }
  SmallVector<Type> types(ValueRange(next).getTypes());
  for (Value slice : slices)
    types.push_back(stackOf(slice.getType(), scan.getLength()));
  llvm::append_range(next, slices);
  YieldOp::create(inBody, loc, next);

  Residuals residuals(scan, backward);
  scan = residuals.addStacks();
  llvm::append_range(xs, residuals.stacks());
  auto reversed = ScanOp::create(builder, loc, types, inits, xs, scan.getLengthAttr(),
                                 scan.getReverse() ? UnitAttr() : builder.getUnitAttr());
  reversed.getBody().takeBody(body);
  for (auto [value, cotangent] : llvm::zip_equal(receivers, reversed.getResults()))
    gradients.add(builder, loc, value, cotangent);
  return success();
}

namespace {
struct ScanRule : DifferentiableOpInterface::ExternalModel<ScanRule, ScanOp> {
  LogicalResult buildVJP(Operation *op, OpBuilder &builder, ArrayRef<Value> cotangents, GradientMap &gradients) const {
    return buildScanVJP(cast<ScanOp>(op), builder, cotangents, gradients);
  }
};
} // namespace

void ingot::attachScanRules(MLIRContext &context) { ScanOp::attachInterface<ScanRule>(context); }
