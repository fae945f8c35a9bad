//===- Graph.h - the recorded functional graph ------------------*- C++ -*-===//
//
// What the front ends (C++ DSL, Keras JSON) record and what the importer
// reads: plain values, no MLIR. A layer is generic data (class name, config,
// variables, nodes), so that a new layer needs no new code here.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/Shape/ShapeRules.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ingot::graph {

using shape::Shape;

/// A place in the user's source; `line` 0 means unknown. For the Keras JSON
/// front end, the file is the JSON file.
struct Location {
  std::string file;
  unsigned line = 0;
  unsigned column = 0;
};

enum class DType { F32, I32 };

/// Element type and shape, batch first.
struct TensorType {
  Shape shape;
  DType dtype = DType::F32;
};

/// One argument of a layer, loss or optimizer, under Keras' own name.
using Attribute =
    std::variant<bool, int64_t, double, std::string, std::vector<int64_t>>;
using Config = std::map<std::string, Attribute>;

/// How a variable gets its first value. Fan-dependent schemes (glorot, he,
/// lecun) are resolved to numbers by the front end, by Keras' formulas.
struct Initializer {
  enum class Kind {
    Constant,        ///< every element is `a`
    Uniform,         ///< U[a, b)
    Normal,          ///< mean a, standard deviation b
    TruncatedNormal, ///< the same, redrawn outside two standard deviations
    Orthogonal,      ///< orthonormal rows or columns, times `a`
    Concat,          ///< `parts` of `sizes`, one after the other in the last axis
  };
  Kind kind = Kind::Constant;
  double a = 0;
  double b = 0;
  /// Keras' `seed=`; without one the seed given to `NAME_init` is used.
  std::optional<uint64_t> seed = {};
  std::vector<Initializer> parts = {};
  std::vector<int64_t> sizes = {};
};

/// `l1 * sum|w| + l2 * sum w^2`, added to the loss.
struct Regularizer {
  double l1 = 0;
  double l2 = 0;
};

/// A named weight of a layer.
struct Variable {
  std::string name; ///< Keras' weight name: "kernel", "bias"
  Shape shape;      ///< static
  Initializer initializer;
  Regularizer regularizer;
  bool trainable = true;
};

struct Layer;
struct Model;

/// The result `index` of call number `node` of `layer`.
struct TensorRef {
  std::shared_ptr<Layer> layer;
  unsigned node = 0;
  unsigned index = 0;
  bool operator==(const TensorRef &other) const {
    return layer == other.layer && node == other.node && index == other.index;
  }
};

/// One call of a layer.
struct Node {
  std::vector<TensorRef> inputs;
  std::vector<TensorType> outputs;
  Location loc; ///< where the layer was called
  /// Of a wrapper: the call of each layer that it applies. Its inputs stand for what
  /// the wrapper passes, and it is no node of that layer.
  std::vector<Node> inner = {};
};

/// A layer and all its calls. `className` is Keras' ("Dense"). A call becomes
/// the op `ingot.<op>` ("dense"), with `config` and `variables` as attributes.
struct Layer {
  std::string className;
  std::string op;
  std::string name;
  Config config;
  std::vector<Variable> variables; ///< in Keras' order; set at the first call
  bool trainable = true;
  Location loc; ///< where the layer was constructed
  std::vector<Node> nodes;
  /// A model used as a layer, of class "Functional". Node 0 is its own graph,
  /// as Keras counts; calls are the nodes from 1. Its variables are its layers'.
  std::shared_ptr<const Model> model;
  /// Of a wrapper, such as TimeDistributed. Its variables are those of these.
  std::vector<std::shared_ptr<Layer>> wrapped;
};

const TensorType &typeOf(const TensorRef &tensor);

/// Of what a layer is made: the layers of a model, those that a wrapper applies.
std::vector<std::shared_ptr<Layer>> innerLayers(const Layer &layer);

/// A loss as given to `compile`, resolved to its full Keras name.
struct Loss {
  std::string name; ///< "sparse_categorical_crossentropy"
  bool fromLogits = false;
  double labelSmoothing = 0;
};

/// A metric: what is computed, and the key it has in History.
struct Metric {
  std::string kind; ///< "sparse_categorical_accuracy", "mean_squared_error"
  std::string key;  ///< "accuracy", "mse": as the user spelt it
};

/// What `compile` said about one output of the model.
struct OutputSpec {
  std::string name; ///< name of the output's layer (with _1, ... if repeated)
  std::optional<Loss> loss;
  double lossWeight = 1;
  std::vector<Metric> metrics;
  TensorType target; ///< what the user passes as y; valid if there is a loss
};

/// Class name ("RMSprop") and every hyper-parameter under Keras' name
/// (doubles and bools).
struct Optimizer {
  std::string className;
  Config config;
};

struct CompileSpec {
  Optimizer optimizer;
  std::vector<OutputSpec> outputs; ///< one per model output, in order
  Location loc;
};

/// As many calls a model can have; a graph is walked, and freed, by recursion.
inline constexpr size_t mostCalls = 10000;
/// As many elements a weight can have, or a sample of a tensor: sums of bytes must
/// be countable.
inline constexpr int64_t mostElements = int64_t{1} << 40;

/// A functional model. `calls` holds every call that the outputs depend on, in
/// an order in which each comes after its inputs; it is all the importer
/// walks. `layers` is Keras' `model.layers` order.
struct Model {
  std::string name;
  Location loc;
  std::vector<TensorRef> inputs;
  std::vector<std::string> inputNames;
  std::vector<TensorRef> outputs;
  std::vector<std::string> outputNames;
  std::vector<std::shared_ptr<Layer>> layers;
  std::vector<std::pair<std::shared_ptr<Layer>, unsigned>> calls;
  std::optional<CompileSpec> compile;
};

/// The layers that own weights, those of a model or a wrapper in its place, each
/// once. Variables are laid out in this order.
std::vector<std::shared_ptr<Layer>> weightOwners(const Model &model);

/// A layer's variables count once, however often and over however many nested
/// models it is reached.
struct ParameterCount {
  int64_t trainable = 0;
  int64_t nonTrainable = 0;
  int64_t total() const { return trainable + nonTrainable; }
};
ParameterCount countParameters(const Model &model);

/// The same of one layer and of the layers in it.
ParameterCount countByTraining(const Layer &layer);

/// Elements of the weights of one layer and of the layers in it.
int64_t countParameters(const Layer &layer);

/// Number of elements of a static shape.
int64_t countElements(const Shape &shape);

} // namespace ingot::graph
