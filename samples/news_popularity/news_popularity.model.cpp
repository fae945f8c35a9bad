//===- news_popularity.model.cpp - the recorder of the sample -------------===//
//
// How popular will a headline be? Two inputs, two outputs, two losses.
//
//===----------------------------------------------------------------------===//
#include <ingot/ingot.h>
using namespace ingot;

Model news_popularity() {
  // A headline: 100 words, each an index below 10,000.
  Tensor main_input = Input({100}, {.dtype = "int32", .name = "main_input"});
  // A vector of 512 numbers for each word, and one of 32 for all of them.
  Tensor x = Embedding(10000, 512, {.input_length = 100})(main_input);
  Tensor lstm_out = LSTM(32)(x);

  // An output of the headline alone, so that LSTM and embedding have a loss
  // near by.
  Tensor auxiliary_output =
      Dense(1, {.activation = "sigmoid", .name = "aux_output"})(lstm_out);

  // Five numbers more, such as the time of the day.
  Tensor auxiliary_input = Input({5}, {.name = "aux_input"});
  x = concatenate({lstm_out, auxiliary_input});
  x = Dense(64, {.activation = "relu"})(x);
  x = Dense(64, {.activation = "relu"})(x);
  x = Dense(64, {.activation = "relu"})(x);
  Tensor main_output =
      Dense(1, {.activation = "sigmoid", .name = "main_output"})(x);

  Model model({main_input, auxiliary_input}, {main_output, auxiliary_output},
              {.name = "news_popularity"});

  // One loss for all outputs, weights in their order:
  model.compile({.optimizer = RMSprop(),
                 .loss = "binary_crossentropy",
                 .loss_weights = {1.0, 0.2}});
  // or both by name. The second call replaces the first.
  model.compile({.optimizer = RMSprop(),
                 .loss = {{"main_output", "binary_crossentropy"},
                          {"aux_output", "binary_crossentropy"}},
                 .loss_weights = {{"main_output", 1.0}, {"aux_output", 0.2}}});
  return model;
}
INGOT_MODEL(news_popularity)
