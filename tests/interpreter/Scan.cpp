//===- Scan.cpp - a body, a step at a time -------------------------------===//

#include "Frame.h"

using namespace mlir;

namespace ingot::interpreter {

/// Slice `step` of the stack `x`.
template <typename Real> static Tensor<Real> sliceAt(const Tensor<Real> &x, int64_t step) {
  const Shape shape(x.shape.begin() + 1, x.shape.end());
  const int64_t count = elementCount(shape);
  return std::visit(
      [&](const auto &elements) {
        const auto first = elements.begin() + step * count;
        return Tensor<Real>{shape, std::decay_t<decltype(elements)>(first, first + count)};
      },
      x.data);
}

/// All slices, the first one first.
template <typename Real> static Tensor<Real> stack(const std::vector<Tensor<Real>> &slices) {
  Tensor<Real> all = slices.front();
  all.shape.insert(all.shape.begin(), static_cast<int64_t>(slices.size()));
  for (size_t i = 1; i < slices.size(); ++i)
    std::visit(
        [&](auto &elements) {
          const auto &more = std::get<std::decay_t<decltype(elements)>>(slices[i].data);
          elements.insert(elements.end(), more.begin(), more.end());
        },
        all.data);
  return all;
}

template <typename Real> static LogicalResult evaluateScan(ScanOp op, Frame<Real> &frame) {
  const auto length = static_cast<int64_t>(op.getLength());
  std::vector<std::vector<Tensor<Real>>> stacked(op.numStacks(), std::vector<Tensor<Real>>(static_cast<size_t>(length)));
  std::vector<Tensor<Real>> carries;
  for (Value init : op.getCarries())
    carries.push_back(frame.get(init));
  for (int64_t i = 0; i < length; ++i) {
    const int64_t step = op.getReverse() ? length - 1 - i : i;
    for (unsigned k = 0; k < op.numCarries(); ++k)
      frame.set(op.carry(k), carries[k]);
    for (auto [k, x] : llvm::enumerate(op.getXs()))
      frame.set(op.slice(static_cast<unsigned>(k)), sliceAt(frame.get(x), step));
    if (failed(runBlock(op.block(), frame)))
      return failure();
    for (auto [k, next] : llvm::enumerate(op.nextCarries()))
      carries[k] = frame.get(next);
    for (auto [k, slice] : llvm::enumerate(op.yieldedSlices()))
      stacked[k][static_cast<size_t>(step)] = frame.get(slice);
  }
  for (auto [result, carry] : llvm::zip(op.lastCarries(), carries))
    frame.set(result, carry);
  for (auto [result, slices] : llvm::zip(op.stacks(), stacked))
    frame.set(result, stack(slices));
  return success();
}

/// Slice `step` of axis 1.
template <typename Real> static Tensor<Real> stepAt(const Tensor<Real> &x, int64_t step) {
  Tensor<Real> slice = x;
  slice.shape.erase(slice.shape.begin() + 1);
  const int64_t steps = x.shape[1], count = elementCount(slice.shape) / x.shape[0];
  std::visit(
      [&](auto &elements) {
        const auto &all = std::get<std::decay_t<decltype(elements)>>(x.data);
        elements.clear();
        for (int64_t row = 0; row < x.shape[0]; ++row) {
          const auto first = all.begin() + (row * steps + step) * count;
          elements.insert(elements.end(), first, first + count);
        }
      },
      slice.data);
  return slice;
}

/// All steps, side by side on axis 1.
template <typename Real> static Tensor<Real> joinSteps(const std::vector<Tensor<Real>> &slices) {
  Tensor<Real> all = slices.front();
  const int64_t rows = all.shape[0], count = elementCount(all.shape) / rows;
  all.shape.insert(all.shape.begin() + 1, static_cast<int64_t>(slices.size()));
  std::visit(
      [&](auto &elements) {
        elements.clear();
        for (int64_t row = 0; row < rows; ++row)
          for (const Tensor<Real> &slice : slices) {
            const auto first = std::get<std::decay_t<decltype(elements)>>(slice.data).begin() + row * count;
            elements.insert(elements.end(), first, first + count);
          }
      },
      all.data);
  return all;
}

template <typename Real> static LogicalResult evaluateTimeDistributed(TimeDistributedOp op, Frame<Real> &frame) {
  std::vector<std::vector<Tensor<Real>>> results(op->getNumResults());
  for (int64_t step = 0; step < op.getSteps(); ++step) {
    for (auto [argument, input] : llvm::zip(op.block().getArguments(), op.getInputs()))
      frame.set(argument, stepAt(frame.get(input), step));
    if (failed(runBlock(op.block(), frame)))
      return failure();
    for (auto [slices, value] : llvm::zip(results, op.block().getTerminator()->getOperands()))
      slices.push_back(frame.get(value));
  }
  for (auto [result, slices] : llvm::zip(op.getOutputs(), results))
    frame.set(result, joinSteps(slices));
  return success();
}

template <typename Real> void addScanRules(RuleTable<Real> &table) {
  table.template add<ScanOp>(evaluateScan<Real>);
  // Of tier 1, but what it means is clear as soon as its body is primitives.
  table.template add<TimeDistributedOp>(evaluateTimeDistributed<Real>);
  // Its values are read by the op around it.
  table.template add<YieldOp>([](YieldOp, Frame<Real> &) { return success(); });
}

template void addScanRules(RuleTable<float> &);
template void addScanRules(RuleTable<double> &);

} // namespace ingot::interpreter
