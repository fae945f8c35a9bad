//===- Convert.cpp - Keras JSON as arguments of the front end -------------===//

#include "keras/Convert.h"

#include "graph/Wording.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <set>

namespace ingot::keras {

//===----------------------------------------------------------------------===//
// Objects
//===----------------------------------------------------------------------===//

/// A flag, number, string or list of integers or None; nullopt for anything else.
static std::optional<Spec::Value> readScalar(const json::Value &value) {
  if (value.isString())
    return value.string();
  if (value.isBoolean())
    return value.boolean();
  if (value.isNumber()) {
    const double number = value.number();
    // JSON does not tell 1 from 1.0; arguments that want a number take both.
    if (number == std::floor(number) && std::abs(number) < 9e15)
      return value.integer();
    return number;
  }
  if (!value.isArray())
    return std::nullopt;
  // A size that is None is the input's.
  std::vector<int64_t> sizes;
  for (const json::Value &element : value.elements()) {
    if (!element.isNumber() && !element.isNull())
      return std::nullopt;
    sizes.push_back(element.isNull() ? -1 : element.integer());
  }
  return sizes;
}

/// The name of a nested object for a message: its class, or else its key.
static std::string nameOf(const std::string &key, const json::Value &value) {
  return value.isObject() && value.get("class_name").isString()
             ? value.get("class_name").string()
             : key;
}

Spec readSpec(const json::Value &value) {
  if (value.isNull())
    return {};
  if (value.isString())
    return Spec(value.string(), {}, value.location());
  const std::string className = value.at("class_name").string();
  Spec::Arguments arguments;
  const json::Value config = value.get("config");
  if (!config.isNull()) {
    for (const std::string &key : config.keys()) {
      const json::Value member = config.get(key);
      if (member.isNull())
        continue;
      std::optional<Spec::Value> scalar = readScalar(member);
      if (!scalar)
        throw Unsupported(
            nameOf(key, member),
            fmt::format("`{}` is {}; `{}` takes a number, a string or a flag",
                        member.path(), member.describe(), className),
            member.location());
      arguments[key] = std::move(*scalar);
    }
  }
  return Spec(className, std::move(arguments), value.location());
}

/// `value` as one of the classes that derive from Spec.
template <typename Object> static Object readAs(const json::Value &value) {
  const Spec spec = readSpec(value);
  return spec.isNone() ? Object()
                       : Object(spec.name(), spec.arguments(), spec.location());
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

LayerConfig readLayerConfig(const json::Value &config, const std::string &name,
                            bool ignoreInitializers) {
  // Shapes of a first layer repeat those of the InputLayer before it; a layer in
  // the config is not read but made.
  static const std::set<std::string> notArguments = {
      "name", "trainable", "batch_input_shape", "batch_shape", "layer"};
  LayerConfig result;
  result.name = name;
  result.trainable = config.booleanOr("trainable", true);
  for (const std::string &key : config.keys()) {
    const json::Value member = config.get(key);
    if (member.isNull() || notArguments.count(key) ||
        (ignoreInitializers && key.ends_with("_initializer")))
      continue;
    if (std::optional<Spec::Value> scalar = readScalar(member))
      result.attributes[key] = std::move(*scalar);
    else if (key == "dtype" && member.isObject()) // Keras 3's policy
      result.attributes[key] = member.at("config").at("name").string();
    else if (member.isObject() && member.has("class_name"))
      result.objects.emplace(key, readSpec(member));
    else
      throw Unsupported(key,
                        fmt::format("`{}` is {}, which is not supported",
                                    member.path(), member.describe()),
                        member.location());
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Training
//===----------------------------------------------------------------------===//

static Losses readLosses(const json::Value &value) {
  if (value.isNull())
    return {};
  if (value.isArray()) {
    std::vector<Loss> losses;
    for (const json::Value &loss : value.elements())
      losses.push_back(readAs<Loss>(loss));
    return losses;
  }
  if (value.isString() || value.has("class_name"))
    return readAs<Loss>(value);
  std::vector<ForOutput<Loss>> losses;
  for (const std::string &output : value.keys())
    losses.push_back({output, readAs<Loss>(value.get(output))});
  return losses;
}

static LossWeights readLossWeights(const json::Value &value) {
  if (value.isNull())
    return {};
  if (value.isNumber())
    return value.number();
  if (value.isArray())
    return value.numbers();
  std::vector<ForOutput<double>> weights;
  for (const std::string &output : value.keys())
    weights.push_back({output, value.get(output).number()});
  return weights;
}

/// A metric, a list of them, or null.
static std::vector<Metric> readMetricList(const json::Value &value) {
  std::vector<Metric> metrics;
  if (value.isNull())
    return metrics;
  if (!value.isArray())
    return {readAs<Metric>(value)};
  for (const json::Value &metric : value.elements())
    metrics.push_back(readAs<Metric>(metric));
  return metrics;
}

static Metrics readMetrics(const json::Value &value,
                           const std::vector<std::string> &outputs) {
  std::vector<ForOutput<std::vector<Metric>>> metrics;
  if (value.isNull())
    return metrics;
  if (value.isString() || (value.isObject() && value.has("class_name")))
    return readAs<Metric>(value);
  if (value.isObject()) {
    for (const std::string &output : value.keys())
      metrics.push_back({output, readMetricList(value.get(output))});
    return metrics;
  }
  if (outputs.size() == 1) {
    // The list of the only output is the list of all metrics.
    metrics.push_back({outputs[0], {}});
    for (const json::Value &entry : value.elements())
      for (const Metric &metric : readMetricList(entry))
        metrics[0].value.push_back(metric);
    return metrics;
  }
  if (value.size() != 0 && value.size() != outputs.size())
    value.fail(fmt::format("has {} and the model {}: {}; there must be one for each",
                           counted(value.size(), "entry", "entries"), counted(outputs.size(), "output"),
                           quotedList(outputs)));
  for (const json::Value &entry : value.elements())
    metrics.push_back({outputs[metrics.size()], readMetricList(entry)});
  return metrics;
}

CompileOptions readCompileOptions(const json::Value &compile,
                                  const std::vector<std::string> &outputs) {
  return {.optimizer = readAs<Optimizer>(compile.at("optimizer")),
          .loss = readLosses(compile.get("loss")),
          .loss_weights = readLossWeights(compile.get("loss_weights")),
          .metrics = readMetrics(compile.get("metrics"), outputs)};
}

} // namespace ingot::keras
