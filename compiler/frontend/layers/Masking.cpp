//===- Masking.cpp - steps that do not count -------------------------------===//

#include "frontend/LayerClass.h"

namespace ingot {

Masking::Masking(double mask_value, const NameOption &options, SourceLocation loc)
    : Layer(makeLayer("Masking",
                      {.name = options.name, .attributes = {{"mask_value", mask_value}}}, loc)) {}

static void create(RecordedLayer &layer, LayerArguments &arguments) {
  layer.config["mask_value"] = arguments.number("mask_value", 0);
}

static std::vector<graph::TensorType>
call(RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs,
     const SourceLocation &loc) {
  const graph::TensorType &input = onlyInput(layer, inputs, loc);
  requireFloat(layer, inputs, loc);
  const shape::Inferred inferred = shape::masking(input.shape);
  return {{shapeOrFail(layer, inferred, inputs, loc), graph::DType::F32}};
}

const LayerClass maskingClass = {"Masking", create, call};

} // namespace ingot
