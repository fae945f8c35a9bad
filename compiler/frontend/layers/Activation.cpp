//===- Activation.cpp - an activation by itself ---------------------------===//

#include "frontend/LayerClass.h"
#include "frontend/Resolve.h"

namespace ingot {

Activation::Activation(const ActivationFunction &activation,
                       const NameOption &options, SourceLocation loc)
    : Layer(makeLayer("Activation",
                      {.name = options.name, .objects = {{"activation", activation}}},
                      loc)) {}

static void create(RecordedLayer &layer, LayerArguments &arguments) {
  layer.config["activation"] = resolveActivation(arguments.object("activation"));
}

static std::vector<graph::TensorType>
call(RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs,
     const SourceLocation &loc) {
  const graph::TensorType &input = onlyInput(layer, inputs, loc);
  requireFloat(layer, inputs, loc);
  if (std::get<std::string>(layer.config.at("activation")) == "softmax")
    shapeOrFail(layer, shape::softmax(input.shape), inputs, loc);
  return {input};
}

const LayerClass activationClass = {"Activation", create, call};

} // namespace ingot
