//===- LayerOps.h - what verifiers of layers share --------------*- C++ -*-===//
#pragma once

#include "ingot/Dialect/Ingot.h"

namespace ingot {

/// Turns what a shape rule says into the one result type of an op.
inline mlir::LogicalResult inferred(std::optional<mlir::Location> loc, const shape::Inferred &rule,
                              mlir::Type like, mlir::SmallVectorImpl<mlir::Type> &results) {
  if (!rule)
    return emitOptionalError(loc, rule.message());
  results.push_back(mlir::RankedTensorType::get(*rule, llvm::cast<mlir::RankedTensorType>(like).getElementType()));
  return mlir::success();
}

/// The variable `symbol`, if it has `shape`.
inline mlir::LogicalResult verifyVariable(mlir::Operation *op, mlir::SymbolTableCollection &symbols,
                                    mlir::FlatSymbolRefAttr symbol, llvm::StringRef what,
                                    llvm::ArrayRef<int64_t> shape) {
  auto variable = symbols.lookupNearestSymbolFrom<VariableOp>(op, symbol);
  if (!variable)
    return op->emitOpError("`") << what << "` is " << symbol << ", which is not a variable";
  if (variable.getTensorType().getShape() == shape)
    return mlir::success();
  mlir::InFlightDiagnostic diagnostic = op->emitOpError("`")
      << what << "` has shape (" << variable.getTensorType().getShape() << "), must be (" << shape << ")";
  diagnostic.attachNote(variable.getLoc()) << "`" << what << "` declared here";
  return diagnostic;
}

/// The mask rules of layers that apply layers, which are no layers' own.
void attachWrapperMaskRules(mlir::MLIRContext &context);

} // namespace ingot
