//===- Input.cpp - Input() ------------------------------------------------===//

#include "frontend/LayerClass.h"
#include "frontend/Names.h"
#include "ingot/Layers.h"

#include <fmt/format.h>

#include <algorithm>

namespace ingot {

Tensor Input(const Shape &shape, const InputOptions &options, SourceLocation loc) {
  if (std::find(shape.begin(), shape.end(), None) != shape.end())
    throw Error(fmt::format("`shape` is {}; every size must be known, the number of steps too; only "
                            "the batch, which is not among them, varies", shape::toString(shape)),
                loc);
  if (std::any_of(shape.begin(), shape.end(), [](int64_t size) { return size < 1; }))
    throw Error(fmt::format("`shape` is {}; sizes must be positive, and the batch "
                            "is not among them", shape::toString(shape)),
                loc);
  if (options.dtype != "float32" && options.dtype != "int32")
    throw Unsupported(options.dtype,
                      fmt::format("`dtype` is \"{}\"; must be \"float32\" or \"int32\"",
                                  options.dtype),
                      loc);
  graph::TensorType type{shape, options.dtype == "int32" ? graph::DType::I32
                                                         : graph::DType::F32};
  type.shape.insert(type.shape.begin(), shape::kDynamic);
  if (shape::elementsPerSample(type.shape) > graph::mostElements)
    throw Error(fmt::format("`shape` is {}; at most 2^40 elements are possible",
                            shape::toString(shape)),
                loc);
  auto layer = std::make_shared<RecordedLayer>();
  layer->className = "InputLayer";
  layer->name = chooseName(options.name, "InputLayer", loc);
  layer->loc = loc;
  layer->nodes.push_back({{}, {std::move(type)}, loc});
  return Tensor({std::move(layer), 0, 0});
}

} // namespace ingot
