//===- Summary.cpp - Keras' table of a model ------------------------------===//

#include "graph/Summary.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

namespace ingot::graph {

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

std::vector<TensorRef> SummaryRow::inputs() const {
  std::vector<TensorRef> inputs;
  for (unsigned node : nodes)
    inputs.insert(inputs.end(), layer->nodes[node].inputs.begin(), layer->nodes[node].inputs.end());
  return inputs;
}

static void addRows(const Model &model, bool expandNested, unsigned depth, std::vector<SummaryRow> &rows);

static void addRow(const SummaryRow &row, bool expandNested, std::vector<SummaryRow> &rows) {
  rows.push_back(row);
  if (!expandNested)
    return;
  if (row.layer->model)
    addRows(*row.layer->model, expandNested, row.depth + 1, rows);
  for (size_t i = 0; i < row.layer->wrapped.size(); ++i) {
    SummaryRow inner{row.layer->wrapped[i].get(), row.depth + 1, {}, {}};
    for (const Node *call : row.calls)
      inner.calls.push_back(&call->inner[i]);
    addRow(inner, expandNested, rows);
  }
}

static void addRows(const Model &model, bool expandNested, unsigned depth, std::vector<SummaryRow> &rows) {
  std::map<const Layer *, std::vector<unsigned>> nodes;
  for (const TensorRef &input : model.inputs)
    nodes[input.layer.get()] = {input.node};
  for (const auto &[layer, node] : model.calls)
    if (layer->className != "InputLayer")
      nodes[layer.get()].push_back(node);
  for (const auto &layer : model.layers) {
    SummaryRow row{layer.get(), depth, nodes.at(layer.get()), {}};
    std::sort(row.nodes.begin(), row.nodes.end());
    for (unsigned node : row.nodes)
      row.calls.push_back(&layer->nodes[node]);
    addRow(row, expandNested, rows);
  }
}

std::vector<SummaryRow> summaryRows(const Model &model, bool expandNested) {
  std::vector<SummaryRow> rows;
  addRows(model, expandNested, /*depth=*/0, rows);
  return rows;
}

static bool isChain(const Model &model, bool expandNested);

/// Whether all models in `layer` are chains.
static bool hasChains(const Layer &layer) {
  return (!layer.model || isChain(*layer.model, /*expandNested=*/true)) &&
         std::all_of(layer.wrapped.begin(), layer.wrapped.end(), [](const auto &inner) { return hasChains(*inner); });
}

/// A chain needs no "Connected to": each layer is called once, on the first
/// result of the layer in the row above.
static bool isChain(const Model &model, bool expandNested) {
  const Layer *previous = nullptr;
  for (const SummaryRow &row : summaryRows(model)) {
    const std::vector<TensorRef> inputs = row.inputs();
    if (row.nodes.size() != 1 || inputs.size() != (previous ? 1 : 0))
      return false;
    if (previous && (inputs[0].layer.get() != previous || inputs[0].index != 0))
      return false;
    if (expandNested && !hasChains(*row.layer))
      return false;
    previous = row.layer;
  }
  return model.outputs.size() == 1;
}

//===----------------------------------------------------------------------===//
// Cells
//===----------------------------------------------------------------------===//

namespace {

/// A column's title and Keras' width of it.
struct Column {
  const char *title;
  size_t width;
};

/// A cell has a line for each thing that it lists.
using Cell = std::vector<std::string>;
using Cells = std::vector<Cell>;

constexpr const char *branch = "└ ";

} // namespace

/// Characters on the screen; `text` is UTF-8.
static size_t displayWidth(const std::string &text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string withSeparators(int64_t number) {
  std::string text = std::to_string(number);
  for (auto i = static_cast<int>(text.size()) - 3; i > 0; i -= 3)
    text.insert(static_cast<size_t>(i), 1, ',');
  return text;
}

/// 55,050 parameters -> "55,050 (215.04 KB)"
static std::string withSize(int64_t parameters) {
  static constexpr std::array<const char *, 5> units = {"B", "KB", "MB", "GB", "TB"};
  double size = 4.0 * static_cast<double>(parameters);
  size_t unit = 0;
  for (; size >= 1024 && unit + 1 < units.size(); ++unit)
    size /= 1024;
  std::array<char, 32> text = {};
  std::snprintf(text.data(), text.size(), " (%.2f %s)", size, units[unit]);
  return withSeparators(parameters) + text.data();
}

static std::string resultShapes(const Node &node) {
  std::string text;
  for (const TensorType &output : node.outputs)
    text += (text.empty() ? "" : ", ") + shape::toString(output.shape);
  return node.outputs.size() > 1 ? "[" + text + "]" : text;
}

/// The shape that all calls give, or "multiple".
static std::string outputShape(const SummaryRow &row) {
  const std::string first = resultShapes(*row.calls.front());
  const bool agree = std::all_of(row.calls.begin(), row.calls.end(),
                                 [&](const Node *call) { return resultShapes(*call) == first; });
  return agree ? first : "multiple";
}

/// "Y" and "N" as in Keras, "-" where there is nothing to train.
static const char *trains(const Layer &layer) {
  const ParameterCount count = countByTraining(layer);
  return count.total() == 0 ? "-" : count.trainable ? "Y" : "N";
}

static Cells makeCells(const SummaryRow &row, bool connected, bool showTrainable) {
  const Layer &layer = *row.layer;
  const std::string indent = row.depth ? std::string(3 * row.depth, ' ') + branch : "";
  Cells cells = {{indent + layer.name + " (" + layer.className + ")"},
                 {outputShape(row)},
                 {withSeparators(countParameters(layer))}};
  if (connected) {
    Cell &connections = cells.emplace_back();
    for (const TensorRef &input : row.inputs())
      connections.push_back(input.layer->name + "[" + std::to_string(input.node) + "][" +
                            std::to_string(input.index) + "]");
  }
  if (showTrainable)
    cells.push_back({trains(layer)});
  return cells;
}

//===----------------------------------------------------------------------===//
// Lines
//===----------------------------------------------------------------------===//

/// Wide enough for all cells, or shares of `lineLength`. A blank stands before
/// each column.
static std::vector<size_t> columnWidths(const std::vector<Column> &columns, const std::vector<Cells> &rows,
                                        unsigned lineLength) {
  std::vector<size_t> widths;
  size_t total = 0;
  for (size_t i = 0; i < columns.size(); ++i) {
    size_t width = columns[i].width;
    for (const Cells &cells : rows)
      for (const std::string &line : cells[i])
        // The last column needs no distance from the next one.
        width = std::max(width, displayWidth(line) + (i + 1 < columns.size() ? 1 : 0));
    widths.push_back(width);
    total += width + 1;
  }
  if (lineLength == 0)
    return widths;
  const size_t narrowest = 8;
  size_t others = 0;
  for (size_t i = 1; i < widths.size(); ++i) {
    widths[i] = std::max(narrowest, (widths[i] + 1) * lineLength / total - 1);
    others += widths[i] + 1;
  }
  widths.front() = lineLength > others + narrowest + 1 ? lineLength - others - 1 : narrowest;
  return widths;
}

/// `text` cut into pieces of at most `width` characters.
static Cell wrap(const std::string &text, size_t width) {
  Cell pieces = {""};
  size_t used = 0;
  for (char c : text) {
    const bool starts = (c & 0xC0) != 0x80;
    if (starts && used++ == width) {
      pieces.emplace_back();
      used = 1;
    }
    pieces.back() += c;
  }
  return pieces;
}

static std::string formatRow(const Cells &cells, const std::vector<size_t> &widths) {
  std::vector<Cell> columns;
  size_t lines = 0;
  for (size_t i = 0; i < cells.size(); ++i) {
    Cell &column = columns.emplace_back();
    for (const std::string &line : cells[i])
      for (std::string &piece : wrap(line, widths[i]))
        column.push_back(std::move(piece));
    lines = std::max(lines, column.size());
  }
  std::string text;
  for (size_t line = 0; line < lines; ++line) {
    std::string whole;
    for (size_t i = 0; i < columns.size(); ++i) {
      const std::string piece = line < columns[i].size() ? columns[i][line] : "";
      whole += " " + piece + std::string(widths[i] - displayWidth(piece), ' ');
    }
    whole.erase(whole.find_last_not_of(' ') + 1);
    text += whole + "\n";
  }
  return text;
}

std::string summary(const Model &model, const SummaryStyle &style) {
  const bool connected = !isChain(model, style.expandNested);
  std::vector<Column> columns = {{"Layer (type)", 27}, {"Output Shape", 24}, {"Param #", 9}};
  if (connected)
    columns.push_back({"Connected to", 20});
  if (style.showTrainable)
    columns.push_back({"Trainable", 9});

  std::vector<Cells> rows;
  for (const SummaryRow &row : summaryRows(model, style.expandNested))
    rows.push_back(makeCells(row, connected, style.showTrainable));
  const std::vector<size_t> widths = columnWidths(columns, rows, style.lineLength);
  Cells titles;
  size_t width = 0;
  for (size_t i = 0; i < columns.size(); ++i) {
    titles.push_back({columns[i].title});
    width += widths[i] + 1;
  }
  const std::string thin = std::string(width, '_') + "\n";
  const std::string thick = std::string(width, '=') + "\n";

  std::string text = "Model: \"" + model.name + "\"\n" + thin + formatRow(titles, widths) + thick;
  for (const Cells &cells : rows)
    text += formatRow(cells, widths);
  const ParameterCount count = countParameters(model);
  text += thick + "Total params: " + withSize(count.total()) + "\n";
  text += "Trainable params: " + withSize(count.trainable) + "\n";
  text += "Non-trainable params: " + withSize(count.nonTrainable) + "\n";
  return text + thin;
}

} // namespace ingot::graph
