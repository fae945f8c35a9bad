//===- Conv.cpp - activation(x * kernel + bias) over windows --------------===//

#include "frontend/LayerClass.h"
#include "frontend/Resolve.h"
#include "graph/Wording.h"
#include "ingot/ConvLayers.h"
#include "ingot/Shape/WindowRules.h"

#include <fmt/format.h>

namespace ingot {

Conv2D::Conv2D(int64_t filters, const PerAxis &kernel_size, const Conv2DOptions &options,
               SourceLocation loc)
    : Layer(makeLayer("Conv2D",
                      {.name = options.name,
                       .trainable = options.trainable,
                       .attributes = {{"filters", filters},
                                      {"kernel_size", kernel_size.value()},
                                      {"strides", options.strides.value()},
                                      {"padding", options.padding},
                                      {"data_format", options.data_format},
                                      {"dilation_rate", options.dilation_rate.value()},
                                      {"use_bias", options.use_bias}},
                       .objects = {{"activation", options.activation},
                                   {"kernel_initializer", options.kernel_initializer},
                                   {"bias_initializer", options.bias_initializer},
                                   {"kernel_regularizer", options.kernel_regularizer},
                                   {"bias_regularizer", options.bias_regularizer}}},
                      loc)) {}

/// Keras' Conv1D, Conv2D, Conv3D by the number of their spatial axes.
template <size_t axes> static void create(RecordedLayer &layer, LayerArguments &arguments) {
  const int64_t filters = arguments.integer("filters");
  if (filters <= 0)
    throw Error(fmt::format("`filters` is {}; must be positive", filters), arguments.location());
  arguments.expect("data_format", "channels_last");
  arguments.expect("groups", int64_t{1});
  const std::vector<int64_t> ones(axes, 1);
  const shape::Sliding sliding{arguments.integerPerAxis("kernel_size", axes),
                               arguments.integerPerAxis("strides", axes, ones),
                               arguments.integerPerAxis("dilation_rate", axes, ones),
                               arguments.string("padding", "valid")};
  if (const auto message = shape::checkSliding(sliding, "kernel_size"))
    throw Error(*message, arguments.location());
  layer.config["filters"] = filters;
  layer.config["kernel_size"] = sliding.window;
  layer.config["strides"] = sliding.strides;
  layer.config["dilation_rate"] = sliding.dilation;
  layer.config["padding"] = sliding.padding;
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
  auto sizes = [&](const char *name) {
    return std::get<std::vector<int64_t>>(layer.config.at(name));
  };
  const int64_t filters = std::get<int64_t>(layer.config.at("filters"));
  const shape::Sliding sliding{sizes("kernel_size"), sizes("strides"), sizes("dilation_rate"),
                               std::get<std::string>(layer.config.at("padding"))};
  const shape::Inferred inferred = shape::conv(input.shape, filters, sliding);
  graph::TensorType result{shapeOrFail(layer, inferred, inputs, loc)};

  const int64_t in = input.shape.back();
  if (layer.variables.empty()) {
    graph::Shape kernel = sliding.window;
    kernel.insert(kernel.end(), {in, filters});
    addVariable(layer, "kernel", kernel, loc);
    if (std::get<bool>(layer.config.at("use_bias")))
      addVariable(layer, "bias", {filters}, loc);
  } else if (const graph::Shape &kernel = layer.variables[0].shape;
             kernel[kernel.size() - 2] != in) {
    throw Error(fmt::format("`{}` is called on shape {}, but its kernel is {}; there must "
                            "be {}", layer.name, shape::toString(input.shape), shape::toString(kernel),
                            counted(static_cast<size_t>(kernel[kernel.size() - 2]), "channel")),
                loc, builtNotes(layer, inputs, loc));
  }
  return {std::move(result)};
}

const LayerClass conv2DClass = {"Conv2D", create<2>, call, "conv"};

} // namespace ingot
