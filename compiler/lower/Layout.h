//===- Layout.h - the caller's blocks ---------------------------*- C++ -*-===//
//
// Where each tensor lies in `params` and `state`, and each running mean in the
// metrics struct. Decided here and nowhere else; depends on the architecture
// (and, for state, the optimizer) but never on target, batch or flags.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/Dialect/Ingot.h"

#include "llvm/ADT/MapVector.h"

#include <string>

namespace ingot {

/// Alignment of every tensor in params and state, on every target.
inline constexpr uint64_t blockAlignment = 64;

/// What the caller aligns blocks to, and of buffers in the arena: `ingot.alignment` of
/// the module, `blockAlignment` without.
uint64_t callerAlignment(mlir::ModuleOp module);

/// Size of an element in memory, in bytes.
uint64_t elementBytes(mlir::Type element);

/// Size in bytes of a tensor whose batch is `batch`; the largest number where it
/// is none of 64 bits.
uint64_t tensorBytes(mlir::ShapedType type, int64_t batch);

class Layout {
public:
  explicit Layout(mlir::ModuleOp module);

  /// Byte offset of a variable in its block.
  uint64_t offsetOf(llvm::StringRef variable) const { return offsets.lookup(variable); }
  uint64_t paramsBytes() const { return params; }
  uint64_t stateBytes() const { return state; }

  /// Names, types and offsets of the weights; the same and those of the
  /// optimizer's variables.
  uint64_t archHash() const { return arch; }
  uint64_t trainHash() const { return train; }

  /// Keys of the running means, in the order of the metrics struct. Once entries
  /// are lowered, they are the module attribute `ingot.metrics`.
  llvm::ArrayRef<std::string> metrics() const { return metricKeys; }
  uint64_t metricsBytes() const { return metricKeys.size() * meanBytes; }
  /// Byte offset of the running mean called `key`.
  uint64_t offsetOfMetric(llvm::StringRef key) const;

  /// Bytes of one `ingot_mean`, and of its fields.
  static constexpr uint64_t meanBytes = 12, compensationOffset = 4, countOffset = 8;
  /// State begins with the hash that guards it.
  static constexpr uint64_t stateHashBytes = 8;

private:
  void computeHashes(mlir::ModuleOp module);

  llvm::StringMap<uint64_t> offsets;
  uint64_t params = 0, state = 0, arch = 0, train = 0;
  std::vector<std::string> metricKeys;
};

} // namespace ingot
