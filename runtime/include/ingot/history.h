//===- history.h - what fit returns ----------------------------*- C++ -*-===//
//
// The values of each epoch by name, as Keras' History has them.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/named_list.h"

#include <vector>

namespace ingot::rt {

/// Values of loss and metrics by name; the first is "loss".
using Metrics = NamedList<double>;

/// What `fit` returns.
struct History {
  /// Numbers of the epochs that were run, from `initial_epoch`.
  std::vector<int> epoch;
  /// "loss", with several outputs "OUTPUT_loss" of each that has one, without
  /// its loss weight, the metrics, then the same with "val_" in front: one
  /// value for each epoch, except that "val_" has one for each validation.
  /// Callbacks may add to it ("learning_rate").
  NamedList<std::vector<double>> history;
  /// Whether Ctrl-C ended the fit before its time.
  bool interrupted = false;
};

} // namespace ingot::rt
