//===- Object.h - a compiled model with its memory -------------*- C++ -*-===//
//
// Compiles a model, links the object into this process and keeps the
// blocks that its entries work on. Every arena and every block is handed over
// filled with NaN, so that reading what was not written shows.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "Models.h"
#include "Tensor.h"

#include <ingot/abi.h>

#include "driver/Compile.h"
#include "verify/LoadedModel.h"

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace ingot::numeric {

using Values = interpreter::Tensor<float>;
/// By the name that the IR has: "dense.kernel", "optimizer.iterations".
using NamedValues = std::map<std::string, Values>;

/// One batch for a model. Sample weights of a target may be missing.
struct Batch {
  int32_t size = 1;
  int32_t stream = 0; ///< of `gradients`
  NamedValues inputs, targets, sampleWeights;
};

/// The mean that a call reported.
struct MeanValue {
  float value = 0;
  uint32_t count = 0;
  bool operator==(const MeanValue &) const = default;
};
using MeanValues = std::map<std::string, MeanValue>;

/// A model as an object file and as IR of the stage `train`.
struct Compiled {
  std::string object, program;
};

/// Compiles what `record` gives, once for each name, processor and numerics in this
/// process. A model that does not compile is an exception. With `threads` above 1, work
/// is divided however little it is; with `saveRam`, it is done in blocks as small as can be.
const Compiled &compiled(const ModelCase &model, const std::string &cpu, driver::Numerics numerics,
                         char optLevel = '2', int threads = 1, bool saveRam = false);

/// An object with `init` and `gradients` whose recurrences take so many `steps` at a time, whatever that saves; 0: as many
/// as the compiler chooses.
Compiled compiledInStrips(const ModelCase &model, driver::Numerics numerics, int steps, int threads = 1);

/// The same in portable numerics as a microcontroller gets it, but for this machine: no
/// vectors, and little code.
const Compiled &compiledWithoutVectors(const ModelCase &model);

/// The largest batch of every object.
inline constexpr int maxBatch = 17;

class Object {
public:
  explicit Object(const Compiled &compiled);

  const ingot_model_desc &descriptor() const { return loaded->descriptor(); }

  /// What calls are given from here on; NULL at first.
  void lend(const ingot_host *threads) { host = threads; }

  void init(uint64_t seed);
  NamedValues predict(const Batch &batch);
  MeanValues evaluate(const Batch &batch);
  MeanValues trainStep(const Batch &batch);
  /// Leaves the gradients in their block.
  MeanValues gradients(const Batch &batch);
  void applyGradients();

  /// Weights, slots and counters as they are now.
  NamedValues variables() const;
  NamedValues gradientValues() const;

  /// Random data that fits the model: numbers in [-1, 1], targets in [0.1, 0.9],
  /// labels of their classes, and sample weights in [0.2, 2] if `weighted`.
  Batch randomBatch(int32_t size, bool weighted, std::mt19937 &random) const;

  /// What is kept between processes: the bytes of weights and state.
  std::pair<std::string, std::string> saved() const;
  void restore(const std::pair<std::string, std::string> &blocks);

private:
  template <typename Function> Function *entry(unsigned number) const;
  void readVariables(uint32_t table, uint32_t count, const verify::Block &block, NamedValues &into) const;
  template <typename CallFn> MeanValues callWithMetrics(unsigned number, const Batch &batch, CallFn call);

  std::unique_ptr<verify::LoadedModel> loaded;
  const ingot_host *host = nullptr;
  std::optional<verify::Block> params, state, grads;
};

} // namespace ingot::numeric
