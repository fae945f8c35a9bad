//===- CompiledModel.cpp - a descriptor with its memory ------------------===//
//
// Allocation and calls. All entries share one arena, as large as the largest
// wants it, because a Model runs one entry at a time.
//
//===----------------------------------------------------------------------===//
#include "CompiledModel.h"
#include "FlushDenormals.h"

#include "ingot/core.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

using namespace ingot::rt;

Block::Block(std::size_t bytes, std::size_t align)
    : memory(static_cast<std::byte *>(
                 ::operator new (bytes, std::align_val_t{align})),
             Free{std::align_val_t{align}}) {}

/// `desc` if this runtime can read it.
static const ingot_model_desc *checked(const ingot_model_desc *desc) {
  if (!desc)
    throw Error("the model descriptor is null");
  const auto major = [](std::uint32_t version) { return version >> 16; };
  const auto minor = [](std::uint32_t version) { return version & 0xffff; };
  if (major(desc->abi_version) != major(INGOT_ABI_VERSION))
    throw Error(fmt::format("the model was compiled for ABI {}.{} and this "
                            "runtime has {}.{}; compile it again",
                            major(desc->abi_version), minor(desc->abi_version),
                            major(INGOT_ABI_VERSION),
                            minor(INGOT_ABI_VERSION)));
  // Fields are only ever appended: a longer descriptor is a newer one, and what
  // version 1.0 did not have is asked for where it is read.
  constexpr std::size_t needed = offsetof(ingot_model_desc, frozen_weights);
  if (desc->struct_size < needed)
    throw Error(fmt::format("the model descriptor has {} bytes and this "
                            "runtime reads {}; compile the model again",
                            desc->struct_size, needed));
  return desc;
}

static std::size_t largestArena(const ingot_model_desc &desc) {
  std::uint64_t bytes = 0;
  for (const ingot_entry_desc &entry : desc.entries)
    bytes = std::max(bytes, entry.arena_bytes);
  return bytes;
}

CompiledModel::CompiledModel(const ingot_model_desc *desc, std::uint64_t seed,
                             int wantedThreads)
    : description(checked(desc)), threads(*desc, wantedThreads),
      paramsBlock(desc->params_bytes, desc->align),
      stateBlock(desc->state_bytes, desc->align),
      preparedBlock(desc->prepared_bytes, desc->align),
      arena(largestArena(*desc), desc->align), accumulated(desc->metric_count) {
  if (!ingot_entry_address(desc, INGOT_ENTRY_INIT)) {
    // Compiled for inference alone: weights are those of the object, or come
    // from set_weights.
    if (const float *frozen = ingot_frozen_weights(desc))
      std::memcpy(params(), frozen, desc->params_bytes);
    else
      std::memset(params(), 0, desc->params_bytes);
    return;
  }
  // Denormals are not flushed here: initial weights have the same bits in
  // native and portable numerics.
  const auto init = function<ingot_init_fn>(INGOT_ENTRY_INIT);
  const std::int32_t status =
      init(reinterpret_cast<float *>(params()),
           desc->state_bytes ? stateBlock.data() : nullptr, seed);
  if (status != INGOT_OK)
    throw refusal(INGOT_ENTRY_INIT, status);
}

std::string_view CompiledModel::entryName(ingot_entry entry) {
  static constexpr std::array<std::string_view, INGOT_ENTRY_COUNT> names = {
      "init",
      "prepare",
      "predict",
      "evaluate",
      "train_step",
      "gradients",
      "apply_gradients",
      "get_learning_rate",
      "set_learning_rate",
      "metrics_reset",
      "metrics_merge"};
  return names[entry];
}

template <class Function>
static Function *entryOf(const ingot_model_desc &desc, ingot_entry entry) {
  const void *address = ingot_entry_address(&desc, entry);
  if (!address)
    throw Error(fmt::format(
        "`{}` was compiled without `{}`; add it to `--entries`",
        ingot_string(&desc, desc.name), CompiledModel::entryName(entry)));
  return reinterpret_cast<Function *>(
      reinterpret_cast<std::uintptr_t>(address));
}

template <class Function>
Function *CompiledModel::function(ingot_entry entry) const {
  return entryOf<Function>(desc(), entry);
}

std::int32_t CompiledModel::maxBatch(ingot_entry entry) const {
  function<void()>(entry);
  return desc().entries[entry].max_batch;
}

Error CompiledModel::refusal(ingot_entry entry, std::int32_t status,
                             const std::string &detail) const {
  return Error(fmt::format(
      "`{}` of `{}` refused the call: {}{}{}", entryName(entry), name(),
      ingot_status_string(status), detail.empty() ? "" : "; ", detail));
}

std::int32_t CompiledModel::trainStep(const void *const *inputs,
                                      const void *const *targets,
                                      std::int32_t batch) {
  const auto entry = function<ingot_train_step_fn>(INGOT_ENTRY_TRAIN_STEP);
  weightsChanged();
  const FlushDenormals mode(!desc().portable);
  const LayerClock::Entry timed(threads.clock());
  return entry(reinterpret_cast<float *>(params()), stateBlock.data(), inputs,
               targets, batch, accumulated.data(), arena.data(), threads.host());
}

std::int32_t CompiledModel::evaluate(const void *const *inputs,
                                     const void *const *targets,
                                     std::int32_t batch) {
  const auto entry = function<ingot_evaluate_fn>(INGOT_ENTRY_EVALUATE);
  const FlushDenormals mode(!desc().portable);
  const LayerClock::Entry timed(threads.clock());
  return entry(reinterpret_cast<const float *>(params()), inputs, targets,
               batch, accumulated.data(), arena.data(), threads.host());
}

std::int32_t CompiledModel::predict(const void *const *inputs,
                                    void *const *outputs, std::int32_t batch) {
  const auto entry = function<ingot_predict_fn>(INGOT_ENTRY_PREDICT);
  const void *ready = prepared(batch);
  const FlushDenormals mode(!desc().portable);
  // The struct of outputs is only read; its type in the ABI lets C callers
  // declare it without const.
  const LayerClock::Entry timed(threads.clock());
  return entry(reinterpret_cast<const float *>(params()), ready, inputs,
               const_cast<void **>(outputs), batch, arena.data(), threads.host());
}

const void *CompiledModel::prepared(std::int32_t samples) {
  if (desc().prepared_bytes == 0 ||
      !ingot_entry_address(description, INGOT_ENTRY_PREPARE))
    return nullptr;
  // Outputs are the same either way. Who has predicted as much as repays it will
  // probably go on; who trains in between pays at most twice.
  if (samples > 0)
    predicted += static_cast<std::uint32_t>(samples);
  if (!preparedIsCurrent && predicted < ingot_prepare_pays_from(description))
    return nullptr;
  if (!preparedIsCurrent) {
    const FlushDenormals mode(!desc().portable);
    const std::int32_t status = function<ingot_prepare_fn>(INGOT_ENTRY_PREPARE)(
        reinterpret_cast<const float *>(params()), preparedBlock.data());
    if (status != INGOT_OK)
      throw refusal(INGOT_ENTRY_PREPARE, status);
    preparedIsCurrent = true;
  }
  return preparedBlock.data();
}

std::int32_t CompiledModel::gradients(const void *const *inputs,
                                      const void *const *targets,
                                      std::int32_t batch, std::uint32_t stream,
                                      float *grads,
                                      std::span<ingot_mean> means) {
  const auto entry = function<ingot_gradients_fn>(INGOT_ENTRY_GRADIENTS);
  resetMetrics(means);
  const FlushDenormals mode(!desc().portable);
  const LayerClock::Entry timed(threads.clock());
  return entry(reinterpret_cast<const float *>(params()), stateBlock.data(),
               inputs, targets, batch, stream, grads, means.data(),
               arena.data(), threads.host());
}

std::int32_t CompiledModel::applyGradients(const float *grads) {
  const auto entry =
      function<ingot_apply_gradients_fn>(INGOT_ENTRY_APPLY_GRADIENTS);
  weightsChanged();
  const FlushDenormals mode(!desc().portable);
  const LayerClock::Entry timed(threads.clock());
  return entry(reinterpret_cast<float *>(params()), stateBlock.data(), grads,
               arena.data(), threads.host());
}

void CompiledModel::resetMetrics(std::span<ingot_mean> means) {
  function<ingot_metrics_reset_fn>(INGOT_ENTRY_METRICS_RESET)(means.data());
}

float CompiledModel::learningRate() const {
  float value = 0;
  const std::int32_t status = function<ingot_get_learning_rate_fn>(
      INGOT_ENTRY_GET_LEARNING_RATE)(stateBlock.data(), &value);
  if (status != INGOT_OK)
    throw refusal(INGOT_ENTRY_GET_LEARNING_RATE, status);
  return value;
}

void CompiledModel::setLearningRate(float value) {
  const std::int32_t status = function<ingot_set_learning_rate_fn>(
      INGOT_ENTRY_SET_LEARNING_RATE)(stateBlock.data(), value);
  if (status != INGOT_OK)
    throw refusal(INGOT_ENTRY_SET_LEARNING_RATE, status);
}

//===----------------------------------------------------------------------===//
// Blocks as values
//===----------------------------------------------------------------------===//

Metrics ingot::rt::metricsOf(const ingot_model_desc &desc,
                             std::span<const ingot_mean> means) {
  const auto *names = reinterpret_cast<const std::uint32_t *>(
      reinterpret_cast<const std::byte *>(&desc) + desc.metrics);
  Metrics values;
  for (std::size_t i = 0; i < means.size(); ++i)
    values.add(ingot_string(&desc, names[i]), ingot_mean_value(&means[i]));
  return values;
}

void ingot::rt::mergeMetrics(const ingot_model_desc &desc,
                             std::span<ingot_mean> into,
                             std::span<const ingot_mean> from) {
  entryOf<ingot_metrics_merge_fn>(desc, INGOT_ENTRY_METRICS_MERGE)(into.data(),
                                                                   from.data());
}

template <class T>
static Array copyOf(const std::byte *from, Shape shape, std::int64_t elements) {
  std::vector<T> values(static_cast<std::size_t>(elements));
  std::memcpy(values.data(), from, values.size() * sizeof(T));
  return {std::move(values), std::move(shape)};
}

NamedList<Array>
ingot::rt::variablesOf(const ingot_model_desc &desc,
                       std::span<const ingot_tensor_desc> tensors,
                       const std::byte *block) {
  NamedList<Array> variables;
  for (const ingot_tensor_desc &tensor : tensors) {
    // A scalar becomes [1]: arrays have at least one dimension.
    Shape shape(tensor.dims, tensor.dims + tensor.rank);
    if (shape.empty())
      shape.push_back(1);
    std::int64_t elements = 1;
    for (const std::int64_t extent : shape)
      elements *= extent;
    const std::byte *from = block + tensor.offset;
    variables.add(ingot_string(&desc, tensor.name),
                  tensor.dtype == INGOT_I32
                      ? copyOf<std::int32_t>(from, std::move(shape), elements)
                      : copyOf<float>(from, std::move(shape), elements));
  }
  return variables;
}
