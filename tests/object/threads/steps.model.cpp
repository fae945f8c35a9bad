//===- steps.model.cpp - a network whose work is worth dividing -----------===//
#include <ingot/ingot.h>
using namespace ingot;

Model steps() {
  Tensor x = Input({12, 16}, {.name = "x"});
  Tensor h = LSTM(32, {.return_sequences = true})(x);
  h = LSTM(24)(h);
  h = Dense(48, {.activation = "relu"})(h);
  Tensor y = Dense(5, {.activation = "softmax", .name = "y"})(h);
  Model model(x, y, {.name = "steps"});
  model.compile({.optimizer = RMSprop(), .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}
INGOT_MODEL(steps)
