//===- Strips.h - a stack and the steps that fill it ------------*- C++ -*-===//
#pragma once

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace ingot::codegen {

/// A product behind the loop.
struct StackReader {
  mlir::linalg::LinalgOp op;
  /// What its result begins with.
  mlir::linalg::FillOp fill;
  /// Its loop over the steps.
  unsigned loop = 0;
  /// That loop is a sum.
  bool sums = false;
};

/// A buffer with a slice a step, which a loop writes and nobody but products behind it reads.
struct FilledStack {
  mlir::memref::AllocOp stack;
  mlir::scf::ForOp loop;
  int64_t steps = 0;
  /// The last slice is written first.
  bool isReversed = false;
  llvm::SmallVector<mlir::memref::SubViewOp> slices;
  llvm::SmallVector<StackReader> readers;

  bool sums() const {
    return llvm::any_of(readers, [](const StackReader &reader) { return reader.sums; });
  }
};

/// `stack`, if all that reads it can be done for some steps at a time, right behind them.
/// Why not is told of what is a stack.
std::optional<FilledStack> findFilledStack(mlir::memref::AllocOp stack, int64_t maxBatch, std::string &whyNot);

/// Takes `length` steps at a time, and does then what reads them. What the steps leave over comes behind.
void doInStrips(const FilledStack &filled, int64_t length);

/// The stack stays; sums over it are those of strips, in their order.
void sumInStrips(const FilledStack &filled, int64_t length);

} // namespace ingot::codegen
