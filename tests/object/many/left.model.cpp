//===- left.model.cpp - a network whose names right.model.cpp has, too ----===//
#include <ingot/ingot.h>
using namespace ingot;

Model left() {
  Tensor x = Input({12, 12, 1}, {.name = "x"});
  Tensor h = Conv2D(6, 3, {.activation = "relu", .name = "first"})(x);
  h = Flatten()(MaxPooling2D()(h));
  h = Dropout(0.25, {.name = "second"})(h);
  h = Dense(16, {.activation = "tanh", .name = "hidden"})(h);
  Tensor y = Dense(4, {.activation = "softmax", .name = "y"})(h);
  Model model(x, y, {.name = "net"});
  model.compile({.optimizer = RMSprop(), .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}
INGOT_MODEL(left)
