//===- Variables.cpp - what an entry reads and leaves --------------------===//

#include "Frame.h"

using namespace mlir;

namespace ingot::interpreter {

/// Sets the op's result to what the caller has under its variable's name.
template <typename Op, typename Real>
static LogicalResult read(Op op, const Variables<Real> &from, Frame<Real> &frame) {
  auto it = from.find(op.getVariable().str());
  if (it == from.end())
    return op.emitError("the caller gave nothing for ") << op.getVariableAttr();
  if (it->second.shape != frame.shapeOf(op.getResult().getType()))
    return op.emitError("the caller gave a tensor of shape (")
           << ArrayRef(it->second.shape) << ") for " << op.getVariableAttr();
  frame.set(op.getResult(), it->second);
  return success();
}

template <typename Op, typename Real>
static LogicalResult write(Op op, Variables<Real> &to, Frame<Real> &frame) {
  if (!to.emplace(op.getVariable().str(), frame.get(op.getValue())).second)
    return op.emitError("writes ") << op.getVariableAttr() << " a second time";
  return success();
}

template <typename Real> void addVariableRules(RuleTable<Real> &table) {
  // A read gives the value at the beginning, wherever it stands.
  table.template add<ReadOp>([](ReadOp op, Frame<Real> &frame) { return read(op, frame.call.variables, frame); });
  table.template add<WriteOp>([](WriteOp op, Frame<Real> &frame) { return write(op, frame.result.variables, frame); });
  table.template add<GradientReadOp>(
      [](GradientReadOp op, Frame<Real> &frame) { return read(op, frame.call.gradients, frame); });
  table.template add<GradientWriteOp>(
      [](GradientWriteOp op, Frame<Real> &frame) { return write(op, frame.result.gradients, frame); });
  table.template add<AccumulateOp>([](AccumulateOp op, Frame<Real> &frame) {
    Mean<Real> &mean = frame.result.metrics[op.getKey().str()];
    mean.sum += frame.get(op.getSum()).reals().front();
    mean.count += frame.getSize(op.getCount());
    return success();
  });
  table.template add<ReturnOp>([](ReturnOp op, Frame<Real> &frame) {
    for (Value value : op.getResults())
      frame.result.outputs.push_back(frame.get(value));
    return success();
  });
}

template void addVariableRules(RuleTable<float> &);
template void addVariableRules(RuleTable<double> &);

} // namespace ingot::interpreter
