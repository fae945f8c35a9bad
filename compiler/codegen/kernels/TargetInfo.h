//===- TargetInfo.h - what kernels know of the target -----------*- C++ -*-===//
//
// The few facts about the target machine that decide the shape of a kernel,
// read from attributes of the module.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_TARGETINFO_H
#define INGOT_CODEGEN_KERNELS_TARGETINFO_H

#include "mlir/IR/BuiltinOps.h"

#include <cstdint>

namespace ingot::codegen {

/// Facts about the target that decide the shape of a kernel.
struct TargetInfo {
  /// Floats in a vector register; 1 on a machine without vectors.
  int64_t vectorWidth = 8;
  /// Number of vector registers.
  int64_t registers = 16;
  /// Data caches of a core, the first and the second.
  int64_t l1Bytes = 32 << 10;
  int64_t l2Bytes = 512 << 10;
  /// Whether products may be fused with sums: false without the instruction
  /// and in portable numerics, where every target rounds each product.
  bool fma = true;
  /// Whether results have the same bits on every target, so that no sum may change
  /// its order.
  bool portable = false;
  /// Whether small code is wanted more than fast code.
  bool forSize = false;
  /// Whether memory is so far that kernels have to mind caches.
  bool caches = true;
  /// Whether small buffers to pack into are wanted more than fast products.
  bool saveRam = false;
  /// Whether weights are in half precision, and widened where they are read.
  bool halfWeights = false;
  /// Bound of the batch, or 0 when the module does not give one.
  int64_t maxBatch = 0;

  /// Reads the `ingot.*` attributes of `module`. An attribute out of range is
  /// an error on the module.
  static mlir::FailureOr<TargetInfo> read(mlir::ModuleOp module);
};

} // namespace ingot::codegen

#endif // INGOT_CODEGEN_KERNELS_TARGETINFO_H
