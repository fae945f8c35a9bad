//===- Verify.cpp - a reference case through the compiled object ----------===//

#include "verify/Verify.h"

#include "ingot/ModelError.h"
#include "keras/KerasModel.h"
#include "verify/CompareNodes.h"
#include "verify/CompareSummary.h"
#include "verify/Statistics.h"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::verify {

//===----------------------------------------------------------------------===//
// Comparing
//===----------------------------------------------------------------------===//

namespace {

/// Values of one batch, or means over several.
using Values = std::vector<double>;

Values valuesOf(const Means &means) {
  Values values;
  for (const ingot_mean &mean : means)
    values.push_back(double(mean.sum) / double(mean.count));
  return values;
}

/// Runs one case; each step appends to `checks`.
class Runner {
public:
  Runner(const Case &reference, LoadedModel &model)
      : reference(reference), model(model), keys(model.metricNames()),
        tolerances(reference.tolerances) {}

  std::vector<Check> run();

private:
  void compare(const std::string &group, const TensorMap &got,
               const TensorMap &want, double tolerance);
  void compareGroup(const std::string &group, const TensorMap &got,
                    const TensorMap &want, double tolerance);
  void compareOutputs(const std::string &when, double tolerance);
  void compareEvaluation(const char *key);
  void compareSteps(const std::string &group, const std::vector<Values> &got,
                    const std::vector<json::Value> &want);
  void compareGeneratedTensors();

  void train();
  Means evaluate(const TensorMap &inputs, const TensorMap &targets,
                 int64_t begin, int64_t end);
  /// Appends the means of an epoch to the history.
  void record(const Means &means, const std::string &prefix);

  double toleranceOf(size_t metric) const {
    return metric < lossCount() ? tolerances.loss : tolerances.metric;
  }
  /// The total, and one loss an output if there are several.
  size_t lossCount() const {
    const size_t outputs = reference.outputNames.size();
    return outputs > 1 ? 1 + outputs : 1;
  }

  const Case &reference;
  LoadedModel &model;
  const std::vector<std::string> keys;
  const Tolerances tolerances;
  std::vector<Values> steps;
  std::map<std::string, Values> history;
  std::vector<Check> checks;
};

} // namespace

/// Compares tensors by name; each must be on both sides.
void Runner::compare(const std::string &group, const TensorMap &got,
                     const TensorMap &want, double tolerance) {
  for (const auto &[name, tensor] : want) {
    auto it = got.find(name);
    checks.push_back(it == got.end()
                         ? failedCheck(group + "/" + name,
                                       "the object does not give this tensor")
                         : compareTensors(group + "/" + name, it->second,
                                          tensor, tolerance));
  }
  for (const auto &[name, tensor] : got)
    if (!want.count(name))
      checks.push_back(failedCheck(
          group + "/" + name, "the case has no expected value for this tensor"));
}

/// Compares with tensors, or with statistics in a full-size case.
void Runner::compareGroup(const std::string &group, const TensorMap &got,
                          const TensorMap &want, double tolerance) {
  if (!reference.fullSize)
    return compare(group, got, want, tolerance);
  const json::Value statistics = reference.expected.at("stats").at(group);
  for (const std::string &name : statistics.keys())
    if (!got.count(name) && group != "outputs")
      checks.push_back(failedCheck(group + "/" + name,
                                   "the object does not give this tensor"));
  for (const auto &[name, tensor] : got)
    compareStatistics(group + "/" + name, tensor, statistics.at(name),
                      tolerance, checks);
}

void Runner::compareOutputs(const std::string &when, double tolerance) {
  TensorMap got, want;
  for (auto &[name, tensor] :
       model.predict(reference.inputs, reference.protocol.samples,
                     reference.protocol.batchSize))
    got.emplace(when + "/" + name, std::move(tensor));
  for (const auto &[name, tensor] : reference.outputs)
    if (name.rfind(when + "/", 0) == 0)
      want.emplace(name, tensor);
  compareGroup("outputs", got, want, tolerance);
}

/// Numbers of case.json in the order of the descriptor: total loss, losses of
/// several outputs, metrics of the outputs in turn. A single output's own loss
/// is not among the metrics; it is the total less the regularizers.
static Values flatten(const json::Value &expected, size_t outputs) {
  Values values = {expected.at("loss").number()};
  if (outputs > 1)
    for (double loss : expected.at("output_losses").numbers())
      values.push_back(loss);
  for (const json::Value &metrics : expected.at("metrics").elements())
    for (double metric : metrics.numbers())
      values.push_back(metric);
  return values;
}

/// Compares every metric as a series over `got` and `want`.
void Runner::compareSteps(const std::string &group,
                          const std::vector<Values> &got,
                          const std::vector<json::Value> &want) {
  std::vector<Values> expected;
  for (const json::Value &value : want) {
    expected.push_back(flatten(value, reference.outputNames.size()));
    if (expected.back().size() != keys.size())
      value.fail(fmt::format("has {} values; the model has {} losses and "
                             "metrics: {}",
                             expected.back().size(), keys.size(),
                             fmt::join(keys, ", ")));
  }
  for (size_t metric = 0; metric != keys.size(); ++metric) {
    Values computed, wanted;
    for (const Values &values : got)
      computed.push_back(values[metric]);
    for (const Values &values : expected)
      wanted.push_back(values[metric]);
    checks.push_back(compareSeries(group + "/" + keys[metric], computed, wanted,
                                   toleranceOf(metric)));
  }
}

void Runner::compareEvaluation(const char *key) {
  compareSteps(key,
               {valuesOf(evaluate(reference.inputs, reference.targets, 0,
                                  reference.protocol.samples))},
               {reference.expected.at(key)});
}

/// Recipes stand for files, so what they make is compared as well.
void Runner::compareGeneratedTensors() {
  const double exact = -1;
  compareGroup("weights_before", reference.weightsBefore, {}, exact);
  compareGroup("inputs", reference.inputs, {}, exact);
  compareGroup("targets", reference.targets, {}, exact);
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

Means Runner::evaluate(const TensorMap &inputs, const TensorMap &targets,
                       int64_t begin, int64_t end) {
  Means all, batch;
  const int64_t batchSize = reference.protocol.batchSize;
  for (int64_t at = begin; at < end; at += batchSize) {
    model.evaluate(inputs, targets, at, std::min(at + batchSize, end), batch);
    model.merge(all, batch);
  }
  return all;
}

void Runner::record(const Means &means, const std::string &prefix) {
  const Values values = valuesOf(means);
  for (size_t metric = 0; metric != keys.size(); ++metric)
    history[prefix + keys[metric]].push_back(values[metric]);
}

void Runner::train() {
  const Protocol &protocol = reference.protocol;
  const int64_t batchSize = protocol.batchSize;
  const int64_t samples =
      protocol.fit ? protocol.trainingSamples() : protocol.steps * batchSize;
  const int64_t epochs = protocol.fit ? protocol.epochs : 1;
  for (int64_t epoch = 0; epoch != epochs; ++epoch) {
    Means all, batch;
    for (int64_t at = 0; at < samples; at += batchSize) {
      model.trainStep(reference.inputs, reference.targets, at,
                      std::min(at + batchSize, samples), batch);
      steps.push_back(valuesOf(batch));
      model.merge(all, batch);
    }
    record(all, "");
    switch (protocol.validation) {
    case Validation::None:
      break;
    case Validation::Data:
      record(evaluate(reference.validationInputs, reference.validationTargets,
                      0, protocol.validationSamples),
             "val_");
      break;
    case Validation::Split:
      record(evaluate(reference.inputs, reference.targets, samples,
                      protocol.samples),
             "val_");
      break;
    }
  }
}

std::vector<Check> Runner::run() {
  model.checkNames(reference.inputNames, reference.outputNames);
  model.initialize(reference.weightsBefore);
  if (reference.fullSize)
    compareGeneratedTensors();

  compareOutputs("before", tolerances.outputsBefore);
  const Protocol &protocol = reference.protocol;
  compareGroup("grads_step0",
               model.gradients(reference.inputs, reference.targets, 0,
                               std::min(protocol.batchSize,
                                        protocol.trainingSamples())),
               reference.gradients, tolerances.gradients);
  compareEvaluation("evaluate_before");

  train();
  compareSteps("steps", steps, reference.expected.at("steps").elements());
  if (protocol.fit) {
    const json::Value expected = reference.expected.at("history");
    for (const std::string &key : expected.keys()) {
      const Values want = expected.at(key).numbers();
      auto it = history.find(key);
      if (it == history.end()) {
        checks.push_back(failedCheck("history/" + key,
                                     "the object has no metric of this name"));
        continue;
      }
      const std::string plain =
          key.rfind("val_", 0) == 0 ? key.substr(4) : key;
      const size_t metric =
          std::find(keys.begin(), keys.end(), plain) - keys.begin();
      checks.push_back(compareSeries("history/" + key, it->second, want,
                                     toleranceOf(metric)));
    }
  }
  compareGroup("weights_after", model.weights(), reference.weightsAfter,
               tolerances.weightsAfter);
  compareOutputs("after", tolerances.outputsAfter);
  compareEvaluation("evaluate_after");
  return std::move(checks);
}

std::vector<Check> runCase(const Case &reference, LoadedModel &model) {
  return Runner(reference, model).run();
}

Report verifyCase(const std::string &directory,
                  const driver::Options &options) {
  // A prefix of our own: the name of the model may not be an identifier.
  const std::string prefix = "verified";
  Report report;
  report.name = directory;
  try {
    const Case reference = readCase(directory);
    report.name = reference.name;
    const Model model = keras::loadKerasModel(
        reference.modelText, reference.caseText,
        {.modelFile = reference.modelFile,
         .settingsFile = reference.caseFile,
         .ignoreInitializers = true});

    driver::Options compileOptions = options;
    compileOptions.emit = {"obj"};
    compileOptions.prefix = prefix;
    compileOptions.entries.clear();
    compileOptions.maxBatchOf.clear();
    compileOptions.maxBatch =
        static_cast<int>(reference.protocol.batchSize);
    const driver::Result result =
        driver::compile(model.graph(), compileOptions);
    if (!result.ok) {
      for (const driver::Diagnostic &diagnostic : result.diagnostics)
        report.error += (report.error.empty() ? "" : "\n") + diagnostic.format();
      return report;
    }
    LoadedModel loaded(result.artefacts.front().contents, prefix);
    report.checks = runCase(reference, loaded);
    for (Check &check : compareSummary(model, reference.summaryRows, reference.parameters))
      report.checks.push_back(std::move(check));
    if (reference.nodes)
      for (Check &check : compareNodes(model, *reference.nodes))
        report.checks.push_back(std::move(check));
  } catch (const Unsupported &error) {
    report.unsupported = error.name();
  } catch (const Error &error) {
    report.error = error.format();
  }
  return report;
}

} // namespace ingot::verify
