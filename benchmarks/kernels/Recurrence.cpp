//===- Recurrence.cpp - an LSTM by Ingot, and by OpenBLAS and a loop ------===//
//
// Forward, from the inputs of all steps to the last state. Beside it what is usually
// written with a BLAS: one product for the inputs of all steps, one small one a step,
// and a loop with AVX2 for the gates.
//
//===----------------------------------------------------------------------===//
#include "Kernels.h"

#include "Data.h"
#include "lstm.h"
#include "lstm_wide.h"

#if defined(INGOT_OPENBLAS) && defined(__AVX2__) && defined(__FMA__)
#define HAS_PEER
#include "../peers/by_hand/Vector.h"
#include <cblas.h>
#endif

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>

using namespace benchmarks;

namespace {
constexpr int kBatch = 10, kSteps = 100, kUnits = 32, kGates = 4 * kUnits;

class Recurrence {
public:
  Recurrence() {
    fillMatrix(at(params) + LSTM_Y_KERNEL_OFFSET / 4, kUnits, kGates, 0);
    fillMatrix(at(params) + LSTM_Y_RECURRENT_KERNEL_OFFSET / 4, kUnits, kGates, 1);
    std::fill_n(at(params) + LSTM_Y_BIAS_OFFSET / 4, kGates, 0.5f);
  }

  void byIngot() {
    const lstm_inputs in = {at(x)};
    lstm_outputs out = {at(y)};
    if (lstm_predict(at(params), nullptr, &in, &out, kBatch, arena.get(), nullptr) != INGOT_OK)
      failKernel("`predict` was refused");
  }

  void byWideIngot() {
    const lstm_wide_inputs in = {at(x)};
    lstm_wide_outputs out = {at(y)};
    if (lstm_wide_predict(at(params), nullptr, &in, &out, kBatch, arena.get(), nullptr) != INGOT_OK)
      failKernel("`predict` was refused");
  }

#ifdef HAS_PEER
  void byOpenBlas() {
    float *bias = at(params) + LSTM_Y_BIAS_OFFSET / 4;
    for (int row = 0; row < kBatch * kSteps; ++row)
      std::copy_n(bias, kGates, at(gates) + row * kGates);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, kBatch * kSteps, kGates, kUnits, 1, at(x), kUnits,
                at(params) + LSTM_Y_KERNEL_OFFSET / 4, kGates, 1, at(gates), kGates);
    std::fill_n(at(y), kBatch * kUnits, 0.0f);
    std::fill_n(at(cells), kBatch * kUnits, 0.0f);
    for (int step = 0; step < kSteps; ++step) {
      float *z = at(gates) + step * kGates;
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, kBatch, kGates, kUnits, 1, at(y), kUnits,
                  at(params) + LSTM_Y_RECURRENT_KERNEL_OFFSET / 4, kGates, 1, z, kSteps * kGates);
      for (int row = 0; row < kBatch; ++row)
        activate(z + row * kSteps * kGates, at(cells) + row * kUnits, at(y) + row * kUnits);
    }
  }

  std::vector<float> result() const { return {at(y), at(y) + kBatch * kUnits}; }
#endif

private:
  static float *at(const Block &block) { return static_cast<float *>(block.get()); }

#ifdef HAS_PEER
  static void activate(const float *z, float *cell, float *state) {
    using namespace by_hand;
    for (int j = 0; j < kUnits; j += 8) {
      const __m256 i = sigmoid(load(z + j)), f = sigmoid(load(z + kUnits + j)),
                   c = by_hand::tanh(load(z + 2 * kUnits + j)), o = sigmoid(load(z + 3 * kUnits + j));
      const __m256 next = _mm256_fmadd_ps(f, load(cell + j), i * c);
      store(cell + j, next);
      store(state + j, o * by_hand::tanh(next));
    }
  }
#endif

  Block params = allocate(LSTM_PARAMS_BYTES), arena = allocate(std::max<size_t>(LSTM_PREDICT_ARENA_BYTES, LSTM_WIDE_PREDICT_ARENA_BYTES)),
        x = makeData({Tensor::Signed, 1, {kSteps, kUnits}}, kBatch), y = allocate(kBatch * kUnits * sizeof(float)),
        gates = allocate(kBatch * kSteps * kGates * sizeof(float)), cells = allocate(kBatch * kUnits * sizeof(float));
};
} // namespace

static void add(const std::string &name, const std::shared_ptr<Recurrence> &lstm, void (Recurrence::*run)()) {
  benchmark::RegisterBenchmark(name.c_str(), [lstm, run](benchmark::State &state) {
    for (auto _ : state) {
      (lstm.get()->*run)();
      benchmark::ClobberMemory();
    }
    state.counters["flops"] = 2.0 * 2 * kBatch * kSteps * kUnits * kGates;
  });
}

void benchmarks::addRecurrences() {
  const auto lstm = std::make_shared<Recurrence>();
  const std::string name = "LSTM(32), 100 steps of (10, 32)/";
#ifdef HAS_PEER
  lstm->byIngot();
  const std::vector<float> ours = lstm->result();
  lstm->byOpenBlas();
  const std::vector<float> theirs = lstm->result();
  for (std::size_t i = 0; i < ours.size(); ++i)
    if (!(std::abs(ours[i] - theirs[i]) < 1e-5f))
      failKernel(name + "OpenBLAS differs");
  add(name + "OpenBLAS", lstm, &Recurrence::byOpenBlas);
#endif
  add(name + "Ingot", lstm, &Recurrence::byIngot);
  if (canRun(kWideCpu))
    add(name + programOf(kWideCpu), lstm, &Recurrence::byWideIngot);
}
