//===- Training.h - optimizers, losses, metrics ----------------*- C++ -*-===//
//
//   model.compile({.optimizer = Adam({.learning_rate = 1e-4}),
//                  .loss = "binary_crossentropy",
//                  .metrics = {"accuracy", "mae"}});
//
// A string means the object with Keras 3's defaults. With several outputs, loss
// and loss_weights take one value for all, a list in order of outputs or entries
// by name, and metrics one metric for all, a list in order of outputs or lists
// that begin with an output's name:
//
//   model.compile({.optimizer = "rmsprop",
//                  .loss = {{"digit", "mse"}, {"aux", "mae"}},
//                  .loss_weights = {{"digit", 1.0}, {"aux", 0.2}},
//                  .metrics = {{"digit", "mae", "mse"}}});
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/Spec.h"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace ingot {

//===----------------------------------------------------------------------===//
// Optimizers
//===----------------------------------------------------------------------===//

/// "sgd", "rmsprop", "adagrad", "adam" or one of the objects below. Rates must be positive,
/// decay factors and momentum in [0, 1).
class Optimizer : public Spec {
public:
  using Spec::Spec;
};

struct SGDOptions {
  double learning_rate = 0.01;
  double momentum = 0;
  bool nesterov = false;
};
struct SGD : Optimizer {
  SGD(const SGDOptions &options = {},
      SourceLocation loc = std::source_location::current());
};

struct RMSpropOptions {
  double learning_rate = 0.001;
  double rho = 0.9;
  double momentum = 0;
  double epsilon = 1e-7;
  bool centered = false;
};
struct RMSprop : Optimizer {
  RMSprop(const RMSpropOptions &options = {},
          SourceLocation loc = std::source_location::current());
};

struct AdagradOptions {
  double learning_rate = 0.001;
  double initial_accumulator_value = 0.1;
  double epsilon = 1e-7;
};
struct Adagrad : Optimizer {
  Adagrad(const AdagradOptions &options = {},
          SourceLocation loc = std::source_location::current());
};

struct AdamOptions {
  double learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
  bool amsgrad = false;
};
struct Adam : Optimizer {
  Adam(const AdamOptions &options = {},
       SourceLocation loc = std::source_location::current());
};

//===----------------------------------------------------------------------===//
// Losses
//===----------------------------------------------------------------------===//

/// "sparse_categorical_crossentropy", "categorical_crossentropy",
/// "binary_crossentropy", "mean_squared_error" ("mse"), "mean_absolute_error"
/// ("mae") or one of the objects below. `{}`: no loss for this output.
class Loss : public Spec {
public:
  using Spec::Spec;
};

struct SparseCategoricalCrossentropyOptions {
  /// The output has not been through softmax.
  bool from_logits = false;
};
/// Targets are int32 class labels of the output's shape without the last axis.
struct SparseCategoricalCrossentropy : Loss {
  SparseCategoricalCrossentropy(
      const SparseCategoricalCrossentropyOptions &options = {},
      SourceLocation loc = std::source_location::current());
};

struct CrossentropyOptions {
  bool from_logits = false;
  /// In [0, 1].
  double label_smoothing = 0;
};
/// Targets are distributions of the output's shape.
struct CategoricalCrossentropy : Loss {
  CategoricalCrossentropy(const CrossentropyOptions &options = {},
                          SourceLocation loc = std::source_location::current());
};
/// Targets are numbers in [0, 1] of the output's shape.
struct BinaryCrossentropy : Loss {
  BinaryCrossentropy(const CrossentropyOptions &options = {},
                     SourceLocation loc = std::source_location::current());
};
struct MeanSquaredError : Loss {
  MeanSquaredError(SourceLocation loc = std::source_location::current());
};
struct MeanAbsoluteError : Loss {
  MeanAbsoluteError(SourceLocation loc = std::source_location::current());
};

//===----------------------------------------------------------------------===//
// Metrics
//===----------------------------------------------------------------------===//

/// "accuracy" or "acc" (the kind follows from the shapes, as in Keras),
/// "sparse_categorical_accuracy", "categorical_accuracy", "binary_accuracy",
/// "mean_squared_error" ("mse"), "mean_absolute_error" ("mae") or one of the
/// objects below. Its key in History is the string as spelt.
class Metric : public Spec {
public:
  using Spec::Spec;
};

/// Keras' metric classes; losses of the same names are in `ingot`.
namespace metrics {

struct Options {
  /// The key in History; by default the class name in snake case.
  std::string name = {};
};
struct SparseCategoricalAccuracy : Metric {
  SparseCategoricalAccuracy(
      const Options &options = {},
      SourceLocation loc = std::source_location::current());
};
struct CategoricalAccuracy : Metric {
  CategoricalAccuracy(const Options &options = {},
                      SourceLocation loc = std::source_location::current());
};
struct BinaryAccuracy : Metric {
  BinaryAccuracy(const Options &options = {},
                 SourceLocation loc = std::source_location::current());
};
struct MeanSquaredError : Metric {
  MeanSquaredError(const Options &options = {},
                   SourceLocation loc = std::source_location::current());
};
struct MeanAbsoluteError : Metric {
  MeanAbsoluteError(const Options &options = {},
                    SourceLocation loc = std::source_location::current());
};

} // namespace metrics

//===----------------------------------------------------------------------===//
// Arguments of compile
//===----------------------------------------------------------------------===//

/// `{"digit", "mse"}`: a value for the output of that name.
template <class T> struct ForOutput {
  std::string output;
  T value;
};

/// One loss for every output, a list in order of outputs, or losses by name.
class Losses {
public:
  Losses() = default;
  Losses(const char *name,
         SourceLocation loc = std::source_location::current())
      : Losses(Loss(name, std::move(loc))) {}
  Losses(const std::string &name,
         SourceLocation loc = std::source_location::current())
      : Losses(Loss(name, std::move(loc))) {}
  Losses(const Loss &loss) : form(Form::One), list{loss} {}
  Losses(std::initializer_list<Loss> losses) : form(Form::List), list(losses) {}
  Losses(std::vector<Loss> losses)
      : form(Form::List), list(std::move(losses)) {}
  Losses(std::initializer_list<ForOutput<Loss>> losses)
      : Losses(std::vector(losses)) {}
  Losses(std::vector<ForOutput<Loss>> losses)
      : form(Form::ByName), named(std::move(losses)) {}

  enum class Form { None, One, List, ByName };
  Form form = Form::None;
  std::vector<Loss> list;
  std::vector<ForOutput<Loss>> named;
};

/// Factors of the losses, 1 by default: one for all, a list in order of outputs,
/// or by name.
class LossWeights {
public:
  LossWeights() = default;
  LossWeights(double weight) : form(Form::One), list{weight} {}
  LossWeights(std::initializer_list<double> weights)
      : LossWeights(std::vector(weights)) {}
  LossWeights(std::vector<double> weights)
      : form(Form::List), list(std::move(weights)) {}
  LossWeights(std::initializer_list<ForOutput<double>> weights)
      : LossWeights(std::vector(weights)) {}
  LossWeights(std::vector<ForOutput<double>> weights)
      : form(Form::ByName), named(std::move(weights)) {}

  enum class Form { None, One, List, ByName };
  Form form = Form::None;
  std::vector<double> list;
  std::vector<ForOutput<double>> named;
};

/// An entry of Metrics: a metric or a list of them.
class MetricEntry {
public:
  /// `{}`: no metrics for this output.
  MetricEntry() : isList(true) {}
  MetricEntry(const char *name,
              SourceLocation loc = std::source_location::current())
      : MetricEntry(Metric(name, std::move(loc))) {}
  MetricEntry(const std::string &name,
              SourceLocation loc = std::source_location::current())
      : MetricEntry(Metric(name, std::move(loc))) {}
  MetricEntry(const Metric &metric) : metrics{metric} {}
  MetricEntry(std::initializer_list<Metric> metrics)
      : MetricEntry(std::vector(metrics)) {}
  MetricEntry(std::vector<Metric> metrics)
      : isList(true), metrics(std::move(metrics)) {}

  bool isList = false;
  std::vector<Metric> metrics;
};

/// The metrics of a model with one output. With several: one metric for each of
/// them that has a loss, a list with one entry for each, lists that begin with
/// the name of their output, or values of ForOutput.
class Metrics {
public:
  Metrics() = default;
  Metrics(const char *name,
          SourceLocation loc = std::source_location::current())
      : Metrics(Metric(name, std::move(loc))) {}
  Metrics(const std::string &name,
          SourceLocation loc = std::source_location::current())
      : Metrics(Metric(name, std::move(loc))) {}
  Metrics(const Metric &metric) : form(Form::One), entries{metric} {}
  Metrics(std::initializer_list<MetricEntry> entries)
      : Metrics(std::vector(entries)) {}
  Metrics(std::vector<MetricEntry> entries)
      : form(Form::List), entries(std::move(entries)) {}
  Metrics(std::vector<ForOutput<std::vector<Metric>>> metrics)
      : form(Form::ByName), named(std::move(metrics)) {}

  enum class Form { None, One, List, ByName };
  Form form = Form::None;
  std::vector<MetricEntry> entries;
  std::vector<ForOutput<std::vector<Metric>>> named;
};

} // namespace ingot
