//===- small_big.model.cpp - two outputs with losses of two kinds ---------===//
//
// The model of keras#20596, where Keras 3.5 gave the loss of `output_small` to
// `output_big` because names were put in alphabetical order.
//
//===----------------------------------------------------------------------===//
#include <ingot/ingot.h>
using namespace ingot;

Model small_big() {
  Tensor x = Input({12}, {.name = "x"});
  Tensor h = Dense(16, {.activation = "tanh", .kernel_regularizer = L2(0.01)})(x);
  Tensor small = Dense(1, {.activation = "sigmoid", .name = "output_small"})(h);
  Tensor big = Dense(64, {.activation = "softmax", .name = "output_big"})(h);
  Model model(x, {small, big}, {.name = "small_big"});
  model.compile({.optimizer = Adam(),
                 .loss = {{"output_small", "binary_crossentropy"}, {"output_big", "categorical_crossentropy"}},
                 .loss_weights = {{"output_small", 3}, {"output_big", 0.25}},
                 .metrics = {{"output_small", "accuracy"}, {"output_big", "accuracy", "mae"}}});
  return model;
}
INGOT_MODEL(small_big)
