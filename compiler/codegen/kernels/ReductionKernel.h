//===- ReductionKernel.h - the loops of a reduction -------------*- C++ -*-===//
//
// Emits the loops of a recognised reduction in one of three forms that compute
// the same bits.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_REDUCTIONKERNEL_H
#define INGOT_CODEGEN_KERNELS_REDUCTIONKERNEL_H

#include "codegen/kernels/KernelEmitter.h"
#include "codegen/kernels/ReductionSpec.h"

namespace ingot::codegen {

/// Emits the loops of `reduction` at the insertion point of `builder`. The op
/// stays where it is.
void emitReduction(mlir::OpBuilder &builder, const Reduction &reduction,
                   ReductionForm form, const TargetInfo &target);

/// `term`, an elementwise function of the body of `op`, of `inputs`. Ops whose operands
/// are all scalars stay scalar; the others become vectors of `width`.
mlir::Value emitElementwiseTerm(KernelEmitter &emit, mlir::linalg::GenericOp op, mlir::Value term,
                                llvm::ArrayRef<mlir::Value> inputs, int64_t width);

} // namespace ingot::codegen

#endif // INGOT_CODEGEN_KERNELS_REDUCTIONKERNEL_H
