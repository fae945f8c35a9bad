//===- Layers.cpp - dense layers, losses and the update by hand -----------===//

#include "Layers.h"

#include "Data.h"
#include "Vector.h"

#include <algorithm>
#include <cmath>

using namespace by_hand;

void by_hand::updateByRmsprop(float *weights, float *slots, const float *gradients, size_t count) {
  constexpr float kRate = 1e-3f, kRho = 0.9f, kEpsilon = 1e-7f;
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m256 g = load(gradients + i);
    const __m256 v = _mm256_fmadd_ps(splat(1 - kRho) * g, g, splat(kRho) * load(slots + i));
    store(slots + i, v);
    // An estimate of the root's inverse, and one step of Newton's method.
    const __m256 x = v + splat(kEpsilon);
    __m256 inverse = _mm256_rsqrt_ps(x);
    inverse *= _mm256_fnmadd_ps(splat(0.5f) * x * inverse, inverse, splat(1.5f));
    store(weights + i, _mm256_fnmadd_ps(splat(kRate) * g, inverse, load(weights + i)));
  }
  for (; i < count; ++i) {
    slots[i] = kRho * slots[i] + (1 - kRho) * gradients[i] * gradients[i];
    weights[i] -= kRate * gradients[i] / std::sqrt(slots[i] + kEpsilon);
  }
}

/// Up to 16 classes: two vectors a row.
void by_hand::softmax(float *rows, int m, int n) {
  for (int i = 0; i < m; ++i, rows += n) {
    float largest = rows[0];
    for (int j = 1; j < n; ++j)
      largest = std::max(largest, rows[j]);
    alignas(32) float powers[16];
    for (int j = 0; j < 16; ++j)
      powers[j] = j < n ? rows[j] - largest : -100.0f;
    _mm256_store_ps(powers, exp(_mm256_load_ps(powers)));
    _mm256_store_ps(powers + 8, exp(_mm256_load_ps(powers + 8)));
    float sum = 0;
    for (int j = 0; j < n; ++j)
      sum += powers[j];
    for (int j = 0; j < n; ++j)
      rows[j] = powers[j] * (1 / sum);
  }
}

float by_hand::crossEntropy(float *probabilities, const int32_t *labels, int m, int n) {
  float loss = 0;
  for (int i = 0; i < m; ++i) {
    float *row = probabilities + i * n;
    loss -= std::log(row[labels[i]] + 1e-30f);
    row[labels[i]] -= 1;
    for (int j = 0; j < n; ++j)
      row[j] /= static_cast<float>(m);
  }
  return loss / static_cast<float>(m);
}

float by_hand::binaryCrossEntropy(float *probabilities, const float *targets, int m, float weight) {
  float loss = 0;
  for (int i = 0; i < m; ++i) {
    const float p = std::clamp(probabilities[i], 1e-7f, 1 - 1e-7f);
    loss -= targets[i] * std::log(p) + (1 - targets[i]) * std::log(1 - p);
    probabilities[i] = (probabilities[i] - targets[i]) * weight / static_cast<float>(m);
  }
  return loss / static_cast<float>(m);
}

void by_hand::maskByRelu(float *gradients, const float *activations, size_t count) {
  for (size_t i = 0; i < count; ++i)
    gradients[i] = activations[i] > 0 ? gradients[i] : 0.0f;
}

static void sumColumns(float *sums, const float *x, int m, int n, long rowsOfX) {
  std::fill(sums, sums + n, 0.0f);
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j)
      sums[j] += x[i * rowsOfX + j];
}

//===----------------------------------------------------------------------===//
// Dense
//===----------------------------------------------------------------------===//

Dense::Dense(int inputs, int outputs, Activation activation, uint32_t number)
    : inputs(inputs), outputs(outputs), activation(activation), kernel(size_t(inputs) * size_t(outputs)),
      bias(size_t(outputs)) {
  benchmarks::fillMatrix(kernel.value.data(), inputs, outputs, number);
}

void Dense::forward(int m, const float *x, long rowsOfX, float *y, long rowsOfY) {
  multiply(m, outputs, inputs, {x, rowsOfX, 1}, {kernel.value.data(), outputs, 1}, y, rowsOfY,
           {.bias = bias.value.data(), .activation = activation});
}

void Dense::backward(int m, const float *x, long rowsOfX, const float *dy, long rowsOfY, float *dx, long rowsOfDx) {
  const Matrix rows = {x, rowsOfX, 1}, gradients = {dy, rowsOfY, 1};
  multiply(inputs, outputs, m, rows.transposed(), gradients, kernel.gradient.data(), outputs);
  sumColumns(bias.gradient.data(), dy, m, outputs, rowsOfY);
  if (dx)
    multiply(m, inputs, outputs, gradients, Matrix{kernel.value.data(), outputs, 1}.transposed(), dx, rowsOfDx);
}

void Dense::update() {
  kernel.update();
  bias.update();
}

//===----------------------------------------------------------------------===//
// LSTM: what is done for all steps at once; Recurrence.cpp has the rest
//===----------------------------------------------------------------------===//

Lstm::Lstm(int inputs, int units, uint32_t number)
    : inputs(inputs), units(units), kernel(size_t(inputs) * 4 * size_t(units)),
      recurrent(size_t(units) * 4 * size_t(units)), bias(4 * size_t(units)) {
  benchmarks::fillMatrix(kernel.value.data(), inputs, 4 * units, number);
  benchmarks::fillMatrix(recurrent.value.data(), units, 4 * units, number + 1);
  std::fill_n(bias.value.begin() + units, units, 1.0f); // forget gate
  pack();
}

void Lstm::pack() {
  const Matrix matrix = {recurrent.value.data(), 4 * units, 1};
  packed.set(matrix, units, 4 * units);
  packedTransposed.set(matrix.transposed(), 4 * units, units);
}

void Lstm::allocate(int batch, int steps) {
  const size_t count = size_t(batch) * size_t(steps) * size_t(units);
  if (gates.size() >= 4 * count)
    return;
  gates.resize(4 * count);
  cells.resize(count);
  tanhOfCells.resize(count);
  states.assign(count + size_t(batch) * size_t(units), 0.0f);
}

void Lstm::forward(int batch, int steps, const float *x, bool forTraining) {
  allocate(batch, steps);
  multiply(batch * steps, 4 * units, inputs, {x, inputs, 1}, {kernel.value.data(), 4 * units, 1}, gates.data(),
           4 * units, {.bias = bias.value.data()});
  recur(batch, steps, forTraining);
}

void Lstm::backward(int batch, int steps, const float *x, float *dLast, float *dx) {
  recurBackward(batch, steps, dLast);
  // Gradients of weights are one product over all steps.
  const int rows = batch * steps;
  const Matrix gradients = {gates.data(), 4 * units, 1};
  multiply(inputs, 4 * units, rows, Matrix{x, inputs, 1}.transposed(), gradients, kernel.gradient.data(), 4 * units);
  sumColumns(bias.gradient.data(), gates.data(), rows, 4 * units, 4 * units);
  for (int row = 0; row < batch; ++row) {
    const Matrix before = {&states[size_t(row) * size_t(steps + 1) * size_t(units)], units, 1};
    multiply(units, 4 * units, steps, before.transposed(),
             {&gates[size_t(row) * size_t(steps) * 4 * size_t(units)], 4 * units, 1}, recurrent.gradient.data(),
             4 * units, {.accumulates = row > 0});
  }
  if (dx)
    multiply(rows, inputs, 4 * units, gradients, Matrix{kernel.value.data(), 4 * units, 1}.transposed(), dx, inputs);
}

void Lstm::update() {
  kernel.update();
  recurrent.update();
  bias.update();
  pack();
}
