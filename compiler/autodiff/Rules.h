//===- Rules.h - gradient rules, a family a file ----------------*- C++ -*-===//
#pragma once

#include "autodiff/GradientMap.h"

namespace ingot {

/// Attaches the rules of one family to its ops.
void attachElementwiseRules(mlir::MLIRContext &context);
void attachShapeRules(mlir::MLIRContext &context);
void attachContractRules(mlir::MLIRContext &context);
void attachConvRules(mlir::MLIRContext &context);
void attachLastAxisRules(mlir::MLIRContext &context);
void attachRowRules(mlir::MLIRContext &context);
void attachScanRules(mlir::MLIRContext &context);

/// Attaches every rule as soon as the dialect is loaded.
void registerGradientRules(mlir::DialectRegistry &registry);

/// Makes a rule out of a function, to be attached to `Op`.
template <typename Op, void (*rule)(Op, mlir::OpBuilder &, llvm::ArrayRef<mlir::Value>, GradientMap &)>
struct GradientRule
    : DifferentiableOpInterface::ExternalModel<GradientRule<Op, rule>, Op> {
  llvm::LogicalResult buildVJP(mlir::Operation *op, mlir::OpBuilder &builder,
                               llvm::ArrayRef<mlir::Value> cotangents,
                               GradientMap &gradients) const {
    rule(llvm::cast<Op>(op), builder, cotangents, gradients);
    return llvm::success();
  }
};

template <auto rule> struct RuleTraits;
template <typename Op, void (*rule)(Op, mlir::OpBuilder &, llvm::ArrayRef<mlir::Value>, GradientMap &)>
struct RuleTraits<rule> {
  static void attach(mlir::MLIRContext &context) {
    Op::template attachInterface<GradientRule<Op, rule>>(context);
  }
};

/// attachRules<reluRule, tanhRule>(context)
template <auto... rules> void attachRules(mlir::MLIRContext &context) {
  (RuleTraits<rules>::attach(context), ...);
}

} // namespace ingot
