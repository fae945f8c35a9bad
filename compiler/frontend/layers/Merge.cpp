//===- Merge.cpp - layers that make one tensor of several -----------------===//

#include "frontend/LayerClass.h"
#include "frontend/Names.h"

#include <fmt/format.h>

namespace ingot {

//===----------------------------------------------------------------------===//
// Element by element
//===----------------------------------------------------------------------===//

Add::Add(const NameOption &options, SourceLocation loc)
    : Layer(makeLayer("Add", {.name = options.name}, loc)) {}
Subtract::Subtract(const NameOption &options, SourceLocation loc)
    : Layer(makeLayer("Subtract", {.name = options.name}, loc)) {}
Multiply::Multiply(const NameOption &options, SourceLocation loc)
    : Layer(makeLayer("Multiply", {.name = options.name}, loc)) {}
Average::Average(const NameOption &options, SourceLocation loc)
    : Layer(makeLayer("Average", {.name = options.name}, loc)) {}
Maximum::Maximum(const NameOption &options, SourceLocation loc)
    : Layer(makeLayer("Maximum", {.name = options.name}, loc)) {}
Minimum::Minimum(const NameOption &options, SourceLocation loc)
    : Layer(makeLayer("Minimum", {.name = options.name}, loc)) {}

Tensor add(const Tensors &inputs, const NameOption &options, SourceLocation loc) {
  return Add(options, loc)(inputs, loc);
}
Tensor subtract(const Tensors &inputs, const NameOption &options, SourceLocation loc) {
  return Subtract(options, loc)(inputs, loc);
}
Tensor multiply(const Tensors &inputs, const NameOption &options, SourceLocation loc) {
  return Multiply(options, loc)(inputs, loc);
}
Tensor average(const Tensors &inputs, const NameOption &options, SourceLocation loc) {
  return Average(options, loc)(inputs, loc);
}
Tensor maximum(const Tensors &inputs, const NameOption &options, SourceLocation loc) {
  return Maximum(options, loc)(inputs, loc);
}
Tensor minimum(const Tensors &inputs, const NameOption &options, SourceLocation loc) {
  return Minimum(options, loc)(inputs, loc);
}

/// One op for all of them; its `kind` is the name of the function.
static void createMerge(RecordedLayer &layer, LayerArguments &) {
  layer.config["kind"] = toSnakeCase(layer.className);
}

static std::vector<graph::TensorType>
callMerge(RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs,
          const SourceLocation &loc) {
  requireFloat(layer, inputs, loc);
  const std::string &kind = std::get<std::string>(layer.config.at("kind"));
  const shape::Inferred inferred = shape::merge(kind, shapesOf(inputs));
  return {{shapeOrFail(layer, inferred, inputs, loc), graph::DType::F32}};
}

const LayerClass addClass = {"Add", createMerge, callMerge, "merge"};
const LayerClass averageClass = {"Average", createMerge, callMerge, "merge"};
const LayerClass maximumClass = {"Maximum", createMerge, callMerge, "merge"};
const LayerClass minimumClass = {"Minimum", createMerge, callMerge, "merge"};
const LayerClass multiplyClass = {"Multiply", createMerge, callMerge, "merge"};
const LayerClass subtractClass = {"Subtract", createMerge, callMerge, "merge"};

//===----------------------------------------------------------------------===//
// Concatenate
//===----------------------------------------------------------------------===//

Concatenate::Concatenate(const ConcatenateOptions &options, SourceLocation loc)
    : Layer(makeLayer("Concatenate",
                      {.name = options.name, .attributes = {{"axis", options.axis}}},
                      loc)) {}

Tensor concatenate(const Tensors &inputs, const ConcatenateOptions &options,
                   SourceLocation loc) {
  return Concatenate(options, loc)(inputs, loc);
}

/// A negative axis stays: each call has its own rank.
static void createConcatenate(RecordedLayer &layer, LayerArguments &arguments) {
  layer.config["axis"] = arguments.has("axis") ? arguments.integer("axis") : -1;
}

static std::vector<graph::TensorType>
callConcatenate(RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs,
                const SourceLocation &loc) {
  const int64_t axis = std::get<int64_t>(layer.config.at("axis"));
  const shape::Inferred inferred = shape::concatenate(shapesOf(inputs), axis);
  const graph::Shape &result = shapeOrFail(layer, inferred, inputs, loc);
  const graph::DType dtype = graph::typeOf(inputs[0]).dtype;
  for (const graph::TensorRef &input : inputs)
    if (graph::typeOf(input).dtype != dtype)
      throw Error(fmt::format("`{}` is called on float32 and int32 tensors; all must be of one type", layer.name),
                  loc, callNotes(layer, inputs, loc));
  return {{result, dtype}};
}

const LayerClass concatenateClass = {"Concatenate", createConcatenate, callConcatenate};

//===----------------------------------------------------------------------===//
// Dot
//===----------------------------------------------------------------------===//

Dot::Dot(const AxisPair &axes, const DotOptions &options, SourceLocation loc)
    : Layer(makeLayer("Dot",
                      {.name = options.name,
                       .attributes = {{"axes", axes.axes()}, {"normalize", options.normalize}}},
                      loc)) {}

Tensor dot(const Tensors &inputs, const AxisPair &axes, const DotOptions &options,
           SourceLocation loc) {
  return Dot(axes, options, loc)(inputs, loc);
}

/// Negative axes stay: each call has its own ranks.
static void createDot(RecordedLayer &layer, LayerArguments &arguments) {
  layer.config["axes"] = arguments.integerPerAxis("axes", 2);
  layer.config["normalize"] = arguments.boolean("normalize", false);
}

static std::vector<graph::TensorType>
callDot(RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs,
        const SourceLocation &loc) {
  requireFloat(layer, inputs, loc);
  const auto &axes = std::get<std::vector<int64_t>>(layer.config.at("axes"));
  const shape::Inferred inferred = shape::dot(shapesOf(inputs), axes);
  return {{shapeOrFail(layer, inferred, inputs, loc), graph::DType::F32}};
}

const LayerClass dotClass = {"Dot", createDot, callDot};

} // namespace ingot
