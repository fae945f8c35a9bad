//===- weights.h - weights in files ----------------------------*- C++ -*-===//
//
// Model::save_weights writes safetensors, under the names of get_weights;
// Model::load_weights reads them by name, whoever wrote them and whatever the
// model was compiled for: other optimizers, targets, flags.
//
//   model.save_weights("mnist.safetensors");
//
//   const rt::WeightsReport report = other.load_weights(
//       "mnist.safetensors", {.skip_missing = true, .skip_mismatch = true});
//   std::cout << report.text();
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/array.h"

#include <string>
#include <vector>

namespace ingot::rt {

/// By default every weight of the model is in the file and the other way round,
/// with the same shape. Weights that are skipped keep their values.
struct LoadWeightsOptions {
  /// Weights that the file lacks are left as they are.
  bool skip_missing = false;
  /// Weights that have another shape in the file, or a type that does not
  /// convert, are left as they are.
  bool skip_mismatch = false;
  /// What the file has beside the model's weights is left alone.
  bool skip_unexpected = false;
};

/// What became of each weight.
struct WeightsReport {
  struct Mismatch {
    std::string name;
    /// "f32 [64, 32]", in the model and in the file.
    std::string model, file;
  };

  /// Names of the model and of the file, for text().
  std::string model, file;
  /// Loaded, in the model's order.
  std::vector<std::string> matched;
  /// Of the model and not in the file.
  std::vector<std::string> missing;
  /// In the file and not of the model.
  std::vector<std::string> unexpected;
  std::vector<Mismatch> mismatched;

  /// Whether model and file have the same weights.
  bool complete() const {
    return missing.empty() && unexpected.empty() && mismatched.empty();
  }
  /// A line of numbers, then a line for each weight that did not match, each
  /// with a line break.
  std::string text() const;
};

} // namespace ingot::rt
