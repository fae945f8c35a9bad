//===- Dense.cpp - activation(x . kernel + bias) --------------------------===//

#include "frontend/LayerClass.h"
#include "frontend/Resolve.h"

#include <fmt/format.h>

namespace ingot {

Dense::Dense(int64_t units, const DenseOptions &options, SourceLocation loc)
    : Layer(makeLayer("Dense",
                      {.name = options.name,
                       .trainable = options.trainable,
                       .attributes = {{"units", units}, {"use_bias", options.use_bias}},
                       .objects = {{"activation", options.activation},
                                   {"kernel_initializer", options.kernel_initializer},
                                   {"bias_initializer", options.bias_initializer},
                                   {"kernel_regularizer", options.kernel_regularizer},
                                   {"bias_regularizer", options.bias_regularizer}}},
                      loc)) {}

static void create(RecordedLayer &layer, LayerArguments &arguments) {
  const int64_t units = arguments.integer("units");
  if (units <= 0)
    throw Error(fmt::format("`units` is {}; must be positive", units),
                arguments.location());
  layer.config["units"] = units;
  layer.config["activation"] = resolveActivation(arguments.object("activation"));
  layer.config["use_bias"] = arguments.boolean("use_bias", true);
  layer.weights["kernel"] = arguments.weight("kernel", "glorot_uniform");
  layer.weights["bias"] = arguments.weight("bias", "zeros");
}

static std::vector<graph::TensorType>
call(RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs,
     const SourceLocation &loc) {
  const graph::TensorType &input = onlyInput(layer, inputs, loc);
  requireFloat(layer, inputs, loc);
  const int64_t units = std::get<int64_t>(layer.config.at("units"));
  const shape::Inferred inferred = shape::dense(input.shape, units);
  graph::TensorType result{shapeOrFail(layer, inferred, inputs, loc)};

  const int64_t in = input.shape.back();
  if (layer.variables.empty()) {
    addVariable(layer, "kernel", {in, units}, loc);
    if (std::get<bool>(layer.config.at("use_bias")))
      addVariable(layer, "bias", {units}, loc);
  } else if (const graph::Shape &kernel = layer.variables[0].shape; kernel[0] != in) {
    throw Error(fmt::format("`{}` is called on shape {}, but its kernel is {}; the "
                            "last dimension must be {}", layer.name,
                            shape::toString(input.shape), shape::toString(kernel), kernel[0]),
                loc, builtNotes(layer, inputs, loc));
  }
  return {std::move(result)};
}

const LayerClass denseClass = {"Dense", create, call};

} // namespace ingot
