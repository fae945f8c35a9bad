//===- Compile.cpp - what Model::compile says, checked --------------------===//

#include "frontend/Names.h"
#include "frontend/Resolve.h"
#include "frontend/UniqueNames.h"
#include "graph/Graph.h"
#include "graph/Wording.h"
#include "ingot/Model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ingot {

namespace {

class CompileBuilder {
public:
  CompileBuilder(const graph::Model &model, const CompileOptions &options,
                 const SourceLocation &loc)
      : names(model.outputNames), model(model), options(options), loc(loc) {}

  graph::CompileSpec run() {
    spec.loc = loc;
    spec.optimizer = resolveOptimizer(options.optimizer);
    for (const std::string &name : names)
      spec.outputs.emplace_back().name = name;
    addLosses();
    addWeights();
    addMetrics();
    return std::move(spec);
  }

private:
  //===--------------------------------------------------------------------===//
  // By order, by name
  //===--------------------------------------------------------------------===//

  void checkCount(const char *argument, size_t count) {
    if (count != names.size())
      throw Error(fmt::format("`{}` has {} and the model {}: {}; there must be one for each", argument,
                              counted(count, "entry", "entries"), counted(names.size(), "output"),
                              quotedList(names)),
                  loc);
  }

  std::optional<size_t> findOutput(const std::string &name) {
    auto it = std::find(names.begin(), names.end(), name);
    return it == names.end() ? std::nullopt : std::optional<size_t>(it - names.begin());
  }

  /// The position of the output `name`, which must not have been `seen`.
  size_t takeOutput(const char *argument, const std::string &name, std::vector<bool> &seen,
                    const SourceLocation &place) {
    const std::optional<size_t> output = findOutput(name);
    if (!output)
      throw Error(fmt::format("`{}` names `{}`, which is no output; outputs are {}{}",
                              argument, name, quotedList(names), didYouMean(name, names)),
                  place);
    if (seen[*output])
      throw Error(fmt::format("`{}` names `{}` twice; each output must be named once", argument, name), place);
    seen[*output] = true;
    return *output;
  }

  //===--------------------------------------------------------------------===//
  // Losses
  //===--------------------------------------------------------------------===//

  void addLosses() {
    const Losses &losses = options.loss;
    switch (losses.form) {
    case Losses::Form::None:
      break;
    case Losses::Form::One:
      for (size_t i = 0; i < names.size(); ++i)
        addLoss(i, losses.list[0]);
      break;
    case Losses::Form::List:
      checkCount("loss", losses.list.size());
      for (size_t i = 0; i < names.size(); ++i)
        addLoss(i, losses.list[i]);
      break;
    case Losses::Form::ByName:
      addNamedLosses(losses.named);
      break;
    }
    if (std::none_of(spec.outputs.begin(), spec.outputs.end(),
                     [](const graph::OutputSpec &output) { return output.loss.has_value(); }))
      throw Error("`loss` is missing; at least one output must have one", loc);
  }

  void addNamedLosses(const std::vector<ForOutput<Loss>> &losses) {
    std::vector<bool> seen(names.size());
    for (const auto &[name, loss] : losses)
      addLoss(takeOutput("loss", name, seen, placeOf(loss)), loss);
    std::vector<std::string> missing;
    for (size_t i = 0; i < names.size(); ++i)
      if (!seen[i])
        missing.push_back(names[i]);
    if (!missing.empty())
      throw Error(fmt::format("`loss` says nothing about {}; all outputs must be "
                              "named, those without a loss with `{{}}`", quotedList(missing)),
                  loc);
  }

  void addLoss(size_t i, const Loss &loss) {
    if (loss.isNone())
      return;
    graph::OutputSpec &output = spec.outputs[i];
    output.loss = resolveLoss(loss);
    output.target =
        targetType(*output.loss, graph::typeOf(model.outputs[i]), names[i], placeOf(loss), madeNote(i));
    checkLogits(i, *output.loss, placeOf(loss));
  }

  /// Softmax twice is what `from_logits` on probabilities would mean.
  void checkLogits(size_t i, const graph::Loss &loss, const SourceLocation &place) {
    if (!loss.fromLogits)
      return;
    const graph::Layer &layer = *model.outputs[i].layer;
    auto it = layer.config.find("activation");
    const auto *activation = it == layer.config.end() ? nullptr : std::get_if<std::string>(&it->second);
    if (!activation || *activation != (loss.name == "binary_crossentropy" ? "sigmoid" : "softmax"))
      return;
    throw Error(fmt::format("`from_logits` is true, but output `{}` ends in {}; take "
                            "one of the two away", names[i], *activation),
                place, {madeNote(i)});
  }

  Note madeNote(size_t i) {
    const graph::Layer &layer = *model.outputs[i].layer;
    return {fmt::format("`{}` is made here", layer.name), layer.loc};
  }

  SourceLocation placeOf(const Spec &object) {
    return object.location().file.empty() ? loc : object.location();
  }

  void addWeights() {
    const LossWeights &weights = options.loss_weights;
    switch (weights.form) {
    case LossWeights::Form::None:
      break;
    case LossWeights::Form::One:
      for (size_t i = 0; i < names.size(); ++i)
        setWeight(i, weights.list[0]);
      break;
    case LossWeights::Form::List:
      checkCount("loss_weights", weights.list.size());
      for (size_t i = 0; i < names.size(); ++i)
        setWeight(i, weights.list[i]);
      break;
    case LossWeights::Form::ByName:
      std::vector<bool> seen(names.size());
      for (const auto &[name, weight] : weights.named)
        setWeight(takeOutput("loss_weights", name, seen, loc), weight);
      break;
    }
  }

  void setWeight(size_t i, double weight) {
    if (!std::isfinite(weight) || weight < 0)
      throw Error(fmt::format("loss weight of `{}` is {}; must be at least 0", names[i], weight), loc);
    spec.outputs[i].lossWeight = weight;
  }

  //===--------------------------------------------------------------------===//
  // Metrics
  //===--------------------------------------------------------------------===//

  void addMetrics() {
    const Metrics &metrics = options.metrics;
    switch (metrics.form) {
    case Metrics::Form::None:
      break;
    case Metrics::Form::One:
      for (size_t i = 0; i < names.size(); ++i)
        if (spec.outputs[i].loss)
          addMetricsOf(i, metrics.entries[0].metrics);
      break;
    case Metrics::Form::List:
      if (isByName(metrics.entries))
        addNamedMetrics(byName(metrics.entries));
      else
        addListedMetrics(metrics.entries);
      break;
    case Metrics::Form::ByName:
      addNamedMetrics(metrics.named);
      break;
    }
    makeKeys();
  }

  bool beginsWithOutput(const MetricEntry &entry) {
    return entry.isList && !entry.metrics.empty() && findOutput(entry.metrics[0].name());
  }

  /// Whether `entries` are by name. Where outputs are called as metrics are, what
  /// could be either is refused.
  bool isByName(const std::vector<MetricEntry> &entries) {
    auto isName = [&](const MetricEntry &entry) { return beginsWithOutput(entry); };
    if (std::none_of(entries.begin(), entries.end(), isName))
      return false;
    const bool fits = names.size() == 1 || entries.size() == names.size();
    const bool byOrder = fits && std::all_of(entries.begin(), entries.end(), [](const MetricEntry &entry) {
      return std::all_of(entry.metrics.begin(), entry.metrics.end(),
                         [](const Metric &metric) { return metric.isNone() || isMetric(metric); });
    });
    if (byOrder && std::all_of(entries.begin(), entries.end(), isName)) {
      const Metric &first = entries[0].metrics[0];
      throw Error(fmt::format("`{0}` begins a list of `metrics` and is both an output and a "
                              "metric; give the output another name", first.name()),
                  placeOf(first));
    }
    return !byOrder;
  }

  std::vector<ForOutput<std::vector<Metric>>> byName(const std::vector<MetricEntry> &entries) {
    std::vector<ForOutput<std::vector<Metric>>> result;
    for (const MetricEntry &entry : entries) {
      if (!entry.isList || entry.metrics.empty())
        throw Error(fmt::format("`metrics` is by name for some outputs and by order for others; "
                                "each list must begin with one of {}", quotedList(names)),
                    loc);
      result.push_back({entry.metrics[0].name(), {entry.metrics.begin() + 1, entry.metrics.end()}});
    }
    return result;
  }

  void addNamedMetrics(const std::vector<ForOutput<std::vector<Metric>>> &metrics) {
    std::vector<bool> seen(names.size());
    for (const auto &[name, list] : metrics)
      addMetricsOf(takeOutput("metrics", name, seen, list.empty() ? loc : placeOf(list[0])), list);
  }

  void addListedMetrics(const std::vector<MetricEntry> &entries) {
    if (entries.empty())
      return;
    for (const MetricEntry &entry : entries)
      checkBeginsWithMetric(entry);
    if (names.size() == 1) {
      for (const MetricEntry &entry : entries)
        addMetricsOf(0, entry.metrics);
      return;
    }
    checkCount("metrics", entries.size());
    for (size_t i = 0; i < names.size(); ++i)
      addMetricsOf(i, entries[i].metrics);
  }

  /// What begins a list may be meant as the name of an output.
  void checkBeginsWithMetric(const MetricEntry &entry) {
    if (!entry.isList || entry.metrics.empty())
      return;
    const Metric &first = entry.metrics[0];
    if (first.isNone() || isMetric(first))
      return;
    throw Error(fmt::format("`{}` is neither an output nor a metric; outputs are {}{}", first.name(),
                            quotedList(names), didYouMean(first.name(), names)),
                placeOf(first));
  }

  void addMetricsOf(size_t i, const std::vector<Metric> &metrics) {
    graph::OutputSpec &output = spec.outputs[i];
    for (const Metric &metric : metrics) {
      if (metric.isNone())
        continue;
      if (!output.loss)
        throw Error(fmt::format("output `{}` has no loss, which says what the target is; metric `{}` "
                                "must have one", names[i], metric.name()),
                    placeOf(metric));
      output.metrics.push_back(resolveMetric(metric, graph::typeOf(model.outputs[i]), output.target));
    }
  }

  /// Keys of History: with several outputs their names come first.
  void makeKeys() {
    UniqueNames keys;
    keys.add("loss");
    for (const graph::OutputSpec &output : spec.outputs)
      if (names.size() > 1 && output.loss)
        keys.add(output.name + "_loss");
    for (graph::OutputSpec &output : spec.outputs)
      for (graph::Metric &metric : output.metrics)
        metric.key = keys.add(names.size() == 1 ? metric.key : output.name + "_" + metric.key);
  }

  const std::vector<std::string> &names;
  const graph::Model &model;
  const CompileOptions &options;
  SourceLocation loc;
  graph::CompileSpec spec;
};

} // namespace

void Model::compile(const CompileOptions &options, SourceLocation loc) {
  record->compile = CompileBuilder(*record, options, loc).run();
}

} // namespace ingot
