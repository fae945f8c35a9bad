//===- Contract.cpp - batching of contractions: one more label -----------===//

#include "batching/Rules.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace ingot;

/// A label that `equation` does not have, if one is left.
static std::optional<char> freshLabel(StringRef equation) {
  for (char label : StringRef("tsruvwxyzabcdefghijklmnopqTSRUVWXYZABCDEFGHIJKLMNOPQ"))
    if (!equation.contains(label))
      return label;
  return std::nullopt;
}

/// `term` with the label of the new dimension, if the operand has that.
static std::string labelled(std::string term, char label, bool isMapped, int64_t axis) {
  if (isMapped)
    term.insert(term.begin() + axis, label);
  return term;
}

static Value build(ContractOp op, const Mapping &mapping, bool isSum) {
  std::optional<char> label = freshLabel(op.getEquation());
  if (!label)
    return {};
  shape::Equation terms = *shape::parseEquation(op.getEquation().str());
  std::string equation = labelled(terms.lhs, *label, mapping.isMapped(0), mapping.axis) + "," +
                         labelled(terms.rhs, *label, mapping.isMapped(1), mapping.axis) + "->" +
                         labelled(terms.result, *label, !isSum, mapping.axis);
  return ContractOp::create(mapping.builder, mapping.loc(), equation, mapping.operand(0), mapping.operand(1));
}

static Value contractRule(ContractOp op, const Mapping &mapping) { return build(op, mapping, false); }

/// A label in one operand alone would be a sum of that operand first.
static Value contractSum(ContractOp op, const Mapping &mapping) {
  return mapping.isMapped(0) && mapping.isMapped(1) ? build(op, mapping, true) : Value();
}

void ingot::attachContractBatching(MLIRContext &context) {
  ContractOp::attachInterface<BatchingRule<ContractOp, contractRule, contractSum>>(context);
}
