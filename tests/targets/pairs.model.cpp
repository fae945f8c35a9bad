//===- pairs.model.cpp - two sequences through one and the same LSTM ------===//
//
// The tutorial's model of tweets, so small that an emulated microcontroller
// trains it in seconds.
//
//===----------------------------------------------------------------------===//
#include <ingot/ingot.h>
using namespace ingot;

Model pairs() {
  Tensor a = Input({12, 16}, {.name = "a"});
  Tensor b = Input({12, 16}, {.name = "b"});
  LSTM shared(16);
  Tensor merged = concatenate({shared(a), shared(b)}, {.axis = -1});
  Tensor first = Dense(1, {.activation = "sigmoid", .name = "first"})(merged);
  Model model({a, b}, first, {.name = "pairs"});
  model.compile({.optimizer = RMSprop({.learning_rate = 0.01}), .loss = "binary_crossentropy", .metrics = {"accuracy"}});
  return model;
}
INGOT_MODEL(pairs)
