//===- Contract.cpp - gradients of contractions --------------------------===//

#include "autodiff/Rules.h"

using namespace mlir;
using namespace ingot;

/// C = "A,B->C": dA = "C,B->A" g, B and dB = "A,C->B" A, g. That of the left
/// operand, the layer's input, comes first: it is the last reader of the weight,
/// whose update may then follow its gradient at once.
static void contractRule(ContractOp op, OpBuilder &b, ArrayRef<Value> g, GradientMap &map) {
  Location loc = op.getLoc();
  shape::Equation labels = *shape::parseEquation(op.getEquation().str());
  if (map.isActive(op.getLhs()))
    map.add(b, loc, op.getLhs(),
            ContractOp::create(b, loc, op.getLhs().getType(),
                               labels.result + "," + labels.rhs + "->" + labels.lhs, g[0], op.getRhs()));
  if (map.isActive(op.getRhs()))
    map.add(b, loc, op.getRhs(),
            ContractOp::create(b, loc, op.getRhs().getType(),
                               labels.lhs + "," + labels.result + "->" + labels.rhs, op.getLhs(), g[0]));
}

void ingot::attachContractRules(MLIRContext &context) { attachRules<contractRule>(context); }
