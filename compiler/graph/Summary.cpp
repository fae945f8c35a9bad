//===- Summary.cpp - Keras' table of a model ------------------------------===//

#include "graph/Graph.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace ingot::graph {

namespace {

/// Calls of one layer that belong to the model.
using CallsOf = std::map<const Layer *, std::vector<unsigned>>;

/// One row; the last cell may have several lines, one for each connection.
struct Row {
  std::array<std::string, 3> cells;
  std::vector<std::string> connections;
};

} // namespace

/// 55050 -> "55,050"
static std::string withSeparators(int64_t number) {
  std::string text = std::to_string(number);
  for (auto i = static_cast<int>(text.size()) - 3; i > 0; i -= 3)
    text.insert(static_cast<size_t>(i), 1, ',');
  return text;
}

static CallsOf collectCalls(const Model &model) {
  CallsOf calls;
  for (const TensorRef &input : model.inputs)
    calls[input.layer.get()] = {input.node};
  for (const auto &[layer, node] : model.calls)
    if (layer->className != "InputLayer")
      calls[layer.get()].push_back(node);
  for (auto &[layer, nodes] : calls)
    std::sort(nodes.begin(), nodes.end());
  return calls;
}

/// A chain needs no "Connected to": each layer is called once, on the layer
/// in the row above.
static bool isChain(const Model &model, const CallsOf &calls) {
  const Layer *previous = nullptr;
  for (const auto &layer : model.layers) {
    const std::vector<unsigned> &nodes = calls.at(layer.get());
    if (nodes.size() != 1)
      return false;
    const std::vector<TensorRef> &inputs = layer->nodes[nodes[0]].inputs;
    if (inputs.size() != (previous ? 1 : 0) ||
        (previous && inputs[0].layer.get() != previous))
      return false;
    previous = layer.get();
  }
  return model.outputs.size() == 1;
}

/// The shape that all calls give, or "multiple".
static std::string outputShape(const Layer &layer,
                               const std::vector<unsigned> &nodes) {
  std::set<std::string> shapes;
  for (unsigned node : nodes) {
    std::string text;
    for (const TensorType &output : layer.nodes[node].outputs)
      text += (text.empty() ? "" : ", ") + shape::toString(output.shape);
    const bool isList = layer.nodes[node].outputs.size() > 1;
    shapes.insert(isList ? "[" + text + "]" : text);
  }
  return shapes.size() == 1 ? *shapes.begin() : "multiple";
}

static Row makeRow(const Layer &layer, const std::vector<unsigned> &nodes,
                   bool connected, unsigned depth) {
  Row row{{std::string(2 * depth, ' ') + layer.name + " (" + layer.className + ")", outputShape(layer, nodes),
           withSeparators(countParameters(layer))},
          {}};
  if (connected)
    for (unsigned node : nodes)
      for (const TensorRef &input : layer.nodes[node].inputs)
        row.connections.push_back(input.layer->name + "[" +
                                  std::to_string(input.node) + "][" +
                                  std::to_string(input.index) + "]");
  return row;
}

/// Nested models add their own rows below theirs, `depth` levels in.
static void addRows(const Model &model, const CallsOf &calls, bool connected,
                    bool expandNested, unsigned depth, std::vector<Row> &rows) {
  for (const auto &layer : model.layers) {
    rows.push_back(makeRow(*layer, calls.at(layer.get()), connected, depth));
    if (expandNested && layer->model)
      addRows(*layer->model, collectCalls(*layer->model), connected,
              expandNested, depth + 1, rows);
  }
}

static std::string formatLine(const std::array<std::string, 3> &cells,
                              const std::array<size_t, 3> &widths,
                              const std::string &last) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i)
    line += " " + cells[i] + std::string(widths[i] - cells[i].size(), ' ');
  line += " " + last;
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string summary(const Model &model, bool expandNested) {
  const CallsOf calls = collectCalls(model);
  const bool connected = !isChain(model, calls);
  const Row header{{"Layer (type)", "Output Shape", "Param #"},
                   {connected ? "Connected to" : ""}};
  std::vector<Row> rows;
  addRows(model, calls, connected, expandNested, /*depth=*/0, rows);

  // Keras' widths, more where a cell needs it.
  std::array<size_t, 3> widths = {27, 24, 9};
  size_t lastWidth = connected ? 20 : 0;
  for (const Row &row : rows) {
    for (size_t i = 0; i < widths.size(); ++i)
      widths[i] = std::max(widths[i], row.cells[i].size() + 1);
    for (const std::string &connection : row.connections)
      lastWidth = std::max(lastWidth, connection.size());
  }
  const size_t width =
      widths[0] + widths[1] + widths[2] + widths.size() + lastWidth + 1;
  const std::string thin = std::string(width, '_') + "\n";
  const std::string thick = std::string(width, '=') + "\n";

  std::string text = "Model: \"" + model.name + "\"\n" + thin;
  text += formatLine(header.cells, widths, header.connections[0]) + thick;
  for (const Row &row : rows) {
    text += formatLine(row.cells, widths,
                       row.connections.empty() ? "" : row.connections[0]);
    for (size_t i = 1; i < row.connections.size(); ++i)
      text += formatLine({}, widths, row.connections[i]);
  }
  const ParameterCount count = countParameters(model);
  text += thick + "Total params: " + withSeparators(count.total()) + "\n";
  text += "Trainable params: " + withSeparators(count.trainable) + "\n";
  text += "Non-trainable params: " + withSeparators(count.nonTrainable) + "\n";
  return text + thin;
}

} // namespace ingot::graph
