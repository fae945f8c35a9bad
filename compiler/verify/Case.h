//===- Case.h - a folder with a model, data and expected numbers -*- C++ -*-===//
//
// Reads the folders that `ingotc verify` takes. A case states its tensors in
// safetensors files or, at full size, as recipes beside statistics.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "keras/Json.h"
#include "verify/Tensor.h"

#include <optional>
#include <string>
#include <vector>

namespace ingot::verify {

/// Allowed absolute differences.
struct Tolerances {
  double outputsBefore = 0;
  double outputsAfter = 0;
  double gradients = 0;
  double weightsAfter = 0;
  double loss = 0;
  double metric = 0;
};

enum class Validation { None, Data, Split };

/// How the case trains.
struct Protocol {
  bool fit = false; ///< else train_on_batch
  int64_t samples = 0;
  int64_t batchSize = 0;
  int64_t steps = 0;  ///< train_on_batch only
  int64_t epochs = 0; ///< fit only
  Validation validation = Validation::None;
  int64_t validationSamples = 0; ///< Data only
  double validationSplit = 0;

  /// Samples that train; the ones after them validate if `Split`.
  int64_t trainingSamples() const;
};

struct Case {
  std::string name;
  std::string modelFile, modelText;
  std::string caseFile, caseText;
  Protocol protocol;
  Tolerances tolerances;
  std::vector<std::string> inputNames, outputNames;

  TensorMap weightsBefore, inputs, targets, validationInputs,
      validationTargets;
  /// Expected tensors; empty at full size.
  TensorMap outputs, gradients, weightsAfter;
  /// True if tensors come from recipes and `expected.stats` describes them.
  bool fullSize = false;

  json::Value expected; ///< `expected` of case.json
  /// `summary_rows` and `params` of case.json.
  json::Value summaryRows, parameters;
  std::optional<json::Value> nodes; ///< nodes.json, if the case has one
};

/// Reads the case in the folder `directory`; throws ingot::Error if a file is
/// missing or says something that cannot be.
Case readCase(const std::string &directory);

} // namespace ingot::verify
