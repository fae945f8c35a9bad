//===- Shape.cpp - fills, broadcasts, sums and views ---------------------===//

#include "Frame.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace ingot::interpreter {

template <typename Real> static LogicalResult evaluateFill(FillOp op, Frame<Real> &frame) {
  Shape shape = frame.shapeOf(op.getType());
  const auto count = static_cast<size_t>(elementCount(shape));
  if (auto real = dyn_cast<FloatAttr>(op.getValue()))
    frame.set(op.getResult(), Tensor<Real>::filled(shape, static_cast<Real>(real.getValueAsDouble())));
  else if (const int64_t value = cast<IntegerAttr>(op.getValue()).getInt(); op.getValue().getType().isInteger(1))
    frame.set(op.getResult(), {shape, typename Tensor<Real>::Flags(count, value != 0)});
  else
    frame.set(op.getResult(),
              {shape, std::vector<int32_t>(count, static_cast<int32_t>(value))});
  return success();
}

/// Combines what lies along the axes of the op, `first` being before all of it.
template <typename Op, typename Real, typename Fn>
static LogicalResult evaluateReduction(Op op, Frame<Real> &frame, Real first, Fn combine) {
  const Tensor<Real> &x = frame.get(op.getX());
  auto result = Tensor<Real>::filled(frame.shapeOf(op.getResult().getType()), first);
  forEachPosition(x.shape, [&](const Shape &at) {
    Shape to;
    for (size_t i = 0; i < at.size(); ++i)
      if (!llvm::is_contained(op.getAxes(), static_cast<int64_t>(i)))
        to.push_back(at[i]);
    Real &combined = result.reals()[offsetOf(result.shape, to)];
    combined = combine(combined, x.reals()[offsetOf(x.shape, at)]);
  });
  frame.set(op.getResult(), std::move(result));
  return success();
}

/// The tensor of `shape` whose element at a position is that of `x` at `from(position)`.
template <typename Real, typename Fn> static Tensor<Real> gather(const Shape &shape, const Tensor<Real> &x, Fn from) {
  return std::visit(
      [&](const auto &elements) {
        std::decay_t<decltype(elements)> result;
        forEachPosition(shape, [&](const Shape &at) { result.push_back(elements[offsetOf(x.shape, from(at))]); });
        return Tensor<Real>{shape, std::move(result)};
      },
      x.data);
}

template <typename Real> static LogicalResult evaluateBroadcast(BroadcastOp op, Frame<Real> &frame) {
  frame.set(op.getResult(), gather(frame.shapeOf(op.getType()), frame.get(op.getX()), [&](const Shape &at) {
              Shape from;
              for (int64_t dim : op.getDims())
                from.push_back(at[static_cast<size_t>(dim)]);
              return from;
            }));
  return success();
}

template <typename Real> static LogicalResult evaluateTranspose(TransposeOp op, Frame<Real> &frame) {
  frame.set(op.getResult(), gather(frame.shapeOf(op.getType()), frame.get(op.getX()), [&](const Shape &at) {
              Shape from(at.size());
              for (auto [i, dim] : llvm::enumerate(op.getPerm()))
                from[static_cast<size_t>(dim)] = at[i];
              return from;
            }));
  return success();
}

template <typename Real> static LogicalResult evaluateReverse(ReverseOp op, Frame<Real> &frame) {
  const Tensor<Real> &x = frame.get(op.getX());
  const size_t axis = op.getAxis();
  frame.set(op.getResult(), gather(x.shape, x, [&](Shape at) {
              at[axis] = x.shape[axis] - 1 - at[axis];
              return at;
            }));
  return success();
}

template <typename Real> static LogicalResult evaluateSlice(SliceOp op, Frame<Real> &frame) {
  frame.set(op.getResult(), gather(frame.shapeOf(op.getType()), frame.get(op.getX()), [&](Shape at) {
              at[op.getAxis()] += static_cast<int64_t>(op.getOffset());
              return at;
            }));
  return success();
}

/// The first operand repeated to the size of the result, and the others written over it.
template <typename Real> static LogicalResult evaluateConcat(ConcatOp op, Frame<Real> &frame) {
  const size_t axis = op.getAxis();
  Tensor<Real> y = gather(frame.shapeOf(op.getType()), frame.get(op.getInputs()[0]), [&](Shape at) {
    at[axis] = 0;
    return at;
  });
  int64_t offset = 0;
  for (Value input : op.getInputs()) {
    const Tensor<Real> &x = frame.get(input);
    std::visit(
        [&](auto &elements) {
          const auto &part = std::get<std::decay_t<decltype(elements)>>(x.data);
          forEachPosition(x.shape, [&](const Shape &at) {
            Shape to = at;
            to[axis] += offset;
            elements[offsetOf(y.shape, to)] = part[offsetOf(x.shape, at)];
          });
        },
        y.data);
    offset += x.shape[axis];
  }
  frame.set(op.getResult(), std::move(y));
  return success();
}

template <typename Real> void addShapeRules(RuleTable<Real> &table) {
  table.template add<FillOp>(evaluateFill<Real>);
  table.template add<BroadcastOp>(evaluateBroadcast<Real>);
  table.template add<ReduceSumOp>([](ReduceSumOp op, Frame<Real> &frame) {
    return evaluateReduction(op, frame, Real(0), std::plus<Real>());
  });
  table.template add<ReduceMaxOp>([](ReduceMaxOp op, Frame<Real> &frame) {
    return evaluateReduction(op, frame, -std::numeric_limits<Real>::infinity(), [](Real max, Real x) {
      return std::isnan(x) || x > max ? x : max;
    });
  });
  table.template add<TransposeOp>(evaluateTranspose<Real>);
  table.template add<ReverseOp>(evaluateReverse<Real>);
  table.template add<SliceOp>(evaluateSlice<Real>);
  table.template add<ConcatOp>(evaluateConcat<Real>);
  table.template add<BatchOp>([](BatchOp op, Frame<Real> &frame) {
    frame.setSize(op.getSize(), frame.call.batch);
    return success();
  });
  table.template add<CountOp>([](CountOp op, Frame<Real> &frame) {
    const auto &flags = frame.get(op.getMask()).flags();
    frame.setSize(op.getSize(), std::count(flags.begin(), flags.end(), 1));
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
