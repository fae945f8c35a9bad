//===- Conv.cpp - windows and their adjoint ------------------------------===//

#include "Frame.h"

using namespace mlir;

namespace ingot::interpreter {

/// Where the element at `at` of the windows lies in the tensor that they slide
/// over; empty if it is padding.
static Shape placeOf(const Shape &at, const shape::Windowing &w, const Shape &tensor) {
  const size_t spatial = w.window.size(), batch = tensor.size() - 1 - spatial;
  Shape place(at.begin(), at.begin() + static_cast<ptrdiff_t>(batch));
  for (size_t i = 0; i < spatial; ++i) {
    const int64_t index = at[batch + i] * w.strides[i] + at[batch + spatial + i] * w.dilation[i] - w.low[i];
    if (index < 0 || index >= tensor[batch + i])
      return {};
    place.push_back(index);
  }
  place.push_back(at.back());
  return place;
}

template <typename Real> static LogicalResult evaluateWindows(WindowsOp op, Frame<Real> &frame) {
  const Tensor<Real> &x = frame.get(op.getX());
  const shape::Windowing w = op.getWindowing();
  Tensor<Real> y{frame.shapeOf(op.getType()), std::vector<Real>()};
  forEachPosition(y.shape, [&](const Shape &at) {
    const Shape from = placeOf(at, w, x.shape);
    y.reals().push_back(from.empty() ? static_cast<Real>(op.getPadValue().convertToDouble())
                                     : x.reals()[offsetOf(x.shape, from)]);
  });
  frame.set(op.getResult(), std::move(y));
  return success();
}

template <typename Real> static LogicalResult evaluateOverlapAdd(OverlapAddOp op, Frame<Real> &frame) {
  const Tensor<Real> &x = frame.get(op.getX());
  const shape::Windowing w = op.getWindowing();
  auto sum = Tensor<Real>::filled(frame.shapeOf(op.getType()), 0);
  forEachPosition(x.shape, [&](const Shape &at) {
    const Shape to = placeOf(at, w, sum.shape);
    if (!to.empty())
      sum.reals()[offsetOf(sum.shape, to)] += x.reals()[offsetOf(x.shape, at)];
  });
  frame.set(op.getResult(), std::move(sum));
  return success();
}

template <typename Real> void addConvRules(RuleTable<Real> &table) {
  table.template add<WindowsOp>(evaluateWindows<Real>);
  table.template add<OverlapAddOp>(evaluateOverlapAdd<Real>);
}

template void addConvRules(RuleTable<float> &);
template void addConvRules(RuleTable<double> &);

} // namespace ingot::interpreter
