//===- Interpreter.cpp - walks a block -----------------------------------===//

#include "Interpreter.h"

#include "Frame.h"

using namespace mlir;

namespace ingot::interpreter {

template <typename Real> static const RuleTable<Real> &allRules() {
  static const RuleTable<Real> table = [] {
    RuleTable<Real> all;
    addElementwiseRules(all);
    addShapeRules(all);
    addContractRules(all);
    addConvRules(all);
    addLastAxisRules(all);
    addRowRules(all);
    addScanRules(all);
    addVariableRules(all);
    addOptimizerRules(all);
    addRandomRules(all);
    return all;
  }();
  return table;
}

bool interprets(StringRef operation) { return allRules<float>().find(operation) != nullptr; }

template <typename Real> LogicalResult runBlock(Block &block, Frame<Real> &frame) {
  for (Operation &op : block) {
    const Rule<Real> *rule = allRules<Real>().find(op.getName().getStringRef());
    if (!rule)
      return op.emitError("the interpreter does not know `") << op.getName() << "`; it runs tier 2 only";
    if (failed((*rule)(&op, frame)))
      return failure();
  }
  return success();
}

template LogicalResult runBlock(Block &, Frame<float> &);
template LogicalResult runBlock(Block &, Frame<double> &);

/// Gives the block's arguments the caller's values.
template <typename Real> static LogicalResult bindArguments(Block &block, Frame<Real> &frame) {
  size_t next = 0;
  for (BlockArgument argument : block.getArguments()) {
    if (!isa<RankedTensorType>(argument.getType()))
      continue;
    if (next == frame.call.inputs.size())
      return emitError(argument.getLoc()) << "the caller gave " << next << " tensors; argument "
                                          << argument.getArgNumber() << " has none";
    const Tensor<Real> &tensor = frame.call.inputs[next++];
    if (tensor.shape != frame.shapeOf(argument.getType()))
      return emitError(argument.getLoc()) << "the caller gave a tensor of shape (" << ArrayRef(tensor.shape)
                                          << ") for argument " << argument.getArgNumber() << " of type "
                                          << argument.getType();
    frame.set(argument, tensor);
  }
  return success();
}

template <typename Real> FailureOr<Result<Real>> interpret(Block &block, const Call<Real> &call) {
  Frame<Real> frame(call);
  if (failed(bindArguments(block, frame)))
    return failure();
  if (failed(runBlock(block, frame)))
    return failure();
  return std::move(frame.result);
}

template FailureOr<Result<float>> interpret(Block &, const Call<float> &);
template FailureOr<Result<double>> interpret(Block &, const Call<double> &);

} // namespace ingot::interpreter
