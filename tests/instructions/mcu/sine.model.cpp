//===- sine.model.cpp - the "hello world" of microcontrollers -------------===//
//
// A sine from 16 and 16 neurons, whose size other tools publish.
//
//===----------------------------------------------------------------------===//
#include <ingot/ingot.h>
using namespace ingot;

Model sine() {
  Tensor x = Input({1});
  Tensor h = Dense(16, {.activation = "relu"})(x);
  h = Dense(16, {.activation = "relu"})(h);
  Model model(x, Dense(1)(h), {.name = "sine"});
  model.compile({.optimizer = RMSprop(), .loss = "mean_squared_error"});
  return model;
}
INGOT_MODEL(sine)
