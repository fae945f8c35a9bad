//===- Layer.cpp - tensors, calls of layers, and the nodes API ------------===//

#include "frontend/LayerClass.h"
#include "graph/Graph.h"
#include "graph/Wording.h"
#include "ingot/Layers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <mutex>

namespace ingot {

static_assert(None == shape::kDynamic);

std::string shape_text(const Shape &shape) { return shape::toString(shape); }

//===----------------------------------------------------------------------===//
// Tensor
//===----------------------------------------------------------------------===//

Tensor::Tensor(const graph::TensorRef &value)
    : layer(value.layer), node(value.node), index(value.index) {}

graph::TensorRef Tensor::ref() const {
  if (!layer)
    throw Error("this tensor has no value; it is not the result of a layer");
  return {layer, node, index};
}

Shape Tensor::shape() const { return graph::typeOf(ref()).shape; }

std::string Tensor::dtype() const {
  return graph::typeOf(ref()).dtype == graph::DType::F32 ? "float32" : "int32";
}

Results::operator Tensor() const {
  if (size() != 1)
    throw Error(fmt::format("{} has {} tensors; where one is needed, take it by `[i]`",
                            what, size()),
                loc, notes);
  return (*this)[0];
}

bool Results::operator==(const Results &other) const {
  return std::equal(begin(), end(), other.begin(), other.end());
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

namespace {

/// A node owns its inputs, so layers that are called on their own results own
/// each other. They live to the end of the program, where this frees them.
class Cycles {
public:
  /// A cycle has a layer that is called twice; those are enough to break it.
  void add(const std::shared_ptr<graph::Layer> &layer) {
    const std::lock_guard lock(mutex);
    layers.push_back(layer);
  }
  ~Cycles() {
    for (const auto &weak : layers)
      if (auto layer = weak.lock())
        layer->nodes.clear();
  }

private:
  std::mutex mutex;
  std::vector<std::weak_ptr<graph::Layer>> layers;
};

} // namespace

static RecordedLayer &recordOf(const Layer &layer) {
  return static_cast<RecordedLayer &>(*layer.recorded());
}

void setTrainable(graph::Layer &layer, bool trainable) {
  layer.trainable = trainable;
  for (const auto &inner : graph::innerLayers(layer))
    setTrainable(*inner, trainable);
}

graph::Node makeNode(RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs,
                     const SourceLocation &loc) {
  layer.innerCalls.clear();
  graph::Node node{inputs, layer.rules->call(layer, inputs, loc), loc};
  node.inner = std::move(layer.innerCalls);
  return node;
}

std::vector<Tensor> callLayer(const std::shared_ptr<graph::Layer> &record,
                              const Tensors &inputs, const SourceLocation &loc) {
  auto &layer = static_cast<RecordedLayer &>(*record);
  if (!layer.rules)
    throw Error(fmt::format("`{}` is an input; it cannot be called", layer.name),
                loc, {{fmt::format("`{}` is made here", layer.name), layer.loc}});
  std::vector<graph::TensorRef> arguments;
  for (const Tensor &input : inputs) {
    if (input.isNull())
      throw Error(fmt::format("`{}` is called on a tensor without a value; it "
                              "is not the result of a layer", layer.name),
                  loc);
    arguments.push_back(input.ref());
  }
  graph::Node node = makeNode(layer, arguments, loc);
  for (const graph::TensorType &result : node.outputs)
    if (shape::elementsPerSample(result.shape) > graph::mostElements)
      throw Error(fmt::format("the result of `{}` has shape {}; at most 2^40 elements a sample are possible",
                              layer.name, shape::toString(result.shape)),
                  loc, callNotes(layer, arguments, loc));
  layer.nodes.push_back(std::move(node));
  if (layer.nodes.size() == 2) {
    static Cycles cycles;
    cycles.add(record);
  }
  std::vector<Tensor> results;
  const auto index = static_cast<unsigned>(layer.nodes.size() - 1);
  for (unsigned i = 0; i < layer.nodes[index].outputs.size(); ++i)
    results.emplace_back(graph::TensorRef{record, index, i});
  return results;
}

Results Layer::operator()(const Tensors &inputs, SourceLocation loc) const {
  return Results(callLayer(record, inputs, loc), fmt::format("the result of `{}`", name()), loc);
}

const std::string &Layer::name() const { return record->name; }
const std::string &Layer::class_name() const { return record->className; }
bool Layer::trainable() const { return record->trainable; }
void Layer::set_trainable(bool trainable) { setTrainable(*record, trainable); }
int64_t Layer::count_params() const { return graph::countParameters(*record); }

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

/// Warns once if the layer has several nodes, of which only the first is meant.
/// Node 0 of a model is its own graph, which is what is always meant.
static void warnOfNodes(RecordedLayer &layer, const char *what,
                        const SourceLocation &loc) {
  if (layer.nodes.size() < 2 || layer.hasWarnedOfNodes || layer.model)
    return;
  layer.hasWarnedOfNodes = true;
  auto place = [](const SourceLocation &loc) { return loc.toString(); };
  fmt::print(stderr,
             "{}: warning: `{}` has {} nodes; `{}()` is that of node 0, use "
             "`get_{}_at(i)`\n  {}: note: node 0 is made here\n  {}: note: node 1 "
             "is made here\n",
             place(loc), layer.name, layer.nodes.size(), what, what,
             place(layer.nodes[0].loc), place(layer.nodes[1].loc));
}

/// Where calls were made, the first `limit` of them.
static std::vector<Note> callSites(const graph::Layer &layer, size_t limit) {
  std::vector<Note> notes;
  for (size_t i = 0; i < std::min(limit, layer.nodes.size()); ++i)
    notes.push_back({fmt::format("node {} is made here", i), layer.nodes[i].loc});
  return notes;
}

static const graph::Node &nodeAt(const Layer &layer, int node,
                                 const SourceLocation &loc) {
  const graph::Layer &record = *layer.recorded();
  if (record.nodes.empty())
    throw Error(fmt::format("`{}` was never called; it has no input or output", record.name), loc,
                {{fmt::format("`{}` is made here", record.name), record.loc}});
  if (node < 0 || static_cast<size_t>(node) >= record.nodes.size())
    throw Error(fmt::format("`{}` has {}; there is no node {}, as they count from 0", record.name,
                            counted(record.nodes.size(), "node"), node),
                loc, callSites(record, 8));
  return record.nodes[static_cast<size_t>(node)];
}

/// What `get_input_at` and its relatives give; an error speaks of the call.
static Results resultsAt(const Layer &layer, int node, std::vector<Tensor> tensors, const char *what,
                         const SourceLocation &loc) {
  return Results(std::move(tensors), fmt::format("the {} of node {} of `{}`", what, node, layer.name()), loc,
                 {{fmt::format("node {} is made here", node),
                   layer.recorded()->nodes[static_cast<size_t>(node)].loc}});
}

static std::vector<Tensor> tensorsOf(const std::vector<graph::TensorRef> &refs) {
  return std::vector<Tensor>(refs.begin(), refs.end());
}

static std::vector<Tensor> inputsOf(const Layer &layer, size_t node) {
  return tensorsOf(layer.recorded()->nodes[node].inputs);
}

/// Those of a model's own graph are what the model was made of.
static std::vector<Tensor> outputsOf(const Layer &layer, size_t node) {
  const auto &record = layer.recorded();
  if (record->model && node == 0)
    return tensorsOf(record->model->outputs);
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < record->nodes[node].outputs.size(); ++i)
    tensors.emplace_back(graph::TensorRef{record, static_cast<unsigned>(node),
                                          static_cast<unsigned>(i)});
  return tensors;
}

Results Layer::output(SourceLocation loc) const {
  nodeAt(*this, 0, loc);
  warnOfNodes(recordOf(*this), "output", loc);
  return get_output_at(0, loc);
}

Results Layer::input(SourceLocation loc) const {
  nodeAt(*this, 0, loc);
  warnOfNodes(recordOf(*this), "input", loc);
  return get_input_at(0, loc);
}

Results Layer::get_output_at(int node, SourceLocation loc) const {
  nodeAt(*this, node, loc);
  return resultsAt(*this, node, outputsOf(*this, static_cast<size_t>(node)), "output", loc);
}

Results Layer::get_input_at(int node, SourceLocation loc) const {
  nodeAt(*this, node, loc);
  // The input of an input is itself, as in Keras.
  if (!recordOf(*this).rules)
    return get_output_at(node, loc);
  return resultsAt(*this, node, inputsOf(*this, static_cast<size_t>(node)), "input", loc);
}

std::vector<Node> Layer::inbound_nodes() const {
  std::vector<Node> nodes;
  for (size_t i = 0; i < record->nodes.size(); ++i)
    nodes.push_back({*this, static_cast<int>(i), inputsOf(*this, i), outputsOf(*this, i),
                     record->nodes[i].loc});
  return nodes;
}

Shape Layer::get_output_shape_at(int node, SourceLocation loc) const {
  return get_output_at(node, loc).shape();
}

Shape Layer::get_input_shape_at(int node, SourceLocation loc) const {
  return get_input_at(node, loc).shape();
}

/// The shape that `shapeAt(i)` gives for every node.
template <class F>
static Shape commonShape(const Layer &layer, const char *what, F shapeAt,
                         const SourceLocation &loc) {
  nodeAt(layer, 0, loc);
  const std::vector<graph::Node> &nodes = layer.recorded()->nodes;
  const Shape first = shapeAt(0);
  for (size_t i = 1; i < nodes.size(); ++i)
    if (Shape other = shapeAt(static_cast<int>(i)); other != first)
      throw Error(fmt::format("`{}_shape` of `{}` is {} at node 0 and {} at node {}; "
                              "use `get_{}_shape_at(i)`", what, layer.name(),
                              shape::toString(first), shape::toString(other), i, what),
                  loc,
                  {{"node 0 is made here", nodes[0].loc},
                   {fmt::format("node {} is made here", i), nodes[i].loc}});
  return first;
}

Shape Layer::output_shape(SourceLocation loc) const {
  return commonShape(*this, "output", [&](int i) { return get_output_shape_at(i, loc); }, loc);
}

Shape Layer::input_shape(SourceLocation loc) const {
  return commonShape(*this, "input", [&](int i) { return get_input_shape_at(i, loc); }, loc);
}

} // namespace ingot
