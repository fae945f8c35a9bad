//===- Metrics.cpp - Keras' metrics in primitives ------------------------===//
//
// Source: keras/src/metrics/accuracy_metrics.py and reduction_metrics.py. A metric is
// a sum over the batch and a count: a sample with several steps counts as one, with
// the mean over them; with a mask, each step that it leaves counts.
//
//===----------------------------------------------------------------------===//

#include "expand/Expand.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace ingot;

namespace {
using Rule = Value (*)(Formula &, MetricOp);

/// 1 where two tensors are equal, else 0.
Value matches(Formula &f, Value x, Value y) {
  auto type = RankedTensorType::get(tensorType(x).getShape(), f.builder.getF32Type());
  Value one = createFill(f.builder, f.loc, type, 1), zero = createFill(f.builder, f.loc, type, 0);
  return f.choose("eq", x, y, one, zero);
}

Value sparseAccuracy(Formula &f, MetricOp op) {
  return matches(f, ArgMaxOp::create(f.builder, f.loc, op.getPrediction()), op.getTarget());
}

Value categoricalAccuracy(Formula &f, MetricOp op) {
  Value guess = ArgMaxOp::create(f.builder, f.loc, op.getPrediction());
  return matches(f, guess, ArgMaxOp::create(f.builder, f.loc, op.getTarget()));
}

/// The threshold is strict: 0.5 itself is class 0.
Value binaryAccuracy(Formula &f, MetricOp op) {
  Value p = op.getPrediction();
  Value guess = f.choose("gt", p, f.constant(p, 0.5), f.constant(p, 1), f.constant(p, 0));
  return matches(f, guess, op.getTarget());
}

Value squaredError(Formula &f, MetricOp op) {
  Value e = f.sub(op.getPrediction(), op.getTarget());
  return f.mul(e, e);
}

Value absoluteError(Formula &f, MetricOp op) {
  return f.unary<AbsOp>(f.sub(op.getPrediction(), op.getTarget()));
}
} // namespace

std::pair<Value, Value> ingot::expandMetric(Formula formula, MetricOp op) {
  Rule rule = llvm::StringSwitch<Rule>(op.getName())
                  .Case("sparse_categorical_accuracy", sparseAccuracy)
                  .Case("categorical_accuracy", categoricalAccuracy)
                  .Case("binary_accuracy", binaryAccuracy)
                  .Case("mean_squared_error", squaredError)
                  .Case("mean_absolute_error", absoluteError);
  Value values = rule(formula, op), mask = op.getMask();
  if (!mask)
    return {formula.sumAll(formula.meanFrom(values, 1)), BatchOp::create(formula.builder, formula.loc)};
  Value steps = formula.meanFrom(values, tensorType(mask).getRank());
  return {formula.sumAll(formula.keepWhere(mask, steps)), CountOp::create(formula.builder, formula.loc, mask)};
}
