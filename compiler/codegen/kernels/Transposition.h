//===- Transposition.h - squares of floats in registers ---------*- C++ -*-===//
//
// Rows become columns and columns rows, without memory.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_TRANSPOSITION_H
#define INGOT_CODEGEN_KERNELS_TRANSPOSITION_H

#include "codegen/kernels/KernelEmitter.h"

namespace ingot::codegen {

/// The side of squares on a machine whose vectors have four floats or more.
int64_t sideOfSquare(int64_t vectorWidth);

/// As many vectors as each has floats, 4 or 8, transposed.
llvm::SmallVector<mlir::Value>
transposeSquare(KernelEmitter &emit, llvm::ArrayRef<mlir::Value> rows);

/// The `side` rows from `lane` on of at most `side` columns; of those that are
/// not there, zeros.
llvm::SmallVector<mlir::Value>
transposeColumns(KernelEmitter &emit, llvm::ArrayRef<mlir::Value> columns,
                 int64_t lane, int64_t side);

/// A vector of `width` floats from parts that make it up.
mlir::Value joinSlices(KernelEmitter &emit, llvm::ArrayRef<mlir::Value> slices,
                       int64_t width);

} // namespace ingot::codegen

#endif // INGOT_CODEGEN_KERNELS_TRANSPOSITION_H
