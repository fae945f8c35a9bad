//===- tweet_pairs.model.cpp - the recorder of the tweet_pairs sample -----===//
//
// Two tweets through one and the same LSTM.
//
//===----------------------------------------------------------------------===//
#include <ingot/ingot.h>
using namespace ingot;

Model tweet_pairs() {
  // A tweet: 140 characters, each one of 256.
  Tensor tweet_a = Input({140, 256}, {.name = "tweet_a"});
  Tensor tweet_b = Input({140, 256}, {.name = "tweet_b"});

  // One layer on both tweets: one set of weights.
  LSTM shared_lstm(64);
  Tensor encoded_a = shared_lstm(tweet_a);
  Tensor encoded_b = shared_lstm(tweet_b);

  Tensor merged = concatenate({encoded_a, encoded_b}, {.axis = -1});
  Tensor predictions = Dense(1, {.activation = "sigmoid"})(merged);

  Model model({tweet_a, tweet_b}, predictions, {.name = "tweet_pairs"});
  model.compile({.optimizer = "rmsprop",
                 .loss = "binary_crossentropy",
                 .metrics = {"accuracy"}});
  return model;
}
INGOT_MODEL(tweet_pairs)
