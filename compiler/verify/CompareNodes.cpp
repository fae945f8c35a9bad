//===- CompareNodes.cpp - calls of layers against a case ------------------===//
//
// nodes.json lists the calls of each layer, and queries in the words of the
// nodes API: `layer("conv").get_output_at(1)`, `input 0 of layer("x") node 0`,
// `model output 0`.
//
//===----------------------------------------------------------------------===//

#include "verify/CompareNodes.h"

#include "graph/Graph.h"
#include "ingot/ModelError.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>
#include <map>
#include <regex>
#include <type_traits>
#include <variant>

namespace ingot::verify {

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

static std::string describe(const std::vector<Shape> &shapes) {
  std::vector<std::string> texts;
  for (const Shape &shape : shapes)
    texts.push_back(shape::toString(shape));
  return fmt::format("{}", fmt::join(texts, " "));
}

static std::string describe(const std::vector<ingot::Tensor> &tensors) {
  std::vector<std::string> texts;
  for (const ingot::Tensor &tensor : tensors)
    texts.push_back(fmt::format("{}[{}][{}]", tensor.ref().layer->name, tensor.ref().node, tensor.ref().index));
  return fmt::format("{}", fmt::join(texts, " "));
}

template <class List> static std::vector<Shape> shapesOf(const List &tensors) {
  std::vector<Shape> shapes;
  for (const ingot::Tensor &tensor : tensors)
    shapes.push_back(tensor.shape());
  return shapes;
}

static std::vector<Shape> readShapes(const json::Value &list) {
  std::vector<Shape> shapes;
  for (const json::Value &shape : list.elements())
    shapes.push_back(shape.shape());
  return shapes;
}

/// What differs in one call, or nothing.
static std::string difference(const Layer &layer, const Node &node, const json::Value &want) {
  auto differ = [](const char *what, const std::string &got, const std::string &expected) {
    return fmt::format("{} are `{}`; the case has `{}`", what, got, expected);
  };
  const std::string inputs = describe(shapesOf(layer.get_input_at(node.index)));
  if (const std::string expected = describe(readShapes(want.at("input_shapes"))); inputs != expected)
    return differ("the shapes of inputs", inputs, expected);
  const std::string outputs = describe(shapesOf(node.outputs));
  if (const std::string expected = describe(readShapes(want.at("output_shapes"))); outputs != expected)
    return differ("the shapes of outputs", outputs, expected);
  std::vector<std::string> sources;
  for (const json::Value &source : want.at("inbound").elements())
    sources.push_back(fmt::format("{}[{}][{}]", source.at(size_t(0)).string(), source.at(size_t(1)).integer(),
                                  source.at(size_t(2)).integer()));
  const std::string inbound = describe(node.inputs), expected = fmt::format("{}", fmt::join(sources, " "));
  return inbound == expected ? "" : differ("the inputs", inbound, expected);
}

static void compareCalls(const Model &model, const json::Value &want, std::vector<Check> &checks) {
  const std::string name = want.at("name").string();
  const Layer layer = model.get_layer(name, want.location());
  const std::vector<Node> nodes = layer.inbound_nodes();
  const std::vector<json::Value> calls = want.at("nodes").elements();
  // Node 0 of a model is its own graph, which no file lists.
  const size_t first = layer.recorded()->model ? 1 : 0;
  if (nodes.size() - first != calls.size()) {
    checks.push_back(failedCheck("nodes/" + name, fmt::format("there are {} calls; the case has {}",
                                                              nodes.size() - first, calls.size())));
    return;
  }
  for (size_t i = 0; i < calls.size(); ++i)
    checks.push_back(failedCheck(fmt::format("nodes/{}[{}]", name, i + first),
                                 difference(layer, nodes[i + first], calls[i])));
}

//===----------------------------------------------------------------------===//
// Queries
//===----------------------------------------------------------------------===//

/// What a query gives, as text: tensors by name, or a shape.
using Answer = std::string;
/// Throws Error where the user would get one.
using Question = std::function<Answer()>;

template <class List> static auto elementAt(const json::Value &query, const List &list, const std::string &digits) {
  const size_t index = std::stoul(digits);
  if (index >= list.size())
    query.fail(fmt::format("names number {} of {}", index, list.size()));
  return list[index];
}

/// The call of one of Layer's own methods, as a user would write it.
static Question parseCall(const json::Value &query, const Layer &layer, const std::string &method, int node) {
  using OfLayer = Results (Layer::*)(SourceLocation) const;
  using OfNode = Results (Layer::*)(int, SourceLocation) const;
  using ShapeOfLayer = Shape (Layer::*)(SourceLocation) const;
  using ShapeOfNode = Shape (Layer::*)(int, SourceLocation) const;
  using Method = std::variant<OfLayer, OfNode, ShapeOfLayer, ShapeOfNode>;
  static const std::map<std::string, Method> methods = {
      {"output", &Layer::output},
      {"input", &Layer::input},
      {"get_output_at(i)", &Layer::get_output_at},
      {"get_input_at(i)", &Layer::get_input_at},
      {"output_shape", &Layer::output_shape},
      {"input_shape", &Layer::input_shape},
      {"get_output_shape_at(i)", &Layer::get_output_shape_at},
      {"get_input_shape_at(i)", &Layer::get_input_shape_at}};
  auto known = methods.find(node < 0 ? method : method + "(i)");
  if (known == methods.end())
    query.fail(fmt::format("calls `{}`, which is not in the nodes API", method));
  const SourceLocation loc = query.location();
  return [=, called = known->second] {
    return std::visit(
        [&](auto member) -> Answer {
          auto result = [&] {
            if constexpr (std::is_invocable_v<decltype(member), const Layer &, int, SourceLocation>)
              return (layer.*member)(node, loc);
            else
              return (layer.*member)(loc);
          }();
          if constexpr (std::is_same_v<decltype(result), Shape>)
            return shape::toString(result);
          else
            return describe(std::vector<ingot::Tensor>(result.begin(), result.end()));
        },
        called);
  };
}

/// A mistake in the question itself is thrown here.
static Question parseQuestion(const Model &model, const json::Value &query, const std::string &text) {
  static const std::regex output(R"(model output (\d+))"), input(R"re(input (\d+) of layer\("([^"]+)"\) node (\d+))re"),
      method(R"re(layer\("([^"]+)"\)\.([a-z_]+)(?:\((\d+)\))?)re");
  auto layer = [&](const std::string &name) { return model.get_layer(name, query.location()); };
  auto tensor = [](const ingot::Tensor &tensor) { return [=] { return describe(std::vector<ingot::Tensor>{tensor}); }; };
  std::smatch part;
  if (std::regex_match(text, part, output))
    return tensor(elementAt(query, model.outputs(), part[1]));
  if (std::regex_match(text, part, input)) {
    const Node node = elementAt(query, layer(part[2]).inbound_nodes(), part[3]);
    return tensor(elementAt(query, node.inputs, part[1]));
  }
  if (std::regex_match(text, part, method))
    return parseCall(query, layer(part[1]), part[2], part[3].matched ? std::stoi(part[3]) : -1);
  query.fail(fmt::format("asks `{}`, which is no question about nodes", text));
}

static Check compareQuery(const Model &model, const json::Value &query) {
  const std::string text = query.at("call").string();
  auto check = [&](std::string problem) { return failedCheck("queries/" + text, std::move(problem)); };
  const Question question = parseQuestion(model, query, text);
  Answer got;
  try {
    got = question();
  } catch (const Error &error) {
    return check(query.has("error") ? "" : error.message());
  }
  if (query.has("error"))
    return check(fmt::format("gives {}; must be an error: {}", got, query.at("error").string()));
  const Answer want = query.has("value") ? shape::toString(query.at("value").shape())
                                         : parseQuestion(model, query, query.at("same_tensor_as").string())();
  return check(got == want ? "" : fmt::format("gives {}; the case has {}", got, want));
}

std::vector<Check> compareNodes(const Model &model, const json::Value &nodes) {
  std::vector<Check> checks;
  for (const json::Value &layer : nodes.at("layers").elements())
    compareCalls(model, layer, checks);
  for (const json::Value &query : nodes.at("queries").elements())
    checks.push_back(compareQuery(model, query));
  return checks;
}

} // namespace ingot::verify
