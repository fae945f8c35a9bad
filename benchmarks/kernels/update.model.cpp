//===- update.model.cpp - five million weights and their slots ------------===//

#include <ingot/ingot.h>
using namespace ingot;

Model update() {
  Tensor x = Input({2500}, {.name = "x"});
  Model model(x, Dense(2000, {.use_bias = false, .name = "y"})(x), {.name = "update"});
  model.compile({.optimizer = RMSprop(), .loss = "mse"});
  return model;
}
INGOT_MODEL(update)
