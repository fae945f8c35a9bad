//===- IngotDialect.cpp - registration and small helpers -----------------===//

#include "LayerOps.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace ingot;

#include "ingot/Dialect/IngotDialect.cpp.inc"
#include "ingot/Dialect/IngotInterfaces.cpp.inc"

void IngotDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "ingot/Dialect/IngotOps.cpp.inc"
      >();
  attachWrapperMaskRules(*getContext());
}

bool ingot::isActivation(StringRef name) {
  static constexpr StringLiteral known[] = {
      "linear",   "relu", "relu6", "tanh",        "sigmoid",    "softmax",
      "elu",      "selu", "silu",  "gelu",        "softplus",   "softsign",
      "exponential",      "leaky_relu",           "hard_sigmoid"};
  return llvm::is_contained(known, name);
}

bool ingot::isLoss(StringRef name) {
  static constexpr StringLiteral known[] = {
      "sparse_categorical_crossentropy", "categorical_crossentropy",
      "binary_crossentropy", "mean_squared_error", "mean_absolute_error"};
  return llvm::is_contained(known, name);
}

bool ingot::isMetric(StringRef name) {
  static constexpr StringLiteral known[] = {
      "sparse_categorical_accuracy", "categorical_accuracy", "binary_accuracy",
      "mean_squared_error", "mean_absolute_error"};
  return llvm::is_contained(known, name);
}

bool ingot::isSparse(StringRef lossOrMetric) {
  return lossOrMetric.starts_with("sparse_");
}

LogicalResult ingot::verifyOneElementType(Operation *op) {
  for (Value operand : op->getOperands())
    if (tensorType(operand).getElementType() != tensorType(op->getOperand(0)).getElementType())
      return op->emitOpError("operands are ") << op->getOperand(0).getType() << " and " << operand.getType()
             << "; element types must be equal";
  return success();
}

/// The batch, if `type` has one.
static Value batchOf(OpBuilder &builder, Location loc, Type type) {
  if (cast<RankedTensorType>(type).hasStaticShape())
    return {};
  return BatchOp::create(builder, loc);
}

Value ingot::createFill(OpBuilder &builder, Location loc, Type type, double value) {
  Type element = cast<RankedTensorType>(type).getElementType();
  TypedAttr attribute;
  if (isa<FloatType>(element))
    attribute = builder.getFloatAttr(element, value);
  else
    attribute = builder.getIntegerAttr(element, static_cast<int64_t>(value));
  return FillOp::create(builder, loc, type, attribute, batchOf(builder, loc, type));
}

Value ingot::createBroadcast(OpBuilder &builder, Location loc, Value value,
                             Type type, ArrayRef<int64_t> dims) {
  return BroadcastOp::create(builder, loc, type, value, dims,
                             batchOf(builder, loc, type));
}

Value ingot::createRepeated(OpBuilder &builder, Location loc, Value value, RankedTensorType type) {
  RankedTensorType from = tensorType(value);
  if (from == type)
    return value;
  SmallVector<int64_t> sizes, dims;
  for (int64_t i = 0; i < from.getRank(); ++i)
    if (from.getDimSize(i) == type.getDimSize(i)) {
      sizes.push_back(from.getDimSize(i));
      dims.push_back(i);
    }
  auto narrow = RankedTensorType::get(sizes, from.getElementType());
  if (narrow != from)
    value = ViewAsOp::create(builder, loc, narrow, value);
  return createBroadcast(builder, loc, value, type, dims);
}
