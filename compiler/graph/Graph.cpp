//===- Graph.cpp - the recorded functional graph --------------------------===//

#include "graph/Graph.h"

#include <set>

namespace ingot::graph {

const TensorType &typeOf(const TensorRef &tensor) {
  return tensor.layer->nodes.at(tensor.node).outputs.at(tensor.index);
}

int64_t countElements(const Shape &shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return count;
}

std::vector<std::shared_ptr<Layer>> innerLayers(const Layer &layer) {
  return layer.model ? layer.model->layers : layer.wrapped;
}

static void collectOwners(const std::vector<std::shared_ptr<Layer>> &layers, std::set<const Layer *> &seen,
                          std::vector<std::shared_ptr<Layer>> &owners) {
  for (const auto &layer : layers) {
    if (!seen.insert(layer.get()).second)
      continue;
    if (!layer->variables.empty())
      owners.push_back(layer);
    collectOwners(innerLayers(*layer), seen, owners);
  }
}

std::vector<std::shared_ptr<Layer>> weightOwners(const Model &model) {
  std::set<const Layer *> seen;
  std::vector<std::shared_ptr<Layer>> owners;
  collectOwners(model.layers, seen, owners);
  return owners;
}

static void addVariables(const Layer &layer, ParameterCount &count) {
  for (const Variable &variable : layer.variables)
    (layer.trainable && variable.trainable ? count.trainable
                                           : count.nonTrainable) +=
        countElements(variable.shape);
}

ParameterCount countParameters(const Model &model) {
  ParameterCount count;
  for (const auto &layer : weightOwners(model))
    addVariables(*layer, count);
  return count;
}

ParameterCount countByTraining(const Layer &layer) {
  std::set<const Layer *> seen;
  std::vector<std::shared_ptr<Layer>> owners;
  collectOwners(innerLayers(layer), seen, owners);
  ParameterCount count;
  addVariables(layer, count);
  for (const auto &owner : owners)
    addVariables(*owner, count);
  return count;
}

int64_t countParameters(const Layer &layer) {
  return countByTraining(layer).total();
}

} // namespace ingot::graph
