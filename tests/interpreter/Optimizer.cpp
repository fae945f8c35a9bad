//===- Optimizer.cpp - optimizer steps, one weight at a time -------------===//
//
// Formulas as in the ops' descriptions; sources are Keras' optimizers.
//
//===----------------------------------------------------------------------===//

#include "Frame.h"

#include <cmath>

using namespace mlir;

namespace ingot::interpreter {

/// One element's weight and slots, updated in place.
template <typename Real> struct Element {
  Real w, g, rate;
  std::vector<Real> slots;
};

template <typename Real> static Real toReal(const APFloat &value) {
  return static_cast<Real>(value.convertToDouble());
}

template <typename Real> static void step(ApplySGDOp op, Element<Real> &e) {
  if (e.slots.empty()) {
    e.w -= e.rate * e.g;
    return;
  }
  const Real momentum = toReal<Real>(op.getMomentum());
  Real &m = e.slots[0];
  m = momentum * m - e.rate * e.g;
  e.w += op.getNesterov() ? momentum * m - e.rate * e.g : m;
}

template <typename Real> static void step(ApplyRMSpropOp op, Element<Real> &e) {
  const Real rho = toReal<Real>(op.getRho());
  Real &v = e.slots[0];
  v = rho * v + (1 - rho) * e.g * e.g;
  Real denominator = v + toReal<Real>(op.getEpsilon());
  if (op.getCentered()) {
    Real &a = e.slots[1];
    a = rho * a + (1 - rho) * e.g;
    denominator -= a * a;
  }
  const Real increment = e.rate * e.g / std::sqrt(denominator);
  if (op.getMomentum().isZero()) {
    e.w -= increment;
    return;
  }
  Real &m = e.slots.back();
  m = toReal<Real>(op.getMomentum()) * m + increment;
  e.w -= m;
}

template <typename Real> static void step(ApplyAdagradOp op, Element<Real> &e) {
  Real &a = e.slots[0];
  a += e.g * e.g;
  e.w -= e.rate * e.g / std::sqrt(a + toReal<Real>(op.getEpsilon()));
}

template <typename Real> static void step(ApplyAdamOp op, Element<Real> &e) {
  Real &m = e.slots[0], &v = e.slots[1];
  m += (1 - toReal<Real>(op.getBeta_1())) * (e.g - m);
  v += (1 - toReal<Real>(op.getBeta_2())) * (e.g * e.g - v);
  Real scale = v;
  if (op.getAmsgrad())
    scale = e.slots[2] = std::max(e.slots[2], v);
  e.w -= e.rate * m / (std::sqrt(scale) + toReal<Real>(op.getEpsilon()));
}

template <typename Op, typename Real> static LogicalResult apply(Op op, Frame<Real> &frame) {
  std::vector<Tensor<Real>> next = {frame.get(op.getWeight())};
  for (Value slot : op.getSlots())
    next.push_back(frame.get(slot));
  const auto &gradient = frame.get(op.getGradient()).reals();
  const Real rate = frame.get(op.getRate()).reals().front();
  for (size_t i = 0; i < gradient.size(); ++i) {
    Element<Real> element{next[0].reals()[i], gradient[i], rate, {}};
    for (size_t slot = 1; slot < next.size(); ++slot)
      element.slots.push_back(next[slot].reals()[i]);
    step(op, element);
    next[0].reals()[i] = element.w;
    for (size_t slot = 1; slot < next.size(); ++slot)
      next[slot].reals()[i] = element.slots[slot - 1];
  }
  for (auto [result, tensor] : llvm::zip(op->getResults(), next))
    frame.set(result, std::move(tensor));
  return success();
}

/// The powers in double, also for float: b^t is close to 1 where it matters.
template <typename Real> static LogicalResult evaluateAdamRate(AdamRateOp op, Frame<Real> &frame) {
  const double t = frame.get(op.getT()).integers().front();
  const double second = 1 - std::pow(op.getBeta_2().convertToDouble(), t);
  const double first = 1 - std::pow(op.getBeta_1().convertToDouble(), t);
  const Real rate = frame.get(op.getLearningRate()).reals().front();
  frame.set(op.getRate(), Tensor<Real>::filled({}, rate * static_cast<Real>(std::sqrt(second) / first)));
  return success();
}

template <typename Real> void addOptimizerRules(RuleTable<Real> &table) {
  table.template add<ApplySGDOp>(apply<ApplySGDOp, Real>);
  table.template add<ApplyRMSpropOp>(apply<ApplyRMSpropOp, Real>);
  table.template add<ApplyAdagradOp>(apply<ApplyAdagradOp, Real>);
  table.template add<ApplyAdamOp>(apply<ApplyAdamOp, Real>);
  table.template add<AdamRateOp>(evaluateAdamRate<Real>);
}

template void addOptimizerRules(RuleTable<float> &);
template void addOptimizerRules(RuleTable<double> &);

} // namespace ingot::interpreter
