//===- history.h - what fit returns ----------------------------*- C++ -*-===//
//
// The values of each epoch by name, as Keras' History has them, and as files.
//
//   history.to_csv("history.csv");
//   history.to_svg("history.svg", {.title = "mnist"});
//
//===----------------------------------------------------------------------===//
#pragma once

#include "ingot/named_list.h"

#include <string>
#include <vector>

namespace ingot::rt {

/// Values of loss and metrics by name; the first is "loss".
using Metrics = NamedList<double>;

struct PlotOptions {
  /// Stands above the panels. Default: nothing.
  std::string title = {};
  /// Panels side by side.
  int columns = 2;
};

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
  /// Of the fit: which epochs the "val_" values belong to.
  int validation_freq = 1;

  /// A line an epoch after a line of names, the first being "epoch"; numbers
  /// read back as they were; an empty cell where an epoch has no value.
  std::string csv() const;

  /// A picture of all values over the epochs, which are numbered from 1 as in
  /// the progress line: for each a panel with axes and legend, training and
  /// validation together. SVG 1.1 that refers to nothing. Values that are not
  /// finite leave a gap. Throws Error if `columns` is below 1.
  std::string svg(const PlotOptions &options = {}) const;

  /// Writes the same into a file. Throws Error if it cannot be written.
  void to_csv(const std::string &filename) const;
  void to_svg(const std::string &filename,
              const PlotOptions &options = {}) const;

  /// The epochs that the values of `key` belong to; as many as it has values.
  std::vector<int> epochs_of(std::string_view key) const;
};

} // namespace ingot::rt
