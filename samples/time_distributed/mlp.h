//===- mlp.h - the network that both recorders use -------------*- C++ -*-===//
#pragma once

#include <ingot/ingot.h>

/// The classifier of images with which the tutorial begins.
inline ingot::Model mlp() {
  using namespace ingot;
  Tensor inputs = Input({784}, {.name = "pixels"});
  Tensor x = Dense(64, {.activation = "relu"})(inputs);
  x = Dense(64, {.activation = "relu"})(x);
  Tensor predictions = Dense(10, {.activation = "softmax"})(x);
  return Model(inputs, predictions, {.name = "mlp"});
}
