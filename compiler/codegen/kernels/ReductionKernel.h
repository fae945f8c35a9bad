//===- ReductionKernel.h - the loops of a reduction -------------*- C++ -*-===//
//
// Emits the loops of a recognised reduction in one of three forms that compute
// the same bits.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_REDUCTIONKERNEL_H
#define INGOT_CODEGEN_KERNELS_REDUCTIONKERNEL_H

#include "codegen/kernels/ReductionSpec.h"

namespace ingot::codegen {

/// Emits the loops of `reduction` at the insertion point of `builder`. The op
/// stays where it is.
void emitReduction(mlir::OpBuilder &builder, const Reduction &reduction,
                   ReductionForm form, const TargetInfo &target);

} // namespace ingot::codegen

#endif // INGOT_CODEGEN_KERNELS_REDUCTIONKERNEL_H
