//===- garments.model.cpp - the recorder of the bare_metal sample ---------===//
//
// Small enough to be trained in 128 KB of RAM: images have a quarter of the
// pixels of Fashion-MNIST's, each the mean of four.
//
//===----------------------------------------------------------------------===//
#include <ingot/ingot.h>
using namespace ingot;

Model garments() {
  Tensor x = Input({196}, {.name = "pixels"});
  Tensor h = Dense(32, {.activation = "relu"})(x);
  Tensor y = Dense(10, {.activation = "softmax", .name = "garment"})(h);
  Model model(x, y, {.name = "garments"});
  model.compile({.optimizer = RMSprop(), .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}
INGOT_MODEL(garments)
