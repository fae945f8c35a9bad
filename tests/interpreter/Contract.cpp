//===- Contract.cpp - an einsum, a loop a label --------------------------===//

#include "Frame.h"

#include <map>

using namespace mlir;

namespace ingot::interpreter {

/// Position of a term whose labels are at `at`.
static Shape positionOf(const std::string &term, const std::map<char, int64_t> &at) {
  Shape position;
  for (char label : term)
    position.push_back(at.at(label));
  return position;
}

template <typename Real> static LogicalResult evaluateContract(ContractOp op, Frame<Real> &frame) {
  const Tensor<Real> &lhs = frame.get(op.getLhs()), &rhs = frame.get(op.getRhs());
  const std::string equation = op.getEquation().str();
  const size_t comma = equation.find(','), arrow = equation.find("->");
  const std::string left = equation.substr(0, comma), right = equation.substr(comma + 1, arrow - comma - 1),
                    out = equation.substr(arrow + 2);
  std::map<char, int64_t> sizes;
  for (size_t i = 0; i < left.size(); ++i)
    sizes[left[i]] = lhs.shape[i];
  for (size_t i = 0; i < right.size(); ++i)
    sizes[right[i]] = rhs.shape[i];
  Shape space;
  for (auto [label, size] : sizes)
    space.push_back(size);

  auto sum = Tensor<Real>::filled(frame.shapeOf(op.getResult().getType()), 0);
  std::map<char, int64_t> at;
  forEachPosition(space, [&](const Shape &position) {
    size_t next = 0;
    for (auto [label, size] : sizes)
      at[label] = position[next++];
    const Real product = lhs.reals()[offsetOf(lhs.shape, positionOf(left, at))] *
                         rhs.reals()[offsetOf(rhs.shape, positionOf(right, at))];
    sum.reals()[offsetOf(sum.shape, positionOf(out, at))] += product;
  });
  frame.set(op.getResult(), std::move(sum));
  return success();
}

template <typename Real> void addContractRules(RuleTable<Real> &table) {
  table.template add<ContractOp>(evaluateContract<Real>);
}

template void addContractRules(RuleTable<float> &);
template void addContractRules(RuleTable<double> &);

} // namespace ingot::interpreter
