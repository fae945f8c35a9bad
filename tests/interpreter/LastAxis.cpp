//===- LastAxis.cpp - softmax and its relatives, row by row --------------===//

#include "Frame.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace ingot::interpreter {

/// The rows of a tensor along its last axis.
template <typename Real> class Rows {
public:
  explicit Rows(const Tensor<Real> &x)
      : elements(x.reals()), width(static_cast<size_t>(x.shape.back())), outer(x.shape) {
    outer.pop_back();
  }
  size_t count() const { return static_cast<size_t>(elementCount(outer)); }
  ArrayRef<Real> operator[](size_t row) const { return ArrayRef<Real>(elements).slice(row * width, width); }
  /// The shape without the last axis.
  const Shape &shape() const { return outer; }

private:
  const std::vector<Real> &elements;
  size_t width;
  Shape outer;
};

/// e^(x - max) for the elements of a row.
template <typename Real> static std::vector<Real> shiftedExp(ArrayRef<Real> row) {
  const Real max = *std::max_element(row.begin(), row.end());
  std::vector<Real> exponentials;
  for (Real x : row)
    exponentials.push_back(std::exp(x - max));
  return exponentials;
}

template <typename Real> static Real sumOf(const std::vector<Real> &elements) {
  Real sum = 0;
  for (Real x : elements)
    sum += x;
  return sum;
}

template <typename Real> static LogicalResult evaluateSoftmax(SoftmaxOp op, Frame<Real> &frame) {
  const Tensor<Real> &x = frame.get(op.getX());
  Rows<Real> rows(x);
  std::vector<Real> y;
  for (size_t i = 0; i < rows.count(); ++i) {
    std::vector<Real> exponentials = shiftedExp(rows[i]);
    const Real sum = sumOf(exponentials);
    for (Real e : exponentials)
      y.push_back(e / sum);
  }
  frame.set(op.getY(), {x.shape, std::move(y)});
  return success();
}

template <typename Real> static LogicalResult evaluateLogSumExp(LogSumExpOp op, Frame<Real> &frame) {
  Rows<Real> rows(frame.get(op.getX()));
  std::vector<Real> y;
  for (size_t i = 0; i < rows.count(); ++i)
    y.push_back(*std::max_element(rows[i].begin(), rows[i].end()) + std::log(sumOf(shiftedExp(rows[i]))));
  frame.set(op.getResult(), {rows.shape(), std::move(y)});
  return success();
}

template <typename Real> static LogicalResult evaluateArgMax(ArgMaxOp op, Frame<Real> &frame) {
  Rows<Real> rows(frame.get(op.getX()));
  std::vector<int32_t> y;
  for (size_t i = 0; i < rows.count(); ++i)
    y.push_back(static_cast<int32_t>(std::max_element(rows[i].begin(), rows[i].end()) - rows[i].begin()));
  frame.set(op.getResult(), {rows.shape(), std::move(y)});
  return success();
}

template <typename Real> static LogicalResult evaluatePick(PickOp op, Frame<Real> &frame) {
  Rows<Real> rows(frame.get(op.getX()));
  const auto &labels = frame.get(op.getLabels()).integers();
  std::vector<Real> y;
  for (size_t i = 0; i < rows.count(); ++i) {
    const int32_t label = labels[i];
    if (label < 0 || static_cast<size_t>(label) >= rows[i].size())
      return op.emitError("label ") << label << " of row " << i << " is not below " << rows[i].size();
    y.push_back(rows[i][static_cast<size_t>(label)]);
  }
  frame.set(op.getResult(), {rows.shape(), std::move(y)});
  return success();
}

template <typename Real> static LogicalResult evaluateOneHot(OneHotOp op, Frame<Real> &frame) {
  Shape shape = frame.shapeOf(op.getResult().getType());
  std::vector<Real> y;
  for (int32_t label : frame.get(op.getLabels()).integers())
    for (int64_t i = 0; i < shape.back(); ++i)
      y.push_back(i == label ? 1 : 0);
  frame.set(op.getResult(), {shape, std::move(y)});
  return success();
}

template <typename Real> void addLastAxisRules(RuleTable<Real> &table) {
  table.template add<SoftmaxOp>(evaluateSoftmax<Real>);
  table.template add<LogSumExpOp>(evaluateLogSumExp<Real>);
  table.template add<ArgMaxOp>(evaluateArgMax<Real>);
  table.template add<PickOp>(evaluatePick<Real>);
  table.template add<OneHotOp>(evaluateOneHot<Real>);
}

template void addLastAxisRules(RuleTable<float> &);
template void addLastAxisRules(RuleTable<double> &);

} // namespace ingot::interpreter
