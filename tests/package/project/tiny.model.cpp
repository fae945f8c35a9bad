//===- tiny.model.cpp - a model small enough to compile at once -----------===//
#include <ingot/ingot.h>
using namespace ingot;

Model tiny() {
  Tensor x = Input({4}, {.name = "x"});
  Tensor h = Dense(8, {.activation = "tanh"})(x);
  Tensor y = Dense(1, {.name = "y"})(h);
  Model model(x, y, {.name = "tiny"});
  model.compile({.optimizer = SGD(), .loss = "mse"});
  return model;
}
INGOT_MODEL(tiny)
