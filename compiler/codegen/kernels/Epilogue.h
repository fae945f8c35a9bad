//===- Epilogue.h - what follows a matrix product ---------------*- C++ -*-===//
//
// An elementwise op that reads a product, say the bias behind it, is done on its
// tiles while they are in registers: the product itself never reaches memory.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_EPILOGUE_H
#define INGOT_CODEGEN_KERNELS_EPILOGUE_H

#include "codegen/kernels/ContractionSpec.h"
#include "codegen/kernels/KernelEmitter.h"

namespace ingot::codegen {

/// An input of the op beside the product: a matrix of its shape or, with one row,
/// what all rows share.
struct EpilogueInput {
  /// Among the inputs of the op.
  unsigned number;
  mlir::Value memref;
  MatrixLayout matrix;
  bool isRow = false;
};

struct Epilogue {
  mlir::linalg::GenericOp op;
  llvm::SmallVector<EpilogueInput> inputs;
  /// The other inputs of the op, by number.
  llvm::SmallVector<unsigned> products;
  mlir::Value output;
  MatrixLayout matrix;

  mlir::Block &body() const { return op->getRegion(0).front(); }
  /// Tells kernels with different epilogues apart.
  std::string key() const;
  /// The op on a vector of the product and those of the inputs.
  mlir::Value emit(KernelEmitter &emit, mlir::Value product, mlir::ValueRange inputs, int64_t width) const;
};

/// The fill with zero that `op` is the first to see, if that is what last wrote `output`: then it need not
/// add to it.
mlir::linalg::FillOp findZeroFill(mlir::Operation *op, mlir::Value output);

/// The op behind `op` that can be done on the tiles of its product, which `fill`
/// has set to zero. Nothing else needs the product then, and the kernel may be
/// called where that op stands, to which end it may have come up to the product. If an op follows that cannot, `whyNot` says why.
std::optional<Epilogue> findEpilogue(mlir::linalg::LinalgOp op, mlir::linalg::FillOp fill,
                                     const Contraction &contraction, int64_t maxBatch, llvm::StringRef &whyNot);

/// Removes a buffer that nothing uses, with its views, as that of a product which does not reach memory.
void eraseUnused(mlir::Value buffer);

} // namespace ingot::codegen

#endif // INGOT_CODEGEN_KERNELS_EPILOGUE_H
