//===- crossed.model.cpp - outputs in another order than their names ------===//
//
// The model of keras#20346, where Keras 3.5 compared the target `c` with the
// output `d`.
//
//===----------------------------------------------------------------------===//
#include <ingot/ingot.h>
using namespace ingot;

Model crossed() {
  Tensor a = Input({10}, {.name = "a"});
  Tensor b = Input({5}, {.name = "b"});
  Tensor c = Reshape({5, 4}, {.name = "c"})(Dense(20)(a));
  Tensor d = Dense(1, {.name = "d"})(b);
  Model model({a, b}, {d, c}, {.name = "crossed"});
  model.compile({.optimizer = "adam", .loss = {{"d", "mse"}, {"c", "mae"}}});
  return model;
}
INGOT_MODEL(crossed)
