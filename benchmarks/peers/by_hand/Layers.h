//===- Layers.h - dense and recurrent layers by hand ------------*- C++ -*-===//
//
// Forward, backward, and RMSprop as Keras has it. Matrices are row-major; layers keep
// what their backward pass wants.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "Product.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace by_hand {

/// w -= lr * g / sqrt(v + eps), on `count` weights.
void updateByRmsprop(float *weights, float *slots, const float *gradients, std::size_t count);

/// Rows of `n` logits become probabilities.
void softmax(float *rows, int m, int n);

/// The mean loss; probabilities become the gradient of the logits.
float crossEntropy(float *probabilities, const int32_t *labels, int m, int n);

/// The mean loss; probabilities of a sigmoid become the gradient before it, times `weight`.
float binaryCrossEntropy(float *probabilities, const float *targets, int m, float weight);

/// Gradients of what a relu gave.
void maskByRelu(float *gradients, const float *activations, std::size_t count);

/// Weights with their gradients and slots.
struct Variable {
  Floats value, gradient, slots;
  explicit Variable(std::size_t count) : value(count), gradient(count), slots(count) {}
  void update() { updateByRmsprop(value.data(), slots.data(), gradient.data(), value.size()); }
};

struct Dense {
  int inputs, outputs;
  Activation activation;
  Variable kernel, bias;

  /// `number` is that of the kernel among the model's weights.
  Dense(int inputs, int outputs, Activation activation, uint32_t number);
  void forward(int m, const float *x, long rowsOfX, float *y, long rowsOfY);
  /// `dx` may be NULL.
  void backward(int m, const float *x, long rowsOfX, const float *dy, long rowsOfY, float *dx, long rowsOfDx);
  void update();
};

/// The last state of an LSTM, gates in the order i, f, c, o.
struct Lstm {
  int inputs, units;
  Variable kernel, recurrent, bias;
  /// (batch, steps, 4 units): before `recur` what the inputs give, then the gates, then their
  /// gradients.
  Floats gates;
  /// (batch, steps + 1, units); the first is 0.
  Floats states;

  Lstm(int inputs, int units, uint32_t number);
  void allocate(int batch, int steps);
  void forward(int batch, int steps, const float *x, bool forTraining);
  /// All steps, from what the inputs give.
  void recur(int batch, int steps, bool forTraining);
  /// From the gradient of the last state, which it overwrites; `dx` may be NULL.
  void backward(int batch, int steps, const float *x, float *dLast, float *dx);
  void update();
  const float *lastState(int row, int steps) const {
    return &states[((std::size_t(row) + 1) * (std::size_t(steps) + 1) - 1) * std::size_t(units)];
  }

private:
  void pack();
  void recurBackward(int batch, int steps, float *dLast);

  Floats cells, tanhOfCells;
  Packed packed, packedTransposed;
};

} // namespace by_hand
