//===- Session.h - every block that one use of mnist.o needs ---*- C++ -*-===//
//
// Memory of exactly the sizes in the generated header, each block against a
// guard page, scratch filled with a chosen byte; and data that depends on the
// sample's number alone.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "GuardedBlock.h"
#include "mnist.h"

#include <ingot/core.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace ingot::test {

inline constexpr int kPixels = 784;
inline constexpr int kClasses = 10;

/// A number in [0, 1) that depends on `index` and `stream` alone.
inline float hashed(uint32_t index, uint32_t stream) {
  uint32_t x = index * 0x9E3779B9u + stream;
  x = (x ^ x >> 16) * 0x85EBCA6Bu;
  x = (x ^ x >> 13) * 0xC2B2AE35u;
  return static_cast<float>((x ^ x >> 16) >> 8) / 16777216.0f;
}

/// Samples [first, first + batch), in memory of exactly their size.
class Samples {
public:
  Samples(int first, int batch, Side side)
      : batch(batch), pixels(sizeof(float) * kPixels * batch, sizeof(float), side, 0),
        labels(sizeof(int32_t) * batch, sizeof(int32_t), side, 0),
        weights(sizeof(float) * batch, sizeof(float), side, 0) {
    for (int i = 0; i < batch * kPixels; ++i)
      pixels.as<float>()[i] = hashed(first * kPixels + i, 1);
    for (int i = 0; i < batch; ++i) {
      labels.as<int32_t>()[i] = static_cast<int32_t>(hashed(first + i, 2) * kClasses);
      weights.as<float>()[i] = 1;
    }
  }
  mnist_inputs inputs() { return {.pixels = pixels.as<float>()}; }
  mnist_targets targets(bool weighted = false) {
    return {.digit = labels.as<int32_t>(), .digit_sample_weight = weighted ? weights.as<float>() : nullptr};
  }

  const int batch;
  GuardedBlock pixels, labels, weights;
};

/// A model with its blocks. `poison` fills what a call must not read before it
/// writes: arena, gradients, prepared, outputs. (What init leaves between the
/// tensors of params and state is not specified, so those two begin as zeros.)
class Session {
public:
  explicit Session(Side side = Side::Back, int poison = 0xA5, uint64_t seed = 1)
      : params(MNIST_PARAMS_BYTES, MNIST_ALIGN, side, 0), state(MNIST_STATE_BYTES, MNIST_ALIGN, side, 0),
        grads(MNIST_PARAMS_BYTES, MNIST_ALIGN, side, poison), prepared(MNIST_PREPARED_BYTES, MNIST_ALIGN, side, poison),
        side(side), poison(poison) {
    initStatus = mnist_init(params.as<float>(), state.as(), seed);
    mnist_metrics_reset(&metrics);
  }

  int32_t trainStep(Samples &samples, bool weighted = false, const ingot_host *host = nullptr) {
    GuardedBlock arena(MNIST_TRAIN_STEP_ARENA_BYTES, MNIST_ALIGN, side, poison);
    const mnist_inputs in = samples.inputs();
    const mnist_targets y = samples.targets(weighted);
    return mnist_train_step(params.as<float>(), state.as(), &in, &y, samples.batch, &metrics, arena.as(), host);
  }
  int32_t gradients(Samples &samples) {
    GuardedBlock arena(MNIST_GRADIENTS_ARENA_BYTES, MNIST_ALIGN, side, poison);
    const mnist_inputs in = samples.inputs();
    const mnist_targets y = samples.targets();
    return mnist_gradients(params.as<float>(), state.as(), &in, &y, samples.batch, 0, grads.as<float>(), &metrics,
                           arena.as(), nullptr);
  }
  int32_t applyGradients() {
    GuardedBlock arena(MNIST_APPLY_GRADIENTS_ARENA_BYTES, MNIST_ALIGN, side, poison);
    return mnist_apply_gradients(params.as<float>(), state.as(), grads.as<float>(), arena.as(), nullptr);
  }
  int32_t evaluate(Samples &samples, bool weighted = false) {
    GuardedBlock arena(MNIST_EVALUATE_ARENA_BYTES, MNIST_ALIGN, side, poison);
    const mnist_inputs in = samples.inputs();
    const mnist_targets y = samples.targets(weighted);
    return mnist_evaluate(params.as<float>(), &in, &y, samples.batch, &metrics, arena.as(), nullptr);
  }
  /// The probabilities, or nothing if the call was refused.
  std::vector<float> predict(Samples &samples, bool usePrepared = false) {
    GuardedBlock arena(MNIST_PREDICT_ARENA_BYTES, MNIST_ALIGN, side, poison);
    GuardedBlock digit(sizeof(float) * kClasses * samples.batch, sizeof(float), side, poison);
    const mnist_inputs in = samples.inputs();
    mnist_outputs out = {.digit = digit.as<float>()};
    const int32_t status = mnist_predict(params.as<float>(), usePrepared ? prepared.as() : nullptr, &in, &out,
                                         samples.batch, arena.as(), nullptr);
    if (status != INGOT_OK)
      return {};
    return {digit.as<float>(), digit.as<float>() + kClasses * samples.batch};
  }
  float loss() const { return ingot_mean_value(&metrics.loss); }
  float accuracy() const { return ingot_mean_value(&metrics.accuracy); }

  GuardedBlock params, state, grads, prepared;
  mnist_metrics metrics;
  int32_t initStatus = -1;

private:
  Side side;
  int poison;
};

/// A block's bytes as they are now.
inline std::vector<unsigned char> bytesOf(GuardedBlock &block) {
  return {block.as<unsigned char>(), block.as<unsigned char>() + block.size()};
}

/// The values of every variable in a block laid out like params, without what
/// lies between them.
inline std::vector<float> variablesOf(GuardedBlock &block) {
  const ingot_model_desc *desc = mnist_model();
  const ingot_tensor_desc *tensors = ingot_tensors(desc, desc->variables);
  std::vector<float> values;
  for (uint32_t i = 0; i < desc->variable_count; ++i) {
    const float *first = block.as<float>() + tensors[i].offset / sizeof(float);
    int64_t count = 1;
    for (uint32_t d = 0; d < tensors[i].rank; ++d)
      count *= tensors[i].dims[d];
    values.insert(values.end(), first, first + count);
  }
  return values;
}

} // namespace ingot::test
