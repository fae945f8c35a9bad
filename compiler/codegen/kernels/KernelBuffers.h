//===- KernelBuffers.h - what kernels will have in memory -------*- C++ -*-===//
//
// To foresee the arena before `ingot-lower-contractions` has made kernels.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_KERNELBUFFERS_H
#define INGOT_CODEGEN_KERNELS_KERNELBUFFERS_H

#include "codegen/kernels/KernelChoices.h"
#include "codegen/kernels/TargetInfo.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace ingot::codegen {

/// Leaves matrix products of `body`, one for small buffers, as `ingot-lower-contractions` will, as far as
/// buffers go: a product takes along what follows on its tiles and has a buffer to pack into, if its kernel
/// will. Calls are of functions that there are not: this is to count bytes, not to run.
void haveBuffersOfKernels(mlir::func::FuncOp body, const TargetInfo &target, KernelChoices &choices);

} // namespace ingot::codegen

#endif // INGOT_CODEGEN_KERNELS_KERNELBUFFERS_H
