//===- classes.model.cpp - many classes, and little else ------------------===//
//
// Most of a training step are loops over the rows of a softmax: its loss, accuracy and
// gradient.
//
//===----------------------------------------------------------------------===//
#include <ingot/ingot.h>
using namespace ingot;

Model classes() {
  Tensor x = Input({4}, {.name = "x"});
  Model model(x, Dense(1000, {.activation = "softmax"})(x), {.name = "classes"});
  model.compile({.optimizer = SGD(), .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}
INGOT_MODEL(classes)
