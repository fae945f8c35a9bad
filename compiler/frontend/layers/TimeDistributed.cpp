//===- TimeDistributed.cpp - a layer applied to each step -----------------===//

#include "frontend/LayerClass.h"
#include "ingot/Wrappers.h"

namespace ingot {

Layer TimeDistributed(const Layer &layer, const TimeDistributedOptions &options, SourceLocation loc) {
  return makeLayer("TimeDistributed",
                   {.name = options.name,
                    .trainable = options.trainable,
                    .layers = {{"layer", layer.recorded()}}},
                   loc);
}

static void create(RecordedLayer &layer, LayerArguments &arguments) {
  layer.wrapped = {arguments.layer("layer")};
}

/// The results of all steps have the time behind the batch.
static std::vector<graph::TensorType>
call(RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs,
     const SourceLocation &loc) {
  const graph::TensorType &input = onlyInput(layer, inputs, loc);
  const shape::Inferred inferred = shape::timeStep(input.shape);
  const graph::Shape &step = shapeOrFail(layer, inferred, inputs, loc);
  std::vector<graph::TensorType> results = callWrapped(layer, 0, {{step, input.dtype}}, loc);
  for (graph::TensorType &result : results)
    result.shape.insert(result.shape.begin() + 1, input.shape[1]);
  return results;
}

const LayerClass timeDistributedClass = {"TimeDistributed", create, call};

} // namespace ingot
