//===- Losses.cpp - Keras' losses in primitives --------------------------===//
//
// Formulas: keras/src/losses/losses.py and keras/src/backend/tensorflow/nn.py.
// p is the prediction, x logits, t the target, eps Keras' fuzz factor.
//
//===----------------------------------------------------------------------===//

#include "expand/Expand.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace ingot;

static constexpr double epsilon = 1e-7;

namespace {
using Rule = Value (*)(Formula &, LossOp);

/// log of the normalised and clipped probabilities.
Value clippedLog(Formula &f, Value p) {
  Value normalised = f.div(p, f.alongLast(f.sumLast(p), p));
  return f.unary<LogOp>(f.clip(normalised, epsilon, 1 - epsilon));
}

/// logits: logsumexp(x) - x[t]; else -log(p[t])
Value sparseCategorical(Formula &f, LossOp op) {
  Value x = op.getPrediction();
  if (op.getFromLogits()) {
    Value total = LogSumExpOp::create(f.builder, f.loc, x);
    return f.sub(total, PickOp::create(f.builder, f.loc, x, op.getTarget()).getResult());
  }
  Value log = clippedLog(f, x);
  return f.unary<NegOp>(PickOp::create(f.builder, f.loc, log, op.getTarget()));
}

/// t (1 - s) + s / classes
Value smoothed(Formula &f, LossOp op, double share) {
  double s = op.getLabelSmoothing().convertToDouble();
  return s == 0 ? op.getTarget() : f.add(f.mul(op.getTarget(), 1 - s), s * share);
}

/// logits: logsumexp(x) sum(t) - sum(t x); else -sum(t log p)
Value categorical(Formula &f, LossOp op) {
  Value x = op.getPrediction();
  Value t = smoothed(f, op, 1.0 / static_cast<double>(tensorType(x).getShape().back()));
  if (op.getFromLogits()) {
    Value total = LogSumExpOp::create(f.builder, f.loc, x);
    return f.sub(f.mul(total, f.sumLast(t)), f.sumLast(f.mul(t, x)));
  }
  return f.unary<NegOp>(f.sumLast(f.mul(t, clippedLog(f, x))));
}

/// logits: softplus(x) - x t; else -(t log p + (1 - t) log(1 - p)); mean over
/// the last axis.
Value binary(Formula &f, LossOp op) {
  Value x = op.getPrediction(), t = smoothed(f, op, 0.5), values;
  if (op.getFromLogits()) {
    values = f.sub(f.unary<SoftplusOp>(x), f.mul(x, t));
  } else {
    Value p = f.clip(x, epsilon, 1 - epsilon), one = f.constant(x, 1);
    Value yes = f.mul(t, f.unary<LogOp>(p));
    Value no = f.mul(f.sub(one, t), f.unary<LogOp>(f.sub(one, p)));
    values = f.unary<NegOp>(f.add(yes, no));
  }
  return f.meanFrom(values, tensorType(values).getRank() - 1);
}

Value squaredError(Formula &f, LossOp op) {
  Value e = f.sub(op.getPrediction(), op.getTarget());
  return f.meanFrom(f.mul(e, e), tensorType(e).getRank() - 1);
}

Value absoluteError(Formula &f, LossOp op) {
  Value e = f.unary<AbsOp>(f.sub(op.getPrediction(), op.getTarget()));
  return f.meanFrom(e, tensorType(e).getRank() - 1);
}
} // namespace

Value ingot::expandLoss(Formula formula, LossOp op) {
  Rule rule = llvm::StringSwitch<Rule>(op.getName())
                  .Case("sparse_categorical_crossentropy", sparseCategorical)
                  .Case("categorical_crossentropy", categorical)
                  .Case("binary_crossentropy", binary)
                  .Case("mean_squared_error", squaredError)
                  .Case("mean_absolute_error", absoluteError);
  return rule(formula, op);
}

/// sum(weight value) / number of values, of those that the mask leaves
Value ingot::expandMeanLoss(Formula f, MeanLossOp op) {
  Value values = op.getValues();
  Value weighted = f.mul(values, createBroadcast(f.builder, f.loc, op.getWeights(), values.getType(), {0}));
  if (op.getMask())
    return DivSizeOp::create(f.builder, f.loc, f.sumAll(f.keepWhere(op.getMask(), weighted)),
                             CountOp::create(f.builder, f.loc, op.getMask()));
  return DivSizeOp::create(f.builder, f.loc, f.sumAll(weighted), BatchOp::create(f.builder, f.loc),
                           shape::elementsPerSample(shapeOf(values.getType())));
}
