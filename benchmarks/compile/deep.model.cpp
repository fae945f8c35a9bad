//===- deep.model.cpp - fifty layers of different sizes -------------------===//
//
// No two layers share a kernel: what the compiler can do once for equal ones, it
// cannot here.
//
//===----------------------------------------------------------------------===//
#include <ingot/ingot.h>
using namespace ingot;

Model deep() {
  Tensor inputs = Input({64}, {.name = "inputs"});
  Tensor x = inputs;
  for (int layer = 0; layer < 49; ++layer)
    x = Dense(32 + 3 * layer, {.activation = layer % 2 ? "relu" : "tanh"})(x);
  Model model(inputs, Dense(10, {.activation = "softmax"})(x), {.name = "deep"});
  model.compile({.optimizer = Adam(), .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}
INGOT_MODEL(deep)
