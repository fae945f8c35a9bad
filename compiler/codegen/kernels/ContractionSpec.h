//===- ContractionSpec.h - which matrix product an op is --------*- C++ -*-===//
//
// Classifies a linalg contraction on memrefs as one matrix product: labels
// are sorted into M (in A and C), N (in B and C) and K (in A and B), adjacent
// contiguous labels of a class are collapsed. What does not fit after that, a
// label of all three or one that stands between others, is left to loops around
// the product. Looks only, rewrites nothing.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_CONTRACTIONSPEC_H
#define INGOT_CODEGEN_KERNELS_CONTRACTIONSPEC_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <optional>
#include <string>

namespace ingot::codegen {

/// A matrix in memory: `rows` x `cols` floats, `rowStride` floats from one row
/// to the next. A dynamic number of rows stands here as its upper bound. Rows may
/// be as far apart as is known at run time: `rowStride` is `ShapedType::kDynamic`
/// then, there is an offset, and the kernel takes the distance behind it.
struct MatrixLayout {
  int64_t rows = 0;
  int64_t cols = 0;
  int64_t rowStride = 0;
  /// The memref does not start at its base pointer; the kernel then takes the
  /// base and the offset as two parameters.
  bool hasOffset = false;

  bool hasDynamicStride() const { return mlir::ShapedType::isDynamic(rowStride); }
  /// Indices that a kernel takes to find the matrix at its base pointer.
  unsigned numIndices() const { return hasOffset + hasDynamicStride(); }
  /// The type of the matrix inside a kernel.
  mlir::MemRefType viewType(mlir::MLIRContext *context) const;
  /// The type of the kernel's parameter: static, offset zero.
  mlir::MemRefType parameterType(mlir::MLIRContext *context) const;
};

/// What a kernel is: two sites with equal specs call the same function.
/// C[M, N] (+)= A * B, with A stored [K, M] when `transposeA` and B stored
/// [N, K] when `transposeB`.
struct ContractionSpec {
  bool transposeA = false;
  bool transposeB = false;
  /// Add to what C holds instead of overwriting it.
  bool accumulate = false;
  /// B comes in panels, packed before (Packing.h).
  bool packedB = false;
  /// Extents. M or K, but not both, may be `ShapedType::kDynamic`.
  int64_t m = 0;
  int64_t n = 0;
  int64_t k = 0;
  MatrixLayout a;
  MatrixLayout b;
  MatrixLayout c;

  bool isDynamic() const;
  /// The largest number of rows of C.
  int64_t boundOfM() const { return c.rows; }
  /// The largest number of terms of a sum.
  int64_t boundOfK() const { return transposeA ? a.rows : a.cols; }
  /// The product whose result is that of this one, transposed: its A is this B.
  ContractionSpec turned() const;
  /// The name of the kernel's function; different for different specs.
  std::string kernelName() const;
};

/// One dimension of one memref.
struct DimensionSource {
  mlir::Value memref;
  int64_t dim = 0;
};

/// A loop around a product: one label, by its dimension in each operand that has
/// it.
struct OuterLabel {
  std::optional<int64_t> dimOfA, dimOfB, dimOfC;
};

/// An op recognised as a matrix product.
struct Contraction {
  ContractionSpec spec;
  /// Operands in the order of the spec; A and B are swapped against the op's
  /// when its output is stored [N, M].
  mlir::Value a;
  mlir::Value b;
  mlir::Value c;
  /// The dynamic axis is `sizeFactor` times this dimension.
  std::optional<DimensionSource> size;
  int64_t sizeFactor = 1;
  /// A and B are the op's second and first operand.
  bool isSwapped = false;
  /// How many of C's last dimensions are its columns.
  unsigned columnsOfC = 0;
  /// The dimension of each operand from row to row, if there is one.
  std::optional<int64_t> rowDimOfA, rowDimOfB, rowDimOfC;
  /// Loops around it, the outermost first. Their operands have offsets.
  llvm::SmallVector<OuterLabel> outer;
  /// The loops go over all of C, once.
  bool writesOnce() const {
    return llvm::all_of(outer, [](const OuterLabel &label) { return label.dimOfC.has_value(); });
  }
};

/// Classifies `op`; nothing when no kernel fits. `maxBatch` bounds dynamic
/// dimensions; with 0 they do not fit. The result accumulates.
std::optional<Contraction> classifyContraction(mlir::linalg::LinalgOp op,
                                               int64_t maxBatch);

/// `memref` as a matrix of which the last `columns` dimensions are the columns; of
/// one row, if these are all.
std::optional<MatrixLayout> layOutMatrix(mlir::Value memref, unsigned columns, int64_t maxBatch);

/// `memref`, of the shape of C, as the matrix that the product is to write.
std::optional<MatrixLayout> layOutAsOutput(mlir::Value memref, const Contraction &contraction, int64_t maxBatch);

} // namespace ingot::codegen

#endif // INGOT_CODEGEN_KERNELS_CONTRACTIONSPEC_H
