//===- Reshape.cpp - other dimensions for the same elements ---------------===//

#include "frontend/LayerClass.h"

namespace ingot {

Reshape::Reshape(const Shape &target_shape, const NameOption &options,
                 SourceLocation loc)
    : Layer(makeLayer("Reshape",
                      {.name = options.name,
                       .attributes = {{"target_shape", target_shape}}},
                      loc)) {}

static void create(RecordedLayer &layer, LayerArguments &arguments) {
  std::vector<int64_t> target = arguments.integers("target_shape");
  if (const auto message = shape::checkReshapeTarget(target))
    throw Error(*message, arguments.location());
  // A -1 stays: each call has its own size for it.
  layer.config["target_shape"] = std::move(target);
}

static std::vector<graph::TensorType>
call(RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs,
     const SourceLocation &loc) {
  const graph::TensorType &input = onlyInput(layer, inputs, loc);
  const auto &target = std::get<std::vector<int64_t>>(layer.config.at("target_shape"));
  const shape::Inferred inferred = shape::reshape(input.shape, target);
  return {{shapeOrFail(layer, inferred, inputs, loc), input.dtype}};
}

const LayerClass reshapeClass = {"Reshape", create, call};

} // namespace ingot
