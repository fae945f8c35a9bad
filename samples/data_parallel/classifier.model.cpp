//===- classifier.model.cpp - the recorder of the data_parallel sample ----===//
//
// Smooth activations, so that sums in another order stay as close as rounding
// leaves them; see the README.
//
//===----------------------------------------------------------------------===//
#include <ingot/ingot.h>
using namespace ingot;

Model classifier() {
  Tensor x = Input({784}, {.name = "pixels"});
  Tensor h = Dense(64, {.activation = "tanh"})(x);
  h = Dense(64, {.activation = "tanh"})(h);
  Tensor y = Dense(10, {.activation = "softmax", .name = "garment"})(h);
  Model model(x, y, {.name = "classifier"});
  model.compile({.optimizer = RMSprop(),
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  return model;
}
INGOT_MODEL(classifier)
