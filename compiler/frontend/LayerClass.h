//===- LayerClass.h - what a layer class has to say ------------*- C++ -*-===//
//
// A new layer is one file in layers/ that defines a LayerClass, and its line in
// LayerRegistry.cpp.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "frontend/Arguments.h"
#include "frontend/LayerRegistry.h"
#include "frontend/Resolve.h"
#include "graph/Graph.h"
#include "ingot/Spec.h"
#include "ingot/Tensor.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ingot {

struct LayerClass;

/// How a weight of a layer starts and is kept small.
struct WeightRule {
  Spec initializer;
  graph::Regularizer regularizer;
  /// Sizes of blocks of the last axis that start each in its own way, if not all
  /// of the weight does alike.
  std::vector<std::pair<int64_t, Spec>> blocks = {};
};

/// A layer as the front end keeps it. Every layer of a graph that the front end
/// made is one of these.
struct RecordedLayer : graph::Layer {
  const LayerClass *rules = nullptr; ///< null: an input
  std::map<std::string, WeightRule> weights;
  graph::Location builtAt; ///< the call that made the weights, of the layer or of its wrapper
  bool hasWarnedOfNodes = false;
  /// Of a wrapper, while a call of it is checked: what callWrapped has recorded.
  std::vector<graph::Node> innerCalls;
};

/// The arguments of a layer as its class reads them.
class LayerArguments : public Arguments {
public:
  LayerArguments(const std::string &className, const LayerConfig &config,
                 const SourceLocation &loc)
      : Arguments(className, config.attributes, loc), objects(config.objects), layers(config.layers) {}

  /// What was given by a string or an object; `fallback` if nothing was.
  Spec object(const std::string &name, const char *fallback = "");
  /// `<weight>_initializer` and `<weight>_regularizer`, checked.
  WeightRule weight(const std::string &name, const char *initializer);
  /// A layer or a model, which must be there.
  std::shared_ptr<graph::Layer> layer(const std::string &name);
  void finish() const;

private:
  const std::map<std::string, Spec> &objects;
  const std::map<std::string, std::shared_ptr<graph::Layer>> &layers;
  std::set<std::string> readObjects, readLayers;
};

/// Checks a call of a layer that is no input.
graph::Node makeNode(RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs, const SourceLocation &loc);

/// Checks and records one call of a layer; returns its results.
std::vector<Tensor> callLayer(const std::shared_ptr<graph::Layer> &layer,
                              const Tensors &inputs, const SourceLocation &loc);

/// Sets it in the layer and in all of which it is made.
void setTrainable(graph::Layer &layer, bool trainable);

/// Rules of a layer class.
struct LayerClass {
  std::string_view className;
  /// Checks the arguments and fills `config` and `weights`.
  void (*create)(RecordedLayer &layer, LayerArguments &arguments);
  /// Checks the inputs, makes the weights at the first call, and returns the
  /// types of the results.
  std::vector<graph::TensorType> (*call)(
      RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs,
      const SourceLocation &loc);
  /// Mnemonic of the op, if it is not the class name in snake case.
  std::string_view op = {};
};

extern const LayerClass activationClass, addClass, averageClass,
    averagePooling2DClass, concatenateClass, conv2DClass, denseClass,
    dotClass, dropoutClass, embeddingClass, flattenClass, globalAveragePooling2DClass, globalMaxPooling2DClass, lstmClass,
    maskingClass, maxPooling2DClass, maximumClass, minimumClass, multiplyClass, permuteClass,
    repeatVectorClass, reshapeClass, subtractClass, timeDistributedClass;

//===----------------------------------------------------------------------===//
// For layer classes
//===----------------------------------------------------------------------===//

/// The type of the one input of a layer that takes one.
const graph::TensorType &onlyInput(const graph::Layer &layer,
                                   const std::vector<graph::TensorRef> &inputs,
                                   const SourceLocation &loc);

/// The shapes of a call's inputs.
std::vector<graph::Shape> shapesOf(const std::vector<graph::TensorRef> &inputs);

/// Refuses inputs that are not float32.
void requireFloat(const graph::Layer &layer, const std::vector<graph::TensorRef> &inputs,
                  const SourceLocation &loc);

/// The shape that a rule gave, or its message as an error of this layer.
const graph::Shape &shapeOrFail(const graph::Layer &layer, const shape::Inferred &inferred,
                                const std::vector<graph::TensorRef> &inputs, const SourceLocation &loc);

/// The other places of a call: of the layer and of its inputs, where they are not
/// in the line of the call itself.
std::vector<Note> callNotes(const graph::Layer &layer, const std::vector<graph::TensorRef> &inputs,
                            const SourceLocation &loc);

/// Calls layer number `which` of those that `wrapper` applies on tensors of types
/// `inputs`, records the call, and returns the types of its results.
std::vector<graph::TensorType> callWrapped(RecordedLayer &wrapper, size_t which,
                                           const std::vector<graph::TensorType> &inputs,
                                           const SourceLocation &loc);

/// Those, and before them the call that fixed the shapes of the weights.
std::vector<Note> builtNotes(const RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs,
                             const SourceLocation &loc);

/// Appends the weight `name`, of which `layer.weights` has the rule.
void addVariable(RecordedLayer &layer, const std::string &name,
                 const graph::Shape &shape, const SourceLocation &loc);

} // namespace ingot
