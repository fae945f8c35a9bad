//===- Macs.h - products and sums, by layer ---------------------*- C++ -*-===//
#pragma once

#include "mlir/IR/BuiltinOps.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace ingot::inspect {

/// Multiply-accumulates of one sample, by the path of the layer.
using MacsByLayer = std::map<std::string, uint64_t>;

struct MacCounts {
  /// By kind of entry.
  std::map<std::string, MacsByLayer> entries;

  /// Of `predict`, or of `evaluate`, which does the same; nothing without either.
  const MacsByLayer *forward() const;
  /// Of a step of training, forward and backward.
  const MacsByLayer *training() const;
};

/// Reads a module of tier 2: each contraction has the product of the sizes of its
/// labels, as often as the recurrences around it have steps.
MacCounts countMacs(mlir::ModuleOp module);

} // namespace ingot::inspect
