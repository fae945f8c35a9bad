//===- SharedProduct.h - one function for all matrix products ---*- C++ -*-===//
//
// Where small code is wanted from a machine without vectors, or there are no caches to
// mind, products do not get a kernel a shape: extents, and the distances between rows
// and columns, are arguments of the one that all call. For speed there is one a layout,
// which knows where neighbours lie side by side.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_SHAREDPRODUCT_H
#define INGOT_CODEGEN_KERNELS_SHAREDPRODUCT_H

#include "codegen/kernels/ContractionSpec.h"
#include "codegen/kernels/CostModel.h"
#include "codegen/kernels/KernelChoices.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <limits>

namespace ingot::codegen {

/// Whether products of `target` share one function.
bool sharesProducts(const TargetInfo &target);

/// How a shared function does its work.
struct SharedPlan {
  TileShape tile;        ///< of rows as long as they fill one
  TileShape leftOver;    ///< of the single rows behind them
  int64_t unroll = 1;    ///< steps along the sum in one round
  bool byLayout = false; ///< one function a layout, with distances of one known
};

/// What products that share a function have.
struct SharedExtents {
  /// If that is a tile, the last one of a row begins early and does some columns again,
  /// instead of code for what is left over.
  int64_t leastColumns = std::numeric_limits<int64_t>::max();
  /// If that is no tile, there is no code for one.
  int64_t mostRows = 0;
  /// Multiply-adds of the largest in one call.
  int64_t mostWork = 0;

  void add(const ContractionSpec &spec);
};

/// The plan for all products of a module.
SharedPlan planSharedProduct(const TargetInfo &target, const KernelChoice &choice, const SharedExtents &extents);

/// What the names of all functions for products like that of `spec` begin with.
std::string sharedName(const SharedPlan &plan, const ContractionSpec &spec);

/// What functions there may be: they are as many as a module needs of these.
struct SharedProduct {
  SharedPlan plan;
  std::string layout;
  bool transposeA = false, transposeB = false; ///< only by layout
  bool accumulate = false;                     ///< C += instead of C =
  bool hasOffsets = false;                     ///< matrices begin behind their pointers
  SharedExtents extents;
  bool onlyLeftOver = false; ///< only the rows that tiles leave over, or fewer

  SharedProduct(const SharedPlan &plan, const ContractionSpec &spec, const SharedExtents &extents);
  /// Whether some product has the rows of a tile of several.
  bool hasTiles() const { return plan.tile.rows > 1 && extents.mostRows >= plan.tile.rows; }
  /// The tile of most of its rows.
  TileShape mainTile() const { return hasTiles() && !onlyLeftOver ? plan.tile : plan.leftOver; }
  std::string name() const;
};

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
