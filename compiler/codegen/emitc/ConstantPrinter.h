//===- ConstantPrinter.h - constants of a C file ----------------*- C++ -*-===//
#pragma once

#include "codegen/ModelInfo.h"
#include "codegen/emitc/CWriter.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace ingot::codegen {

/// A constant of entry points: a number, words, or the weights of `info`.
mlir::LogicalResult printConstant(CWriter &writer, mlir::LLVM::GlobalOp constant, const ModelInfo &info);

} // namespace ingot::codegen
