//===- right.model.cpp - a network whose names left.model.cpp has, too ----===//
#include <ingot/ingot.h>
using namespace ingot;

Model right() {
  Tensor x = Input({9}, {.dtype = "int32", .name = "x"});
  Tensor h = Embedding(50, 12, {.name = "first"})(x);
  h = LSTM(10, {.return_sequences = true, .name = "second"})(h);
  h = LSTM(16, {.name = "hidden"})(h);
  Tensor y = Dense(4, {.activation = "softmax", .name = "y"})(h);
  Model model(x, y, {.name = "net"});
  model.compile({.optimizer = Adam(), .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}
INGOT_MODEL(right)
