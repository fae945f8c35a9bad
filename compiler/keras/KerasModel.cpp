//===- KerasModel.cpp - Keras topology JSON as a model --------------------===//
//
// Layers are made as they stand in the file; then every call is made as soon
// as its inputs are there. What a layer or a call means is the front end's. A
// nested model is loaded in the same way; equal names anywhere mean one layer.
//
//===----------------------------------------------------------------------===//

#include "keras/KerasModel.h"

#include "frontend/LayerClass.h"
#include "graph/Graph.h"
#include "graph/Wording.h"
#include "keras/Convert.h"
#include "keras/Json.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace ingot::keras {

namespace {

/// A layer of the file, its calls, and what those made so far have given.
struct LayerEntry {
  std::string name;
  json::Value value;
  std::shared_ptr<graph::Layer> layer; ///< none: an input
  std::vector<json::Value> calls;
  std::vector<std::vector<Tensor>> results; ///< one list a call

  /// Node 0 of a nested model is its own graph, its calls count from 1.
  size_t firstNode() const { return layer && layer->model ? 1 : 0; }
};

/// A layer of the file or of a model nested in it, and where it stands.
struct MadeLayer {
  json::Value value;
  std::shared_ptr<graph::Layer> layer;
};
using MadeLayers = std::map<std::string, MadeLayer>;

class Loader {
public:
  Loader(const LoadOptions &options, MadeLayers &made)
      : options(options), made(made) {}
  /// `name` is that of the layer that the model is; "" if it is none.
  Model load(const json::Value &root, const std::string &name = "");

private:
  void addLayer(const json::Value &value);
  Tensor makeInput(const std::string &name, const json::Value &value);
  std::shared_ptr<graph::Layer> makeOrFind(const std::string &name,
                                           const json::Value &value);
  std::shared_ptr<graph::Layer> makeNew(const std::string &name,
                                        const json::Value &value);
  void makeCalls();
  bool makeCall(LayerEntry &entry);
  /// Refuses arguments of a call that are no tensors, but for null.
  void checkArguments(const LayerEntry &entry, const json::Value &arguments);
  /// What `[layer, node, tensor, ...]` names; none if that call is not made yet.
  std::optional<Tensor> find(const json::Value &source) const;
  std::vector<std::string> layerNames() const;
  /// `input_layers` or `output_layers`.
  std::vector<Tensor> readEnds(const json::Value &list) const;

  const LoadOptions &options;
  MadeLayers &made; ///< of all models of the file
  std::vector<LayerEntry> entries;
  std::map<std::string, size_t> positions;
};

} // namespace

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

Tensor Loader::makeInput(const std::string &name, const json::Value &value) {
  const json::Value config = value.at("config");
  // Keras 3 has dropped `input` from the name.
  const json::Value batchShape =
      config.at(config.has("batch_shape") ? "batch_shape" : "batch_input_shape");
  Shape shape = batchShape.shape();
  if (shape.empty())
    batchShape.fail("is []; must begin with the batch");
  if (shape.front() != shape::kDynamic)
    throw Unsupported("fixed batch size",
                      fmt::format("`{}` is {}; the batch must be null",
                                  batchShape.path(), batchShape.describe()),
                      value.location());
  if (config.booleanOr("sparse", false) || config.booleanOr("ragged", false))
    throw Unsupported("sparse input",
                      fmt::format("input `{}` is sparse or ragged, which is not "
                                  "supported", name),
                      value.location());
  shape.erase(shape.begin());
  return Input(shape,
               {.dtype = config.stringOr("dtype", "float32"), .name = name},
               value.location());
}

/// Keras' name of a functional model; older versions of Keras 2 call it Model.
static bool isFunctional(const std::string &className) {
  return className == "Functional" || className == "Model";
}

/// First of all, for the arguments of an unknown class mean nothing here.
static void checkClass(const json::Value &value) {
  const std::string className = value.at("class_name").string();
  const std::vector<std::string> known = layerClassNames();
  if (className != "InputLayer" && !isFunctional(className) &&
      std::find(known.begin(), known.end(), className) == known.end())
    throw Unsupported(className,
                      fmt::format("layer class `{}` is not supported; {}", className,
                                  hintOrList(className, known)),
                      value.location());
}

static std::string nameOf(const json::Value &value) {
  return (value.has("name") ? value : value.at("config")).at("name").string();
}

std::shared_ptr<graph::Layer> Loader::makeNew(const std::string &name,
                                              const json::Value &value) {
  const std::string className = value.at("class_name").string();
  const json::Value config = value.at("config");
  if (isFunctional(className))
    return Loader(options, made).load(value, name).recorded();
  LayerConfig arguments = readLayerConfig(config, name, options.ignoreInitializers);
  // What a wrapper applies.
  if (config.has("layer")) {
    const json::Value inner = config.at("layer");
    checkClass(inner);
    arguments.layers["layer"] = makeOrFind(nameOf(inner), inner);
  }
  return makeLayer(className, arguments, value.location()).recorded();
}

std::shared_ptr<graph::Layer> Loader::makeOrFind(const std::string &name,
                                                 const json::Value &value) {
  if (auto it = made.find(name); it != made.end()) {
    const json::Value &other = it->second.value;
    if (!(other.get("class_name") == value.get("class_name")) ||
        !(other.get("config") == value.get("config")))
      throw Error(fmt::format("there are two layers `{}` that differ; layers of "
                              "equal names are one layer", name),
                  value.location(), {{"the other is here", other.location()}});
    return it->second.layer;
  }
  auto layer = makeNew(name, value);
  made.emplace(name, MadeLayer{value, layer});
  return layer;
}

void Loader::addLayer(const json::Value &value) {
  checkClass(value);
  const std::string className = value.at("class_name").string();
  const std::string name = nameOf(value);
  const auto [position, isNew] = positions.emplace(name, entries.size());
  if (!isNew)
    throw Error(fmt::format("there are two layers `{}`; names must differ", name), value.location(),
                {{"the first is here", entries[position->second].value.location()}});
  LayerEntry entry{name, value, {}, {}, {}};
  if (className == "InputLayer") {
    entry.results.push_back({makeInput(name, value)});
  } else {
    entry.layer = makeOrFind(name, value);
    entry.calls = value.at("inbound_nodes").elements();
  }
  entries.push_back(std::move(entry));
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

std::vector<std::string> Loader::layerNames() const {
  std::vector<std::string> names;
  for (const LayerEntry &entry : entries)
    names.push_back(entry.name);
  return names;
}

std::optional<Tensor> Loader::find(const json::Value &source) const {
  const std::string name = source.at(size_t(0)).string();
  const int64_t node = source.at(size_t(1)).integer();
  const int64_t index = source.at(size_t(2)).integer();
  auto it = positions.find(name);
  if (it == positions.end())
    source.fail(fmt::format("names layer `{}`; there is no such layer{}", name, didYouMean(name, layerNames())));
  const LayerEntry &entry = entries[it->second];
  const size_t calls = entry.layer ? entry.calls.size() : 1;
  const auto call = node - static_cast<int64_t>(entry.firstNode());
  if (call < 0 || size_t(call) >= calls)
    source.fail(fmt::format("names call {} of `{}`, which is called {}; calls count from {}", node, name,
                            counted(calls, "time"), entry.firstNode()));
  if (size_t(call) >= entry.results.size())
    return std::nullopt;
  const std::vector<Tensor> &results = entry.results[size_t(call)];
  if (index < 0 || size_t(index) >= results.size())
    source.fail(fmt::format("names result {} of `{}`, which has {}; results count from 0", index, name,
                            counted(results.size(), "result")));
  return results[size_t(index)];
}

void Loader::checkArguments(const LayerEntry &entry, const json::Value &arguments) {
  for (const std::string &key : arguments.keys())
    if (arguments.has(key))
      throw Unsupported(key,
                        fmt::format("`{}` is called with argument `{}`, which "
                                    "is not supported", entry.name, key),
                        arguments.location());
}

/// Keras 3 writes a tensor as an object, alone or in lists.
static void collectHistories(const json::Value &value, std::vector<json::Value> &sources) {
  if (value.isArray()) {
    for (const json::Value &element : value.elements())
      collectHistories(element, sources);
  } else {
    if (value.at("class_name").string() != "__keras_tensor__")
      value.fail("is no tensor; must be one or a list of them");
    sources.push_back(value.at("config").at("keras_history"));
  }
}

/// Makes the next call of a layer if its inputs are there.
bool Loader::makeCall(LayerEntry &entry) {
  const json::Value &call = entry.calls[entry.results.size()];
  std::vector<json::Value> sources;
  if (call.isObject()) {
    collectHistories(call.at("args"), sources);
    checkArguments(entry, call.at("kwargs"));
  } else {
    sources = call.elements();
  }
  std::vector<Tensor> inputs;
  for (const json::Value &source : sources) {
    const std::optional<Tensor> input = find(source);
    if (!input)
      return false;
    inputs.push_back(*input);
    if (source.size() > 3)
      checkArguments(entry, source.at(size_t(3)));
  }
  entry.results.push_back(
      callLayer(entry.layer, inputs, entry.value.location()));
  return true;
}

void Loader::makeCalls() {
  // Files are nearly in order, so few rounds are needed.
  for (bool progress = true; progress;) {
    progress = false;
    for (LayerEntry &entry : entries)
      while (entry.results.size() < entry.calls.size() && makeCall(entry))
        progress = true;
  }
  for (const LayerEntry &entry : entries)
    if (entry.results.size() < entry.calls.size())
      throw Error(fmt::format("call {} of `{}` depends on its own result",
                              entry.results.size(), entry.name),
                  entry.value.location());
}

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

std::vector<Tensor> Loader::readEnds(const json::Value &list) const {
  std::vector<Tensor> tensors;
  // A single tensor may stand without a list around it.
  if (list.size() && list.at(size_t(0)).isString()) {
    return {*find(list)};
  }
  // All calls are made by now.
  for (const json::Value &end : list.elements())
    tensors.push_back(*find(end));
  return tensors;
}

Model Loader::load(const json::Value &root, const std::string &name) {
  const json::Value kind = root.at("class_name");
  const std::string className = kind.string();
  if (!isFunctional(className))
    throw Unsupported(className,
                      fmt::format("`class_name` is \"{}\"; only `Functional` models are supported", className),
                      root.location());
  const json::Value config = root.at("config");
  const json::Value layers = config.at("layers");
  if (layers.size() > graph::mostCalls)
    layers.fail(fmt::format("has {}; at most {} are possible", counted(layers.size(), "layer"), graph::mostCalls));
  for (const json::Value &layer : layers.elements())
    addLayer(layer);
  makeCalls();
  return Model(readEnds(config.at("input_layers")),
               readEnds(config.at("output_layers")),
               {.name = name.empty() ? config.stringOr("name", "") : name,
                .trainable = config.booleanOr("trainable", true)},
               root.location());
}

Model loadKerasModel(const std::string &text,
                     const std::optional<std::string> &settings,
                     const LoadOptions &options) {
  MadeLayers made;
  Model model =
      Loader(options, made).load(json::Value::parse(text, options.modelFile));
  if (settings) {
    const json::Value root =
        json::Value::parse(*settings, options.settingsFile);
    const json::Value compile = root.at("compile");
    model.compile(readCompileOptions(compile, model.graph().outputNames),
                  compile.location());
  }
  return model;
}

} // namespace ingot::keras
