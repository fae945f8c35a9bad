//===- KerasModel.h - Keras topology JSON as a model -----------*- C++ -*-===//
#pragma once

#include "ingot/Model.h"

#include <optional>
#include <string>

namespace ingot::keras {

struct LoadOptions {
  std::string modelFile = "model.json";   ///< for messages
  std::string settingsFile = "case.json"; ///< for messages
  /// Weights will be given, so initializers need not be known.
  bool ignoreInitializers = false;
};

/// Reads what Keras 2 or 3 writes as `model.to_json()` for a functional model and
/// builds the model that the same calls of the DSL give. The layers may stand
/// in any order.
///
/// `settings` is JSON with a member `compile`: `optimizer`, and `loss`,
/// `loss_weights`, `metrics` with one entry an output; without it the model is
/// not compiled.
///
/// Throws Unsupported with the name of what is not known here, and Error for
/// anything else that is wrong, at the line of the layer at fault.
Model loadKerasModel(const std::string &json,
                     const std::optional<std::string> &settings,
                     const LoadOptions &options);

} // namespace ingot::keras
