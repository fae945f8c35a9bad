//===- Aliasing.h - which memory ops touch ----------------------*- C++ -*-===//
//
// What the kernel passes have to know of memory: whether two memrefs may share
// it, and whether an op may write it.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_ALIASING_H
#define INGOT_CODEGEN_KERNELS_ALIASING_H

#include "mlir/IR/Operation.h"

namespace ingot::codegen {

/// The buffer behind a chain of views.
mlir::Value bufferOf(mlir::Value memref);

/// Whether the two may share an element. Allocations, globals, parameters of a
/// function (by our entries' contract), views at distinct constant places of one
/// block and slices beside one another do not.
bool mayOverlap(mlir::Value lhs, mlir::Value rhs);

/// Whether the owner of `operand` may write to it.
bool writes(mlir::OpOperand &operand);

/// Whether `op`, or one inside it, may read or write what `memref` does.
bool mayTouch(mlir::Operation *op, mlir::Value memref);

/// Whether `op`, or one inside it, may write what `memref` reads.
bool mayWrite(mlir::Operation *op, mlir::Value memref);

} // namespace ingot::codegen

#endif // INGOT_CODEGEN_KERNELS_ALIASING_H
