//===- Losses.cpp - losses and their targets ------------------------------===//

#include "frontend/Arguments.h"
#include "frontend/Names.h"
#include "frontend/Resolve.h"
#include "ingot/Training.h"

#include <fmt/format.h>

namespace ingot {

SparseCategoricalCrossentropy::SparseCategoricalCrossentropy(
    const SparseCategoricalCrossentropyOptions &options, SourceLocation loc)
    : Loss("SparseCategoricalCrossentropy",
           {{"from_logits", options.from_logits}}, std::move(loc)) {}

CategoricalCrossentropy::CategoricalCrossentropy(
    const CrossentropyOptions &options, SourceLocation loc)
    : Loss("CategoricalCrossentropy",
           {{"from_logits", options.from_logits},
            {"label_smoothing", options.label_smoothing}},
           std::move(loc)) {}

BinaryCrossentropy::BinaryCrossentropy(const CrossentropyOptions &options,
                                       SourceLocation loc)
    : Loss("BinaryCrossentropy",
           {{"from_logits", options.from_logits},
            {"label_smoothing", options.label_smoothing}},
           std::move(loc)) {}

MeanSquaredError::MeanSquaredError(SourceLocation loc)
    : Loss("MeanSquaredError", {}, std::move(loc)) {}
MeanAbsoluteError::MeanAbsoluteError(SourceLocation loc)
    : Loss("MeanAbsoluteError", {}, std::move(loc)) {}

graph::Loss resolveLoss(const Spec &loss) {
  static const std::vector<KnownName> known = {
      {"sparse_categorical_crossentropy"},
      {"categorical_crossentropy"},
      {"binary_crossentropy", {"bce"}},
      {"mean_squared_error", {"mse"}},
      {"mean_absolute_error", {"mae"}}};
  graph::Loss result;
  result.name = canonicalName("loss", loss, known);
  Arguments arguments(loss);
  arguments.ignore({"name", "fn"});
  arguments.expect("dtype", "float32");
  arguments.expect("axis", int64_t{-1});
  // "auto" is Keras 2's name of the same.
  if (arguments.string("reduction", "") != "auto")
    arguments.expect("reduction", "sum_over_batch_size");
  if (result.name.ends_with("crossentropy"))
    result.fromLogits = arguments.boolean("from_logits", false);
  if (result.name == "categorical_crossentropy" ||
      result.name == "binary_crossentropy")
    result.labelSmoothing =
        arguments.number("label_smoothing", 0, Range::ZeroToOne);
  arguments.finish();
  return result;
}

graph::TensorType targetType(const graph::Loss &loss,
                             const graph::TensorType &output,
                             const std::string &name, const SourceLocation &loc,
                             const Note &made) {
  auto fail = [&](const std::string &seen, const std::string &rule) {
    throw Error(fmt::format("output `{}` {}; `{}` takes {}", name, seen, loss.name, rule), loc, {made});
  };
  if (output.dtype != graph::DType::F32)
    fail("is int32", "float32");
  const graph::Shape &shape = output.shape;
  if (shape.size() < 2)
    fail("has shape " + shape::toString(shape), "a rank of at least 2");
  if (loss.name != "sparse_categorical_crossentropy")
    return {shape, graph::DType::F32};
  if (shape.back() == 1)
    fail("has shape " + shape::toString(shape),
         "at least 2 classes; use `binary_crossentropy`");
  return {graph::Shape(shape.begin(), shape.end() - 1), graph::DType::I32};
}

} // namespace ingot
