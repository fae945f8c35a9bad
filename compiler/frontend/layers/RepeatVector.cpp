//===- RepeatVector.cpp - one vector, n times -----------------------------===//

#include "frontend/LayerClass.h"

#include <fmt/format.h>

namespace ingot {

RepeatVector::RepeatVector(int64_t n, const NameOption &options, SourceLocation loc)
    : Layer(makeLayer("RepeatVector",
                      {.name = options.name, .attributes = {{"n", n}}}, loc)) {}

static void create(RecordedLayer &layer, LayerArguments &arguments) {
  const int64_t n = arguments.integer("n");
  if (n <= 0)
    throw Error(fmt::format("`n` is {}; must be positive", n), arguments.location());
  layer.config["n"] = n;
}

static std::vector<graph::TensorType>
call(RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs,
     const SourceLocation &loc) {
  const graph::TensorType &input = onlyInput(layer, inputs, loc);
  requireFloat(layer, inputs, loc);
  const int64_t n = std::get<int64_t>(layer.config.at("n"));
  const shape::Inferred inferred = shape::repeatVector(input.shape, n);
  return {{shapeOrFail(layer, inferred, inputs, loc), input.dtype}};
}

const LayerClass repeatVectorClass = {"RepeatVector", create, call};

} // namespace ingot
