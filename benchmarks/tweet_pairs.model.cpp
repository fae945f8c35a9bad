//===- tweet_pairs.model.cpp - the shared LSTM of the tutorial ------------===//
#include <ingot/ingot.h>
using namespace ingot;

Model tweetPairs() {
  Tensor a = Input({140, 256}, {.name = "tweet_a"});
  Tensor b = Input({140, 256}, {.name = "tweet_b"});
  LSTM shared(64, {.name = "shared_lstm"});
  Tensor merged = concatenate({shared(a), shared(b)});
  Tensor y = Dense(1, {.activation = "sigmoid", .name = "predictions"})(merged);
  Model model({a, b}, y, {.name = "tweet_pairs"});
  model.compile({.optimizer = RMSprop(), .loss = "binary_crossentropy", .metrics = {"accuracy"}});
  return model;
}
INGOT_MODEL(tweetPairs)
