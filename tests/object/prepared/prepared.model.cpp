//===- prepared.model.cpp - tables that fold, and tables that do not ------===//
#include <ingot/ingot.h>
using namespace ingot;

Model prepared() {
  Tensor first = Input({7}, {.dtype = "int32", .name = "first"});
  Tensor second = Input({5}, {.dtype = "int32", .name = "second"});

  // One table and one recurrence for both inputs, whose gates are narrower.
  Embedding shared(50, 24, {.name = "shared"});
  LSTM lstm(5, {.name = "lstm"});
  Tensor a = lstm(shared(first)), b = lstm(shared(second));

  // Each word by itself, through two layers.
  Embedding fixed(30, 12, {.name = "fixed"});
  fixed.set_trainable(false);
  Tensor c = Dense(6, {.activation = "tanh", .name = "narrow"})(fixed(first));
  c = Flatten()(Dense(2, {.name = "narrower"})(c));

  // A table that would grow, and one that is needed as it is.
  Tensor d = Flatten()(Dense(16, {.name = "wider"})(Embedding(20, 6, {.name = "small"})(second)));
  Tensor e = Embedding(25, 8, {.name = "twice"})(second);
  Tensor f = Flatten()(Dense(2, {.name = "of_twice"})(e));

  Tensor all = concatenate({a, b, c, d, Flatten()(e), f});
  Tensor h = Dense(80, {.activation = "relu", .name = "hidden"})(all);
  h = Dense(300, {.activation = "relu", .name = "large"})(h);
  Tensor y = Dense(3, {.activation = "softmax", .name = "y"})(h);
  Model model({first, second}, {y, a}, {.name = "prepared"});
  model.compile({.optimizer = SGD(), .loss = {{"y", "sparse_categorical_crossentropy"}, {"lstm", {}}}});
  return model;
}
INGOT_MODEL(prepared)
