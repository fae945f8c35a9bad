//===- mnist.model.cpp - the recorder of the mnist sample -----------------===//
//
// Builds to a small program that writes the artefacts: mnist.o, mnist.h, ...
//
//===----------------------------------------------------------------------===//
#include <ingot/ingot.h>
using namespace ingot;

Model mnist() {
  Tensor x = Input({784}, {.name = "pixels"});
  Tensor h = Dense(64, {.activation = "relu"})(x);
  h = Dense(64, {.activation = "relu"})(h);
  Tensor y = Dense(10, {.activation = "softmax", .name = "digit"})(h);
  Model model(x, y, {.name = "mnist"});
  model.compile({.optimizer = RMSprop(), .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}
INGOT_MODEL(mnist)
