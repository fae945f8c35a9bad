//===- Passes.h - passes that emit compute kernels --------------*- C++ -*-===//
//
// Declares `createLowerContractions`, `createFuseLoops`, `createLowerGathers`,
// `createLowerReductions` and `registerKernelPasses`. Purpose and preconditions stand
// in Passes.td.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_PASSES_H
#define INGOT_CODEGEN_KERNELS_PASSES_H

#include "mlir/Pass/Pass.h"

#include <memory>

namespace ingot::codegen {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "codegen/kernels/Passes.h.inc"

} // namespace ingot::codegen

#endif // INGOT_CODEGEN_KERNELS_PASSES_H
