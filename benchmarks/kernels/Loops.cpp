//===- Loops.cpp - the update of an optimizer, and softmax ----------------===//
//
// An update is beside a loop that moves the same bytes and does next to nothing;
// softmax beside Eigen's arrays.
//
//===----------------------------------------------------------------------===//
#include "Kernels.h"

#include "Data.h"
#include "softmax_10.h"
#include "softmax_100.h"
#include "update.h"

#include <benchmark/benchmark.h>

#ifdef INGOT_EIGEN
#include <Eigen/Core>
#endif

#include <cmath>

using namespace benchmarks;

static float *floats(const Block &block) { return static_cast<float *>(block.get()); }

template <typename Call> static void add(const std::string &name, Call call) {
  benchmark::RegisterBenchmark(name.c_str(), [call](benchmark::State &state) {
    for (auto _ : state) {
      call();
      benchmark::ClobberMemory();
    }
  });
}

//===----------------------------------------------------------------------===//
// Update
//===----------------------------------------------------------------------===//

namespace {
/// RMSprop on 5 million weights: three numbers are read and two written for each.
struct Update {
  static constexpr size_t kCount = UPDATE_PARAMS_BYTES / sizeof(float);
  Block weights = allocate(UPDATE_PARAMS_BYTES), state = allocate(UPDATE_STATE_BYTES),
        gradients = makeData({Tensor::Signed, 1, {kCount}}, 1), arena = allocate(UPDATE_APPLY_GRADIENTS_ARENA_BYTES);

  Update() {
    if (update_init(floats(weights), state.get(), 1) != INGOT_OK)
      failKernel("`init` was refused");
  }

  void byIngot() {
    if (update_apply_gradients(floats(weights), state.get(), floats(gradients), arena.get(), nullptr) != INGOT_OK)
      failKernel("`apply_gradients` was refused");
  }

  /// Over the same memory. Slots stay at least 0.
  void byStream() {
    constexpr uint32_t kFirstSlot = 2; // behind the counters
    const ingot_model_desc *desc = update_model();
    float *__restrict w = floats(weights);
    float *__restrict v = floats(state) + ingot_tensors(desc, desc->slots)[kFirstSlot].offset / sizeof(float);
    const float *__restrict g = floats(gradients);
    for (size_t i = 0; i < kCount; ++i) {
      w[i] += 1e-6f * g[i];
      v[i] = v[i] > g[i] ? v[i] : g[i];
    }
  }
};
} // namespace

static void addUpdate() {
  const auto update = std::make_shared<Update>();
  add("RMSprop, 5 million weights/Ingot", [update] { update->byIngot(); });
  add("RMSprop, 5 million weights/stream", [update] { update->byStream(); });
}

//===----------------------------------------------------------------------===//
// Softmax
//===----------------------------------------------------------------------===//

namespace {
constexpr int kRows = 256;

template <int N> struct Softmax {
  Block x = makeData({Tensor::Signed, 1, {N}}, kRows), y = allocate(kRows * N * sizeof(float)),
        arena = allocate(N == 10 ? SOFTMAX_10_PREDICT_ARENA_BYTES : SOFTMAX_100_PREDICT_ARENA_BYTES);

  void byIngot() {
    int32_t status;
    if constexpr (N == 10) {
      const softmax_10_inputs in = {floats(x)};
      softmax_10_outputs out = {floats(y)};
      status = softmax_10_predict(floats(y), nullptr, &in, &out, kRows, arena.get(), nullptr);
    } else {
      const softmax_100_inputs in = {floats(x)};
      softmax_100_outputs out = {floats(y)};
      status = softmax_100_predict(floats(y), nullptr, &in, &out, kRows, arena.get(), nullptr);
    }
    if (status != INGOT_OK)
      failKernel("softmax was refused");
  }

#ifdef INGOT_EIGEN
  void byEigen() {
    using Rows = Eigen::Array<float, Eigen::Dynamic, N, Eigen::RowMajor>;
    const Eigen::Map<const Rows> in(floats(x), kRows, N);
    Eigen::Map<Rows> out(floats(y), kRows, N);
    for (int row = 0; row < kRows; ++row) {
      out.row(row) = (in.row(row) - in.row(row).maxCoeff()).exp();
      out.row(row) *= 1 / out.row(row).sum();
    }
  }
#endif

  bool isRight() const {
    for (int row = 0; row < kRows; ++row) {
      double sum = 0;
      for (int i = 0; i < N; ++i)
        sum += std::exp(double(floats(x)[row * N + i]));
      for (int i = 0; i < N; ++i)
        if (!(std::abs(floats(y)[row * N + i] - std::exp(double(floats(x)[row * N + i])) / sum) < 1e-6))
          return false;
    }
    return true;
  }
};
} // namespace

template <int N> static void addSoftmax() {
  const auto softmax = std::make_shared<Softmax<N>>();
  const std::string name = "softmax (256, " + std::to_string(N) + ")/";
  softmax->byIngot();
  if (!softmax->isRight())
    failKernel(name + "Ingot is wrong");
  add(name + "Ingot", [softmax] { softmax->byIngot(); });
#ifdef INGOT_EIGEN
  softmax->byEigen();
  if (!softmax->isRight())
    failKernel(name + "Eigen is wrong");
  add(name + "Eigen", [softmax] { softmax->byEigen(); });
#endif
}

void benchmarks::addLoops() {
  addUpdate();
  addSoftmax<10>();
  addSoftmax<100>();
}
