//===- Model.h - the functional model --------------------------*- C++ -*-===//
#pragma once

#include "ingot/Layers.h"
#include "ingot/Tensor.h"
#include "ingot/Training.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ingot {

namespace graph {
struct Layer;
struct Model;
}

struct ModelOptions {
  /// Prefix of the compiled functions too, unless a flag gives another.
  std::string name = {};
};

struct CompileOptions {
  Optimizer optimizer = "rmsprop";
  Losses loss = {};
  LossWeights loss_weights = {};
  Metrics metrics = {};
};

struct SummaryOptions {
  /// The layers of nested models stand below them.
  bool expand_nested = false;
};

/// What lies between some inputs and some outputs. Copies are the same model.
class Model {
public:
  /// `inputs` come from Input(); all of them must reach an output, and all that
  /// the outputs depend on must be among them. Names of layers must differ,
  /// those in nested models too; only inputs of nested models are free.
  Model(const Tensors &inputs, const Tensors &outputs,
        const ModelOptions &options = {},
        SourceLocation loc = std::source_location::current());

  /// Uses the model as a layer: its graph on other tensors, with the same
  /// weights. As many tensors as it has inputs, of exactly their types. The
  /// model may be called any number of times, and be nested to any depth.
  ///
  ///   Tensor code = encoder(image);
  ///   Results both = two_outputs({a, b}); // both[0], both[1]
  Results operator()(const Tensors &inputs,
                     SourceLocation loc = std::source_location::current()) const;

  /// Says how to train. Called again, it replaces what was said before.
  void compile(const CompileOptions &options,
               SourceLocation loc = std::source_location::current());

  const std::string &name() const;
  std::vector<Tensor> inputs() const;
  std::vector<Tensor> outputs() const;
  /// In Keras' order.
  std::vector<Layer> layers() const;
  /// By name, or by position in layers(); throws Error if there is none.
  Layer get_layer(const std::string &name,
                  SourceLocation loc = std::source_location::current()) const;
  Layer get_layer(int index,
                  SourceLocation loc = std::source_location::current()) const;
  /// Elements of all weights; a shared layer counts once.
  int64_t count_params() const;
  /// Prints Keras' table to stdout.
  void summary(const SummaryOptions &options = {}) const;
  std::string summary_text(const SummaryOptions &options = {}) const;

  /// For the compiler: what was recorded.
  const graph::Model &graph() const { return *record; }

  /// For the compiler: the layer that this model is in other models.
  const std::shared_ptr<graph::Layer> &layer() const { return asLayer; }

private:
  std::shared_ptr<graph::Model> record;
  std::shared_ptr<graph::Layer> asLayer;
};

/// Forgets the automatic names given so far by this thread: the next Dense is
/// `dense` again. Models that exist keep theirs.
void clear_session();

} // namespace ingot
