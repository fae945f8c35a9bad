//===- Object.h - a compiled model with its memory -------------*- C++ -*-===//
//
// Compiles a recorded model, links the object into this process and keeps the
// blocks that its entries work on. Every arena and every block is handed over
// filled with NaN, so that reading what was not written shows.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "Tensor.h"

#include "driver/Compile.h"
#include "verify/LoadedModel.h"

#include <map>
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
  NamedValues inputs, targets, sampleWeights;
};

/// The mean that a call reported.
struct MeanValue {
  float value = 0;
  uint32_t count = 0;
  bool operator==(const MeanValue &) const = default;
};
using MeanValues = std::map<std::string, MeanValue>;

class Object {
public:
  /// Compiles `model` to an object and the IR of the stage `train`. A model that
  /// does not compile is an exception.
  Object(const graph::Model &model, driver::Options options);

  const ingot_model_desc &descriptor() const { return loaded->descriptor(); }
  /// The program of the stage `train`.
  const std::string &program() const { return trainIR; }

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

private:
  template <typename Function> Function *entry(unsigned number) const;
  void readVariables(uint32_t table, uint32_t count, const verify::Block &block, NamedValues &into) const;
  template <typename CallFn> MeanValues callWithMetrics(unsigned number, const Batch &batch, CallFn call);

  std::string trainIR;
  std::optional<verify::LoadedModel> loaded;
  std::optional<verify::Block> params, state, grads;
};

} // namespace ingot::numeric
