//===- digits.model.cpp - a small MLP that is killed ----------------------===//
#include <ingot/ingot.h>
using namespace ingot;

Model digits() {
  Tensor x = Input({16}, {.name = "x"});
  Tensor h = Dense(32, {.activation = "relu"})(x);
  h = Dense(32, {.activation = "relu"})(h);
  Tensor y = Dense(4, {.activation = "softmax", .name = "digit"})(h);
  Model model(x, y, {.name = "digits"});
  model.compile({.optimizer = Adam(), .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}
INGOT_MODEL(digits)
