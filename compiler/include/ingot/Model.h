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
struct Model;
}

struct ModelOptions {
  /// Prefix of the compiled functions too, unless a flag gives another.
  std::string name = {};
  /// false: the weights of all layers within stay as they are in training.
  bool trainable = true;
};

struct CompileOptions {
  Optimizer optimizer = "rmsprop";
  Losses loss = {};
  LossWeights loss_weights = {};
  Metrics metrics = {};
};

struct SummaryOptions {
  /// Width of the table; longer cells take several lines. 0: as wide as needed.
  int line_length = 0;
  /// The layers of nested models stand below them.
  bool expand_nested = false;
  /// A column that says which layers train.
  bool show_trainable = false;
};

/// What lies between some inputs and some outputs. Copies are the same model.
///
/// A model is a layer: its graph on other tensors, with the same weights. It is
/// called on as many tensors as it has inputs, of exactly their types, any
/// number of times, and nested to any depth. Its node 0 is its own graph; calls
/// count from 1.
class Model : public Layer {
public:
  /// `inputs` come from Input(); all of them must reach an output, and all that
  /// the outputs depend on must be among them. Names of layers must differ,
  /// those in nested models too; only inputs of nested models are free.
  Model(const Tensors &inputs, const Tensors &outputs,
        const ModelOptions &options = {},
        SourceLocation loc = std::source_location::current());

  /// Says how to train. Called again, it replaces what was said before.
  void compile(const CompileOptions &options,
               SourceLocation loc = std::source_location::current());

  std::vector<Tensor> inputs() const;
  std::vector<Tensor> outputs() const;
  /// In Keras' order.
  std::vector<Layer> layers() const;
  /// By name, or by position in layers(); throws Error if there is none.
  Layer get_layer(const std::string &name,
                  SourceLocation loc = std::source_location::current()) const;
  Layer get_layer(int index,
                  SourceLocation loc = std::source_location::current()) const;
  /// Prints Keras' table to stdout.
  void summary(const SummaryOptions &options = {},
               SourceLocation loc = std::source_location::current()) const;
  std::string
  summary_text(const SummaryOptions &options = {},
               SourceLocation loc = std::source_location::current()) const;

  /// For the compiler: what was recorded.
  const graph::Model &graph() const { return *record; }

private:
  explicit Model(std::shared_ptr<graph::Model> model);

  std::shared_ptr<graph::Model> record;
};

/// Forgets the automatic names given so far by this thread: the next Dense is
/// `dense` again. Models that exist keep theirs.
void clear_session();

} // namespace ingot
