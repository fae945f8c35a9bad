//===- Ingot.h - the ingot dialect -----------------------------*- C++ -*-===//
//
// The one header of the dialect: ops, interfaces, and the small helpers that
// every stage needs.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/Dialect/Masks.h"
#include "ingot/Shape/ShapeRules.h"
#include "ingot/Shape/WindowRules.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace ingot {

/// What an entry's writes touch: weights and state, the caller's gradients, the
/// caller's metrics.
struct VariableResource : mlir::SideEffects::Resource::Base<VariableResource> {
  llvm::StringRef getName() final { return "variables"; }
};
struct GradientResource : mlir::SideEffects::Resource::Base<GradientResource> {
  llvm::StringRef getName() final { return "gradients"; }
};
struct MetricResource : mlir::SideEffects::Resource::Base<MetricResource> {
  llvm::StringRef getName() final { return "metrics"; }
};

class GradientMap;

/// Names of attributes that stages leave for one another.
namespace names {
inline constexpr llvm::StringLiteral name = "ingot.name";
inline constexpr llvm::StringLiteral path = "ingot.path";
inline constexpr llvm::StringLiteral role = "ingot.role";
inline constexpr llvm::StringLiteral classes = "ingot.classes";
inline constexpr llvm::StringLiteral labelsPerSample = "ingot.labels_per_sample";
inline constexpr llvm::StringLiteral kind = "ingot.kind";
inline constexpr llvm::StringLiteral maxBatch = "ingot.max_batch";
inline constexpr llvm::StringLiteral numerics = "ingot.numerics";
inline constexpr llvm::StringLiteral vectorWidth = "ingot.vector_width";
inline constexpr llvm::StringLiteral fma = "ingot.fma";
inline constexpr llvm::StringLiteral floor = "ingot.floor";
inline constexpr llvm::StringLiteral optimizeFor = "ingot.optimize_for";
inline constexpr llvm::StringLiteral frozenWeights = "ingot.frozen_weights";
inline constexpr llvm::StringLiteral abiHash = "ingot.abi_hash";
inline constexpr llvm::StringLiteral offset = "ingot.offset";
inline constexpr llvm::StringLiteral preparedBytes = "ingot.prepared_bytes";
inline constexpr llvm::StringLiteral preparedHash = "ingot.prepared_hash";
inline constexpr llvm::StringLiteral preparePaysFrom = "ingot.prepare_pays_from";
inline constexpr llvm::StringLiteral stage = "ingot.stage";
inline constexpr llvm::StringLiteral prefix = "ingot.prefix";
/// Variables of the optimizer's state.
inline constexpr llvm::StringLiteral iterations = "optimizer.iterations";
inline constexpr llvm::StringLiteral learningRate = "optimizer.learning_rate";
inline constexpr llvm::StringLiteral randomKey = "random.key";
} // namespace names

/// Kinds of entries that are made of others.
namespace kinds {
/// What depends on weights alone in `predict`, and the rest of it.
inline constexpr llvm::StringLiteral prepare = "prepare";
inline constexpr llvm::StringLiteral predictPrepared = "predict_prepared";
} // namespace kinds

/// Activations of Keras that `ingot.dense` and `ingot.activation` take.
bool isActivation(llvm::StringRef name);
/// Losses of Keras that `ingot.loss` takes; sparse ones take labels.
bool isLoss(llvm::StringRef name);
bool isSparse(llvm::StringRef lossOrMetric);
/// Metrics of Keras that `ingot.metric` takes.
bool isMetric(llvm::StringRef name);

inline mlir::RankedTensorType tensorType(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType());
}

/// Shape as ShapeRules.h has it.
inline shape::Shape shapeOf(mlir::Type type) {
  auto sizes = llvm::cast<mlir::RankedTensorType>(type).getShape();
  return shape::Shape(sizes.begin(), sizes.end());
}

/// Which dimension of `type` is the batch, if any: the one dynamic one.
inline std::optional<int64_t> batchDimension(mlir::RankedTensorType type) {
  const auto *found = llvm::find(type.getShape(), mlir::ShapedType::kDynamic);
  if (found == type.getShape().end())
    return std::nullopt;
  return found - type.getShape().begin();
}

inline std::vector<shape::Shape> shapesOf(mlir::ValueRange values) {
  std::vector<shape::Shape> shapes;
  for (mlir::Value value : values)
    shapes.push_back(shapeOf(value.getType()));
  return shapes;
}

/// `length` slices on a new dimension 0, and one of them.
mlir::RankedTensorType stackOf(mlir::Type slice, int64_t length);
mlir::RankedTensorType sliceOf(mlir::Type stack);

/// Refuses operands of different element types.
llvm::LogicalResult verifyOneElementType(mlir::Operation *op);

} // namespace ingot

#include "ingot/Dialect/IngotDialect.h.inc"
#include "ingot/Dialect/IngotInterfaces.h.inc"

#define GET_OP_CLASSES
#include "ingot/Dialect/IngotOps.h.inc"

namespace ingot {

/// A tensor of `type` whose every element is `value`; the batch, if the type
/// has one, is that of the entry.
mlir::Value createFill(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::Type type, double value);

/// `value` repeated into `type`, its dimensions becoming `dims`.
mlir::Value createBroadcast(mlir::OpBuilder &builder, mlir::Location loc,
                            mlir::Value value, mlir::Type type,
                            llvm::ArrayRef<int64_t> dims);

/// `value`, whose sizes are the first ones of `type` or 1, repeated into `type`.
mlir::Value createRepeated(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value value, mlir::RankedTensorType type);

} // namespace ingot
