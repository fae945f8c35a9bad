//===- Embedding.cpp - rows of a table ------------------------------------===//

#include "frontend/LayerClass.h"

#include <fmt/format.h>

#include <limits>

namespace ingot {

static graph::Config attributesOf(int64_t inputDim, int64_t outputDim, const EmbeddingOptions &options) {
  graph::Config attributes = {
      {"input_dim", inputDim}, {"output_dim", outputDim}, {"mask_zero", options.mask_zero}};
  if (options.input_length)
    attributes["input_length"] = *options.input_length;
  return attributes;
}

Embedding::Embedding(int64_t input_dim, int64_t output_dim, const EmbeddingOptions &options, SourceLocation loc)
    : Layer(makeLayer("Embedding",
                      {.name = options.name,
                       .trainable = options.trainable,
                       .attributes = attributesOf(input_dim, output_dim, options),
                       .objects = {{"embeddings_initializer", options.embeddings_initializer},
                                   {"embeddings_regularizer", options.embeddings_regularizer}}},
                      loc)) {}

static int64_t positive(LayerArguments &arguments, const char *name) {
  const int64_t value = arguments.integer(name);
  if (value <= 0)
    throw Error(fmt::format("`{}` is {}; must be positive", name, value), arguments.location());
  return value;
}

static void create(RecordedLayer &layer, LayerArguments &arguments) {
  const int64_t rows = positive(arguments, "input_dim");
  // One less than that is the largest index, an int32.
  constexpr int64_t mostRows = std::numeric_limits<int32_t>::max();
  if (rows > mostRows)
    throw Error(fmt::format("`input_dim` is {}; must be at most {}, as indices are int32", rows, mostRows),
                arguments.location());
  layer.config["input_dim"] = rows;
  layer.config["output_dim"] = positive(arguments, "output_dim");
  layer.config["mask_zero"] = arguments.boolean("mask_zero", false);
  if (arguments.has("input_length"))
    layer.config["input_length"] = positive(arguments, "input_length");
  layer.weights["embeddings"] = arguments.weight("embeddings", "uniform");
  arguments.expect("sparse", false);
}

static std::vector<graph::TensorType> call(RecordedLayer &layer, const std::vector<graph::TensorRef> &inputs,
                                           const SourceLocation &loc) {
  const graph::TensorType &input = onlyInput(layer, inputs, loc);
  if (input.dtype != graph::DType::I32)
    throw Error(fmt::format("`{}` is called on a float32 tensor; Embedding takes int32 indices; an input has them by "
                            "`dtype = \"int32\"`", layer.name),
                loc, callNotes(layer, inputs, loc));
  const int64_t rows = std::get<int64_t>(layer.config.at("input_dim"));
  const int64_t width = std::get<int64_t>(layer.config.at("output_dim"));
  std::optional<int64_t> length;
  if (auto given = layer.config.find("input_length"); given != layer.config.end())
    length = std::get<int64_t>(given->second);
  const shape::Inferred inferred = shape::embedding(input.shape, rows, width, length);
  graph::TensorType result{shapeOrFail(layer, inferred, inputs, loc)};
  if (layer.variables.empty())
    addVariable(layer, "embeddings", {rows, width}, loc);
  return {std::move(result)};
}

const LayerClass embeddingClass = {"Embedding", create, call};

} // namespace ingot
