//===- Permute.cpp - another order of the axes ----------------------------===//

#include "frontend/LayerClass.h"

namespace ingot {

Permute::Permute(const Shape &dims, const NameOption &options, SourceLocation loc)
    : Layer(makeLayer("Permute",
                      {.name = options.name, .attributes = {{"dims", dims}}}, loc)) {}

static void create(RecordedLayer &layer, LayerArguments &arguments) {
  std::vector<int64_t> dims = arguments.integers("dims");
  if (const auto message = shape::checkPermuteDims(dims))
    throw Error(*message, arguments.location());
  layer.config["dims"] = std::move(dims);
}

static std::vector<graph::TensorType>
call(RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs,
     const SourceLocation &loc) {
  const graph::TensorType &input = onlyInput(layer, inputs, loc);
  const auto &dims = std::get<std::vector<int64_t>>(layer.config.at("dims"));
  const shape::Inferred inferred = shape::permute(input.shape, dims);
  return {{shapeOrFail(layer, inferred, inputs, loc), input.dtype}};
}

const LayerClass permuteClass = {"Permute", create, call};

} // namespace ingot
