//===- Expand.h - formulas of tier-1 ops in primitives ----------*- C++ -*-===//
#pragma once

#include "ingot/Dialect/Ingot.h"

namespace mlir {
class RewritePatternSet;
}

namespace ingot {

/// A builder with a location: formulas in primitives read like formulas. Every
/// method creates one op of the operand's type.
class Formula {
public:
  Formula(mlir::OpBuilder &builder, mlir::Location loc) : builder(builder), loc(loc) {}

  mlir::Value constant(mlir::Value like, double value) {
    return createFill(builder, loc, like.getType(), value);
  }
  template <typename Op> mlir::Value unary(mlir::Value x) { return Op::create(builder, loc, x); }
  template <typename Op> mlir::Value binary(mlir::Value x, mlir::Value y) {
    return Op::create(builder, loc, x, y);
  }
  template <typename Op> mlir::Value binary(mlir::Value x, double y) {
    return Op::create(builder, loc, x, constant(x, y));
  }
  mlir::Value add(mlir::Value x, auto y) { return binary<AddOp>(x, y); }
  mlir::Value sub(mlir::Value x, auto y) { return binary<SubOp>(x, y); }
  mlir::Value mul(mlir::Value x, auto y) { return binary<MulOp>(x, y); }
  mlir::Value div(mlir::Value x, auto y) { return binary<DivOp>(x, y); }

  /// predicate(x, y) ? ifTrue : ifFalse
  mlir::Value choose(llvm::StringRef predicate, mlir::Value x, mlir::Value y,
                     mlir::Value ifTrue, mlir::Value ifFalse);
  /// mask ? x : 0
  mlir::Value keepWhere(mlir::Value mask, mlir::Value x) { return SelectOp::create(builder, loc, mask, x, constant(x, 0)); }
  /// Sum over the last axis; over all axes.
  mlir::Value sumLast(mlir::Value x);
  mlir::Value sumAll(mlir::Value x);
  /// Mean over every axis from `firstAxis` on: sizes there are static.
  mlir::Value meanFrom(mlir::Value x, int64_t firstAxis);
  /// One element a row, repeated along the last axis of `like`.
  mlir::Value alongLast(mlir::Value x, mlir::Value like);
  /// min(max(x, low), high)
  mlir::Value clip(mlir::Value x, double low, double high);

  mlir::OpBuilder &builder;
  mlir::Location loc;
};

/// The activation of Keras called `name`, applied to `x`.
mlir::Value expandActivation(Formula formula, llvm::StringRef name, mlir::Value x);

/// Keras' merge called `op.getKind()`, of one or more tensors.
mlir::Value expandMerge(Formula formula, MergeOp op);

/// Keras' dot product over an axis of each tensor.
mlir::Value expandDot(Formula formula, DotOp op);

/// Patterns of recurrent layers.
void populateRecurrentExpansions(mlir::RewritePatternSet &patterns);
/// Patterns of convolution and pooling.
void populateConvExpansions(mlir::RewritePatternSet &patterns);

/// Per-sample values of a loss, and their mean.
mlir::Value expandLoss(Formula formula, LossOp op);
mlir::Value expandMeanLoss(Formula formula, MeanLossOp op);
/// The sum of a metric and its count.
std::pair<mlir::Value, mlir::Value> expandMetric(Formula formula, MetricOp op);

} // namespace ingot
