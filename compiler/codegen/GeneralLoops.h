//===- GeneralLoops.h - loops whose extents are arguments -------*- C++ -*-===//
//
// An op on memory as a function of its extents and of pointers, equal for all ops that
// differ by extents alone.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <optional>

namespace ingot::codegen {

class GeneralLoop {
public:
  /// nullopt if memory of `op` is not contiguous, or read at places that it computes.
  static std::optional<GeneralLoop> of(mlir::linalg::GenericOp op);

  /// Types of the function's arguments: extents, memory, scalars.
  llvm::SmallVector<mlir::Type> argumentTypes();

  /// Arguments of a call in the place of the op.
  llvm::SmallVector<mlir::Value> argumentsAt(mlir::OpBuilder &builder);

  /// The op on the arguments of `function`, whose body is open at `builder`, behind the
  /// fill of its output, if there is one.
  void emit(mlir::OpBuilder &builder, mlir::linalg::FillOp start, mlir::func::FuncOp function);

private:
  explicit GeneralLoop(mlir::linalg::GenericOp op) : op(op) {}
  bool doesTheSameEverywhere();
  mlir::Value remade(mlir::OpBuilder &builder, mlir::OpOperand &operand, mlir::func::FuncOp function,
                     mlir::Value pointer);

  mlir::linalg::GenericOp op;
  bool isFlat = false;                    ///< one loop over all elements
  llvm::SetVector<mlir::Value> values;    ///< memory and scalars from outside
  llvm::SetVector<mlir::Value> constants; ///< made again inside
};

} // namespace ingot::codegen
