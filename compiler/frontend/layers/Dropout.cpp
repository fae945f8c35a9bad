//===- Dropout.cpp - zeros at random in training --------------------------===//

#include "frontend/LayerClass.h"

#include <algorithm>

namespace ingot {

Dropout::Dropout(double rate, const DropoutOptions &options, SourceLocation loc)
    : Layer([&] {
        LayerConfig config{.name = options.name, .attributes = {{"rate", rate}}};
        if (!options.noise_shape.empty())
          config.attributes["noise_shape"] = options.noise_shape;
        if (options.seed)
          config.attributes["seed"] = *options.seed;
        return makeLayer("Dropout", config, loc);
      }()) {}

static void create(RecordedLayer &layer, LayerArguments &arguments) {
  if (!arguments.has("rate"))
    throw Error("`Dropout` has no `rate`", arguments.location());
  layer.config["rate"] = arguments.number("rate", 0, Range::BelowOne);
  if (arguments.has("noise_shape")) {
    std::vector<int64_t> noise = arguments.integers("noise_shape");
    std::replace(noise.begin(), noise.end(), None, int64_t{-1});
    layer.config["noise_shape"] = std::move(noise);
  }
  if (const std::optional<uint64_t> seed = arguments.seed())
    layer.config["seed"] = static_cast<int64_t>(*seed);
}

static std::vector<graph::TensorType>
call(RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs,
     const SourceLocation &loc) {
  const graph::TensorType &input = onlyInput(layer, inputs, loc);
  requireFloat(layer, inputs, loc);
  std::vector<int64_t> noise;
  if (auto it = layer.config.find("noise_shape"); it != layer.config.end())
    noise = std::get<std::vector<int64_t>>(it->second);
  return {{shapeOrFail(layer, shape::dropout(input.shape, noise), inputs, loc)}};
}

const LayerClass dropoutClass = {"Dropout", create, call};

} // namespace ingot
