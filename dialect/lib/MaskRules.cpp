//===- MaskRules.cpp - how masks go through layers -----------------------===//
//
// Each rule is the `compute_mask` of Keras' layer, and what its `call` does with the
// masks of its inputs. What has no mask counts as a whole.
//
//===----------------------------------------------------------------------===//

#include "LayerOps.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace ingot;

//===----------------------------------------------------------------------===//
// Masks as values
//===----------------------------------------------------------------------===//

/// condition ? x : y
static Value choose(OpBuilder &b, Location loc, Value condition, Value x, Value y) {
  return SelectOp::create(b, loc, condition, x, y);
}

static Value either(OpBuilder &b, Location loc, Value x, Value y) { return choose(b, loc, x, x, y); }

static RankedTensorType flagsOf(OpBuilder &b, ArrayRef<int64_t> shape) {
  return RankedTensorType::get(shape, b.getI1Type());
}

/// The shape of a mask of `x` that says something of each element but its features.
static ArrayRef<int64_t> positionsOf(Value x) { return tensorType(x).getShape().drop_back(); }

/// Where any of the flags is set along the axes from `rank` on: the largest of ones and zeros.
static Value anyBeyond(OpBuilder &b, Location loc, Value flags, int64_t rank) {
  auto type = RankedTensorType::get(tensorType(flags).getShape(), b.getF32Type());
  Value ones = choose(b, loc, flags, createFill(b, loc, type, 1), createFill(b, loc, type, 0));
  auto axes = llvm::to_vector(llvm::seq<int64_t>(rank, type.getRank()));
  Value any = ReduceMaxOp::create(b, loc, ones, b.getDenseI64ArrayAttr(axes));
  return CompareOp::create(b, loc, flagsOf(b, type.getShape().take_front(rank)), "gt", any,
                           createFill(b, loc, any.getType(), 0));
}

Value ingot::createStepMask(OpBuilder &b, Location loc, Value x, double maskValue) {
  RankedTensorType type = tensorType(x);
  Value differs = CompareOp::create(b, loc, flagsOf(b, type.getShape()), "ne", x, createFill(b, loc, type, maskValue));
  return anyBeyond(b, loc, differs, type.getRank() - 1);
}

Value ingot::createWidenedMask(OpBuilder &b, Location loc, Value mask, ArrayRef<int64_t> shape) {
  return createRepeated(b, loc, mask, flagsOf(b, shape));
}

//===----------------------------------------------------------------------===//
// Layers of one input
//===----------------------------------------------------------------------===//

void MaskingOp::propagateMasks(OpBuilder &builder, MaskMap &masks) {
  masks.set(getResult(), createStepMask(builder, getLoc(), getInput(), getMaskValue().convertToDouble()));
}

/// Index 0 is a step that does not count, if the layer says so.
void EmbeddingOp::propagateMasks(OpBuilder &builder, MaskMap &masks) {
  if (!getMaskZero())
    return;
  Value zero = createFill(builder, getLoc(), getInput().getType(), 0);
  masks.set(getResult(), CompareOp::create(builder, getLoc(), flagsOf(builder, positionsOf(getResult())), "ne", getInput(), zero));
}

/// Steps are skipped, and stay masked in a sequence. Where that comes out turned, so
/// does its mask.
void LSTMOp::propagateMasks(OpBuilder &builder, MaskMap &masks) {
  Value found = masks.lookup(getInput());
  if (found && !getMask())
    setMask(createWidenedMask(builder, getLoc(), found, positionsOf(getInput())));
  Value mask = getMask();
  if (!mask || !getReturnSequences())
    return;
  if (getGoBackwards())
    mask = ReverseOp::create(builder, getLoc(), mask, /*axis=*/1);
  masks.set(getResults()[0], mask);
}

//===----------------------------------------------------------------------===//
// Wrappers
//===----------------------------------------------------------------------===//

/// `mask` of a sequence as that of `result`: the same, if the result has what it
/// speaks of; else a step counts if any of it does.
static Value asMaskOf(OpBuilder &b, Location loc, Value result, Value mask) {
  ArrayRef<int64_t> shape = tensorType(mask).getShape(), positions = positionsOf(result);
  const bool fits = shape.size() <= positions.size() && positions.take_front(shape.size()) == shape;
  return fits || shape.size() <= 2 ? mask : anyBeyond(b, loc, mask, 2);
}

/// What is applied sees slices of the mask, if they speak of more than a sample.
void TimeDistributedOp::propagateMasks(OpBuilder &builder, MaskMap &masks) {
  for (Value input : llvm::to_vector(getInputs())) {
    Value mask = masks.lookup(input);
    if (!mask)
      continue;
    const int64_t rank = std::max<int64_t>(tensorType(mask).getRank(), 2);
    mask = createWidenedMask(builder, getLoc(), mask, tensorType(input).getShape().take_front(rank));
    for (Value result : getOutputs())
      masks.set(result, asMaskOf(builder, getLoc(), result, mask));
    if (rank == 2)
      continue;
    SmallVector<int64_t> step(tensorType(mask).getShape());
    step.erase(step.begin() + 1);
    const auto number = static_cast<unsigned>(llvm::find(getInputs(), input) - getInputs().begin());
    getInputsMutable().append(mask);
    masks.set(block().getArgument(number), block().addArgument(flagsOf(builder, step), getLoc()));
  }
}

//===----------------------------------------------------------------------===//
// Merges
//===----------------------------------------------------------------------===//

namespace {
/// What an elementwise merge does with the masks of its inputs.
class MergeMasks {
public:
  MergeMasks(MergeOp op, OpBuilder &builder, const MaskMap &masks)
      : op(op), builder(builder), loc(op.getLoc()), type(tensorType(op.getResult())) {
    for (Value input : op.getInputs()) {
      inputs.push_back(input);
      Value mask = masks.lookup(input);
      inputMasks.push_back(mask ? createWidenedMask(builder, loc, mask, type.getShape().drop_back()) : Value());
    }
  }

  /// Where any of the inputs counts; null if one of them counts as a whole.
  Value ofResult() const {
    Value result = inputMasks.front();
    for (Value mask : ArrayRef(inputMasks).drop_front())
      result = unite(result, mask);
    return result;
  }

  /// What does not count does not change a product: it becomes 1.
  void adaptFactors() {
    for (size_t i = 0; i < inputs.size(); ++i)
      if (inputMasks[i])
        op.getInputsMutable()[i].set(chooseBy(inputMasks[i], inputs[i], createFill(builder, loc, type, 1)));
  }

  /// What does not count leaves the place to the other: each input in turn, and what
  /// was found before it.
  void adaptCandidates() {
    Value found = inputs[0], foundMask = inputMasks[0];
    for (size_t i = 1; i < inputs.size(); ++i) {
      Value next = inputMasks[i] ? chooseBy(inputMasks[i], inputs[i], found) : inputs[i];
      if (foundMask)
        found = chooseBy(foundMask, found, next);
      foundMask = unite(foundMask, inputMasks[i]);
      if (i + 1 == inputs.size())
        op.getInputsMutable().assign({found, next});
      else
        found = MergeOp::create(builder, loc, op.getKind(), ValueRange{found, next});
    }
  }

  /// mask ? x : y, in the shape of the result.
  Value chooseBy(Value mask, Value x, Value y) const {
    return choose(builder, loc, createWidenedMask(builder, loc, mask, type.getShape()),
                  createRepeated(builder, loc, x, type), createRepeated(builder, loc, y, type));
  }

private:
  Value unite(Value x, Value y) const { return x && y ? either(builder, loc, x, y) : Value(); }

  MergeOp op;
  OpBuilder &builder;
  Location loc;
  RankedTensorType type;
  SmallVector<Value> inputs, inputMasks;
};
} // namespace

void MergeOp::propagateMasks(OpBuilder &builder, MaskMap &masks) {
  if (llvm::none_of(getInputs(), [&](Value input) { return masks.lookup(input); }))
    return;
  MergeMasks rule(*this, builder, masks);
  Value mask = rule.ofResult();
  masks.set(getResult(), mask);
  if (getKind() == "maximum" || getKind() == "minimum")
    rule.adaptCandidates();
  if (getKind() != "multiply")
    return;
  rule.adaptFactors();
  if (!mask)
    return;
  // Where nothing counts the product is 0, and not that of the ones.
  builder.setInsertionPointAfter(*this);
  Value product = rule.chooseBy(mask, getResult(), createFill(builder, getLoc(), getType(), 0));
  getResult().replaceAllUsesExcept(product, product.getDefiningOp());
  masks.set(product, mask);
}

/// A position counts if any of its features does.
void ConcatenateOp::propagateMasks(OpBuilder &builder, MaskMap &masks) {
  if (llvm::none_of(getInputs(), [&](Value input) { return masks.lookup(input); }))
    return;
  const int64_t rank = tensorType(getResult()).getRank();
  int64_t axis = getAxis();
  axis = axis < 0 ? axis + rank : axis;
  const bool joinsFeatures = axis == rank - 1;
  SmallVector<Value> parts;
  for (Value input : getInputs()) {
    Value mask = masks.lookup(input);
    if (!mask && joinsFeatures)
      return;
    parts.push_back(mask ? createWidenedMask(builder, getLoc(), mask, positionsOf(input))
                         : createFill(builder, getLoc(), flagsOf(builder, positionsOf(input)), 1));
  }
  Value result = parts.front();
  if (joinsFeatures)
    for (Value part : ArrayRef(parts).drop_front())
      result = either(builder, getLoc(), result, part);
  else
    result = ConcatOp::create(builder, getLoc(), parts, axis);
  masks.set(getResult(), result);
}

/// Masks are not heeded, and end.
void DotOp::propagateMasks(OpBuilder &, MaskMap &) {}

//===----------------------------------------------------------------------===//
// Wrappers
//===----------------------------------------------------------------------===//

namespace {
/// Steps stay masked. What a mask says beyond the steps is for what is applied to them,
/// which gets it slice by slice.
struct TimeDistributedMasks : MaskOpInterface::ExternalModel<TimeDistributedMasks, TimeDistributedOp> {
  void propagateMasks(Operation *operation, OpBuilder &builder, MaskMap &masks) const {
    auto op = cast<TimeDistributedOp>(operation);
    const auto inputs = llvm::to_vector(op.getInputs());
    for (auto [i, input] : llvm::enumerate(inputs)) {
      Value mask = masks.lookup(input);
      if (!mask || tensorType(mask).getRank() < 3)
        continue;
      SmallVector<int64_t> slice(tensorType(mask).getShape());
      slice.erase(slice.begin() + 1);
      op.getInputsMutable().append(mask);
      masks.set(op.block().getArgument(i), op.block().addArgument(flagsOf(builder, slice), op.getLoc()));
    }
    Value mask = masks.lookup(inputs.front());
    if (!mask)
      return;
    for (Value output : op.getOutputs()) {
      const int64_t positions = tensorType(output).getRank() - 1;
      masks.set(output, tensorType(mask).getRank() > positions ? anyBeyond(builder, op.getLoc(), mask, positions) : mask);
    }
  }
};
} // namespace

void ingot::attachWrapperMaskRules(MLIRContext &context) {
  TimeDistributedOp::attachInterface<TimeDistributedMasks>(context);
}

//===----------------------------------------------------------------------===//
// Losses, metrics
//===----------------------------------------------------------------------===//

void MeanLossOp::propagateMasks(OpBuilder &builder, MaskMap &masks) {
  if (Value mask = masks.lookup(getValues()); mask && !getMask())
    getMaskMutable().assign(createWidenedMask(builder, getLoc(), mask, tensorType(getValues()).getShape()));
}

void MetricOp::propagateMasks(OpBuilder &, MaskMap &masks) {
  if (Value mask = masks.lookup(getPrediction()); mask && !getMask())
    getMaskMutable().assign(mask);
}
