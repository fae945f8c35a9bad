//===- KernelEmitter.h - building blocks of kernels -------------*- C++ -*-===//
//
// Shorthand over OpBuilder for what kernels are made of: index arithmetic,
// loops and possibly masked vector accesses.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_KERNELEMITTER_H
#define INGOT_CODEGEN_KERNELS_KERNELEMITTER_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"

namespace ingot::codegen {

/// Emits at the insertion point of a builder it does not own.
class KernelEmitter {
public:
  using Body = llvm::function_ref<void(mlir::Value iv)>;
  using BodyWithValues = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::Value iv, mlir::ValueRange values)>;

  KernelEmitter(mlir::OpBuilder &builder, mlir::Location loc)
      : builder(builder), loc(loc) {}

  mlir::Value index(int64_t value);
  /// Sums and products of addresses, which never wrap.
  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  mlir::Value add(mlir::Value lhs, int64_t rhs);
  mlir::Value sub(mlir::Value lhs, mlir::Value rhs);
  mlir::Value mul(mlir::Value lhs, int64_t rhs);
  mlir::Value rem(mlir::Value lhs, int64_t rhs);
  mlir::Value div(mlir::Value lhs, int64_t rhs);
  mlir::Value min(mlir::Value lhs, mlir::Value rhs);

  /// The size of a dimension, taken from the op that decided it where there is
  /// one: entries with bare pointers have no descriptor to ask.
  mlir::Value sizeOf(mlir::Value memref, int64_t dim);

  /// for (iv = from; iv < to; iv += step) body(iv)
  void loop(mlir::Value from, mlir::Value to, int64_t step, Body body);
  /// The same, carrying values from one iteration to the next.
  llvm::SmallVector<mlir::Value> loop(mlir::Value from, mlir::Value to,
                                      int64_t step, mlir::ValueRange init,
                                      BodyWithValues body);
  /// if (condition) then() else otherwise()
  void branch(mlir::Value condition, llvm::function_ref<void()> then,
              llvm::function_ref<void()> otherwise);

  /// A vector of `width` floats, all `value`.
  mlir::Value splat(int64_t width, float value);
  mlir::Value broadcast(mlir::Value scalar, int64_t width);
  /// Lanes [0, active) set; `active` static.
  mlir::Value mask(int64_t width, int64_t active);

  mlir::Value loadScalar(mlir::Value memref, mlir::ValueRange indices);
  void storeScalar(mlir::Value value, mlir::Value memref,
                   mlir::ValueRange indices);
  /// Loads `width` floats of which `active` exist in memory; the others are 0.
  mlir::Value load(mlir::Value memref, mlir::ValueRange indices, int64_t width,
                   int64_t active);
  void store(mlir::Value vector, mlir::Value memref, mlir::ValueRange indices,
             int64_t active);

  mlir::OpBuilder &builder;
  mlir::Location loc;
};

/// A private function for all sites of a module, its body open at the builder:
/// its memrefs do not alias.
mlir::func::FuncOp createKernelFunction(mlir::OpBuilder &builder, mlir::Location loc, llvm::StringRef name,
                                        mlir::TypeRange parameters);

} // namespace ingot::codegen

#endif // INGOT_CODEGEN_KERNELS_KERNELEMITTER_H
