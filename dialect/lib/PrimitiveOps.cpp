//===- PrimitiveOps.cpp - tier 2: verifiers and shape inference ----------===//

#include "ingot/Dialect/Ingot.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace ingot;

static LogicalResult inferred(std::optional<Location> loc, const shape::Inferred &rule, Type element,
                              SmallVectorImpl<Type> &results) {
  if (!rule)
    return emitOptionalError(loc, rule.message());
  results.push_back(RankedTensorType::get(*rule, element));
  return success();
}

/// The operand's shape without its last axis.
static LogicalResult inferLastAxis(std::optional<Location> loc, Value x, Type element,
                                   SmallVectorImpl<Type> &results) {
  int64_t last = tensorType(x).getRank() - 1;
  if (last < 0)
    return emitOptionalError(loc, "operand has rank 0; must have a last axis");
  return inferred(loc, shape::reduce(shapeOf(x.getType()), {last}), element, results);
}

LogicalResult CompareOp::verify() {
  // compare_c1
  static constexpr StringLiteral known[] = {"eq", "ne", "gt", "ge", "lt", "le"};
  if (!llvm::is_contained(known, getPredicate()))
    return emitOpError("predicate is \"") << getPredicate() << "\"; must be eq, ne, gt, ge, lt or le";
  if (tensorType(getLhs()).getShape() != tensorType(getResult()).getShape())
    return emitOpError("operands ") << getLhs().getType() << " and result " << getResult().getType()
           << " differ in shape";
  return success();
}

LogicalResult FillOp::verify() {
  auto type = cast<RankedTensorType>(getType());
  if (getValue().getType() != type.getElementType())
    return emitOpError("value is ") << getValue() << " but elements are " << type.getElementType();
  if (type.hasStaticShape() == static_cast<bool>(getBatch()))
    return emitOpError("of type ") << type << (getBatch() ? " has no batch to give" : " needs `batch`");
  return success();
}

LogicalResult BroadcastOp::verify() {
  RankedTensorType from = tensorType(getX()), to = tensorType(getResult());
  // broadcast_c1
  if (static_cast<int64_t>(getDims().size()) != from.getRank())
    return emitOpError("has ") << getDims().size() << " dims for an operand of rank " << from.getRank();
  int64_t previous = -1;
  for (auto [i, dim] : llvm::enumerate(getDims())) {
    if (dim <= previous || dim >= to.getRank())
      return emitOpError("dims are not strictly increasing below rank ") << to.getRank();
    if (from.getDimSize(i) != to.getDimSize(dim))
      return emitOpError("dimension ") << i << " of size " << from.getDimSize(i)
             << " becomes dimension " << dim << " of size " << to.getDimSize(dim);
    previous = dim;
  }
  // broadcast_c2
  if (!to.hasStaticShape() && from.hasStaticShape() && !getBatch())
    return emitOpError("repeats over the batch and needs `batch`");
  return success();
}

LogicalResult ReduceSumOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                            DictionaryAttr, OpaqueProperties properties, RegionRange,
                                            SmallVectorImpl<Type> &results) {
  ArrayRef<int64_t> axes = properties.as<Properties *>()->axes.asArrayRef();
  return inferred(loc, shape::reduce(shapeOf(operands[0].getType()), axes.vec()),
                  tensorType(operands[0]).getElementType(), results);
}

LogicalResult ReduceMaxOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                            DictionaryAttr, OpaqueProperties properties, RegionRange,
                                            SmallVectorImpl<Type> &results) {
  ArrayRef<int64_t> axes = properties.as<Properties *>()->axes.asArrayRef();
  return inferred(loc, shape::reduce(shapeOf(operands[0].getType()), axes.vec()),
                  tensorType(operands[0]).getElementType(), results);
}

LogicalResult ViewAsOp::verify() {
  // view_as_c1
  if (!shape::canView(shapeOf(getX().getType()), shapeOf(getType())))
    return emitOpError("cannot turn ") << getX().getType() << " into " << getType();
  return success();
}

LogicalResult TransposeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                            DictionaryAttr, OpaqueProperties properties, RegionRange,
                                            SmallVectorImpl<Type> &results) {
  // transpose_c1
  ArrayRef<int64_t> perm = properties.as<Properties *>()->perm.asArrayRef();
  return inferred(loc, shape::transpose(shapeOf(operands[0].getType()), perm.vec()),
                  tensorType(operands[0]).getElementType(), results);
}

LogicalResult ConcatOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                         DictionaryAttr, OpaqueProperties properties, RegionRange,
                                         SmallVectorImpl<Type> &results) {
  // concat_c1, concat_c2
  const shape::Inferred rule = shape::concat(shapesOf(operands), properties.as<Properties *>()->axis.getInt());
  return rule ? inferred(loc, rule, tensorType(operands[0]).getElementType(), results)
              : emitOptionalError(loc, rule.message());
}

// concat_c2
LogicalResult ConcatOp::verify() { return verifyOneElementType(*this); }

LogicalResult SliceOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                        DictionaryAttr, OpaqueProperties properties, RegionRange,
                                        SmallVectorImpl<Type> &results) {
  // slice_c1
  auto *own = properties.as<Properties *>();
  return inferred(loc,
                  shape::slice(shapeOf(operands[0].getType()), own->axis.getInt(), own->offset.getInt(), own->size.getInt()),
                  tensorType(operands[0]).getElementType(), results);
}

LogicalResult ReverseOp::verify() {
  // reverse_c1
  int64_t axis = getAxis();
  if (axis < 0 || axis >= tensorType(*this).getRank() || tensorType(*this).isDynamicDim(axis))
    return emitOpError("axis is ") << axis << "; must be one of known size of " << getType();
  return success();
}

LogicalResult ContractOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                           DictionaryAttr, OpaqueProperties properties, RegionRange,
                                           SmallVectorImpl<Type> &results) {
  // contract_c1, contract_c2, contract_c3
  StringRef equation = properties.as<Properties *>()->equation.getValue();
  return inferred(loc, shape::contract(equation.str(), shapeOf(operands[0].getType()), shapeOf(operands[1].getType())),
                  tensorType(operands[0]).getElementType(), results);
}

LogicalResult LogSumExpOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                            DictionaryAttr, OpaqueProperties, RegionRange,
                                            SmallVectorImpl<Type> &results) {
  return inferLastAxis(loc, operands[0], tensorType(operands[0]).getElementType(), results);
}

LogicalResult ArgMaxOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, ValueRange operands,
                                         DictionaryAttr, OpaqueProperties, RegionRange,
                                         SmallVectorImpl<Type> &results) {
  return inferLastAxis(loc, operands[0], IntegerType::get(context, 32), results);
}

LogicalResult PickOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                       DictionaryAttr, OpaqueProperties, RegionRange,
                                       SmallVectorImpl<Type> &results) {
  return inferLastAxis(loc, operands[0], tensorType(operands[0]).getElementType(), results);
}
