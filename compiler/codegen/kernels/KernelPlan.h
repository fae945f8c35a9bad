//===- KernelPlan.h - tiling of a matrix kernel -----------------*- C++ -*-===//
//
// Decides the tiling of a contraction spec on a target: register tiles, blocks
// of K and M for the caches, and whether B is packed.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_KERNELPLAN_H
#define INGOT_CODEGEN_KERNELS_KERNELPLAN_H

#include "codegen/kernels/ContractionSpec.h"
#include "codegen/kernels/KernelChoices.h"
#include "codegen/kernels/TargetInfo.h"

namespace ingot::codegen {

/// Tiling decisions of one kernel. None of them changes a bit of the result.
struct KernelPlan {
  /// Vectors lie along columns of C, which are long where its rows are short:
  /// the plan is that of the turned product, and sums are transposed before
  /// they are stored.
  bool turned = false;
  /// Register tile: `rows` rows of `vectors` vectors.
  int64_t rows = 6;
  int64_t vectors = 2;
  /// Products along k in one iteration of the innermost loop.
  int64_t unroll = 4;
  /// Rows that whole tiles leave over are done one by one, in a loop, instead
  /// of each number of them by a tile of its own.
  bool singleLeftOverRows = false;
  /// Block of K, at most K; packed B has this many rows.
  int64_t kBlock = 0;
  /// Block of M; 0 for no blocking.
  int64_t mBlock = 0;
  /// Pack each block of B into panels of one tile's width.
  bool pack = false;
  /// With fewer rows of C than this, read B where it is. Needs a B stored
  /// [K, N]; 0 for never.
  int64_t packFromRows = 0;
  /// Why B is packed or not, and whose the tiles are, for people.
  std::string reason, reasonOfTiles;

  /// Floats across a panel.
  int64_t panelWidth(const TargetInfo &target) const {
    return vectors * target.vectorWidth;
  }
  /// The vectors of a tile of `leftOver` rows, fewer than `rows`.
  int64_t vectorsFor(int64_t leftOver, const ContractionSpec &spec, const TargetInfo &target) const;
  /// The packing buffer, [panels, kBlock, panel width].
  mlir::MemRefType scratchType(const ContractionSpec &spec,
                               const TargetInfo &target,
                               mlir::MLIRContext *context) const;
};

/// B of `spec` with all of K in each panel: [panels, k, panel width].
mlir::MemRefType packedType(const ContractionSpec &spec, const TargetInfo &target, mlir::MLIRContext *context);

/// Decides the tiling of `spec` on `target`, but for what was chosen. What
/// follows the product in registers, if there is something, reads whole rows of
/// C.
KernelPlan planKernel(const ContractionSpec &spec, const TargetInfo &target,
                      const KernelChoice &choice, bool hasEpilogue);

/// Takes from a choice for all kernels what that of `spec` cannot do. What it cannot
/// do of a choice of its own is told.
std::optional<std::string> settleChoice(const ContractionSpec &spec, const TargetInfo &target, KernelChoice &choice);

} // namespace ingot::codegen

#endif // INGOT_CODEGEN_KERNELS_KERNELPLAN_H
