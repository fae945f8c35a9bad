//===- FakeModel.cpp - a compiled model written by hand -------------------===//
//
// The descriptor lives in a static buffer, because entry points are found by
// their distance from it, which has 32 bits.
//
//===----------------------------------------------------------------------===//
#include "FakeModel.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <string_view>
#include <thread>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

using namespace fake;

//===----------------------------------------------------------------------===//
// Entry points
//===----------------------------------------------------------------------===//

namespace {

constexpr uint64_t kTrainHash = 0x1122334455667788;

struct Params {
  float weight[2];
  float pad[14]; // the bias begins on its own cache line
  float bias[1];
};

struct State {
  uint64_t hash;
  int32_t iterations;
  float learningRate;
};

struct Inputs {
  const float *x;
  const int32_t *id;
};

struct Targets {
  const float *value;
  const float *valueWeight;
  const int32_t *kind;
  const float *kindWeight;
};

struct Outputs {
  float *value;
  int32_t *kind;
};

/// loss, mae
using Means = ingot_mean[2];

Config config;
std::vector<Call> recorded;
uint64_t initSeed = 0;
int prepares = 0;

bool flushesDenormals() {
#if defined(__SSE2__)
  return (_mm_getcsr() & 0x8040) == 0x8040;
#else
  return false;
#endif
}

float predictOne(const Params &params, const float *x) {
  return params.weight[0] * x[0] + params.weight[1] * x[1] + params.bias[0];
}

Call &record(const char *entry, const Inputs &in, int32_t batch) {
  Call call;
  call.entry = entry;
  call.batch = batch;
  call.x = in.x;
  call.flushesDenormals = flushesDenormals();
  for (int i = 0; i < batch; ++i) {
    call.firstOfX.push_back(in.x[2 * i]);
    if (config.several)
      call.ids.push_back(in.id[i]);
  }
  return recorded.emplace_back(std::move(call));
}

void add(ingot_mean &mean, float value, int32_t count) {
  mean.sum += value * static_cast<float>(count);
  mean.count += static_cast<uint32_t>(count);
}

int32_t measure(const char *entry, const Params &params, const void *in,
                const void *targets, int32_t batch, void *metrics) {
  const Inputs &inputs = *static_cast<const Inputs *>(in);
  const Targets &y = *static_cast<const Targets *>(targets);
  const bool hasKind = config.several && !config.kindWithoutLoss;
  for (int i = 0; hasKind && i < batch; ++i)
    if (y.kind[i] < 0 || y.kind[i] >= 3)
      return INGOT_LABEL_OUT_OF_RANGE;
  Call &call = record(entry, inputs, batch);
  float loss = 0, error = 0;
  for (int i = 0; i < batch; ++i) {
    call.values.push_back(y.value[i]);
    const float difference = predictOne(params, inputs.x + 2 * i) - y.value[i];
    const float weight = y.valueWeight ? y.valueWeight[i] : 1;
    if (y.valueWeight)
      call.weights.push_back(weight);
    if (hasKind && y.kindWeight)
      call.kindWeights.push_back(y.kindWeight[i]);
    loss += weight * difference * difference;
    error += std::abs(difference);
  }
  Means &means = *static_cast<Means *>(metrics);
  add(means[0], loss / static_cast<float>(batch), batch);
  add(means[1], error / static_cast<float>(batch), batch);
  return INGOT_OK;
}

int32_t init(float *params, void *state, uint64_t seed) {
  initSeed = seed;
  *reinterpret_cast<Params *>(params) = {{1, 2}, {}, {0.5f}};
  if (state)
    *static_cast<State *>(state) = {kTrainHash, 0, 0.25f};
  return INGOT_OK;
}

int32_t prepare(const float *params, void *prepared) {
  ++prepares;
  std::memcpy(prepared, params, sizeof(Params));
  return INGOT_OK;
}

/// As an object does that was compiled with --instrument=layers.
void callHooks(const ingot_host *host) {
  if (!config.hooks || !host || !host->before_layer || !host->after_layer)
    return;
  for (uint32_t id : {0u, 1u, 1u}) {
    host->before_layer(host->ctx, id);
    if (id == 1)
      std::this_thread::sleep_for(
          std::chrono::duration<double>(secondsInLayer));
    host->after_layer(host->ctx, id);
  }
}

int32_t predict(const float *params, const void *prepared, const void *in,
                void *out, int32_t batch, void *, const ingot_host *host) {
  callHooks(host);
  const Inputs &inputs = *static_cast<const Inputs *>(in);
  const Outputs &outputs = *static_cast<Outputs *>(out);
  record("predict", inputs, batch).prepared = prepared;
  const auto &weights =
      *static_cast<const Params *>(prepared ? prepared : params);
  for (int i = 0; i < batch; ++i) {
    outputs.value[i] = predictOne(weights, inputs.x + 2 * i);
    if (config.several)
      outputs.kind[i] = inputs.id[i];
  }
  return INGOT_OK;
}

int32_t evaluate(const float *params, const void *in, const void *targets,
                 int32_t batch, void *metrics, void *, const ingot_host *host) {
  callHooks(host);
  return measure("evaluate", *reinterpret_cast<const Params *>(params), in,
                 targets, batch, metrics);
}

int32_t trainStep(float *params, void *state, const void *in,
                  const void *targets, int32_t batch, void *metrics,
                  void *arena, const ingot_host *host) {
  callHooks(host);
  State &optimizer = *static_cast<State *>(state);
  if (optimizer.hash != kTrainHash)
    return INGOT_FOREIGN_STATE;
  Params &weights = *reinterpret_cast<Params *>(params);
  if (const int32_t status =
          measure("train_step", weights, in, targets, batch, metrics))
    return status;
  // By way of the arena, so that a tool sees it if that is too small.
  auto *sum = static_cast<float *>(arena);
  *sum = 0;
  for (int i = 0; i < batch; ++i)
    *sum += static_cast<const Inputs *>(in)->x[2 * i];
  weights.bias[0] += optimizer.learningRate * *sum;
  ++optimizer.iterations;
  return INGOT_OK;
}

int32_t gradients(const float *params, const void *state, const void *in,
                  const void *targets, int32_t batch, uint32_t stream,
                  float *grads, void *metrics, void *arena,
                  const ingot_host *) {
  if (static_cast<const State *>(state)->hash != kTrainHash)
    return INGOT_FOREIGN_STATE;
  if (const int32_t status =
          measure("gradients", *reinterpret_cast<const Params *>(params), in,
                  targets, batch, metrics))
    return status;
  recorded.back().stream = stream;
  auto *mean = static_cast<float *>(arena);
  *mean = 0;
  for (int i = 0; i < batch; ++i)
    *mean += static_cast<const Inputs *>(in)->x[2 * i];
  *mean /= static_cast<float>(batch);
  // What lies between the weights is not written.
  Params &result = *reinterpret_cast<Params *>(grads);
  result.weight[0] = result.weight[1] = result.bias[0] = *mean;
  return INGOT_OK;
}

int32_t applyGradients(float *params, void *state, const float *grads, void *,
                       const ingot_host *) {
  State &optimizer = *static_cast<State *>(state);
  if (optimizer.hash != kTrainHash)
    return INGOT_FOREIGN_STATE;
  Params &weights = *reinterpret_cast<Params *>(params);
  weights.bias[0] -= optimizer.learningRate *
                     reinterpret_cast<const Params *>(grads)->bias[0];
  ++optimizer.iterations;
  return INGOT_OK;
}

int32_t getLearningRate(const void *state, float *rate) {
  *rate = static_cast<const State *>(state)->learningRate;
  return INGOT_OK;
}

int32_t setLearningRate(void *state, float rate) {
  static_cast<State *>(state)->learningRate = rate;
  return INGOT_OK;
}

void metricsReset(void *metrics) {
  for (ingot_mean &mean : *static_cast<Means *>(metrics))
    mean = {};
}

void metricsMerge(void *into, const void *from) {
  for (std::size_t i = 0; i < std::size(*static_cast<Means *>(into)); ++i) {
    ingot_mean &mean = (*static_cast<Means *>(into))[i];
    const ingot_mean &other = (*static_cast<const Means *>(from))[i];
    mean.sum += other.sum;
    mean.count += other.count;
  }
}

//===----------------------------------------------------------------------===//
// The descriptor
//===----------------------------------------------------------------------===//

alignas(64) std::byte image[4096];

/// Fills `image` from the front: the descriptor, then tables and strings.
class Builder {
public:
  Builder() {
    std::memset(image, 0, sizeof image);
    used = sizeof(ingot_model_desc);
  }

  ingot_model_desc &desc() {
    return *reinterpret_cast<ingot_model_desc *>(image);
  }

  uint32_t string(std::string_view text) {
    return append(text.data(), text.size(), text.size() + 1);
  }

  template <class T> uint32_t table(const std::vector<T> &rows) {
    used = (used + 7) / 8 * 8;
    return append(rows.data(), rows.size() * sizeof(T),
                  rows.size() * sizeof(T));
  }

  ingot_tensor_desc tensor(std::string_view name, ingot_dtype dtype,
                           std::vector<int64_t> dims, uint64_t offset = 0) {
    ingot_tensor_desc result = {};
    result.name = string(name);
    result.dtype = dtype;
    result.rank = static_cast<uint32_t>(dims.size());
    result.trainable = 1;
    std::ranges::copy(dims, result.dims);
    result.offset = offset;
    result.variable = UINT32_MAX;
    return result;
  }

  template <class Function>
  void entry(ingot_entry index, Function *function, int maxBatch = 0,
             uint64_t arena = 0) {
    const auto address = reinterpret_cast<intptr_t>(function);
    desc().entries[index] = {
        static_cast<int32_t>(address - reinterpret_cast<intptr_t>(image)),
        maxBatch, arena};
  }

private:
  uint32_t append(const void *data, size_t bytes, size_t reserve) {
    const size_t at = used;
    std::memcpy(image + at, data, bytes);
    used += reserve;
    return static_cast<uint32_t>(at);
  }

  size_t used = 0;
};

} // namespace

static void addTensors(Builder &builder) {
  ingot_model_desc &desc = builder.desc();
  std::vector<ingot_tensor_desc> inputs = {
      builder.tensor("x", INGOT_F32, {-1, 2})};
  std::vector<ingot_tensor_desc> outputs = {
      builder.tensor("value", INGOT_F32, {-1, 1})};
  std::vector<ingot_tensor_desc> targets = outputs;
  if (config.several) {
    inputs.push_back(builder.tensor("id", INGOT_I32, {-1}));
    outputs.push_back(builder.tensor("kind", INGOT_I32, {-1}));
    if (!config.kindWithoutLoss) {
      targets.push_back(outputs.back());
      targets.back().classes = 3;
    }
  }
  desc.input_count = static_cast<uint32_t>(inputs.size());
  desc.inputs = builder.table(inputs);
  desc.output_count = static_cast<uint32_t>(outputs.size());
  desc.outputs = builder.table(outputs);
  desc.target_count = static_cast<uint32_t>(targets.size());
  desc.targets = builder.table(targets);

  const std::vector<ingot_tensor_desc> variables = {
      builder.tensor("dense/kernel", INGOT_F32, {2, 1},
                     offsetof(Params, weight)),
      builder.tensor("dense/bias", INGOT_F32, {1}, offsetof(Params, bias))};
  desc.variable_count = 2;
  desc.variables = builder.table(variables);
  const std::vector<ingot_tensor_desc> slots = {
      builder.tensor("iterations", INGOT_I32, {}, offsetof(State, iterations)),
      builder.tensor("learning_rate", INGOT_F32, {},
                     offsetof(State, learningRate))};
  desc.slot_count = 2;
  desc.slots = builder.table(slots);
  const std::vector<uint32_t> metrics = {builder.string("loss"),
                                         builder.string("mae")};
  desc.metric_count = 2;
  desc.metrics = builder.table(metrics);
}

ingot_model_desc *fake::build(const Config &newConfig) {
  config = newConfig;
  recorded.clear();
  initSeed = 0;
  prepares = 0;

  Builder builder;
  ingot_model_desc &desc = builder.desc();
  desc.abi_version = INGOT_ABI_VERSION;
  desc.struct_size = sizeof desc;
  desc.arch_hash = 1;
  desc.train_hash = kTrainHash;
  desc.params_bytes = sizeof(Params);
  desc.state_bytes = config.inferenceOnly ? 0 : sizeof(State);
  desc.prepared_bytes = sizeof(Params);
  desc.prepare_pays_from = config.preparePaysFrom;
  desc.align = 64;
  desc.portable = config.portable;
  desc.name = builder.string("line");
  desc.summary = builder.string("Model: \"line\"\n");
  addTensors(builder);
  if (config.hooks) {
    const std::vector<ingot_layer_desc> layers = {
        {builder.string("dense"), INGOT_FORWARD},
        {builder.string("dense + line"), INGOT_BACKWARD | INGOT_UPDATE},
        {builder.string("line"), INGOT_UPDATE}};
    desc.layer_count = static_cast<uint32_t>(layers.size());
    desc.layers = builder.table(layers);
  }
  builder.entry(INGOT_ENTRY_INIT, init);
  builder.entry(INGOT_ENTRY_PREPARE, prepare);
  builder.entry(INGOT_ENTRY_PREDICT, predict, config.maxPredict, 8);
  if (!config.inferenceOnly) {
    builder.entry(INGOT_ENTRY_EVALUATE, evaluate, config.maxEvaluate, 8);
    builder.entry(INGOT_ENTRY_TRAIN_STEP, trainStep, config.maxTrain, 64);
    builder.entry(INGOT_ENTRY_GET_LEARNING_RATE, getLearningRate);
    builder.entry(INGOT_ENTRY_SET_LEARNING_RATE, setLearningRate);
    builder.entry(INGOT_ENTRY_GRADIENTS, gradients, config.maxTrain, 64);
    builder.entry(INGOT_ENTRY_APPLY_GRADIENTS, applyGradients);
    builder.entry(INGOT_ENTRY_METRICS_RESET, metricsReset);
    builder.entry(INGOT_ENTRY_METRICS_MERGE, metricsMerge);
  }
  return &desc;
}

std::vector<Call> &fake::calls() { return recorded; }

std::vector<Call> fake::calls(const std::string &entry) {
  std::vector<Call> found;
  for (const Call &call : recorded)
    if (call.entry == entry)
      found.push_back(call);
  return found;
}

uint64_t fake::seed() { return initSeed; }
int fake::prepareCalls() { return prepares; }
