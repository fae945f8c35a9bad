//===- Layers.h - the layers of a model, and their calls --------*- C++ -*-===//
#pragma once

#include "graph/Graph.h"

#include "mlir/IR/BuiltinOps.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ingot::inspect {

/// A place in the user's program.
struct Place {
  std::string file;
  unsigned line = 0, column = 0;
  bool operator==(const Place &) const = default;
};

/// The place that a location has, if any.
std::optional<Place> placeIn(mlir::Location loc);

/// A layer of the model or of a model in it, by its path: `encoder/dense_1`.
struct Layer {
  std::string path, className;
  /// Elements of what all its calls give, of a sample.
  int64_t outputElements = 0;
  std::vector<size_t> calls;
};

/// One call, as the flat model has it: a layer of a model that is called twice is
/// called twice.
struct LayerCall {
  size_t layer = 0;
  shape::Shape output;
  int64_t steps = 1; ///< how often a wrapper applies it
  std::optional<Place> place;
  std::vector<size_t> inputs; ///< calls
};

struct LayerGraph {
  std::vector<Layer> layers;
  std::vector<LayerCall> calls; ///< inputs first
  std::vector<size_t> outputs;  ///< calls

  std::optional<size_t> find(llvm::StringRef path) const;
};

/// Reads a module of tier 1; empty without a model. Classes are called as their ops
/// are, `dense`.
LayerGraph collectLayers(mlir::ModuleOp module);

/// In tier 1 an op of a model is named as seen from that model. What stands before it
/// in the paths of its layer, "encoder/": one for each name that the model is called by.
std::map<mlir::Operation *, std::vector<std::string>> prefixesOfModels(mlir::ModuleOp module);

/// Gives layers the classes that the user's program names, `Dense`.
void nameClasses(LayerGraph &layers, const graph::Model &model);

} // namespace ingot::inspect
