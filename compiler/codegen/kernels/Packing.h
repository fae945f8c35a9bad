//===- Packing.h - copies of B in the order a kernel reads it ---*- C++ -*-===//
//
// A packed block of B is [panels, k, panel width]: the innermost loop of a
// kernel then reads one contiguous stream. Lanes beyond N are zero, so that
// no denormal left in the scratch buffer slows down a lane nobody stores.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_PACKING_H
#define INGOT_CODEGEN_KERNELS_PACKING_H

#include "codegen/kernels/KernelEmitter.h"

#include <optional>

namespace ingot::codegen {

/// What to pack, and where to.
struct PackedBlock {
  mlir::Value source;
  mlir::Value scratch;
  /// Extent of N.
  int64_t n = 0;
  /// First k of the block, number of its k, and that number when static.
  mlir::Value kBase;
  mlir::Value kExtent;
  std::optional<int64_t> staticKExtent;
  int64_t vectorWidth = 0;
  int64_t panelWidth = 0;
};

/// Packs a block of B stored [K, N].
void emitPackRows(KernelEmitter &emit, const PackedBlock &block);

/// Packs a block of B stored [N, K]. Needs a static extent of k.
void emitPackTransposed(KernelEmitter &emit, const PackedBlock &block);

} // namespace ingot::codegen

#endif // INGOT_CODEGEN_KERNELS_PACKING_H
