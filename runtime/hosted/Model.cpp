//===- Model.cpp - the verbs of a model, but for fit ---------------------===//
//
// Each verb binds its arrays, then walks over batches.
//
//===----------------------------------------------------------------------===//
#include "ModelImpl.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

using namespace ingot::rt;

void ingot::rt::requirePositive(const char *option, std::int64_t value) {
  if (value < 1)
    throw Error(fmt::format("`{}` is {}; must be positive", option, value));
}

void ingot::rt::requireBatch(const CompiledModel &model, ingot_entry entry,
                             const std::string &what, std::int64_t value) {
  const std::int32_t largest = model.maxBatch(entry);
  const std::string_view name = CompiledModel::entryName(entry);
  if (value > largest)
    throw Error(fmt::format("{} is {} and `{}` of `{}` was compiled for at "
                            "most {}; compile with `--max-batch={}:{}` to go "
                            "up to it",
                            what, value, name, model.name(), largest, name,
                            value));
}

//===----------------------------------------------------------------------===//
// What fit shares
//===----------------------------------------------------------------------===//

void Model::Impl::trainStep(const BatchReader &reader) {
  const std::int32_t status =
      compiled.trainStep(reader.inputs(), reader.targets(), reader.size());
  if (status != INGOT_OK)
    throw compiled.refusal(INGOT_ENTRY_TRAIN_STEP, status,
                           reader.outOfRange(compiled));
}

Metrics Model::Impl::evaluate(const Feed &feed, int batchSize,
                              std::optional<int> steps, Progress *progress) {
  std::int64_t rows = feed.rows;
  if (steps)
    rows = std::min<std::int64_t>(rows, std::int64_t{*steps} * batchSize);
  // Metrics are additive, so slices of any size give the same values.
  const std::int64_t size = std::min<std::int64_t>(
      batchSize, compiled.maxBatch(INGOT_ENTRY_EVALUATE));
  const std::int64_t batches = (rows + size - 1) / size;
  if (progress)
    progress->begin({}, batches);
  BatchReader reader(feed, size, /*gathers=*/false);
  compiled.resetMetrics();
  for (std::int64_t done = 0; done < batches; ++done) {
    reader.at(done * size, std::min(size, rows - done * size));
    const std::int32_t status =
        compiled.evaluate(reader.inputs(), reader.targets(), reader.size());
    if (status != INGOT_OK)
      throw compiled.refusal(INGOT_ENTRY_EVALUATE, status,
                             reader.outOfRange(compiled));
    if (progress)
      progress->step(done + 1, [&] { return compiled.metrics(); });
  }
  Metrics values = compiled.metrics();
  if (progress)
    progress->end(batches, values);
  return values;
}

//===----------------------------------------------------------------------===//
// Verbs
//===----------------------------------------------------------------------===//

Model::Model(const ingot_model_desc *desc, ModelOptions options)
    : impl(std::make_unique<Impl>(desc, options.seed)) {}
Model::~Model() = default;
Model::Model(Model &&) noexcept = default;
Model &Model::operator=(Model &&) noexcept = default;

std::string_view Model::name() const { return impl->compiled.name(); }
std::string_view Model::summary() const {
  return impl->compiled.text(desc().summary);
}
const ingot_model_desc &Model::desc() const { return impl->compiled.desc(); }

Metrics Model::evaluate(const Arrays &x, const Arrays &y,
                        const EvaluateOptions &options) {
  requirePositive("batch_size", options.batch_size);
  if (options.steps)
    requirePositive("steps", *options.steps);
  const Feed feed = bind(impl->compiled, x, y, options.sample_weight);
  Progress progress(options.verbose);
  return impl->evaluate(feed, options.batch_size, options.steps, &progress);
}

Metrics Model::test_on_batch(const Arrays &x, const Arrays &y,
                             const BatchOptions &options) {
  const Feed feed = bind(impl->compiled, x, y, options.sample_weight);
  return impl->evaluate(feed, impl->compiled.maxBatch(INGOT_ENTRY_EVALUATE), {},
                        nullptr);
}

Metrics Model::train_on_batch(const Arrays &x, const Arrays &y,
                              const BatchOptions &options) {
  const Feed feed = bind(impl->compiled, x, y, options.sample_weight);
  requireBatch(impl->compiled, INGOT_ENTRY_TRAIN_STEP, "the number of samples",
               feed.rows);
  BatchReader reader(feed, feed.rows, /*gathers=*/false);
  reader.at(0, feed.rows);
  impl->compiled.resetMetrics();
  impl->trainStep(reader);
  return impl->compiled.metrics();
}

/// An output for `rows` samples that predict writes into, batch by batch.
namespace {
struct OutputBuffer {
  const ingot_tensor_desc *tensor;
  std::int64_t rowElements = 1;
  std::vector<float> f32;
  std::vector<std::int32_t> i32;

  OutputBuffer(const ingot_tensor_desc &tensor, std::int64_t rows)
      : tensor(&tensor) {
    for (std::uint32_t i = 1; i < tensor.rank; ++i)
      rowElements *= tensor.dims[i];
    const auto elements = static_cast<std::size_t>(rows * rowElements);
    if (tensor.dtype == INGOT_I32)
      i32.resize(elements);
    else
      f32.resize(elements);
  }

  void *row(std::int64_t index) {
    if (tensor->dtype == INGOT_I32)
      return i32.data() + index * rowElements;
    return f32.data() + index * rowElements;
  }

  Array take() && {
    Shape shape(tensor->dims, tensor->dims + tensor->rank);
    shape.front() = -1;
    if (tensor->dtype == INGOT_I32)
      return {std::move(i32), std::move(shape)};
    return {std::move(f32), std::move(shape)};
  }
};
} // namespace

Predictions Model::predict(const Arrays &x, const PredictOptions &options) {
  requirePositive("batch_size", options.batch_size);
  CompiledModel &compiled = impl->compiled;
  const Feed feed = bindInputs(compiled, x);
  const std::int64_t size =
      std::min(options.batch_size, compiled.maxBatch(INGOT_ENTRY_PREDICT));
  std::vector<OutputBuffer> buffers;
  for (const ingot_tensor_desc &tensor : compiled.outputs())
    buffers.emplace_back(tensor, feed.rows);

  std::vector<void *> outputs(buffers.size());
  BatchReader reader(feed, size, /*gathers=*/false);
  for (std::int64_t first = 0; first < feed.rows; first += size) {
    reader.at(first, std::min(size, feed.rows - first));
    std::ranges::transform(buffers, outputs.begin(), [&](OutputBuffer &buffer) {
      return buffer.row(first);
    });
    const std::int32_t status =
        compiled.predict(reader.inputs(), outputs.data(), reader.size());
    if (status != INGOT_OK)
      throw compiled.refusal(INGOT_ENTRY_PREDICT, status,
                             reader.outOfRange(compiled));
  }

  Predictions predictions;
  for (OutputBuffer &buffer : buffers) {
    const std::string_view name = compiled.text(buffer.tensor->name);
    predictions.add(std::string(name), std::move(buffer).take());
  }
  return predictions;
}

Predictions Model::predict_on_batch(const Arrays &x) {
  return predict(x, {.batch_size = impl->compiled.maxBatch(INGOT_ENTRY_PREDICT)});
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

NamedList<Array> Model::get_weights() const {
  return variablesOf(desc(), impl->compiled.params());
}

void Model::set_weights(const Arrays &weights) {
  CompiledModel &compiled = impl->compiled;
  for (const Column &column : bindWeights(compiled, weights))
    if (column.array.data())
      std::memcpy(compiled.params() + column.tensor->offset,
                  column.array.data(),
                  static_cast<std::size_t>(column.array.size()) *
                      dtypeBytes(column.array.dtype()));
  compiled.weightsChanged();
}

float Model::learning_rate() const { return impl->compiled.learningRate(); }
void Model::set_learning_rate(float value) {
  impl->compiled.setLearningRate(value);
}
