//===- Case.cpp - a folder with a model, data and expected numbers --------===//

#include "verify/Case.h"

#include "ingot/ModelError.h"
#include "verify/Files.h"
#include "verify/Recipe.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

namespace ingot::verify {

int64_t Protocol::trainingSamples() const {
  if (validation != Validation::Split)
    return samples;
  return static_cast<int64_t>(
      std::floor(static_cast<double>(samples) * (1 - validationSplit)));
}

static int64_t positive(const json::Value &object, const std::string &key) {
  const json::Value member = object.at(key);
  const int64_t value = member.integer();
  if (value < 1 || value > std::numeric_limits<int32_t>::max())
    member.fail(fmt::format("is {}; must be positive", value));
  return value;
}

static Protocol readProtocol(const json::Value &train) {
  Protocol protocol;
  const std::string mode = train.at("mode").string();
  if (mode != "fit" && mode != "train_on_batch")
    train.at("mode").fail(
        fmt::format("is \"{}\"; must be fit or train_on_batch", mode));
  protocol.fit = mode == "fit";
  protocol.samples = positive(train, "n_samples");
  protocol.batchSize = positive(train, "batch_size");
  if (!protocol.fit) {
    protocol.steps = positive(train, "steps");
    if (protocol.steps > protocol.samples / protocol.batchSize)
      train.at("steps").fail(
          fmt::format("is {} with batches of {}; there are {} samples",
                      protocol.steps, protocol.batchSize, protocol.samples));
    return protocol;
  }
  protocol.epochs = positive(train, "epochs");
  if (train.booleanOr("shuffle", false))
    train.at("shuffle").fail("is true; a case is trained in order");
  const std::string validation = train.stringOr("validation", "");
  if (validation == "data") {
    protocol.validation = Validation::Data;
    protocol.validationSamples = positive(train, "n_val");
  } else if (validation == "split") {
    protocol.validation = Validation::Split;
    protocol.validationSplit = train.at("validation_split").number();
    const int64_t training = protocol.trainingSamples();
    if (training < 1 || training >= protocol.samples)
      train.at("validation_split")
          .fail(fmt::format("is {}; each part needs one of the {} samples",
                            protocol.validationSplit, protocol.samples));
  } else if (!validation.empty()) {
    train.at("validation").fail(fmt::format(
        "is \"{}\"; must be null, data or split", validation));
  }
  return protocol;
}

static Tolerances readTolerances(const json::Value &object) {
  Tolerances result;
  result.outputsBefore = object.at("outputs_before_abs").number();
  result.outputsAfter = object.at("outputs_after_abs").number();
  result.gradients = object.at("grads_abs").number();
  result.weightsAfter = object.at("weights_after_abs").number();
  result.loss = object.at("loss_abs").number();
  result.metric = object.at("metric_abs").number();
  return result;
}

static std::vector<std::string> namesOf(const json::Value &list) {
  std::vector<std::string> names;
  for (const json::Value &entry : list.elements())
    names.push_back(entry.at("name").string());
  return names;
}

Case readCase(const std::string &directory) {
  namespace fs = std::filesystem;
  auto in = [&](const char *file) {
    return (fs::path(directory) / file).string();
  };
  if (std::error_code error; !fs::is_directory(directory, error))
    throw Error("there is no such directory; a folder with `model.json` and "
                "`case.json` is expected",
                {directory, 0, 0});

  const std::string modelFile = in("model.json"), caseFile = in("case.json");
  std::string caseText = readFile(caseFile);
  json::Value root = json::Value::parse(caseText, caseFile);
  Case result{.name = root.at("name").string(),
              .modelFile = modelFile,
              .modelText = readFile(modelFile),
              .caseFile = caseFile,
              .caseText = std::move(caseText),
              .protocol = readProtocol(root.at("train")),
              .tolerances = readTolerances(root.at("tolerances")),
              .inputNames = namesOf(root.at("inputs")),
              .outputNames = namesOf(root.at("outputs")),
              .weightsBefore = {},
              .inputs = {},
              .targets = {},
              .validationInputs = {},
              .validationTargets = {},
              .outputs = {},
              .gradients = {},
              .weightsAfter = {},
              .fullSize = root.at("expected").has("stats"),
              .expected = root.at("expected"),
              .summaryRows = root.at("summary_rows"),
              .parameters = root.at("params"),
              .nodes = std::nullopt};
  if (const std::string nodes = in("nodes.json"); fs::exists(nodes))
    result.nodes = json::Value::parse(readFile(nodes), nodes);

  const bool validationData = result.protocol.validation == Validation::Data;
  if (result.fullSize) {
    json::Value recipe = root.at("recipe");
    result.weightsBefore = generateTensors(recipe.at("weights"));
    result.inputs = generateTensors(recipe.at("inputs"));
    result.targets = generateTensors(recipe.at("targets"));
    if (validationData) {
      json::Value validation = recipe.at("validation");
      result.validationInputs = generateTensors(validation.at("inputs"));
      result.validationTargets = generateTensors(validation.at("targets"));
    }
    return result;
  }
  result.weightsBefore = readTensors(in("weights_before.safetensors"));
  result.weightsAfter = readTensors(in("weights_after.safetensors"));
  result.gradients = readTensors(in("grads_step0.safetensors"));
  result.inputs = readTensors(in("inputs.safetensors"));
  result.targets = readTensors(in("targets.safetensors"));
  result.outputs = readTensors(in("outputs.safetensors"));
  if (validationData) {
    result.validationInputs = readTensors(in("val_inputs.safetensors"));
    result.validationTargets = readTensors(in("val_targets.safetensors"));
  }
  return result;
}

} // namespace ingot::verify
