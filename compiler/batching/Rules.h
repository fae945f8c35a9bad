//===- Rules.h - batching rules, a family a file ----------------*- C++ -*-===//
#pragma once

#include "batching/Mapping.h"

namespace ingot {

/// Attaches the rules of one family to its ops.
void attachElementwiseBatching(mlir::MLIRContext &context);
void attachShapeBatching(mlir::MLIRContext &context);
void attachContractBatching(mlir::MLIRContext &context);
void attachLastAxisBatching(mlir::MLIRContext &context);
void attachRowBatching(mlir::MLIRContext &context);
void attachWindowBatching(mlir::MLIRContext &context);
void attachScanBatching(mlir::MLIRContext &context);
void attachRandomBatching(mlir::MLIRContext &context);

/// Attaches every rule as soon as the dialect is loaded.
void registerBatchingRules(mlir::DialectRegistry &registry);

/// The op with the new dimension, or with that summed; null if there is none.
template <typename Op> using BatchingFunction = mlir::Value (*)(Op, const Mapping &);

/// Makes a rule out of functions, to be attached to `Op`. `calls` is for rows that are
/// calls of their own, if it is another.
template <typename Op, BatchingFunction<Op> batched, BatchingFunction<Op> summed = nullptr,
          BatchingFunction<Op> calls = batched>
struct BatchingRule : BatchableOpInterface::ExternalModel<BatchingRule<Op, batched, summed, calls>, Op> {
  using Results = llvm::FailureOr<llvm::SmallVector<mlir::Value>>;

  Results buildBatched(mlir::Operation *op, mlir::OpBuilder &builder, mlir::ValueRange operands,
                       llvm::ArrayRef<bool> mapped, int64_t axis, int64_t size) const {
    return build(batched, op, builder, operands, mapped, axis, size);
  }

  Results buildCalls(mlir::Operation *op, mlir::OpBuilder &builder, mlir::ValueRange operands,
                     llvm::ArrayRef<bool> mapped, int64_t axis, int64_t size) const {
    return build(calls, op, builder, operands, mapped, axis, size);
  }

  mlir::Value buildBatchedSum(mlir::Operation *op, mlir::OpBuilder &builder, mlir::ValueRange operands,
                              llvm::ArrayRef<bool> mapped, int64_t axis, int64_t size) const {
    if constexpr (summed != nullptr)
      return summed(llvm::cast<Op>(op), Mapping(builder, op, operands, mapped, axis, size));
    else
      return {};
  }

private:
  static Results build(BatchingFunction<Op> rule, mlir::Operation *op, mlir::OpBuilder &builder,
                       mlir::ValueRange operands, llvm::ArrayRef<bool> mapped, int64_t axis, int64_t size) {
    mlir::Value result;
    if (fits(op, mapped, axis))
      result = rule(llvm::cast<Op>(op), Mapping(builder, op, operands, mapped, axis, size));
    if (!result)
      return llvm::failure();
    return llvm::SmallVector<mlir::Value>{result};
  }
};

/// `rebuild` as a rule.
template <typename Op> mlir::Value rebuildRule(Op op, const Mapping &mapping) { return rebuild(op, mapping); }

/// attachRebuild<AddOp, MulOp>(context)
template <typename... Ops> void attachRebuild(mlir::MLIRContext &context) {
  (Ops::template attachInterface<BatchingRule<Ops, rebuildRule<Ops>>>(context), ...);
}

template <auto rule> struct BatchingTraits;
template <typename Op, mlir::Value (*rule)(Op, const Mapping &)> struct BatchingTraits<rule> {
  static void attach(mlir::MLIRContext &context) { Op::template attachInterface<BatchingRule<Op, rule>>(context); }
};

/// attachBatching<transposeRule, sliceRule>(context)
template <auto... rules> void attachBatching(mlir::MLIRContext &context) {
  (BatchingTraits<rules>::attach(context), ...);
}

} // namespace ingot
