//===- Pool.cpp - the largest or the mean of windows ----------------------===//

#include "frontend/LayerClass.h"
#include "ingot/ConvLayers.h"
#include "ingot/Shape/WindowRules.h"

#include <fmt/format.h>

namespace ingot {

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

static Layer makePooling(const char *className, const PerAxis &poolSize,
                         const PoolingOptions &options, const SourceLocation &loc) {
  LayerConfig config{.name = options.name,
                     .attributes = {{"pool_size", poolSize.value()},
                                    {"padding", options.padding},
                                    {"data_format", options.data_format}}};
  if (!options.strides.isNone())
    config.attributes["strides"] = options.strides.value();
  return makeLayer(className, config, loc);
}

MaxPooling2D::MaxPooling2D(const PerAxis &pool_size, const PoolingOptions &options,
                           SourceLocation loc)
    : Layer(makePooling("MaxPooling2D", pool_size, options, loc)) {}
AveragePooling2D::AveragePooling2D(const PerAxis &pool_size, const PoolingOptions &options,
                                   SourceLocation loc)
    : Layer(makePooling("AveragePooling2D", pool_size, options, loc)) {}

/// "max" or "average": one op for both.
static const char *kindOf(const RecordedLayer &layer) {
  return layer.className.find("Max") != std::string::npos ? "max" : "average";
}

template <size_t axes> static void createPool(RecordedLayer &layer, LayerArguments &arguments) {
  arguments.expect("data_format", "channels_last");
  const std::vector<int64_t> size =
      arguments.integerPerAxis("pool_size", axes, std::vector<int64_t>(axes, 2));
  const shape::Sliding sliding{size, arguments.integerPerAxis("strides", axes, size),
                               std::vector<int64_t>(axes, 1), arguments.string("padding", "valid")};
  if (const auto message = shape::checkSliding(sliding, "pool_size"))
    throw Error(*message, arguments.location());
  layer.config["kind"] = kindOf(layer);
  layer.config["pool_size"] = sliding.window;
  layer.config["strides"] = sliding.strides;
  layer.config["padding"] = sliding.padding;
}

static std::vector<graph::TensorType>
callPool(RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs,
         const SourceLocation &loc) {
  const graph::TensorType &input = onlyInput(layer, inputs, loc);
  requireFloat(layer, inputs, loc);
  const auto &size = std::get<std::vector<int64_t>>(layer.config.at("pool_size"));
  const shape::Sliding sliding{size, std::get<std::vector<int64_t>>(layer.config.at("strides")),
                               std::vector<int64_t>(size.size(), 1),
                               std::get<std::string>(layer.config.at("padding"))};
  const shape::Inferred inferred = shape::pool(input.shape, sliding);
  return {{shapeOrFail(layer, inferred, inputs, loc)}};
}

const LayerClass averagePooling2DClass = {"AveragePooling2D", createPool<2>, callPool, "pool"};
const LayerClass maxPooling2DClass = {"MaxPooling2D", createPool<2>, callPool, "pool"};

//===----------------------------------------------------------------------===//
// Everything
//===----------------------------------------------------------------------===//

static Layer makeGlobalPooling(const char *className, const GlobalPoolingOptions &options,
                               const SourceLocation &loc) {
  return makeLayer(className,
                   {.name = options.name,
                    .attributes = {{"data_format", options.data_format},
                                   {"keepdims", options.keepdims}}},
                   loc);
}

GlobalAveragePooling2D::GlobalAveragePooling2D(const GlobalPoolingOptions &options,
                                               SourceLocation loc)
    : Layer(makeGlobalPooling("GlobalAveragePooling2D", options, loc)) {}
GlobalMaxPooling2D::GlobalMaxPooling2D(const GlobalPoolingOptions &options, SourceLocation loc)
    : Layer(makeGlobalPooling("GlobalMaxPooling2D", options, loc)) {}

static void createGlobal(RecordedLayer &layer, LayerArguments &arguments) {
  arguments.expect("data_format", "channels_last");
  layer.config["kind"] = kindOf(layer);
  layer.config["keepdims"] = arguments.boolean("keepdims", false);
}

template <size_t axes>
static std::vector<graph::TensorType>
callGlobal(RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs,
           const SourceLocation &loc) {
  const graph::TensorType &input = onlyInput(layer, inputs, loc);
  requireFloat(layer, inputs, loc);
  // The rule takes any number of axes, the class this one.
  if (input.shape.size() != axes + 2)
    (void)shapeOrFail(layer,
                      shape::Inferred::error(fmt::format("input has shape {}, of rank {}; must be of rank {}",
                                                         shape::toString(input.shape), input.shape.size(), axes + 2)),
                      inputs, loc);
  const shape::Inferred inferred =
      shape::globalPool(input.shape, std::get<bool>(layer.config.at("keepdims")));
  return {{shapeOrFail(layer, inferred, inputs, loc)}};
}

const LayerClass globalAveragePooling2DClass = {"GlobalAveragePooling2D", createGlobal,
                                                callGlobal<2>, "global_pool"};
const LayerClass globalMaxPooling2DClass = {"GlobalMaxPooling2D", createGlobal, callGlobal<2>,
                                            "global_pool"};

} // namespace ingot
