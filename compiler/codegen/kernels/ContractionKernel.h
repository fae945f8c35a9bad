//===- ContractionKernel.h - the code of one matrix product -----*- C++ -*-===//
//
// Emits the outlined function of a contraction spec as its plan says.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_CONTRACTIONKERNEL_H
#define INGOT_CODEGEN_KERNELS_CONTRACTIONKERNEL_H

#include "codegen/kernels/Epilogue.h"
#include "codegen/kernels/KernelPlan.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace ingot::codegen {

/// Emits the function of `spec` at the insertion point of `builder`, under `name`.
/// Parameters: A, B, C, the scratch buffer when packing, the dynamic extent when
/// there is one, the inputs of the epilogue, which may be null, then the offset of
/// each operand that has one.
mlir::func::FuncOp emitContractionKernel(mlir::OpBuilder &builder,
                                         mlir::Location loc,
                                         llvm::StringRef name,
                                         const ContractionSpec &spec,
                                         const KernelPlan &plan,
                                         const TargetInfo &target,
                                         const Epilogue *epilogue);

} // namespace ingot::codegen

#endif // INGOT_CODEGEN_KERNELS_CONTRACTIONKERNEL_H
