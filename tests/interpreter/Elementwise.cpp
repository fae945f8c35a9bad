//===- Elementwise.cpp - one element at a time ---------------------------===//

#include "Frame.h"

#include "llvm/ADT/StringSwitch.h"

#include <cmath>

using namespace mlir;

namespace ingot::interpreter {

/// One formula over the elements of a float tensor.
template <typename Op, typename Real, typename Fn> static void addUnary(RuleTable<Real> &table, Fn formula) {
  table.template add<Op>([formula](Op op, Frame<Real> &frame) {
    Tensor<Real> y = frame.get(op->getOperand(0));
    for (Real &element : y.reals())
      element = formula(element);
    frame.set(op->getResult(0), std::move(y));
    return success();
  });
}

/// One formula over the elements of two tensors of equal type.
template <typename Op, typename Real, typename Fn> static void addBinary(RuleTable<Real> &table, Fn formula) {
  table.template add<Op>([formula](Op op, Frame<Real> &frame) {
    Tensor<Real> y = frame.get(op->getOperand(0));
    const Tensor<Real> &other = frame.get(op->getOperand(1));
    std::visit(
        [&](auto &elements) {
          const auto &others = std::get<std::decay_t<decltype(elements)>>(other.data);
          for (size_t i = 0; i < elements.size(); ++i)
            elements[i] = formula(elements[i], others[i]);
        },
        y.data);
    frame.set(op->getResult(0), std::move(y));
    return success();
  });
}

/// NaN if one of them is.
template <typename T> static T larger(T x, T y) { return x != x || x > y ? x : y; }
template <typename T> static T smaller(T x, T y) { return x != x || x < y ? x : y; }

template <typename T> static bool compare(StringRef predicate, T x, T y) {
  return llvm::StringSwitch<bool>(predicate)
      .Case("eq", x == y)
      .Case("ne", x != y)
      .Case("gt", x > y)
      .Case("ge", x >= y)
      .Case("lt", x < y)
      .Case("le", x <= y);
}

template <typename Real> static LogicalResult evaluateCompare(CompareOp op, Frame<Real> &frame) {
  const Tensor<Real> &lhs = frame.get(op.getLhs()), &rhs = frame.get(op.getRhs());
  typename Tensor<Real>::Flags flags;
  std::visit(
      [&](const auto &elements) {
        const auto &others = std::get<std::decay_t<decltype(elements)>>(rhs.data);
        for (size_t i = 0; i < elements.size(); ++i)
          flags.push_back(compare(op.getPredicate(), elements[i], others[i]));
      },
      lhs.data);
  frame.set(op.getResult(), {lhs.shape, std::move(flags)});
  return success();
}

template <typename Real> static LogicalResult evaluateSelect(SelectOp op, Frame<Real> &frame) {
  Tensor<Real> y = frame.get(op.getIfTrue());
  const auto &flags = frame.get(op.getCondition()).flags();
  const Tensor<Real> &other = frame.get(op.getIfFalse());
  std::visit(
      [&](auto &elements) {
        const auto &others = std::get<std::decay_t<decltype(elements)>>(other.data);
        for (size_t i = 0; i < others.size(); ++i)
          if (!flags[i])
            elements[i] = others[i];
      },
      y.data);
  frame.set(op.getResult(), std::move(y));
  return success();
}

/// The elements of `x`, each multiplied by `factor` or divided by `divisor`.
template <typename Op, typename Real, typename Fn> static void addWithSize(RuleTable<Real> &table, Fn formula) {
  table.template add<Op>([formula](Op op, Frame<Real> &frame) {
    Tensor<Real> y = frame.get(op.getX());
    for (Real &element : y.reals())
      element = formula(op, element, frame.getSize(op.getSize()));
    frame.set(op.getResult(), std::move(y));
    return success();
  });
}

template <typename Real> void addElementwiseRules(RuleTable<Real> &table) {
  addUnary<NegOp>(table, [](Real x) { return -x; });
  addUnary<ExpOp>(table, [](Real x) { return std::exp(x); });
  addUnary<LogOp>(table, [](Real x) { return std::log(x); });
  addUnary<SqrtOp>(table, [](Real x) { return std::sqrt(x); });
  addUnary<TanhOp>(table, [](Real x) { return std::tanh(x); });
  addUnary<SigmoidOp>(table, [](Real x) { return 1 / (1 + std::exp(-x)); });
  addUnary<SoftplusOp>(table, [](Real x) { return std::max(x, Real(0)) + std::log1p(std::exp(-std::abs(x))); });
  addUnary<ReluOp>(table, [](Real x) { return x < 0 ? 0 : x; });
  addUnary<AbsOp>(table, [](Real x) { return std::abs(x); });
  addUnary<SignOp>(table, [](Real x) { return static_cast<Real>((x > 0) - (x < 0)); });
  addUnary<ErfOp>(table, [](Real x) { return std::erf(x); });

  addBinary<AddOp>(table, [](auto x, auto y) { return x + y; });
  addBinary<SubOp>(table, [](auto x, auto y) { return x - y; });
  addBinary<MulOp>(table, [](auto x, auto y) { return x * y; });
  addBinary<DivOp>(table, [](auto x, auto y) { return x / y; });
  addBinary<MaxOp>(table, [](auto x, auto y) { return larger(x, y); });
  addBinary<MinOp>(table, [](auto x, auto y) { return smaller(x, y); });
  addBinary<MaskPosOp>(table, [](auto x, auto g) { return x > 0 ? g : decltype(g)(0); });

  table.template add<CompareOp>(evaluateCompare<Real>);
  table.template add<SelectOp>(evaluateSelect<Real>);
  addWithSize<DivSizeOp>(table, [](DivSizeOp op, Real x, int64_t size) {
    return x / static_cast<Real>(std::max<int64_t>(size * static_cast<int64_t>(op.getFactor()), 1));
  });
  addWithSize<MulSizeOp>(table, [](MulSizeOp, Real x, int64_t size) { return x * static_cast<Real>(size); });
}

template void addElementwiseRules(RuleTable<float> &);
template void addElementwiseRules(RuleTable<double> &);

} // namespace ingot::interpreter
