//===- Wrappers.h - layers that apply layers -------------------*- C++ -*-===//
#pragma once

#include "ingot/Layers.h"

#include <string>

namespace ingot {

struct TimeDistributedOptions {
  /// false: the weights of what is applied stay as they are in training.
  bool trainable = true;
  std::string name = {};
};
/// A layer or a model, applied to each step of a sequence with the same weights:
///
///   Tensor y = TimeDistributed(mlp)(x); // (b, t, ...) -> (b, t, ...)
///
/// The input has rank >= 3 and a known number of steps, and `layer` sees
/// (b, ...). Calls of the result are nodes of the result, not of `layer`. This is
/// a function, so that `TimeDistributed(TimeDistributed(layer))` is applied to the
/// steps of steps.
Layer TimeDistributed(const Layer &layer, const TimeDistributedOptions &options = {},
                      SourceLocation loc = std::source_location::current());

} // namespace ingot
