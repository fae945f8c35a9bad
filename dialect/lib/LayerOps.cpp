//===- LayerOps.cpp - tier 1: verifiers and shape inference --------------===//
//
// Thin calls into ShapeRules.h, which the graph layer calls as well.
//
//===----------------------------------------------------------------------===//

#include "LayerOps.h"

#include "ingot/Dialect/Targets.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace ingot;

//===----------------------------------------------------------------------===//
// dense
//===----------------------------------------------------------------------===//

LogicalResult DenseOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                        DictionaryAttr, OpaqueProperties properties, RegionRange,
                                        SmallVectorImpl<Type> &results) {
  // dense_c1
  int64_t units = properties.as<Properties *>()->units.getInt();
  return inferred(loc, shape::dense(shapeOf(operands[0].getType()), units), operands[0].getType(), results);
}

LogicalResult DenseOp::verify() {
  // dense_c3
  if (!isActivation(getActivation()))
    return emitOpError("activation \"") << getActivation() << "\" is unknown";
  if (getUseBias() != getBias().has_value())
    return emitOpError("`use_bias` is ") << (getUseBias() ? "true" : "false") << " but the op has "
           << (getBias() ? "a" : "no") << " bias";
  return success();
}

LogicalResult DenseOp::verifySymbolUses(SymbolTableCollection &symbols) {
  // dense_c2
  int64_t in = tensorType(getInput()).getShape().back(), units = getUnits();
  if (failed(verifyVariable(*this, symbols, getKernelAttr(), "kernel", {in, units})))
    return failure();
  return getBias() ? verifyVariable(*this, symbols, getBiasAttr(), "bias", {units}) : success();
}

//===----------------------------------------------------------------------===//
// embedding
//===----------------------------------------------------------------------===//

LogicalResult EmbeddingOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, ValueRange operands,
                                            DictionaryAttr, OpaqueProperties properties, RegionRange,
                                            SmallVectorImpl<Type> &results) {
  // embedding_c1
  auto *own = properties.as<Properties *>();
  const shape::Shape input = shapeOf(operands[0].getType());
  Type like = RankedTensorType::get(input, Float32Type::get(context));
  std::optional<int64_t> length;
  if (own->input_length)
    length = own->input_length.getInt();
  return inferred(loc, shape::embedding(input, own->input_dim.getInt(), own->output_dim.getInt(), length), like, results);
}

LogicalResult EmbeddingOp::verifySymbolUses(SymbolTableCollection &symbols) {
  // embedding_c2
  return verifyVariable(*this, symbols, getEmbeddingsAttr(), "embeddings",
                        {static_cast<int64_t>(getInputDim()), static_cast<int64_t>(getOutputDim())});
}

//===----------------------------------------------------------------------===//
// activation, masking, flatten, reshape, permute, repeat_vector
//===----------------------------------------------------------------------===//

LogicalResult ActivationOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                             DictionaryAttr, OpaqueProperties properties, RegionRange,
                                             SmallVectorImpl<Type> &results) {
  StringRef name = properties.as<Properties *>()->activation.getValue();
  // activation_c1
  if (!isActivation(name))
    return emitOptionalError(loc, "activation \"", name, "\" is unknown");
  shape::Shape input = shapeOf(operands[0].getType());
  // activation_c2
  return inferred(loc, name == "softmax" ? shape::softmax(input) : shape::Inferred(input),
                  operands[0].getType(), results);
}

LogicalResult MaskingOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                          DictionaryAttr, OpaqueProperties, RegionRange,
                                          SmallVectorImpl<Type> &results) {
  // masking_c1
  return inferred(loc, shape::masking(shapeOf(operands[0].getType())), operands[0].getType(), results);
}

LogicalResult FlattenOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                          DictionaryAttr, OpaqueProperties, RegionRange,
                                          SmallVectorImpl<Type> &results) {
  return inferred(loc, shape::flatten(shapeOf(operands[0].getType())), operands[0].getType(), results);
}

LogicalResult ReshapeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                               ValueRange operands, DictionaryAttr,
                                               OpaqueProperties properties, RegionRange,
                                               SmallVectorImpl<Type> &results) {
  // reshape_c1
  ArrayRef<int64_t> target = properties.as<Properties *>()->target_shape.asArrayRef();
  return inferred(loc, shape::reshape(shapeOf(operands[0].getType()), target.vec()),
                  operands[0].getType(), results);
}

LogicalResult PermuteOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                          DictionaryAttr, OpaqueProperties properties, RegionRange,
                                          SmallVectorImpl<Type> &results) {
  // permute_c1
  ArrayRef<int64_t> dims = properties.as<Properties *>()->dims.asArrayRef();
  return inferred(loc, shape::permute(shapeOf(operands[0].getType()), dims.vec()), operands[0].getType(), results);
}

LogicalResult RepeatVectorOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                               DictionaryAttr, OpaqueProperties properties, RegionRange,
                                               SmallVectorImpl<Type> &results) {
  // repeat_vector_c1
  int64_t n = properties.as<Properties *>()->n.getInt();
  return inferred(loc, shape::repeatVector(shapeOf(operands[0].getType()), n), operands[0].getType(), results);
}

//===----------------------------------------------------------------------===//
// dropout
//===----------------------------------------------------------------------===//

LogicalResult DropoutOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                          DictionaryAttr, OpaqueProperties properties, RegionRange,
                                          SmallVectorImpl<Type> &results) {
  // dropout_c2
  auto noise = properties.as<Properties *>()->noise_shape;
  return inferred(loc, shape::dropout(shapeOf(operands[0].getType()), noise ? noise.asArrayRef().vec() : shape::Shape()),
                  operands[0].getType(), results);
}

LogicalResult DropoutOp::verify() {
  // dropout_c1
  double rate = getRate().convertToDouble();
  return rate >= 0 && rate < 1 ? success() : emitOpError("`rate` is ") << rate << "; must be in [0, 1)";
}

//===----------------------------------------------------------------------===//
// merge, concatenate, dot
//===----------------------------------------------------------------------===//

LogicalResult MergeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                        DictionaryAttr, OpaqueProperties properties, RegionRange,
                                        SmallVectorImpl<Type> &results) {
  // merge_c1
  static constexpr StringLiteral known[] = {"add", "subtract", "multiply", "average", "maximum", "minimum"};
  StringRef kind = properties.as<Properties *>()->kind.getValue();
  if (!llvm::is_contained(known, kind))
    return emitOptionalError(loc, "kind is \"", kind,
                             "\"; must be add, subtract, multiply, average, maximum or minimum");
  // merge_c2, merge_c3
  const shape::Inferred rule = shape::merge(kind.str(), shapesOf(operands));
  return rule ? inferred(loc, rule, operands[0].getType(), results) : emitOptionalError(loc, rule.message());
}

LogicalResult ConcatenateOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                              DictionaryAttr, OpaqueProperties properties, RegionRange,
                                              SmallVectorImpl<Type> &results) {
  // concatenate_c1, concatenate_c2
  IntegerAttr axis = properties.as<Properties *>()->axis;
  const shape::Inferred rule = shape::concatenate(shapesOf(operands), axis ? axis.getInt() : -1);
  return rule ? inferred(loc, rule, operands[0].getType(), results) : emitOptionalError(loc, rule.message());
}

LogicalResult DotOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                      DictionaryAttr, OpaqueProperties properties, RegionRange,
                                      SmallVectorImpl<Type> &results) {
  // dot_c1, dot_c2
  ArrayRef<int64_t> axes = properties.as<Properties *>()->axes.asArrayRef();
  return inferred(loc, shape::dot(shapesOf(operands), axes.vec()), operands[0].getType(), results);
}

// concatenate_c3
LogicalResult ConcatenateOp::verify() { return verifyOneElementType(*this); }

// Ops without weights have no symbols to check.
LogicalResult ActivationOp::verifySymbolUses(SymbolTableCollection &) { return success(); }
LogicalResult MaskingOp::verifySymbolUses(SymbolTableCollection &) { return success(); }
LogicalResult FlattenOp::verifySymbolUses(SymbolTableCollection &) { return success(); }
LogicalResult ReshapeOp::verifySymbolUses(SymbolTableCollection &) { return success(); }
LogicalResult PermuteOp::verifySymbolUses(SymbolTableCollection &) { return success(); }
LogicalResult RepeatVectorOp::verifySymbolUses(SymbolTableCollection &) { return success(); }
LogicalResult DropoutOp::verifySymbolUses(SymbolTableCollection &) { return success(); }
LogicalResult MergeOp::verifySymbolUses(SymbolTableCollection &) { return success(); }
LogicalResult ConcatenateOp::verifySymbolUses(SymbolTableCollection &) { return success(); }
LogicalResult DotOp::verifySymbolUses(SymbolTableCollection &) { return success(); }

//===----------------------------------------------------------------------===//
// call
//===----------------------------------------------------------------------===//

LogicalResult CallOp::verifySymbolUses(SymbolTableCollection &symbols) {
  // call_c1
  auto model = symbols.lookupNearestSymbolFrom<ModelOp>(*this, getCalleeAttr());
  if (!model)
    return emitOpError("calls ") << getCalleeAttr() << ", which is not a model";
  if (getInputs().getTypes() != model.getArgumentTypes() ||
      getOutputs().getTypes() != model.getResultTypes())
    return emitOpError("has types (") << getInputs().getTypes() << ") -> (" << getOutputs().getTypes()
           << ") but the model is " << model.getFunctionType();
  return success();
}

//===----------------------------------------------------------------------===//
// loss, mean_loss, metric
//===----------------------------------------------------------------------===//

LogicalResult LossOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                       DictionaryAttr, OpaqueProperties, RegionRange,
                                       SmallVectorImpl<Type> &results) {
  shape::Shape prediction = shapeOf(operands[0].getType());
  int64_t last = static_cast<int64_t>(prediction.size()) - 1;
  if (last < 1)
    return emitOptionalError(loc, "prediction has rank ", last + 1, "; must be at least 2");
  return inferred(loc, shape::reduce(prediction, {last}), operands[0].getType(), results);
}

// loss_c2: labels without the last axis, or numbers of the same shape.
LogicalResult ingot::verifyTarget(Operation *op, StringRef name, Type prediction, Type target) {
  auto p = dyn_cast<RankedTensorType>(prediction), t = dyn_cast<RankedTensorType>(target);
  bool sparse = isSparse(name);
  if (!p || p.getRank() < 2)
    return op->emitOpError("prediction has rank ") << (p ? p.getRank() : 0) << "; must be at least 2";
  ArrayRef<int64_t> wanted = sparse ? p.getShape().drop_back() : p.getShape();
  Type element = sparse ? Type(IntegerType::get(op->getContext(), 32)) : Float32Type::get(op->getContext());
  if (!t || t.getShape() != wanted || t.getElementType() != element)
    return op->emitOpError("\"") << name << "\" of a prediction " << p << " needs "
           << (sparse ? "i32 labels of its shape without the last axis" : "an f32 target of its shape")
           << ", not " << target;
  return success();
}

LogicalResult LossOp::verify() {
  // loss_c1
  if (!isLoss(getName()))
    return emitOpError("loss \"") << getName() << "\" is unknown";
  return verifyTarget(*this, getName(), getPrediction().getType(), getTarget().getType());
}

LogicalResult MeanLossOp::verify() {
  ArrayRef<int64_t> values = tensorType(getValues()).getShape(), weights = tensorType(getWeights()).getShape();
  // mean_loss_c1
  if (values.empty() || weights != values.take_front())
    return emitOpError("has weights ") << getWeights().getType() << " for values " << getValues().getType()
           << "; must be one a sample";
  // mean_loss_c2
  if (getMask() && tensorType(getMask()).getShape() != values)
    return emitOpError("has a mask ") << getMask().getType() << " for values " << getValues().getType()
           << "; shapes must be equal";
  return success();
}

LogicalResult MetricOp::verify() {
  // metric_c1
  if (!isMetric(getName()))
    return emitOpError("metric \"") << getName() << "\" is unknown";
  // metric_c3
  if (getMask()) {
    ArrayRef<int64_t> mask = tensorType(getMask()).getShape(), prediction = tensorType(getPrediction()).getShape();
    if (mask.size() >= prediction.size() || mask != prediction.take_front(mask.size()))
      return emitOpError("has a mask ") << getMask().getType() << " for a prediction " << getPrediction().getType()
             << "; must have its first sizes";
  }
  return verifyTarget(*this, getName(), getPrediction().getType(), getTarget().getType());
}
