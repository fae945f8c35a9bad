//===- hooks.model.cpp - layers that are used twice, in steps, in a model -===//
#include <ingot/ingot.h>
using namespace ingot;

Model hooks() {
  Tensor step = Input({6}, {.name = "step"});
  Model encoder(step, Dense(8, {.activation = "tanh", .name = "inner"})(step), {.name = "encoder"});

  Tensor x = Input({5, 6}, {.name = "x"});
  Tensor h = LSTM(8, {.name = "memory"})(TimeDistributed(encoder, {.name = "steps"})(x));
  Dense shared(8, {.activation = "relu", .name = "shared"});
  h = shared(h);
  h = Dense(8, {.activation = "tanh", .name = "middle"})(h);
  h = shared(h);
  Tensor y = Dense(3, {.activation = "softmax", .name = "y"})(h);
  Model model(x, y, {.name = "net"});
  model.compile({.optimizer = Adam(), .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}
INGOT_MODEL(hooks)
