//===- Object.cpp - a compiled model with its memory ----------------------===//

#include "Object.h"

#include <ingot/abi.h>

#include <cstring>
#include <limits>
#include <stdexcept>
#include <tuple>

namespace ingot::numeric {

static constexpr const char *prefix = "model";

/// With `attributes` of the module, each followed by a comma.
static driver::Result compileWithAttributes(const graph::Model &model, const driver::Options &options, const std::string &own) {
  driver::Options whole = options;
  whole.emit = {"train"};
  driver::Result text = driver::compile(model, whole);
  if (!text.ok)
    return text;
  std::string module = text.artefacts.front().contents;
  const std::string attributes = "attributes {";
  module.insert(module.find(attributes) + attributes.size(), own);
  return driver::compileIR(module, "parts.mlir", options);
}

/// For many threads with little work each, for small blocks and for slices that save nothing:
/// the smallest model is divided.
static driver::Result compileInParts(const graph::Model &model, const driver::Options &options) {
  return compileWithAttributes(model, options, "ingot.chunk_work = 1 : i64, ingot.block_bytes = 32 : i64, ingot.slice_always, ");
}

const Compiled &compiled(const ModelCase &model, const std::string &cpu, driver::Numerics numerics, char optLevel,
                         int threads, bool saveRam) {
  static std::map<std::tuple<std::string, std::string, driver::Numerics, char, int, bool>, Compiled> known;
  auto [entry, isNew] = known.try_emplace({model.name, cpu, numerics, optLevel, threads, saveRam});
  if (!isNew)
    return entry->second;
  const driver::Options options = {.emit = {"train", "obj"},
                                   .prefix = prefix,
                                   .maxBatch = maxBatch,
                                   .cpu = cpu,
                                   .optLevel = optLevel,
                                   .numerics = numerics,
                                   .saveRam = saveRam,
                                   .threads = threads};
  const Model recorded = model.record();
  const driver::Result result =
      threads > 1 || saveRam ? compileInParts(recorded.graph(), options) : driver::compile(recorded.graph(), options);
  if (!result.ok)
    throw std::runtime_error(model.name + " does not compile: " + result.diagnostics.front().format());
  for (const driver::Artefact &artefact : result.artefacts)
    (artefact.name == "train" ? entry->second.program : entry->second.object) = artefact.contents;
  return entry->second;
}

Compiled compiledInStrips(const ModelCase &model, driver::Numerics numerics, int steps, int threads) {
  const driver::Options options = {.emit = {"obj"},
                                   .prefix = prefix,
                                   .maxBatch = maxBatch,
                                   .entries = {"init", "gradients"},
                                   .optLevel = '0',
                                   .numerics = numerics,
                                   .threads = threads};
  std::string attributes = "ingot.chunk_work = 1 : i64, ";
  if (steps > 0)
    attributes += "ingot.strip_steps = " + std::to_string(steps) + " : i64, ";
  const Model recorded = model.record();
  const driver::Result result = compileWithAttributes(recorded.graph(), options, attributes);
  if (!result.ok)
    throw std::runtime_error(model.name + " does not compile: " + result.diagnostics.front().format());
  return {result.artefacts.front().contents, {}};
}

const Compiled &compiledWithoutVectors(const ModelCase &model) {
  static std::map<std::string, Compiled> known;
  auto [entry, isNew] = known.try_emplace(model.name);
  if (!isNew)
    return entry->second;
  const driver::Options options = {.emit = {"obj"},
                                   .prefix = prefix,
                                   .maxBatch = maxBatch,
                                   .cpu = "x86-64",
                                   .numerics = driver::Numerics::Portable,
                                   .optimizeFor = driver::OptimizeFor::Size};
  driver::Options textOnly = options;
  textOnly.emit = {"train"};
  const Model recorded = model.record();
  driver::Result result = driver::compile(recorded.graph(), textOnly);
  if (result.ok) {
    std::string &module = entry->second.program = result.artefacts.front().contents;
    const std::string width = "ingot.vector_width = 4";
    module.replace(module.find(width), width.size(), "ingot.vector_width = 1");
    result = driver::compileIR(module, "scalars.mlir", options);
  }
  if (!result.ok)
    throw std::runtime_error(model.name + " does not compile: " + result.diagnostics.front().format());
  entry->second.object = result.artefacts.front().contents;
  return entry->second;
}

Object::Object(const Compiled &compiled) : loaded(std::make_unique<verify::LoadedModel>(compiled.object, prefix)) {
  params.emplace(descriptor().params_bytes, descriptor().align);
  state.emplace(descriptor().state_bytes, descriptor().align);
  grads.emplace(descriptor().params_bytes, descriptor().align);
}

//===----------------------------------------------------------------------===//
// The descriptor
//===----------------------------------------------------------------------===//

static std::string nameOf(const ingot_model_desc &desc, const ingot_tensor_desc &tensor) {
  return ingot_string(&desc, tensor.name);
}

static interpreter::Shape shapeOf(const ingot_tensor_desc &tensor, int32_t batch) {
  interpreter::Shape shape(tensor.dims, tensor.dims + tensor.rank);
  for (int64_t &size : shape)
    if (size < 0)
      size = batch;
  return shape;
}

template <typename Function> Function *Object::entry(unsigned number) const {
  const void *address = ingot_entry_address(&descriptor(), number);
  if (!address)
    throw std::runtime_error("the object lacks entry number " + std::to_string(number));
  return reinterpret_cast<Function *>(reinterpret_cast<uintptr_t>(address));
}

static void check(int32_t status) {
  if (status != INGOT_OK)
    throw std::runtime_error("an entry refuses its call with status " + std::to_string(status));
}

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

void Object::readVariables(uint32_t table, uint32_t count, const verify::Block &block, NamedValues &into) const {
  for (uint32_t i = 0; i < count; ++i) {
    const ingot_tensor_desc &variable = ingot_tensors(&descriptor(), table)[i];
    interpreter::Shape shape = shapeOf(variable, 1);
    const auto elements = static_cast<size_t>(interpreter::elementCount(shape));
    const char *bytes = static_cast<const char *>(block.data()) + variable.offset;
    std::string name = nameOf(descriptor(), variable);
    name[name.rfind('/')] = '.';
    if (variable.dtype == INGOT_I32) {
      const auto *values = reinterpret_cast<const int32_t *>(bytes);
      into[name] = {std::move(shape), std::vector<int32_t>(values, values + elements)};
    } else {
      const auto *values = reinterpret_cast<const float *>(bytes);
      into[name] = {std::move(shape), std::vector<float>(values, values + elements)};
    }
  }
}

NamedValues Object::variables() const {
  NamedValues result;
  readVariables(descriptor().variables, descriptor().variable_count, *params, result);
  readVariables(descriptor().slots, descriptor().slot_count, *state, result);
  return result;
}

NamedValues Object::gradientValues() const {
  NamedValues result;
  readVariables(descriptor().variables, descriptor().variable_count, *grads, result);
  return result;
}

std::pair<std::string, std::string> Object::saved() const {
  return {std::string(static_cast<const char *>(params->data()), descriptor().params_bytes),
          std::string(static_cast<const char *>(state->data()), descriptor().state_bytes)};
}

void Object::restore(const std::pair<std::string, std::string> &blocks) {
  std::memcpy(params->data(), blocks.first.data(), descriptor().params_bytes);
  std::memcpy(state->data(), blocks.second.data(), descriptor().state_bytes);
}

//===----------------------------------------------------------------------===//
// Data
//===----------------------------------------------------------------------===//

static Values randomValues(const ingot_tensor_desc &tensor, int32_t batch, float low, float high, std::mt19937 &random) {
  Values values{shapeOf(tensor, batch), std::vector<float>()};
  const auto count = static_cast<size_t>(interpreter::elementCount(values.shape));
  if (tensor.dtype == INGOT_I32) {
    std::vector<int32_t> labels(count);
    for (int32_t &label : labels)
      label = static_cast<int32_t>(random() % tensor.classes);
    values.data = std::move(labels);
    return values;
  }
  values.reals().resize(count);
  for (float &value : values.reals())
    value = low + (high - low) * static_cast<float>(random() >> 8) * 0x1p-24f;
  return values;
}

Batch Object::randomBatch(int32_t size, bool weighted, std::mt19937 &random) const {
  const ingot_model_desc &desc = descriptor();
  Batch batch{.size = size};
  for (uint32_t i = 0; i < desc.input_count; ++i) {
    const ingot_tensor_desc &input = ingot_tensors(&desc, desc.inputs)[i];
    batch.inputs[nameOf(desc, input)] = randomValues(input, size, -1, 1, random);
  }
  for (uint32_t i = 0; i < desc.target_count; ++i) {
    const ingot_tensor_desc &target = ingot_tensors(&desc, desc.targets)[i];
    batch.targets[nameOf(desc, target)] = randomValues(target, size, 0.1f, 0.9f, random);
    ingot_tensor_desc weight = {};
    weight.rank = 1;
    weight.dims[0] = -1;
    if (weighted)
      batch.sampleWeights[nameOf(desc, target)] = randomValues(weight, size, 0.2f, 2, random);
  }
  return batch;
}

static const void *dataOf(const Values &values) {
  return std::visit([](const auto &data) -> const void * { return data.data(); }, values.data);
}

/// NAME_inputs of a batch.
static std::vector<const void *> inputsOf(const ingot_model_desc &desc, const Batch &batch) {
  std::vector<const void *> pointers;
  for (uint32_t i = 0; i < desc.input_count; ++i)
    pointers.push_back(dataOf(batch.inputs.at(nameOf(desc, ingot_tensors(&desc, desc.inputs)[i]))));
  return pointers;
}

/// NAME_targets of a batch: each target and its sample weights, or NULL.
static std::vector<const void *> targetsOf(const ingot_model_desc &desc, const Batch &batch) {
  std::vector<const void *> pointers;
  for (uint32_t i = 0; i < desc.target_count; ++i) {
    const std::string name = nameOf(desc, ingot_tensors(&desc, desc.targets)[i]);
    pointers.push_back(dataOf(batch.targets.at(name)));
    auto weight = batch.sampleWeights.find(name);
    pointers.push_back(weight == batch.sampleWeights.end() ? nullptr : dataOf(weight->second));
  }
  return pointers;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

void Object::init(uint64_t seed) {
  check(entry<ingot_init_fn>(INGOT_ENTRY_INIT)(static_cast<float *>(params->data()), state->data(), seed));
}

NamedValues Object::predict(const Batch &batch) {
  const ingot_model_desc &desc = descriptor();
  verify::Block arena(desc.entries[INGOT_ENTRY_PREDICT].arena_bytes, desc.align);
  NamedValues results;
  std::vector<void *> out;
  for (uint32_t i = 0; i < desc.output_count; ++i) {
    const ingot_tensor_desc &output = ingot_tensors(&desc, desc.outputs)[i];
    Values &values = results[nameOf(desc, output)];
    values = Values::filled(shapeOf(output, batch.size), std::numeric_limits<float>::quiet_NaN());
    out.push_back(values.reals().data());
  }
  const auto in = inputsOf(desc, batch);
  check(entry<ingot_predict_fn>(INGOT_ENTRY_PREDICT)(static_cast<const float *>(params->data()), nullptr, in.data(),
                                                     out.data(), batch.size, arena.data(), host));
  return results;
}

/// Calls `call` with fresh metrics and a fresh arena.
template <typename CallFn> MeanValues Object::callWithMetrics(unsigned number, const Batch &batch, CallFn call) {
  const ingot_model_desc &desc = descriptor();
  verify::Block arena(desc.entries[number].arena_bytes, desc.align);
  std::vector<ingot_mean> means(desc.metric_count);
  entry<ingot_metrics_reset_fn>(INGOT_ENTRY_METRICS_RESET)(means.data());
  const auto in = inputsOf(desc, batch), targets = targetsOf(desc, batch);
  check(call(in.data(), targets.data(), means.data(), arena.data()));
  const auto *names = reinterpret_cast<const uint32_t *>(reinterpret_cast<const char *>(&desc) + desc.metrics);
  MeanValues metrics;
  for (uint32_t i = 0; i < desc.metric_count; ++i)
    metrics[ingot_string(&desc, names[i])] = {(means[i].sum - means[i].compensation) / static_cast<float>(means[i].count),
                                              means[i].count};
  return metrics;
}

MeanValues Object::evaluate(const Batch &batch) {
  return callWithMetrics(INGOT_ENTRY_EVALUATE, batch, [&](auto in, auto targets, auto means, void *arena) {
    return entry<ingot_evaluate_fn>(INGOT_ENTRY_EVALUATE)(static_cast<const float *>(params->data()), in, targets,
                                                          batch.size, means, arena, host);
  });
}

MeanValues Object::trainStep(const Batch &batch) {
  return callWithMetrics(INGOT_ENTRY_TRAIN_STEP, batch, [&](auto in, auto targets, auto means, void *arena) {
    return entry<ingot_train_step_fn>(INGOT_ENTRY_TRAIN_STEP)(static_cast<float *>(params->data()), state->data(), in,
                                                              targets, batch.size, means, arena, host);
  });
}

MeanValues Object::gradients(const Batch &batch) {
  return callWithMetrics(INGOT_ENTRY_GRADIENTS, batch, [&](auto in, auto targets, auto means, void *arena) {
    return entry<ingot_gradients_fn>(INGOT_ENTRY_GRADIENTS)(
        static_cast<const float *>(params->data()), state->data(), in, targets, batch.size, static_cast<uint32_t>(batch.stream),
        static_cast<float *>(grads->data()), means, arena, host);
  });
}

void Object::applyGradients() {
  verify::Block arena(descriptor().entries[INGOT_ENTRY_APPLY_GRADIENTS].arena_bytes, descriptor().align);
  check(entry<ingot_apply_gradients_fn>(INGOT_ENTRY_APPLY_GRADIENTS)(static_cast<float *>(params->data()), state->data(),
                                                                     static_cast<const float *>(grads->data()),
                                                                     arena.data(), host));
}

} // namespace ingot::numeric
