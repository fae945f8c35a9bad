//===- CompareSummary.cpp - the summary against a case --------------------===//
//
// A row of a case: name and class of the layer, its output shape (a list of
// shapes if calls differ or give several tensors), parameters, and where each
// input comes from, `layer[node][tensor]`.
//
//===----------------------------------------------------------------------===//

#include "verify/CompareSummary.h"

#include "graph/Summary.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ingot::verify {

using Texts = std::vector<std::string>;

static std::string joined(const Texts &texts) { return fmt::format("`{}`", fmt::join(texts, " ")); }

/// What the calls give, once if they agree.
static Texts shapesOf(const graph::SummaryRow &row) {
  Texts all;
  bool agree = true;
  Texts first;
  for (const graph::Node *call : row.calls) {
    Texts shapes;
    for (const graph::TensorType &output : call->outputs)
      shapes.push_back(shape::toString(output.shape));
    if (all.empty())
      first = shapes;
    agree &= shapes == first;
    all.insert(all.end(), shapes.begin(), shapes.end());
  }
  return agree ? first : all;
}

static Texts readShapes(const json::Value &value) {
  const bool isList = value.size() > 0 && value.at(size_t{0}).isArray();
  Texts shapes;
  for (const json::Value &shape : isList ? value.elements() : std::vector{value})
    shapes.push_back(shape::toString(shape.shape()));
  return shapes;
}

/// What differs in one row, or nothing.
static std::string difference(const graph::SummaryRow &row, const json::Value &want) {
  auto differ = [](const char *what, const auto &got, const auto &expected) {
    return fmt::format("{} is {}; the case has {}", what, got, expected);
  };
  const graph::Layer &layer = *row.layer;
  if (const std::string name = want.at("name").string(); layer.name != name)
    return differ("the layer at this place", layer.name, name);
  if (const std::string name = want.at("class_name").string(); layer.className != name)
    return differ("the class", layer.className, name);
  if (const Texts shapes = readShapes(want.at("output_shape")); shapesOf(row) != shapes)
    return differ("the output shape", joined(shapesOf(row)), joined(shapes));
  if (const int64_t count = want.at("params").integer(); graph::countParameters(layer) != count)
    return differ("the number of parameters", graph::countParameters(layer), count);
  Texts inputs;
  for (const graph::TensorRef &input : row.inputs())
    inputs.push_back(fmt::format("{}[{}][{}]", input.layer->name, input.node, input.index));
  if (const Texts sources = want.at("connected_to").strings(); inputs != sources)
    return differ("the list of inputs", joined(inputs), joined(sources));
  return "";
}

std::vector<Check> compareSummary(const Model &model, const json::Value &wanted, const json::Value &parameters) {
  std::vector<Check> checks;
  const std::vector<graph::SummaryRow> rows = graph::summaryRows(model.graph());
  if (rows.size() != wanted.size())
    checks.push_back(failedCheck("summary", fmt::format("has {} rows; the case has {}", rows.size(), wanted.size())));
  for (size_t i = 0; i < std::min(rows.size(), wanted.size()); ++i)
    checks.push_back(failedCheck("summary/" + rows[i].layer->name, difference(rows[i], wanted.at(i))));

  const graph::ParameterCount count = graph::countParameters(model.graph());
  auto compareTotal = [&](const char *key, int64_t got) {
    const int64_t want = parameters.at(key).integer();
    checks.push_back(failedCheck(fmt::format("summary/{}", key),
                                 got == want ? "" : fmt::format("is {}; the case has {}", got, want)));
  };
  compareTotal("total", count.total());
  compareTotal("trainable", count.trainable);
  compareTotal("non_trainable", count.nonTrainable);
  return checks;
}

} // namespace ingot::verify
