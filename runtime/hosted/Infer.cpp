//===- Infer.cpp - evaluation and prediction of a stream -----------------===//
//
// What evaluate, predict and the validation of fit share. A batch above what
// the entry was compiled for is sliced: metrics are additive and outputs are of
// one sample each, so slices of any size give the same values.
//
//===----------------------------------------------------------------------===//
#include "ModelImpl.h"

#include <fmt/format.h>

#include <algorithm>

using namespace ingot::rt;

/// Calls `run` with slices of `batch` of at most `largest` rows each.
template <class F>
static void forSlices(const Rows &batch, std::int64_t largest, F run) {
  for (std::int64_t done = 0; done < batch.count; done += largest)
    run(Rows{batch.feed, batch.first + done,
             std::min(largest, batch.count - done)});
}

/// The batches to walk over: the smaller of what was asked for and what there
/// is.
static std::optional<std::int64_t> stepsOf(const Stream &stream,
                                           std::optional<int> steps) {
  const std::optional<std::int64_t> length = stream.length();
  if (steps && length)
    return std::min<std::int64_t>(*steps, *length);
  return steps ? *steps : length;
}

std::optional<Metrics> Model::Impl::evaluate(Stream &stream,
                                             std::optional<int> steps,
                                             const Around &around) {
  const std::int64_t largest = compiled.maxBatch(INGOT_ENTRY_EVALUATE);
  const std::optional<std::int64_t> planned = stepsOf(stream, steps);
  if (around.progress)
    around.progress->begin({}, planned);
  around.callbacks.call(&Callback::on_test_begin);
  compiled.resetMetrics();
  stream.start({}, 0);
  BatchPointers pointers;
  std::int64_t done = 0;
  while (!planned || done < *planned) {
    const std::optional<Rows> batch = stream.next();
    if (!batch)
      break;
    around.callbacks.call(&Callback::on_test_batch_begin, done);
    forSlices(*batch, largest, [&](const Rows &rows) {
      pointers.at(rows);
      const std::int32_t status =
          compiled.evaluate(pointers.inputs(), pointers.targets(),
                            static_cast<std::int32_t>(rows.count));
      if (status != INGOT_OK)
        throw compiled.refusal(INGOT_ENTRY_EVALUATE, status,
                               outOfRange(compiled, rows));
    });
    if (!around.callbacks.empty())
      around.callbacks.call(&Callback::on_test_batch_end, done,
                            compiled.metrics());
    ++done;
    if (around.progress)
      around.progress->step(done, [&] { return compiled.metrics(); });
    if (around.interrupt && around.interrupt->requested())
      return {};
  }
  Metrics values = compiled.metrics();
  around.callbacks.call(&Callback::on_test_end, values);
  if (around.progress)
    around.progress->end(done, values);
  return values;
}

/// An output that grows as predict writes into it, batch by batch.
namespace {
struct OutputBuffer {
  const ingot_tensor_desc *tensor;
  std::size_t rowElements = 1;
  std::vector<float> f32;
  std::vector<std::int32_t> i32;

  explicit OutputBuffer(const ingot_tensor_desc &tensor) : tensor(&tensor) {
    for (std::uint32_t i = 1; i < tensor.rank; ++i)
      rowElements *= static_cast<std::size_t>(tensor.dims[i]);
  }

  void reserve(std::int64_t rows) {
    const std::size_t elements = static_cast<std::size_t>(rows) * rowElements;
    tensor->dtype == INGOT_I32 ? i32.reserve(elements) : f32.reserve(elements);
  }

  /// Room for `rows` more.
  void *grow(std::int64_t rows) {
    const auto append = [&](auto &values) -> void * {
      const std::size_t used = values.size();
      values.resize(used + static_cast<std::size_t>(rows) * rowElements);
      return values.data() + used;
    };
    return tensor->dtype == INGOT_I32 ? append(i32) : append(f32);
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

Predictions Model::Impl::predict(Stream &stream, std::optional<int> steps,
                                 const Around &around) {
  const std::int64_t largest = compiled.maxBatch(INGOT_ENTRY_PREDICT);
  const std::optional<std::int64_t> planned = stepsOf(stream, steps);
  std::vector<OutputBuffer> buffers;
  for (const ingot_tensor_desc &tensor : compiled.outputs()) {
    buffers.emplace_back(tensor);
    if (planned)
      buffers.back().reserve(
          std::min(stream.samples(), *planned * stream.batchSize()));
  }
  if (around.progress)
    around.progress->begin({}, planned);
  around.callbacks.call(&Callback::on_predict_begin);
  stream.start({}, 0);
  BatchPointers pointers;
  std::vector<void *> outputs(buffers.size());
  std::int64_t done = 0;
  while (!planned || done < *planned) {
    const std::optional<Rows> batch = stream.next();
    if (!batch)
      break;
    around.callbacks.call(&Callback::on_predict_batch_begin, done);
    forSlices(*batch, largest, [&](const Rows &rows) {
      pointers.at(rows);
      std::ranges::transform(
          buffers, outputs.begin(),
          [&](OutputBuffer &buffer) { return buffer.grow(rows.count); });
      const std::int32_t status =
          compiled.predict(pointers.inputs(), outputs.data(),
                           static_cast<std::int32_t>(rows.count));
      if (status != INGOT_OK)
        throw compiled.refusal(INGOT_ENTRY_PREDICT, status,
                               outOfRange(compiled, rows));
    });
    around.callbacks.call(&Callback::on_predict_batch_end, done);
    ++done;
    if (around.progress)
      around.progress->step(done, [] { return Metrics(); });
  }
  around.callbacks.call(&Callback::on_predict_end);
  if (around.progress)
    around.progress->end(done, {});

  Predictions predictions;
  for (OutputBuffer &buffer : buffers) {
    const std::string_view name = compiled.text(buffer.tensor->name);
    predictions.add(std::string(name), std::move(buffer).take());
  }
  return predictions;
}
