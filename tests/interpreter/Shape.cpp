//===- Shape.cpp - fills, broadcasts, sums and views ---------------------===//

#include "Frame.h"

using namespace mlir;

namespace ingot::interpreter {

template <typename Real> static LogicalResult evaluateFill(FillOp op, Frame<Real> &frame) {
  Shape shape = frame.shapeOf(op.getType());
  const auto count = static_cast<size_t>(elementCount(shape));
  if (auto real = dyn_cast<FloatAttr>(op.getValue()))
    frame.set(op.getResult(), Tensor<Real>::filled(shape, static_cast<Real>(real.getValueAsDouble())));
  else
    frame.set(op.getResult(),
              {shape, std::vector<int32_t>(count, static_cast<int32_t>(cast<IntegerAttr>(op.getValue()).getInt()))});
  return success();
}

template <typename Real> static LogicalResult evaluateBroadcast(BroadcastOp op, Frame<Real> &frame) {
  const Tensor<Real> &x = frame.get(op.getX());
  Tensor<Real> y{frame.shapeOf(op.getResult().getType()), std::vector<Real>()};
  forEachPosition(y.shape, [&](const Shape &at) {
    Shape from;
    for (int64_t dim : op.getDims())
      from.push_back(at[static_cast<size_t>(dim)]);
    y.reals().push_back(x.reals()[offsetOf(x.shape, from)]);
  });
  frame.set(op.getResult(), std::move(y));
  return success();
}

template <typename Real> static LogicalResult evaluateReduceSum(ReduceSumOp op, Frame<Real> &frame) {
  const Tensor<Real> &x = frame.get(op.getX());
  auto sum = Tensor<Real>::filled(frame.shapeOf(op.getResult().getType()), 0);
  forEachPosition(x.shape, [&](const Shape &at) {
    Shape to;
    for (size_t i = 0; i < at.size(); ++i)
      if (!llvm::is_contained(op.getAxes(), static_cast<int64_t>(i)))
        to.push_back(at[i]);
    sum.reals()[offsetOf(sum.shape, to)] += x.reals()[offsetOf(x.shape, at)];
  });
  frame.set(op.getResult(), std::move(sum));
  return success();
}

template <typename Real> void addShapeRules(RuleTable<Real> &table) {
  table.template add<FillOp>(evaluateFill<Real>);
  table.template add<BroadcastOp>(evaluateBroadcast<Real>);
  table.template add<ReduceSumOp>(evaluateReduceSum<Real>);
  table.template add<BatchOp>([](BatchOp op, Frame<Real> &frame) {
    frame.setSize(op.getSize(), frame.call.batch);
    return success();
  });
  table.template add<ViewAsOp>([](ViewAsOp op, Frame<Real> &frame) {
    frame.set(op.getResult(), {frame.shapeOf(op.getType()), frame.get(op.getX()).data});
    return success();
  });
}

template void addShapeRules(RuleTable<float> &);
template void addShapeRules(RuleTable<double> &);

} // namespace ingot::interpreter
