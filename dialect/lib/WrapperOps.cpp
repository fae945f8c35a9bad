//===- WrapperOps.cpp - tier 1: verifiers of layers that apply layers ----===//

#include "ingot/Dialect/Ingot.h"

using namespace mlir;
using namespace ingot;

/// `type` without axis 1.
static RankedTensorType stepOf(Type type) {
  auto sequence = cast<RankedTensorType>(type);
  SmallVector<int64_t> shape(sequence.getShape());
  shape.erase(shape.begin() + 1);
  return RankedTensorType::get(shape, sequence.getElementType());
}

/// time_distributed_c2: `given` are steps of `sequences`.
static LogicalResult verifySteps(TimeDistributedOp op, StringRef what, TypeRange given, TypeRange sequences) {
  auto steps = llvm::map_to_vector(sequences, [](Type type) -> Type { return stepOf(type); });
  if (llvm::equal(given, steps))
    return success();
  return op.emitOpError("has a body that ") << what << " (" << given << "), must be (" << steps << ")";
}

LogicalResult TimeDistributedOp::verify() {
  // time_distributed_c1
  if (getInputs().empty() || getOutputs().empty())
    return emitOpError("has ") << getInputs().size() << " inputs and " << getOutputs().size()
           << " results; must have at least one of each";
  for (Type type : llvm::concat<const Type>(llvm::to_vector(getInputs().getTypes()), llvm::to_vector(getOutputs().getTypes()))) {
    auto sequence = cast<RankedTensorType>(type);
    if (sequence.getRank() < 2 || sequence.isDynamicDim(1))
      return emitOpError("has an input or result of type ") << type << "; axis 1 must be of known size";
    if (sequence.getDimSize(1) != getSteps())
      return emitOpError("has ") << getSteps() << " steps but an input or result of type " << type;
  }
  // time_distributed_c2
  auto yield = dyn_cast<YieldOp>(block().getTerminator());
  if (!yield)
    return emitOpError("has a body that does not end in `ingot.yield`");
  if (failed(verifySteps(*this, "takes", block().getArgumentTypes(), getInputs().getTypes())))
    return failure();
  return verifySteps(*this, "yields", yield.getValues().getTypes(), getOutputs().getTypes());
}
