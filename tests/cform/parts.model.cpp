//===- parts.model.cpp - many kinds of layers, all of them small ----------===//
//
// What other models of these tests have not: windows, masks, merges, two losses with
// weights, regularizers, initial values that are drawn in other ways.
//
//===----------------------------------------------------------------------===//
#include <ingot/ingot.h>
using namespace ingot;

Model parts() {
  Tensor image = Input({6, 7, 2}, {.name = "image"});
  Tensor h = Conv2D(4, 3, {.padding = "same", .activation = "relu", .kernel_initializer = "he_normal"})(image);
  Tensor largest = GlobalMaxPooling2D()(h);
  Tensor mean = Flatten()(AveragePooling2D(2, {.padding = "same"})(h));

  Tensor words = Input({5}, {.dtype = "int32", .name = "words"});
  Tensor sequence = Embedding(12, 4, {.mask_zero = true})(words);
  Tensor forth = LSTM(3, {.return_sequences = true})(sequence), back = LSTM(3, {.go_backwards = true})(forth);
  Tensor steps = TimeDistributed(Dense(2, {.activation = "tanh", .kernel_initializer = TruncatedNormal()}))(sequence);

  Tensor a = Dense(6, {.activation = "sigmoid", .kernel_regularizer = L2(0.01), .name = "a"})(mean);
  Tensor b = Dense(6, {.activation = "softplus", .kernel_initializer = Orthogonal(), .name = "b"})(
      concatenate({largest, back, Flatten()(steps)}));
  Tensor merged = concatenate({Multiply()({a, b}), Maximum()({a, b}), Minimum()({a, b}), Dot(1, {.normalize = true})({a, b})});
  merged = Dropout(0.25)(merged);
  Tensor number = Dense(2, {.name = "number"})(merged);
  Tensor kind = Dense(3, {.activation = "softmax", .kernel_regularizer = L1(0.001), .name = "kind"})(merged);
  Model model({image, words}, {number, kind}, {.name = "parts"});
  model.compile({.optimizer = Adam(),
                 .loss = {{"number", "mae"}, {"kind", "categorical_crossentropy"}},
                 .loss_weights = {{"number", 0.5}, {"kind", 2.0}},
                 .metrics = {{"number", "mse"}, {"kind", "categorical_accuracy"}}});
  return model;
}
INGOT_MODEL(parts)
