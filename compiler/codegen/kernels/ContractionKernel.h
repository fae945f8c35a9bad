//===- ContractionKernel.h - the code of one matrix product -----*- C++ -*-===//
//
// Plans and emits the outlined function of a contraction spec: register
// tiles of C held in vectors, K and M blocked for the caches, B packed where
// that pays.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_CONTRACTIONKERNEL_H
#define INGOT_CODEGEN_KERNELS_CONTRACTIONKERNEL_H

#include "codegen/kernels/ContractionSpec.h"
#include "codegen/kernels/TargetInfo.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace ingot::codegen {

/// Tiling decisions of one kernel. None of them changes a bit of the result.
struct KernelPlan {
  /// Register tile: `rows` rows of `vectors` vectors.
  int64_t rows = 6;
  int64_t vectors = 2;
  /// Products along k in one iteration of the innermost loop.
  int64_t unroll = 4;
  /// Block of K, at most K; packed B has this many rows.
  int64_t kBlock = 0;
  /// Block of M; 0 for no blocking.
  int64_t mBlock = 0;
  /// Pack each block of B into panels of one tile's width.
  bool pack = false;
  /// With fewer rows of C than this, read B where it is. Needs a B stored
  /// [K, N]; 0 for never.
  int64_t packFromRows = 0;

  /// Floats across a panel.
  int64_t panelWidth(const TargetInfo &target) const {
    return vectors * target.vectorWidth;
  }
  /// The packing buffer, [panels, kBlock, panel width].
  mlir::MemRefType scratchType(const ContractionSpec &spec,
                               const TargetInfo &target,
                               mlir::MLIRContext *context) const;
};

/// Decides the tiling of `spec` on `target`.
KernelPlan planKernel(const ContractionSpec &spec, const TargetInfo &target);

/// Emits the function of `spec` at the insertion point of `builder`, under the
/// name `spec.kernelName()`. Parameters: A, B, C, the scratch buffer when
/// packing, the dynamic extent when there is one, then the offset of each
/// operand that has one.
mlir::func::FuncOp emitContractionKernel(mlir::OpBuilder &builder,
                                         mlir::Location loc,
                                         const ContractionSpec &spec,
                                         const KernelPlan &plan,
                                         const TargetInfo &target);

} // namespace ingot::codegen

#endif // INGOT_CODEGEN_KERNELS_CONTRACTIONKERNEL_H
