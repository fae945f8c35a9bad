//===- Metrics.cpp - metrics and their keys -------------------------------===//

#include "frontend/Arguments.h"
#include "frontend/Names.h"
#include "frontend/Resolve.h"
#include "ingot/Training.h"

#include <fmt/format.h>

namespace ingot {

namespace metrics {

static Spec::Arguments withName(const Options &options) {
  return options.name.empty() ? Spec::Arguments{}
                              : Spec::Arguments{{"name", options.name}};
}

SparseCategoricalAccuracy::SparseCategoricalAccuracy(const Options &options,
                                                     SourceLocation loc)
    : Metric("SparseCategoricalAccuracy", withName(options), std::move(loc)) {}
CategoricalAccuracy::CategoricalAccuracy(const Options &options,
                                         SourceLocation loc)
    : Metric("CategoricalAccuracy", withName(options), std::move(loc)) {}
BinaryAccuracy::BinaryAccuracy(const Options &options, SourceLocation loc)
    : Metric("BinaryAccuracy", withName(options), std::move(loc)) {}
MeanSquaredError::MeanSquaredError(const Options &options, SourceLocation loc)
    : Metric("MeanSquaredError", withName(options), std::move(loc)) {}
MeanAbsoluteError::MeanAbsoluteError(const Options &options, SourceLocation loc)
    : Metric("MeanAbsoluteError", withName(options), std::move(loc)) {}

} // namespace metrics

/// Keras' choice by shape alone (compile_utils.py, get_metric).
static std::string_view accuracyByShape(const graph::TensorType &output,
                                        const graph::TensorType &target) {
  if (output.shape.back() == 1)
    return "binary_accuracy";
  if (target.shape.size() < output.shape.size() || target.shape.back() == 1)
    return "sparse_categorical_accuracy";
  return "categorical_accuracy";
}

static const std::vector<KnownName> &knownMetrics() {
  static const std::vector<KnownName> known = {
      {"accuracy", {"acc"}},
      {"sparse_categorical_accuracy"},
      {"categorical_accuracy"},
      {"binary_accuracy"},
      {"mean_squared_error", {"mse"}},
      {"mean_absolute_error", {"mae"}}};
  return known;
}

bool isMetric(const Spec &metric) {
  return findName(metric.name(), knownMetrics()).has_value();
}

graph::Metric resolveMetric(const Spec &metric, const graph::TensorType &output,
                            const graph::TensorType &target) {
  std::string_view kind = canonicalName("metric", metric, knownMetrics());
  // A string is its own key; a class name stands for an object, which has one.
  const bool isClass = toSnakeCase(metric.name()) == kind;
  Arguments arguments(metric);
  const std::string key =
      arguments.string("name", isClass ? std::string(kind) : metric.name());
  arguments.expect("dtype", "float32");
  if (kind == "binary_accuracy")
    arguments.expect("threshold", 0.5);
  arguments.finish();

  if (kind == "accuracy")
    kind = accuracyByShape(output, target);
  const bool takesLabels = kind == "sparse_categorical_accuracy";
  if (takesLabels != (target.shape.size() < output.shape.size()))
    throw Error(fmt::format("metric `{}` takes a target {}, but the loss takes one of shape {}",
                            metric.name(),
                            takesLabels ? "of class labels"
                                        : "of shape " + shape::toString(output.shape),
                            shape::toString(target.shape)),
                metric.location());
  return {std::string(kind), key};
}

} // namespace ingot
