//===- PackAhead.h - weights packed by prepare -------------------*- C++ -*-===//
//
// In the body that takes what `prepare` has made, a weight that a kernel wants
// packed is packed there: once, until weights change.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_PACKAHEAD_H
#define INGOT_CODEGEN_KERNELS_PACKAHEAD_H

#include "codegen/kernels/PackOnce.h"

namespace ingot::codegen {

class PackAhead {
public:
  PackAhead(mlir::ModuleOp module, PackOnce &packs);

  /// Whether B of `contraction`, of `op`, is a weight or was made of weights, in
  /// a body that takes packed ones, and the same in all loops around the product.
  static bool canPackIn(mlir::linalg::LinalgOp op, const Contraction &contraction);
  /// The same, if there is a `prepare` to pack it.
  bool canPack(mlir::linalg::LinalgOp op, const Contraction &contraction) const {
    return prepare && canPackIn(op, contraction);
  }

  /// B of `contraction` in panels, which both bodies get as an argument; its spec now
  /// takes that. False if an earlier pack serves it.
  bool pack(mlir::linalg::LinalgOp op, Contraction &contraction);

private:
  /// The argument of `prepare` that is `argument` of the other body.
  mlir::Value argumentOfPrepare(mlir::BlockArgument argument);

  /// A matrix and its panels, in the body that reads them.
  struct Packed {
    mlir::Value source;
    bool transpose;
    mlir::Value panels;
  };

  PackOnce &packs;
  mlir::func::FuncOp prepare;
  llvm::SmallVector<Packed> known;
};

} // namespace ingot::codegen

#endif // INGOT_CODEGEN_KERNELS_PACKAHEAD_H
