//===- SharedProduct.h - one function for all matrix products ---*- C++ -*-===//
//
// Where small code is wanted from a machine without vectors, products do not get a
// kernel a shape: extents, and the distances between rows and columns, are arguments
// of the one that all call.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_SHAREDPRODUCT_H
#define INGOT_CODEGEN_KERNELS_SHAREDPRODUCT_H

#include "codegen/kernels/CostModel.h"
#include "codegen/kernels/KernelChoices.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace ingot::codegen {

/// Whether products of `target` share one function.
bool sharesProducts(const TargetInfo &target);

/// What functions there may be: they are as many as a module needs of these.
struct SharedProduct {
  bool accumulate = false; ///< C += instead of C =
  bool hasOffsets = false; ///< matrices begin behind their pointers
  TileShape tile;
  /// The least that any product of the module has of columns. If that is a tile, the last one
  /// of a row begins early and does some columns again, instead of code for what is left over.
  int64_t leastColumns = 1;

  std::string name() const;
};

/// The tile of the shared function on `target`.
TileShape chooseSharedTile(const TargetInfo &target, const KernelChoice &choice);

/// A call's arguments in their order. Distances are in floats: `aStep` and `bStep` along
/// the sum, `bColumn` between columns, which in C lie side by side.
struct SharedProductCall {
  mlir::Value a, b, c;
  mlir::Value m, n, k, aRow, aStep, bStep, bColumn, cRow;
  mlir::Value aOffset, bOffset, cOffset; ///< only with offsets
};

/// The function of `product`, emitted at its first use.
mlir::func::FuncOp getOrEmitSharedProduct(mlir::ModuleOp module, mlir::Location loc, const SharedProduct &product,
                                          const TargetInfo &target);

void callSharedProduct(mlir::OpBuilder &builder, mlir::Location loc, mlir::func::FuncOp function,
                       const SharedProductCall &call);

} // namespace ingot::codegen

#endif // INGOT_CODEGEN_KERNELS_SHAREDPRODUCT_H
