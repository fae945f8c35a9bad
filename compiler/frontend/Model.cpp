//===- Model.cpp - the functional model -----------------------------------===//
//
// The walk from outputs to inputs, and the order of layers, are those of
// map_graph in keras/src/ops/function.py: weights are laid out in this order.
//
//===----------------------------------------------------------------------===//

#include "ingot/Model.h"

#include "frontend/LayerClass.h"
#include "frontend/Names.h"
#include "frontend/UniqueNames.h"
#include "graph/Graph.h"
#include "graph/Summary.h"
#include "graph/Wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

namespace ingot {

namespace {

/// Finds what lies between the inputs and the outputs of `model`.
class Walk {
public:
  explicit Walk(graph::Model &model) : model(model) {}

  void run() {
    for (const graph::TensorRef &output : model.outputs)
      visit(output);
    checkInputsReachOutputs();
    orderLayers();
    std::map<std::string, const graph::Layer *> byName;
    checkNames(model.layers, /*areNested=*/false, byName);
  }

private:
  using LayerPtr = std::shared_ptr<graph::Layer>;
  using Call = std::pair<LayerPtr, unsigned>;

  const graph::Node &nodeOf(const Call &call) { return call.first->nodes[call.second]; }

  /// Appends the call that makes `tensor` after those that make its inputs.
  /// Calls form no cycle: a tensor exists before it is used.
  void visit(const graph::TensorRef &tensor) {
    if (!reached.emplace(std::pair{tensor.layer.get(), tensor.node}, calls.size()).second)
      return;
    traversal.emplace(tensor.layer.get(), traversal.size());
    const Call call{tensor.layer, tensor.node};
    if (tensor.layer->className == "InputLayer")
      checkIsInput(tensor);
    for (const graph::TensorRef &input : nodeOf(call).inputs)
      visit(input);
    calls.push_back(call);
    if (calls.size() > graph::mostCalls)
      throw Error(fmt::format("the model has more than {} calls of layers; fewer are possible", graph::mostCalls),
                  model.loc);
  }

  void checkIsInput(const graph::TensorRef &tensor) {
    if (std::find(model.inputs.begin(), model.inputs.end(), tensor) == model.inputs.end())
      throw Error(fmt::format("the outputs depend on `{}`, which is not among the "
                              "inputs of the model; all that they depend on must be", tensor.layer->name),
                  model.loc,
                  {{fmt::format("`{}` is made here", tensor.layer->name), tensor.layer->loc}});
  }

  void checkInputsReachOutputs() {
    for (const graph::TensorRef &input : model.inputs)
      if (!reached.count({input.layer.get(), input.node}))
        throw Error(fmt::format("no output depends on input `{}`; each input must "
                                "reach an output", input.layer->name),
                    model.loc,
                    {{fmt::format("`{}` is made here", input.layer->name), input.layer->loc}});
  }

  /// By distance from the outputs, the largest of all its calls, then by the
  /// order of the walk.
  void orderLayers() {
    std::map<std::pair<graph::Layer *, unsigned>, unsigned> depthOfCall;
    std::map<graph::Layer *, unsigned> depthOfLayer;
    for (auto call = calls.rbegin(); call != calls.rend(); ++call) {
      unsigned &depth = depthOfCall[{call->first.get(), call->second}];
      unsigned &layerDepth = depthOfLayer[call->first.get()];
      // Calls of a shared layer stand where the layer stands.
      depth = layerDepth = std::max(depth, layerDepth);
      for (const graph::TensorRef &input : nodeOf(*call).inputs) {
        unsigned &inputDepth = depthOfCall[{input.layer.get(), input.node}];
        inputDepth = std::max(inputDepth, depth + 1);
      }
    }
    std::set<graph::Layer *> seen;
    for (const Call &call : calls) {
      if (seen.insert(call.first.get()).second)
        model.layers.push_back(call.first);
      if (call.first->className != "InputLayer")
        model.calls.push_back(call);
    }
    auto key = [&](const LayerPtr &layer) {
      return std::pair(-static_cast<int64_t>(depthOfLayer[layer.get()]), traversal[layer.get()]);
    };
    std::sort(model.layers.begin(), model.layers.end(),
              [&](const LayerPtr &a, const LayerPtr &b) { return key(a) < key(b); });
  }

  /// Weights and nested models are known by their name alone, so it is that of
  /// one layer. Inputs of nested models are neither.
  void checkNames(const std::vector<LayerPtr> &layers, bool areNested,
                  std::map<std::string, const graph::Layer *> &byName) {
    for (const auto &layer : layers) {
      if (areNested && layer->className == "InputLayer")
        continue;
      auto [it, isNew] = byName.emplace(layer->name, layer.get());
      if (!isNew && it->second != layer.get())
        throw Error(fmt::format("two layers are called `{}`; names must differ within a model",
                                layer->name),
                    model.loc,
                    {{"one is made here", it->second->loc}, {"the other is made here", layer->loc}});
      if (isNew)
        checkNames(graph::innerLayers(*layer), /*areNested=*/true, byName);
    }
  }

  graph::Model &model;
  std::vector<Call> calls;
  std::map<std::pair<graph::Layer *, unsigned>, size_t> reached;
  std::map<graph::Layer *, size_t> traversal;
};

} // namespace

static std::vector<graph::TensorRef> refsOf(const Tensors &tensors, const char *what,
                                            const SourceLocation &loc) {
  if (tensors.size() == 0)
    throw Error(fmt::format("the model has no {}s; there must be at least one", what), loc);
  std::vector<graph::TensorRef> refs;
  for (const Tensor &tensor : tensors) {
    if (tensor.isNull())
      throw Error(fmt::format("{} {} has no value; it is not the result of a layer",
                              what, refs.size()),
                  loc);
    refs.push_back(tensor.ref());
  }
  return refs;
}

static void checkInputs(const graph::Model &model) {
  for (size_t i = 0; i < model.inputs.size(); ++i) {
    const graph::Layer &layer = *model.inputs[i].layer;
    if (layer.className != "InputLayer")
      throw Error(fmt::format("input {} is a result of `{}`; inputs must come from `Input`",
                              i, layer.name),
                  model.loc, {{fmt::format("`{}` is made here", layer.name), layer.loc}});
    if (std::find(model.inputs.begin(), model.inputs.begin() + static_cast<ptrdiff_t>(i),
                  model.inputs[i]) != model.inputs.begin() + static_cast<ptrdiff_t>(i))
      throw Error(fmt::format("input `{}` is listed twice; inputs must differ", layer.name), model.loc,
                  {{fmt::format("`{}` is made here", layer.name), layer.loc}});
  }
}

/// A model's name may not be that of a model within it.
static void checkModelName(const graph::Model &model, const std::vector<std::shared_ptr<graph::Layer>> &within) {
  for (const auto &layer : within) {
    if (layer->model && layer->name == model.name)
      throw Error(fmt::format("the model and one nested in it are called `{}`; names of "
                              "models must differ", model.name),
                  model.loc, {{"the nested one is made here", layer->loc}});
    checkModelName(model, graph::innerLayers(*layer));
  }
}

//===----------------------------------------------------------------------===//
// A model as a layer
//===----------------------------------------------------------------------===//

static std::string describe(const graph::TensorType &type) {
  return fmt::format("{} {}", type.dtype == graph::DType::F32 ? "float32" : "int32",
                     shape::toString(type.shape));
}

static std::vector<graph::TensorType> typesOf(const std::vector<graph::TensorRef> &refs) {
  std::vector<graph::TensorType> types;
  for (const graph::TensorRef &ref : refs)
    types.push_back(graph::typeOf(ref));
  return types;
}

/// The body is not inferred again, so the arguments are what its inputs are.
static std::vector<graph::TensorType> callModel(RecordedLayer &layer,
                                                const std::vector<graph::TensorRef> &inputs,
                                                const SourceLocation &loc) {
  const graph::Model &model = *layer.model;
  if (inputs.size() != model.inputs.size())
    throw Error(fmt::format("`{}` is called on {} but has {}, {}", layer.name, counted(inputs.size(), "tensor"),
                            counted(model.inputs.size(), "input"), quotedList(model.inputNames)),
                loc, callNotes(layer, {}, loc));
  for (size_t i = 0; i < inputs.size(); ++i) {
    const graph::TensorType &given = graph::typeOf(inputs[i]);
    const graph::TensorType &wanted = graph::typeOf(model.inputs[i]);
    if (given.shape != wanted.shape || given.dtype != wanted.dtype)
      throw Error(fmt::format("`{}` is called on a tensor of {} but its input `{}` is {}; they "
                              "must be equal", layer.name, describe(given), model.inputNames[i],
                              describe(wanted)),
                  loc, callNotes(layer, inputs, loc));
  }
  return typesOf(model.outputs);
}

/// Made by Model, not by its class name.
static constexpr LayerClass functionalClass{"Functional", nullptr, callModel};

static std::shared_ptr<graph::Layer> makeLayerOf(const std::shared_ptr<graph::Model> &model) {
  auto layer = std::make_shared<RecordedLayer>();
  layer->className = functionalClass.className;
  layer->name = model->name;
  layer->loc = model->loc;
  layer->rules = &functionalClass;
  layer->model = model;
  layer->nodes.push_back({model->inputs, typesOf(model->outputs), model->loc});
  return layer;
}

//===----------------------------------------------------------------------===//
// Model
//===----------------------------------------------------------------------===//

/// Names of the layers. Further outputs of a layer get numbers, "x_1", but never
/// the name of another output's layer.
static std::vector<std::string> nameOutputs(const std::vector<graph::TensorRef> &outputs) {
  UniqueNames unique;
  std::set<const graph::Layer *> layers;
  for (const graph::TensorRef &output : outputs)
    if (layers.insert(output.layer.get()).second)
      unique.add(output.layer->name);
  std::vector<std::string> names;
  for (const graph::TensorRef &output : outputs)
    names.push_back(layers.erase(output.layer.get()) ? output.layer->name
                                                     : unique.add(output.layer->name));
  return names;
}

static std::shared_ptr<graph::Model> recordModel(const Tensors &inputs, const Tensors &outputs,
                                                 const ModelOptions &options,
                                                 const SourceLocation &loc) {
  auto model = std::make_shared<graph::Model>();
  model->loc = loc;
  model->inputs = refsOf(inputs, "input", loc);
  model->outputs = refsOf(outputs, "output", loc);
  checkInputs(*model);
  Walk(*model).run();
  for (const graph::TensorRef &input : model->inputs)
    model->inputNames.push_back(input.layer->name);
  model->outputNames = nameOutputs(model->outputs);
  model->name = chooseName(options.name, "Functional", loc);
  checkModelName(*model, model->layers);
  return model;
}

Model::Model(std::shared_ptr<graph::Model> model)
    : Layer(makeLayerOf(model)), record(std::move(model)) {}

Model::Model(const Tensors &inputs, const Tensors &outputs,
             const ModelOptions &options, SourceLocation loc)
    : Model(recordModel(inputs, outputs, options, loc)) {
  if (!options.trainable)
    set_trainable(false);
}

static std::vector<Tensor> tensorsOf(const std::vector<graph::TensorRef> &refs) {
  return std::vector<Tensor>(refs.begin(), refs.end());
}
std::vector<Tensor> Model::inputs() const { return tensorsOf(record->inputs); }
std::vector<Tensor> Model::outputs() const { return tensorsOf(record->outputs); }

std::vector<Layer> Model::layers() const {
  return std::vector<Layer>(record->layers.begin(), record->layers.end());
}

Layer Model::get_layer(const std::string &name, SourceLocation loc) const {
  std::vector<std::string> names;
  for (const auto &layer : record->layers) {
    if (layer->name == name)
      return Layer(layer);
    names.push_back(layer->name);
  }
  throw Error(fmt::format("`{}` has no layer `{}`; its layers are {}{}", record->name, name, quotedList(names),
                          didYouMean(name, names)),
              loc);
}

Layer Model::get_layer(int index, SourceLocation loc) const {
  if (index < 0 || static_cast<size_t>(index) >= record->layers.size())
    throw Error(fmt::format("`{}` has {}; there is no layer {}, as they count from 0", record->name,
                            counted(record->layers.size(), "layer"), index),
                loc);
  return Layer(record->layers[static_cast<size_t>(index)]);
}

std::string Model::summary_text(const SummaryOptions &options, SourceLocation loc) const {
  if (options.line_length < 0)
    throw Error(fmt::format("`line_length` is {}; must not be negative", options.line_length), loc);
  return graph::summary(*record, {.expandNested = options.expand_nested,
                                  .showTrainable = options.show_trainable,
                                  .lineLength = static_cast<unsigned>(options.line_length)});
}

void Model::summary(const SummaryOptions &options, SourceLocation loc) const {
  std::fputs(summary_text(options, loc).c_str(), stdout);
}

} // namespace ingot
