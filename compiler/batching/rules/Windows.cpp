//===- Windows.cpp - batching of windows and their adjoint ---------------===//

#include "batching/Rules.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace ingot;

/// Axes before the spatial ones are all alike, so that the new dimension stays
/// where it is; from behind them it moves to the front.
template <typename Op> static Value windowRule(Op op, const Mapping &mapping) {
  const auto spatial = static_cast<int64_t>(op.getWindow().size());
  // Channels, spatial axes, and sizes of windows stand behind the batch.
  const int64_t leading = std::min(tensorType(op.getX()).getRank(), tensorType(op).getRank()) - spatial - 1;
  const int64_t axis = mapping.axis <= leading ? mapping.axis : 0;
  Value x = moveDim(mapping.builder, mapping.loc(), mapping.operand(0), mapping.axis, axis);
  Operation *batched = mapping.builder.clone(*op.getOperation());
  batched->setOperands(x);
  batched->getResult(0).setType(withDim(op.getType(), axis, mapping.size));
  return moveDim(mapping.builder, mapping.loc(), batched->getResult(0), axis, mapping.axis);
}

void ingot::attachWindowBatching(MLIRContext &context) {
  attachBatching<windowRule<WindowsOp>, windowRule<OverlapAddOp>>(context);
}
