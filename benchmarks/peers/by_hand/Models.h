//===- Models.h - the models that are measured, by hand ---------*- C++ -*-===//
#pragma once

#include "Measure.h"

#include <memory>

namespace by_hand {

/// A model with the data of one batch.
class Model {
public:
  virtual ~Model() = default;
  /// One step; the loss before it.
  virtual float train() = 0;
  virtual void predict() = 0;
  /// Whatever can be done before `predict` when only the weights are known.
  virtual void prepare() {}
  virtual void show(benchmarks::Result &result) const = 0;
};

std::unique_ptr<Model> makeClassifier(const benchmarks::Request &request);
std::unique_ptr<Model> makeNewsPopularity(const benchmarks::Request &request);
std::unique_ptr<Model> makeTweetPairs(const benchmarks::Request &request);

} // namespace by_hand
