//===- Dot.cpp - a model as a drawing -------------------------------------===//
//
// A box is a table: what a call reads above the layer's name, what it gives
// below. Where there is a choice, results are called as in the summary,
// `[node][tensor]`.
//
//   +-----------+-----------+
//   | [0]       | [1]       |  ports i0_0, i1_0: node, input
//   +-----------+-----------+
//   |    dense (Dense)      |  port h
//   +-----------+-----------+
//   | (None, 3) | (None, 3) |  ports o0_0, o1_0: node, result
//   +-----------+-----------+
//
//===----------------------------------------------------------------------===//

#include "graph/Dot.h"

#include "graph/Summary.h"

#include <cstdio>
#include <map>
#include <numeric>
#include <set>

namespace ingot::graph {

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

/// A string of the language, in quotes.
static std::string quoted(const std::string &text) {
  std::string result = "\"";
  for (char c : text)
    result += c == '\n' ? "\\n" : c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
  return result + "\"";
}

/// Text in a table.
static std::string inTable(const std::string &text) {
  std::string result;
  for (char c : text)
    result += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : std::string{c};
  return result;
}

/// `[node]`, or `[node][tensor]` if the call gives several.
static std::string numbered(unsigned node, unsigned tensor, size_t tensors) {
  const std::string text = "[" + std::to_string(node) + "]";
  return tensors > 1 ? text + "[" + std::to_string(tensor) + "]" : text;
}

static std::string port(char kind, unsigned node, unsigned tensor) {
  return kind + std::to_string(node) + "_" + std::to_string(tensor);
}

static std::string describe(const TensorType &type) {
  return (type.dtype == DType::I32 ? "int32 " : "") + shape::toString(type.shape);
}

/// "50240 parameters, frozen"; nothing for a layer without any.
static std::string describeWeights(const Layer &layer) {
  const ParameterCount count = countByTraining(layer);
  if (count.total() == 0)
    return "";
  const std::string text = withSeparators(count.total()) + " parameters";
  if (count.nonTrainable == 0)
    return text;
  return text + (count.trainable ? ", " + withSeparators(count.nonTrainable) + " of them frozen" : ", frozen");
}

/// "TimeDistributed(mlp)", "TimeDistributed(Dense)"
static std::string describeClass(const Layer &layer) {
  std::string inner;
  for (const auto &wrapped : layer.wrapped)
    inner += (inner.empty() ? "" : ", ") + (wrapped->model ? wrapped->name : describeClass(*wrapped));
  return layer.className + (inner.empty() ? "" : "(" + inner + ")");
}

/// What a wrapper applies, or the layer itself.
static const Layer &unwrapped(const Layer &layer) {
  return layer.wrapped.size() == 1 ? unwrapped(*layer.wrapped[0]) : layer;
}

/// The model whose layers are drawn for `layer`, or null.
static const Model *bodyOf(const Layer &layer) { return unwrapped(layer).model.get(); }

static const char *colorOf(const Layer &layer) {
  if (layer.className == "InputLayer")
    return "#dff0d8";
  const ParameterCount count = countByTraining(layer);
  return count.total() == 0 ? "#ffffff" : count.trainable ? "#d9e8f6" : "#e0e0e0";
}

//===----------------------------------------------------------------------===//
// Boxes
//===----------------------------------------------------------------------===//

namespace {

/// A cell above or below a layer's name.
struct Cell {
  std::string port, text;
};

/// The cells of one call.
struct Column {
  std::vector<Cell> above, below;
  /// So many that the cells of both rows divide it.
  size_t width() const { return std::lcm(std::max<size_t>(above.size(), 1), std::max<size_t>(below.size(), 1)); }
};

class Writer {
public:
  std::string write(const Model &model);

private:
  void line(const std::string &text) { out += std::string(2 * depth, ' ') + text + "\n"; }
  void row(const std::vector<Column> &columns, std::vector<Cell> Column::*cells);
  void box(const std::string &id, const std::vector<Column> &columns, const std::string &name);
  void edge(const std::string &from, const std::string &to, const std::string &style = "");

  void writeLayers(const Model &model, const std::string &path, const std::vector<unsigned> &calls);
  void writeLayer(const SummaryRow &row, const std::string &id);
  void writeNested(const SummaryRow &row, const std::string &id);
  void writeInput(const Layer &layer, const std::string &id, const std::vector<unsigned> &calls);
  void writeEdges(const Model &model, const std::string &path);
  void writeOutputs(const Model &model);

  std::string sourceOf(const TensorRef &tensor, const std::string &path) const;
  std::string targetOf(const SummaryRow &row, const std::string &id, unsigned node, unsigned input) const;

  std::string out;
  unsigned depth = 0;
  /// Where each layer was drawn first.
  std::map<const Layer *, std::string> drawn;
  /// Nested models that are drawn with their layers.
  std::set<std::string> frames;
};

} // namespace

/// Nothing if there is no cell.
void Writer::row(const std::vector<Column> &columns, std::vector<Cell> Column::*cells) {
  std::string text;
  for (const Column &column : columns)
    for (const Cell &cell : column.*cells) {
      const size_t span = column.width() / (column.*cells).size();
      text += "<td port=\"" + cell.port + "\"" + (span > 1 ? " colspan=\"" + std::to_string(span) + "\"" : "") + ">" +
              inTable(cell.text) + "</td>";
    }
  if (!text.empty())
    line("  <tr>" + text + "</tr>");
}

/// `name` is a cell, or nothing.
void Writer::box(const std::string &id, const std::vector<Column> &columns, const std::string &name) {
  line(quoted(id) + " [label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" cellpadding=\"4\">");
  row(columns, &Column::above);
  if (!name.empty())
    line("  <tr>" + name + "</tr>");
  row(columns, &Column::below);
  line("</table>>];");
}

void Writer::edge(const std::string &from, const std::string &to, const std::string &style) {
  line(from + " -> " + to + (style.empty() ? "" : " [" + style + "]") + ";");
}

/// Name, class and weights over all columns.
static std::string nameCell(const Layer &layer, const std::vector<Column> &columns) {
  size_t width = 0;
  for (const Column &column : columns)
    width += column.width();
  std::string text = "<b>" + inTable(layer.name) + "</b><br/>" + inTable(describeClass(layer));
  if (const std::string weights = describeWeights(layer); !weights.empty())
    text += "<br/>" + weights;
  return "<td port=\"h\"" + (width > 1 ? " colspan=\"" + std::to_string(width) + "\"" : "") + " bgcolor=\"" +
         colorOf(layer) + "\">" + text + "</td>";
}

static std::vector<Cell> resultCells(const SummaryRow &row, unsigned node, bool always) {
  const std::vector<TensorType> &results = row.layer->nodes[node].outputs;
  std::vector<Cell> cells;
  for (unsigned i = 0; i < results.size(); ++i) {
    const bool several = always || row.nodes.size() > 1 || results.size() > 1;
    cells.push_back({port('o', node, i), (several ? numbered(node, i, results.size()) + " " : "") + describe(results[i])});
  }
  return cells;
}

/// A layer that is called once, on one tensor, needs no cell for it.
static bool hasInputCells(const SummaryRow &row) {
  return row.nodes.size() > 1 || row.layer->nodes[row.nodes.front()].inputs.size() > 1;
}

void Writer::writeLayer(const SummaryRow &row, const std::string &id) {
  std::vector<Column> columns;
  for (unsigned node : row.nodes) {
    Column &column = columns.emplace_back();
    const std::vector<TensorRef> &inputs = row.layer->nodes[node].inputs;
    for (unsigned i = 0; hasInputCells(row) && i < inputs.size(); ++i)
      column.above.push_back({port('i', node, i), (row.nodes.size() > 1 ? numbered(node, i, 1) + " " : "") +
                                                      describe(typeOf(inputs[i]))});
    column.below = resultCells(row, node, /*always=*/false);
  }
  box(id, columns, nameCell(*row.layer, columns));
}

/// `calls`: those of the model that this is an input of, if it is nested.
void Writer::writeInput(const Layer &layer, const std::string &id, const std::vector<unsigned> &calls) {
  std::vector<Column> columns(1);
  for (unsigned node : calls)
    if (calls.size() > 1)
      columns[0].above.push_back({port('i', node, 0), numbered(node, 0, 1)});
  columns[0].below.push_back({port('o', 0, 0), describe(layer.nodes[0].outputs[0])});
  box(id, columns, nameCell(layer, columns));
}

/// A frame around the layers; calls go to its inputs, and the results of all calls
/// are a box at its end.
void Writer::writeNested(const SummaryRow &row, const std::string &id) {
  const Layer &layer = *row.layer;
  frames.insert(id);
  line("subgraph " + quoted("cluster " + id) + " {");
  ++depth;
  const std::string weights = describeWeights(layer);
  line("style=\"rounded,filled\"; color=\"#909090\"; fillcolor=\"#f6f6f6\"; labeljust=l; fontsize=10;");
  line("label=<<b>" + inTable(layer.name) + "</b><br/>" + inTable(describeClass(layer)) +
       (weights.empty() ? "" : "<br/>" + weights) + ">;");
  const Model &body = *bodyOf(layer);
  writeLayers(body, id + "/", row.nodes);
  std::vector<Column> columns;
  for (unsigned node : row.nodes)
    columns.push_back({{}, resultCells(row, node, /*always=*/true)});
  box(id + ":out", columns, "");
  for (unsigned node : row.nodes)
    for (unsigned i = 0; i < body.outputs.size(); ++i)
      edge(sourceOf(body.outputs[i], id + "/"), quoted(id + ":out") + ":" + port('o', node, i) + ":n",
           "style=dashed");
  --depth;
  line("}");
}

//===----------------------------------------------------------------------===//
// Arrows
//===----------------------------------------------------------------------===//

std::string Writer::sourceOf(const TensorRef &tensor, const std::string &path) const {
  const std::string id = path + tensor.layer->name;
  return quoted(frames.count(id) ? id + ":out" : id) + ":" + port('o', tensor.node, tensor.index) + ":s";
}

std::string Writer::targetOf(const SummaryRow &row, const std::string &id, unsigned node, unsigned input) const {
  if (frames.count(id))
    return quoted(id + "/" + bodyOf(*row.layer)->inputs[input].layer->name) + ":" +
           (row.nodes.size() > 1 ? port('i', node, 0) : "h") + ":n";
  return quoted(id) + ":" + (hasInputCells(row) ? port('i', node, input) : "h") + ":n";
}

void Writer::writeEdges(const Model &model, const std::string &path) {
  for (const SummaryRow &row : summaryRows(model))
    for (unsigned node : row.nodes) {
      const std::vector<TensorRef> &inputs = row.layer->nodes[node].inputs;
      for (unsigned i = 0; i < inputs.size(); ++i)
        edge(sourceOf(inputs[i], path), targetOf(row, path + row.layer->name, node, i));
    }
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

/// `path` is that of a nested model, `calls` its calls.
void Writer::writeLayers(const Model &model, const std::string &path, const std::vector<unsigned> &calls) {
  for (const SummaryRow &row : summaryRows(model)) {
    const Layer &layer = *row.layer;
    const std::string id = path + layer.name;
    if (layer.className == "InputLayer") {
      writeInput(layer, id, calls);
      continue;
    }
    const auto [first, isNew] = drawn.emplace(&unwrapped(layer), id);
    if (bodyOf(layer) && isNew)
      writeNested(row, id);
    else
      writeLayer(row, id);
    if (!isNew && countParameters(layer) > 0)
      edge(quoted(frames.count(first->second) ? first->second + ":out" : first->second), quoted(id),
           "dir=none, style=dotted, constraint=false, label=\"same weights\"");
  }
  writeEdges(model, path);
}

/// "main\n0.2 * binary_crossentropy"
static std::string describeOutput(const Model &model, size_t i) {
  std::string text = model.outputNames[i];
  if (!model.compile || !model.compile->outputs[i].loss)
    return text;
  const OutputSpec &spec = model.compile->outputs[i];
  char weight[32] = "";
  if (spec.lossWeight != 1)
    std::snprintf(weight, sizeof weight, "%g * ", spec.lossWeight);
  return text + "\n" + weight + spec.loss->name;
}

void Writer::writeOutputs(const Model &model) {
  for (size_t i = 0; i < model.outputs.size(); ++i) {
    const std::string id = quoted("output " + model.outputNames[i]);
    line(id + " [shape=oval, label=" + quoted(describeOutput(model, i)) + "];");
    edge(sourceOf(model.outputs[i], ""), id + ":n");
  }
}

std::string Writer::write(const Model &model) {
  line("digraph " + quoted(model.name) + " {");
  ++depth;
  line("label=" + quoted(model.name) + "; labelloc=t; fontname=\"Helvetica\"; fontsize=12;");
  line("node [shape=plain, style=filled, fillcolor=white, fontname=\"Helvetica\", fontsize=10];");
  line("edge [fontname=\"Helvetica\", fontsize=9, arrowsize=0.6];");
  writeLayers(model, "", {});
  writeOutputs(model);
  --depth;
  line("}");
  return std::move(out);
}

std::string dot(const Model &model) { return Writer().write(model); }

} // namespace ingot::graph
