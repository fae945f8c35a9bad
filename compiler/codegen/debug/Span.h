//===- Span.h - layers and directions that code works for -------*- C++ -*-===//
#pragma once

#include "mlir/IR/Block.h"
#include "mlir/IR/Operation.h"

#include <cstdint>
#include <string>
#include <utility>

namespace ingot::codegen {

/// One layer in one direction, or several that were made one loop.
class Span {
public:
  /// As it is named in an entry of `kind`.
  static Span of(mlir::Operation *op, llvm::StringRef kind);

  bool empty() const { return layers.empty(); }
  /// "dense + dense_1".
  std::string names() const;
  /// A set of ingot_direction.
  uint32_t directions() const;
  /// "dense + dense_1 [forward]"; with more than one direction, each layer has its own.
  std::string text() const;

private:
  void add(mlir::Location loc, uint32_t otherwise);

  llvm::SmallVector<std::pair<std::string, uint32_t>> layers;
};

/// Is it more than an address or a number: a loop, a call, or a store?
bool isWork(mlir::Operation &op);

/// Is it a loop or a branch around ops that are work by themselves?
bool holdsWork(mlir::Operation &op);

} // namespace ingot::codegen
