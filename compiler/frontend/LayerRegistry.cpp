//===- LayerRegistry.cpp - layers by their Keras class name ---------------===//

#include "frontend/LayerRegistry.h"

#include "frontend/LayerClass.h"
#include "frontend/Names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ingot {

/// All layer classes, sorted by name.
static constexpr std::array allClasses = {
    &activationClass,   &addClass,      &averageClass,
    &averagePooling2DClass, &concatenateClass, &conv2DClass,
    &denseClass, &dotClass, &dropoutClass, &embeddingClass, &flattenClass, &globalAveragePooling2DClass,
    &globalMaxPooling2DClass, &lstmClass, &maskingClass, &maxPooling2DClass, &maximumClass, &minimumClass,
    &multiplyClass,     &permuteClass,  &repeatVectorClass, &reshapeClass,
    &subtractClass,     &timeDistributedClass};

std::vector<std::string> layerClassNames() {
  std::vector<std::string> names;
  for (const LayerClass *rules : allClasses)
    names.emplace_back(rules->className);
  return names;
}

Layer makeLayer(const std::string &className, const LayerConfig &config,
                const SourceLocation &loc) {
  auto rules = std::find_if(
      allClasses.begin(), allClasses.end(),
      [&](const LayerClass *rules) { return rules->className == className; });
  if (rules == allClasses.end())
    throw Unsupported(className,
                      fmt::format("there is no layer class `{}`; {}", className,
                                  hintOrList(className, layerClassNames())),
                      loc);
  auto layer = std::make_shared<RecordedLayer>();
  layer->className = className;
  layer->op = (*rules)->op.empty() ? toSnakeCase(className) : std::string((*rules)->op);
  layer->trainable = config.trainable;
  layer->loc = loc;
  layer->rules = *rules;
  LayerArguments arguments(className, config, loc);
  arguments.expect("dtype", "float32");
  (*rules)->create(*layer, arguments);
  arguments.finish();
  // Last, so that a refused layer takes no name.
  layer->name = chooseName(config.name, className, loc);
  if (!layer->trainable)
    setTrainable(*layer, false);
  return Layer(std::move(layer));
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

Spec LayerArguments::object(const std::string &name, const char *fallback) {
  readObjects.insert(name);
  if (auto it = objects.find(name); it != objects.end() && !it->second.isNone())
    return it->second;
  return Spec(string(name, fallback), {}, location());
}

WeightRule LayerArguments::weight(const std::string &name, const char *initializer) {
  WeightRule rule{object(name + "_initializer", initializer),
                  resolveRegularizer(object(name + "_regularizer"))};
  // The numbers follow from the shape, which the first call tells; a mistake in
  // the arguments shows already.
  (void)resolveInitializer(rule.initializer, {1, 1});
  return rule;
}

std::shared_ptr<graph::Layer> LayerArguments::layer(const std::string &name) {
  readLayers.insert(name);
  const auto it = layers.find(name);
  if (it == layers.end())
    throw Error(fmt::format("`{}` is missing; must be a layer or a model", name), location());
  if (!static_cast<const RecordedLayer &>(*it->second).rules)
    throw Error(fmt::format("`{}` is the input `{}`; must be a layer or a model", name, it->second->name),
                location(), {{fmt::format("`{}` is made here", it->second->name), it->second->loc}});
  return it->second;
}

void LayerArguments::finish() const {
  Arguments::finish();
  auto refuse = [&](const std::string &name) {
    throw Unsupported(name, fmt::format("argument `{}` of `{}` is not supported", name, ownerName()), location());
  };
  for (const auto &[name, object] : objects)
    if (!object.isNone() && !readObjects.count(name))
      refuse(name);
  for (const auto &[name, layer] : layers)
    if (!readLayers.count(name))
      refuse(name);
}

//===----------------------------------------------------------------------===//
// For layer classes
//===----------------------------------------------------------------------===//

const graph::TensorType &onlyInput(const graph::Layer &layer,
                                   const std::vector<graph::TensorRef> &inputs,
                                   const SourceLocation &loc) {
  if (inputs.size() != 1)
    throw Error(fmt::format("`{}` is called on {} tensors; {} takes one",
                            layer.name, inputs.size(), layer.className),
                loc, callNotes(layer, {}, loc));
  return graph::typeOf(inputs[0]);
}

std::vector<graph::Shape> shapesOf(const std::vector<graph::TensorRef> &inputs) {
  std::vector<graph::Shape> shapes;
  for (const graph::TensorRef &input : inputs)
    shapes.push_back(graph::typeOf(input).shape);
  return shapes;
}

std::vector<Note> callNotes(const graph::Layer &layer, const std::vector<graph::TensorRef> &inputs,
                            const SourceLocation &loc) {
  // More places than these are no help.
  constexpr size_t most = 8;
  std::vector<Note> notes;
  auto add = [&](std::string message, const SourceLocation &place) {
    if (notes.size() < most && place.line != 0 && (place.line != loc.line || place.file != loc.file))
      notes.push_back({std::move(message), place});
  };
  add(fmt::format("`{}` is made here", layer.name), layer.loc);
  for (size_t i = 0; i < inputs.size(); ++i)
    add(fmt::format("{}`{}` of shape {} is made here", inputs.size() > 1 ? fmt::format("input {}, ", i) : "",
                    inputs[i].layer->name, shape::toString(graph::typeOf(inputs[i]).shape)),
        inputs[i].layer->nodes[inputs[i].node].loc);
  return notes;
}

void requireFloat(const graph::Layer &layer, const std::vector<graph::TensorRef> &inputs,
                  const SourceLocation &loc) {
  for (const graph::TensorRef &input : inputs)
    if (graph::typeOf(input).dtype != graph::DType::F32)
      throw Error(fmt::format("`{}` is called on an int32 tensor; {} takes float32",
                              layer.name, layer.className),
                  loc, callNotes(layer, inputs, loc));
}

const graph::Shape &shapeOrFail(const graph::Layer &layer, const shape::Inferred &inferred,
                                const std::vector<graph::TensorRef> &inputs, const SourceLocation &loc) {
  if (!inferred)
    throw Error(fmt::format("`{}`: {}", layer.name, inferred.message()), loc, callNotes(layer, inputs, loc));
  return *inferred;
}

std::vector<graph::TensorType> callWrapped(RecordedLayer &wrapper, size_t which,
                                           const std::vector<graph::TensorType> &inputs,
                                           const SourceLocation &loc) {
  std::vector<graph::TensorRef> arguments;
  for (const graph::TensorType &input : inputs) {
    auto passed = std::make_shared<RecordedLayer>();
    passed->className = "InputLayer";
    passed->name = wrapper.name;
    passed->loc = loc;
    passed->nodes.push_back({{}, {input}, loc});
    arguments.push_back({std::move(passed)});
  }
  wrapper.innerCalls.push_back(makeNode(static_cast<RecordedLayer &>(*wrapper.wrapped.at(which)), arguments, loc));
  return wrapper.innerCalls.back().outputs;
}

static graph::Initializer initializerOf(const WeightRule &rule, const graph::Shape &shape) {
  if (rule.blocks.empty())
    return resolveInitializer(rule.initializer, shape);
  graph::Initializer all;
  all.kind = graph::Initializer::Kind::Concat;
  for (const auto &[size, initializer] : rule.blocks) {
    graph::Shape block = shape;
    block.back() = size;
    all.parts.push_back(resolveInitializer(initializer, block));
    all.sizes.push_back(size);
  }
  return all;
}

std::vector<Note> builtNotes(const RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs,
                             const SourceLocation &loc) {
  std::vector<Note> notes = callNotes(layer, inputs, loc);
  notes.insert(notes.begin(), {fmt::format("`{}` was first called here", layer.name), layer.builtAt});
  return notes;
}

void addVariable(RecordedLayer &layer, const std::string &name,
                 const graph::Shape &shape, const SourceLocation &loc) {
  graph::Shape sample = shape;
  sample.insert(sample.begin(), 1);
  if (shape::elementsPerSample(sample) > graph::mostElements)
    throw Error(fmt::format("`{}` of `{}` has shape {}; at most 2^40 elements are possible",
                            name, layer.name, shape::toString(shape)),
                loc);
  const WeightRule &rule = layer.weights.at(name);
  layer.builtAt = loc;
  layer.variables.push_back({name, shape, initializerOf(rule, shape),
                             rule.regularizer, /*trainable=*/true});
}

} // namespace ingot
