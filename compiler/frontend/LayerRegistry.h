//===- LayerRegistry.h - layers by their Keras class name ------*- C++ -*-===//
//
// How front ends other than the DSL make layers: a class name and arguments.
// The result is called like a layer of the DSL. Inputs are made by `Input` of
// <ingot/Layers.h>.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "graph/Graph.h"
#include "ingot/Layers.h"
#include "ingot/Spec.h"

#include <map>
#include <string>
#include <vector>

namespace ingot {

/// The arguments of a layer under Keras' names; absent ones have Keras' defaults.
struct LayerConfig {
  std::string name = {}; ///< empty: automatic
  bool trainable = true;
  /// Numbers, flags, strings, lists: "units", "use_bias", "target_shape".
  graph::Config attributes = {};
  /// What is given by a string or an object: "activation", "kernel_initializer",
  /// "kernel_regularizer". Absent, or none, is Keras' None or default. A plain
  /// string may be in `attributes` instead.
  std::map<std::string, Spec> objects = {};
  /// What a wrapper applies: "layer".
  std::map<std::string, std::shared_ptr<graph::Layer>> layers = {};
};

/// Makes a layer. Throws Unsupported for a class or argument that is not known,
/// Error for a mistake, both at `loc` unless an object knows its own place.
Layer makeLayer(const std::string &className, const LayerConfig &config,
                const SourceLocation &loc);

/// Class names that makeLayer knows, sorted.
std::vector<std::string> layerClassNames();

} // namespace ingot
