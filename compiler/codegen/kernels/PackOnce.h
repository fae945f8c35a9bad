//===- PackOnce.h - matrices packed for several products --------*- C++ -*-===//
//
// A weight that every step of a recurrence multiplies by is packed once, before
// the loop, and once for all loops that follow until it is written. So is one that
// several products of a block take, as those of a layer that is called twice.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_PACKONCE_H
#define INGOT_CODEGEN_KERNELS_PACKONCE_H

#include "codegen/kernels/ContractionSpec.h"
#include "codegen/kernels/TargetInfo.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace ingot::codegen {

/// Where B of `contraction` could be packed for more than one product: the
/// outermost loop around `op` that does not change it, or `op` itself where loops
/// will stand around the product; null if there is no such place.
mlir::Operation *placeOfPack(mlir::linalg::LinalgOp op, const Contraction &contraction);

class PackOnce {
public:
  PackOnce(mlir::ModuleOp module, const TargetInfo &target) : module(module), target(target) {}

  /// B of `contraction` in panels, packed before `place`; its spec now takes that.
  /// False if an earlier pack serves it.
  bool pack(Contraction &contraction, mlir::Operation *place);

  /// What B of `spec` has in panels.
  mlir::MemRefType typeOfPanels(const ContractionSpec &spec);
  /// Packs `source`, B of `spec`, into `panels`.
  mlir::Operation *emitPack(mlir::OpBuilder &builder, mlir::Location loc, const ContractionSpec &spec,
                            mlir::Value source, mlir::Value panels);
  /// `contraction` takes `panels` for B.
  static void usePanels(Contraction &contraction, mlir::Value panels);

private:
  mlir::func::FuncOp getOrEmitFunction(mlir::Location loc, const ContractionSpec &spec, mlir::MemRefType packed);

  /// A matrix and the call that packed it.
  struct Packed {
    mlir::Value source;
    bool transpose;
    mlir::Value panels;
    mlir::Operation *call;
  };

  mlir::ModuleOp module;
  const TargetInfo &target;
  llvm::SmallVector<Packed> known;
};

/// An operand as a kernel takes it: `memref` itself, or its base and, appended to
/// `offsets`, where it begins.
mlir::Value passMatrix(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value memref, const MatrixLayout &matrix,
                       llvm::SmallVectorImpl<mlir::Value> &offsets);

} // namespace ingot::codegen

#endif // INGOT_CODEGEN_KERNELS_PACKONCE_H
