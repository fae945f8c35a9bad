//===- Flatten.cpp - one dimension of all but the batch -------------------===//

#include "frontend/LayerClass.h"

namespace ingot {

Flatten::Flatten(const NameOption &options, SourceLocation loc)
    : Layer(makeLayer("Flatten", {.name = options.name}, loc)) {}

static void create(RecordedLayer &, LayerArguments &arguments) {
  arguments.expect("data_format", "channels_last");
}

static std::vector<graph::TensorType>
call(RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs,
     const SourceLocation &loc) {
  const graph::TensorType &input = onlyInput(layer, inputs, loc);
  const shape::Inferred inferred = shape::flatten(input.shape);
  return {{shapeOrFail(layer, inferred, inputs, loc), input.dtype}};
}

const LayerClass flattenClass = {"Flatten", create, call};

} // namespace ingot
