//===- TrainOps.cpp - variables, gradients and optimizers: verifiers -----===//

#include "ingot/Dialect/Ingot.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace ingot;

LogicalResult OrthogonalizeOp::verify() {
  RankedTensorType type = tensorType(getX());
  return type.getRank() >= 2 && type.hasStaticShape()
             ? success()
             : emitOpError("operand is ") << type << "; must be of static shape and rank >= 2";
}

LogicalResult SeedKeyOp::verify() {
  // seed_key_c1
  return static_cast<bool>(getSeed()) != getFixedSeed().has_value()
             ? success()
             : emitOpError("needs a seed, as operand or as `fixedSeed`");
}

LogicalResult RandomMaskOp::verify() {
  // random_mask_c1
  double rate = getRate().convertToDouble();
  if (!(rate > 0 && rate < 1))
    return emitOpError("`rate` is ") << rate << "; must be in (0, 1)";
  // random_mask_c2
  int64_t previous = -1;
  for (int64_t axis : getShared()) {
    if (axis <= previous || axis >= tensorType(getX()).getRank())
      return emitOpError("`shared` is not strictly increasing below rank ") << tensorType(getX()).getRank();
    previous = axis;
  }
  return success();
}

/// `symbol` is a variable of type `type`.
static LogicalResult verifyVariable(Operation *op, SymbolTableCollection &symbols,
                                    FlatSymbolRefAttr symbol, Type type) {
  auto variable = symbols.lookupNearestSymbolFrom<VariableOp>(op, symbol);
  if (!variable)
    return op->emitOpError("names ") << symbol << ", which is not a variable";
  if (variable.getType() == type)
    return success();
  InFlightDiagnostic diagnostic = op->emitOpError("has type ")
      << type << " but " << symbol << " is " << variable.getType();
  diagnostic.attachNote(variable.getLoc()) << "declared here";
  return diagnostic;
}

LogicalResult ReadOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyVariable(*this, symbols, getVariableAttr(), getType());
}
LogicalResult WriteOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyVariable(*this, symbols, getVariableAttr(), getValue().getType());
}
LogicalResult GradientReadOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyVariable(*this, symbols, getVariableAttr(), getType());
}
LogicalResult GradientWriteOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyVariable(*this, symbols, getVariableAttr(), getValue().getType());
}
LogicalResult UpdateOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyVariable(*this, symbols, getVariableAttr(), getGradient().getType());
}
LogicalResult GradientsOp::verifySymbolUses(SymbolTableCollection &symbols) {
  if (getVariables().size() != getNumResults())
    return emitOpError("names ") << getVariables().size() << " variables but has " << getNumResults() << " results";
  for (auto [symbol, gradient] : llvm::zip(getVariables(), getGradients()))
    if (failed(verifyVariable(*this, symbols, cast<FlatSymbolRefAttr>(symbol), gradient.getType())))
      return failure();
  return success();
}

/// A step maps the weight and `count` slots, all of one type.
static LogicalResult verifyStep(Operation *op, Type weight, Type gradient, ValueRange slots,
                                ValueRange newSlots, size_t count) {
  if (slots.size() != count || newSlots.size() != count)
    return op->emitOpError("has ") << slots.size() << " slots in and " << newSlots.size() << " out; needs " << count;
  if (gradient != weight || llvm::any_of(op->getResultTypes(), [&](Type t) { return t != weight; }) ||
      llvm::any_of(slots.getTypes(), [&](Type t) { return t != weight; }))
    return op->emitOpError("weight is ") << weight << "; gradient, slots and results must be the same";
  return success();
}

LogicalResult ApplySGDOp::verify() {
  return verifyStep(*this, getWeight().getType(), getGradient().getType(), getSlots(), getNewSlots(),
                    getMomentum().isZero() ? 0 : 1);
}
LogicalResult ApplyRMSpropOp::verify() {
  return verifyStep(*this, getWeight().getType(), getGradient().getType(), getSlots(), getNewSlots(),
                    1 + getCentered() + !getMomentum().isZero());
}
LogicalResult ApplyAdagradOp::verify() {
  return verifyStep(*this, getWeight().getType(), getGradient().getType(), getSlots(), getNewSlots(), 1);
}
LogicalResult ApplyAdamOp::verify() {
  return verifyStep(*this, getWeight().getType(), getGradient().getType(), getSlots(), getNewSlots(),
                    2 + getAmsgrad());
}
