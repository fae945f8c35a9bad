//===- ModelInfo.h - what header, descriptor and report tell ----*- C++ -*-===//
//
// Everything that a caller of the object may know, collected once from the
// module after memory is planned.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/Dialect/Ingot.h"

#include <optional>
#include <string>
#include <vector>

namespace ingot::codegen {

/// A tensor of the ABI; a dimension of -1 is the batch.
struct TensorInfo {
  std::string name;
  bool isInteger = false;
  std::vector<int64_t> dims;
  uint64_t offset = 0;        ///< variables: bytes into their block
  bool trainable = false;     ///< weights
  std::string path;           ///< weights: the models and wrappers around the layer
  int64_t classes = 0;        ///< labels and indices: they are below
  std::optional<size_t> slotOf; ///< slots: index of the weight
};

/// A compiled entry.
struct EntryInfo {
  std::string kind;
  int64_t maxBatch = 0;
  uint64_t arenaBytes = 0, lowerBound = 0, packingBytes = 0;
  /// Loops over tensors and calls of kernels, those of a recurrence once.
  int64_t operations = 0;
  /// The layer at work where the arena is fullest, and whose bytes are live there,
  /// the most first.
  std::string peakLayer;
  std::vector<std::pair<std::string, uint64_t>> peak;
};

/// A tensor that `prepare` leaves for `predict`.
struct PreparedInfo {
  std::string name;
  uint64_t offset = 0, bytes = 0;
};

/// What hooks are told by an id.
struct LayerInfo {
  std::string name;
  uint32_t directions = 0; ///< set of ingot_direction
};

struct ModelInfo {
  std::string prefix, modelName;
  bool portable = false;
  uint64_t alignment = 64; ///< of the caller's blocks, in bytes
  int64_t threads = 1; ///< the most that a call may have
  /// Does the object hold weights, and which: a block laid out like params.
  bool hasFrozenWeights = false;
  std::string frozenWeights;
  /// Are they of half precision, each at half its offset?
  bool hasHalfWeights = false;
  /// What `prepare` makes of them.
  std::string frozenPrepared;
  std::vector<TensorInfo> inputs, outputs, targets, weights, slots;
  std::vector<std::string> metrics;
  std::vector<EntryInfo> entries;
  std::vector<PreparedInfo> prepared;
  std::vector<LayerInfo> layers; ///< by id; none if hooks are not called
  uint64_t paramsBytes = 0, stateBytes = 0, archHash = 0, trainHash = 0;
  /// The block that `prepare` fills, what it needs on its way included, and from how
  /// many samples on it saves more than it costs.
  uint64_t preparedBytes = 0, preparePaysFrom = 0;
  /// What `selftest` does not take for a failure, if there is one.
  std::optional<float> selfTestTolerance;

  const EntryInfo *entry(llvm::StringRef kind) const;
  /// The prepared block without the scratch of `prepare`.
  uint64_t preparedValuesBytes() const;
  /// Does the object hold what `prepare` makes of its weights?
  bool hasFrozenPrepared() const { return hasFrozenWeights && preparedBytes > 0; }
  /// Is there a training state?
  bool hasState() const { return !slots.empty(); }
  int64_t maxBatch() const;
};

/// Name of the constant that holds frozen weights.
std::string frozenWeightsSymbol(llvm::StringRef prefix);
/// Name of the constant that holds what `prepare` makes of them.
std::string frozenPreparedSymbol(llvm::StringRef prefix);

/// Reads a module in which memory is planned. Of an earlier one it tells what is
/// there: weights from the first stage on.
ModelInfo collectModelInfo(mlir::ModuleOp module);

} // namespace ingot::codegen
