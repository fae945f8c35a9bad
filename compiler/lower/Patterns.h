//===- Patterns.h - lowering patterns, a family a file ----------*- C++ -*-===//
#pragma once

#include "ingot/Dialect/Ingot.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

namespace ingot {

/// Turns every `ingot.scan` under `root` into a loop. Not a pattern: outer scans
/// have to go first, and the greedy driver promises no order.
void lowerScans(mlir::Operation *root);

/// Has ops under `root` that compute the same from the same values be one, where their
/// result is kept in memory.
void shareEqual(mlir::Operation *root);

void populateElementwisePatterns(mlir::RewritePatternSet &patterns);
void populateShapePatterns(mlir::RewritePatternSet &patterns);
void populateContractPatterns(mlir::RewritePatternSet &patterns);
void populateConvPatterns(mlir::RewritePatternSet &patterns);
void populateLastAxisPatterns(mlir::RewritePatternSet &patterns);
void populateOptimizerPatterns(mlir::RewritePatternSet &patterns);
void populateOrthogonalPatterns(mlir::RewritePatternSet &patterns);
void populateRandomPatterns(mlir::RewritePatternSet &patterns);
void populateRowPatterns(mlir::RewritePatternSet &patterns);

/// Emits the body of a `linalg.generic`. A reduction gets the inputs and then the
/// accumulator, an elementwise op the inputs alone.
using GenericBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(
    mlir::OpBuilder &, mlir::Location, mlir::ValueRange)>;

/// Creates linalg ops for one op of ours.
class LinalgBuilder {
public:
  LinalgBuilder(mlir::OpBuilder &builder, mlir::Operation *op) : builder(builder), loc(op->getLoc()), op(op) {}

  /// A fresh destination; its batch is the function's.
  mlir::Value empty(mlir::Type type);
  /// A destination of which every element is `value`.
  mlir::Value filled(mlir::Type type, double value);
  mlir::Value constant(double value);
  /// The batch of the enclosing function.
  mlir::Value batch();
  /// The sizes of `type`, its batch being the function's.
  llvm::SmallVector<mlir::OpFoldResult> sizesOf(mlir::RankedTensorType type);

  /// One loop nest over `type`; `maps` are those of `inputs` in the dimensions
  /// of `type`.
  mlir::Value elementwise(mlir::Type type, mlir::ValueRange inputs,
                          llvm::ArrayRef<mlir::AffineMap> maps, GenericBody body);
  /// The same, all inputs being of the shape of `type`.
  mlir::Value elementwise(mlir::Type type, mlir::ValueRange inputs, GenericBody body);
  /// Reduces the dimensions `axes` of the inputs (all of one shape) into `init`.
  mlir::Value reduce(mlir::ValueRange inputs, llvm::ArrayRef<mlir::AffineMap> maps,
                     mlir::Value init, llvm::ArrayRef<int64_t> axes, GenericBody body);

  mlir::AffineMap identity(int64_t rank) { return builder.getMultiDimIdentityMap(rank); }
  /// (d0, ..., dn-1) -> the dimensions listed.
  mlir::AffineMap select(int64_t rank, llvm::ArrayRef<int64_t> dims);
  /// (d0, ..., dn-1) -> all but the last.
  mlir::AffineMap dropLast(int64_t rank);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::Operation *op;
};

} // namespace ingot
