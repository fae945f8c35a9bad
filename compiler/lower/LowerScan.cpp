//===- LowerScan.cpp - recurrences to loops ------------------------------===//
//
// A scan becomes an `scf.for` on tensors that carries its carries and its stacks.
// The order of ops in the loop decides whether bufferization can update them in
// place: an old carry is stacked first, while it is still there; then the step;
// then the other slices; and the new carries last of all, each pinned to the
// buffer of the old one.
//
//===----------------------------------------------------------------------===//

#include "lower/Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace ingot;

namespace {

class ScanLowering {
public:
  explicit ScanLowering(ScanOp op) : op(op), builder(op), loc(op.getLoc()), linalg(builder, op) {}

  void run() {
    if (op.getLength() == 1)
      return runOnce();
    SmallVector<Value> init = initialValues();
    Value zero = index(0), length = index(op.getLength()), one = index(1);
    loop = scf::ForOp::create(builder, loc, zero, length, one, init);
    Block *body = loop.getBody();
    if (init.empty())
      body->getTerminator()->erase();
    builder.setInsertionPointToEnd(body);
    step = loop.getInductionVar();
    if (op.getReverse())
      step = arith::SubIOp::create(builder, loc, index(op.getLength() - 1), step);
    bindArguments();
    SmallVector<Value> next = stackOldCarries();
    auto yield = cast<YieldOp>(op.block().getTerminator());
    body->getOperations().splice(body->end(), op.block().getOperations());
    builder.setInsertionPoint(yield);
    stackSlices(yield, next);
    pinCarries(yield, next);
    scf::YieldOp::create(builder, loc, next);
    yield.erase();
    op.replaceAllUsesWith(loop.getResults());
    op.erase();
  }

private:
  /// One step is no loop: nothing is updated in place, for what the step began with may
  /// be read behind it.
  void runOnce() {
    step = index(0);
    for (auto [i, carry] : llvm::enumerate(op.getCarries()))
      op.carry(i).replaceAllUsesWith(carry);
    bindSlices();
    auto yield = cast<YieldOp>(op.block().getTerminator());
    op->getBlock()->getOperations().splice(op->getIterator(), op.block().getOperations());
    builder.setInsertionPoint(op);
    SmallVector<Value> results(yield.getValues());
    for (unsigned i = op.numCarries(); i < results.size(); ++i)
      results[i] = stack(results[i], linalg.empty(op.getResult(i).getType()));
    yield.erase();
    op.replaceAllUsesWith(results);
    op.erase();
  }

  Value index(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }

  /// What the loop starts from. A fill that CSE shared is made again: each carry
  /// is updated in its own memory.
  SmallVector<Value> initialValues() {
    SmallVector<Value> init;
    for (Value carry : op.getCarries()) {
      if (auto fill = carry.getDefiningOp<FillOp>(); fill && !fill->hasOneUse())
        carry = cast<FillOp>(builder.clone(*fill)).getResult();
      init.push_back(carry);
    }
    for (Value stack : op.stacks())
      init.push_back(linalg.empty(stack.getType()));
    return init;
  }

  /// Where the slice of this step stands in a stack.
  void sliceOfStep(RankedTensorType stack, SmallVector<OpFoldResult> &offsets, SmallVector<OpFoldResult> &sizes,
                   SmallVector<OpFoldResult> &strides) {
    offsets.assign(stack.getRank(), builder.getIndexAttr(0));
    strides.assign(stack.getRank(), builder.getIndexAttr(1));
    sizes = linalg.sizesOf(stack);
    offsets.front() = step;
    sizes.front() = builder.getIndexAttr(1);
  }

  /// The body's arguments become the loop's, and slices at the step.
  void bindArguments() {
    for (unsigned i = 0; i < op.numCarries(); ++i)
      op.carry(i).replaceAllUsesWith(loop.getRegionIterArg(i));
    bindSlices();
  }

  void bindSlices() {
    SmallVector<OpFoldResult> offsets, sizes, strides;
    for (auto [i, x] : llvm::enumerate(op.getXs())) {
      sliceOfStep(tensorType(x), offsets, sizes, strides);
      auto type = cast<RankedTensorType>(op.slice(i).getType());
      op.slice(i).replaceAllUsesWith(
          tensor::ExtractSliceOp::create(builder, loc, type, x, offsets, sizes, strides).getResult());
    }
  }

  /// The carry of the loop that `value` is, or nothing.
  std::optional<unsigned> oldCarry(Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    if (!argument || argument.getOwner() != loop.getBody())
      return std::nullopt;
    return argument.getArgNumber() - 1;
  }

  Value stack(Value slice, Value whole) {
    SmallVector<OpFoldResult> offsets, sizes, strides;
    sliceOfStep(tensorType(whole), offsets, sizes, strides);
    return tensor::InsertSliceOp::create(builder, loc, slice, whole, offsets, sizes, strides);
  }

  /// The values to yield, of which those are known that are old carries. One that
  /// moves to another carry is copied before its memory is written.
  SmallVector<Value> stackOldCarries() {
    SmallVector<Value> next(op.getNumResults());
    for (auto [i, value] : llvm::enumerate(op.block().getTerminator()->getOperands())) {
      std::optional<unsigned> carry = oldCarry(value);
      if (!carry)
        continue;
      if (i >= op.numCarries())
        next[i] = stack(value, loop.getRegionIterArg(i));
      else if (*carry == i)
        next[i] = value;
      else
        op.block().getTerminator()->setOperand(
            i, linalg::CopyOp::create(builder, loc, value, linalg.empty(value.getType())).getResult(0));
    }
    return next;
  }

  void stackSlices(YieldOp yield, SmallVector<Value> &next) {
    for (unsigned i = op.numCarries(); i < next.size(); ++i)
      if (!next[i])
        next[i] = stack(yield.getValues()[i], loop.getRegionIterArg(i));
  }

  void pinCarries(YieldOp yield, SmallVector<Value> &next) {
    for (unsigned i = 0; i < op.numCarries(); ++i)
      if (!next[i])
        next[i] = bufferization::MaterializeInDestinationOp::create(builder, loc, yield.getValues()[i].getType(),
                                                                    yield.getValues()[i], loop.getRegionIterArg(i))
                      .getResult();
  }

  ScanOp op;
  OpBuilder builder;
  Location loc;
  LinalgBuilder linalg;
  scf::ForOp loop;
  Value step;
};

} // namespace

void ingot::lowerScans(Operation *root) {
  // Outer scans first: the slices of an inner one may be the outer one's.
  SmallVector<ScanOp> scans;
  root->walk<WalkOrder::PreOrder>([&](ScanOp scan) { scans.push_back(scan); });
  for (ScanOp scan : scans)
    ScanLowering(scan).run();
}
