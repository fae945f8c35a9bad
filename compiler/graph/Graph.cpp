//===- Graph.cpp - the recorded functional graph --------------------------===//

#include "graph/Graph.h"

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

int64_t countParameters(const Layer &layer) {
  int64_t count = 0;
  for (const Variable &variable : layer.variables)
    count += countElements(variable.shape);
  return count;
}

ParameterCount countParameters(const Model &model) {
  ParameterCount count;
  for (const auto &layer : model.layers)
    for (const Variable &variable : layer->variables)
      (layer->trainable && variable.trainable ? count.trainable
                                              : count.nonTrainable) +=
          countElements(variable.shape);
  return count;
}

} // namespace ingot::graph
