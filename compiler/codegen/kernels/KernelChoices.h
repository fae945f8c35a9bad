//===- KernelChoices.h - kernels otherwise than planned ---------*- C++ -*-===//
//
// What somebody wants a kernel to do instead of what the cost model says, by the
// kernel's name, from the module's attribute `ingot.kernels`.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_KERNELCHOICES_H
#define INGOT_CODEGEN_KERNELS_KERNELCHOICES_H

#include "mlir/IR/BuiltinOps.h"

#include "llvm/ADT/StringMap.h"

#include <cstdint>
#include <optional>

namespace ingot::codegen {

/// The choices of one kernel; what is not there is the cost model's.
struct KernelChoice {
  std::optional<int64_t> rows, vectors; ///< `tile=6x2`
  std::optional<int64_t> unroll;        ///< `unroll=4`
  std::optional<int64_t> kBlock;        ///< `k-block=256`
  std::optional<int64_t> mBlock;        ///< `m-block=96`; 0: none
  std::optional<bool> pack;             ///< `pack=yes`
  bool isForAll = false;                ///< meant for whichever kernel can
};

class KernelChoices {
public:
  /// Reads `ingot.kernels = {nn_d256x64x784 = "tile=4x2:pack=no"}`. A choice that
  /// cannot be read is an error on the module.
  static mlir::FailureOr<KernelChoices> read(mlir::ModuleOp module);

  /// What is chosen for the kernel `name`, `ingot_kernel_nn_d256x64x784`: for it
  /// alone, and else for all, under `*`.
  KernelChoice find(llvm::StringRef name);

  /// An error on the module if something was chosen for a kernel that `find` was
  /// never asked for.
  mlir::LogicalResult checkUsed(mlir::ModuleOp module) const;

private:
  llvm::StringMap<KernelChoice> choices;
  llvm::StringMap<bool> asked;
};

} // namespace ingot::codegen

#endif // INGOT_CODEGEN_KERNELS_KERNELCHOICES_H
