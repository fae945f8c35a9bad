//===- ContractionKernel.h - the code of one matrix product -----*- C++ -*-===//
//
// Emits the outlined function of a contraction spec as its plan says.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_CONTRACTIONKERNEL_H
#define INGOT_CODEGEN_KERNELS_CONTRACTIONKERNEL_H

#include "codegen/kernels/KernelPlan.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace ingot::codegen {

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
