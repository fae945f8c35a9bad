//===- shapes.model.cpp - a small network with dropout --------------------===//
#include <ingot/ingot.h>
using namespace ingot;

Model shapes() {
  Tensor x = Input({8}, {.name = "sides"});
  Tensor h = Dense(16, {.activation = "relu"})(x);
  h = Dropout(0.5)(h);
  Tensor y = Dense(3, {.activation = "softmax", .name = "shape"})(h);
  Model model(x, y, {.name = "shapes"});
  model.compile({.optimizer = Adam(), .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}
INGOT_MODEL(shapes)
