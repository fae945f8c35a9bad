//===- RecurrentOps.cpp - tier 1: verifiers and inference of recurrent layers ===//

#include "LayerOps.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace ingot;

//===----------------------------------------------------------------------===//
// lstm
//===----------------------------------------------------------------------===//

LogicalResult LSTMOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands, DictionaryAttr,
                                       OpaqueProperties properties, RegionRange, SmallVectorImpl<Type> &results) {
  // lstm_c1
  auto *own = properties.as<Properties *>();
  auto isSet = [](BoolAttr flag) { return flag && flag.getValue(); };
  if (operands.empty())
    return emitOptionalError(loc, "has no input");
  const shape::Shape input = shapeOf(operands[0].getType());
  const int64_t units = own->units.getInt();
  if (failed(inferred(loc, shape::recurrent(input, units, isSet(own->return_sequences)), operands[0].getType(), results)))
    return failure();
  Type state = RankedTensorType::get({input[0], units}, tensorType(operands[0]).getElementType());
  if (isSet(own->return_state))
    results.append(2, state);
  return success();
}

LogicalResult LSTMOp::verify() {
  // lstm_c2
  if (getInputs().size() > 4)
    return emitOpError("has ") << getInputs().size() << " operands; must be input, two states and mask at most";
  RankedTensorType input = tensorType(getInput());
  Builder builder(getContext());
  SmallVector<Type> expected = {RankedTensorType::get(input.getShape(), builder.getF32Type())};
  expected.append(getInitialState().size(),
                  RankedTensorType::get({input.getDimSize(0), static_cast<int64_t>(getUnits())}, builder.getF32Type()));
  if (getMask())
    expected.push_back(RankedTensorType::get(input.getShape().take_front(2), builder.getI1Type()));
  if (!llvm::equal(getInputs().getTypes(), expected))
    return emitOpError("has operands (") << getInputs().getTypes() << "), must be (" << expected << ")";
  // lstm_c4
  for (StringRef name : {getActivation(), getRecurrentActivation()})
    if (!isActivation(name))
      return emitOpError("activation \"") << name << "\" is unknown";
  if (getUseBias() != getBias().has_value())
    return emitOpError("`use_bias` is ") << (getUseBias() ? "true" : "false") << " but the op has "
           << (getBias() ? "a" : "no") << " bias";
  return success();
}

LogicalResult LSTMOp::verifySymbolUses(SymbolTableCollection &symbols) {
  // lstm_c3
  const int64_t in = tensorType(getInput()).getShape().back(), units = getUnits();
  if (failed(verifyVariable(*this, symbols, getKernelAttr(), "kernel", {in, 4 * units})) ||
      failed(verifyVariable(*this, symbols, getRecurrentKernelAttr(), "recurrent_kernel", {units, 4 * units})))
    return failure();
  return getBias() ? verifyVariable(*this, symbols, getBiasAttr(), "bias", {4 * units}) : success();
}
