//===- words.model.cpp - inputs that are indices --------------------------===//
//
// Two inputs share a table of 40 rows; `right` also goes into one of 25.
//
//===----------------------------------------------------------------------===//
#include <ingot/ingot.h>
using namespace ingot;

Model words() {
  Tensor left = Input({6}, {.dtype = "int32", .name = "left"});
  Tensor right = Input({2, 3}, {.dtype = "int32", .name = "right"});
  Embedding shared(40, 16, {.name = "shared"});
  Tensor a = Flatten()(shared(left)), b = Flatten()(shared(Flatten()(right)));
  Tensor c = Flatten()(Embedding(25, 3, {.name = "small"})(right));
  Tensor y = Dense(4, {.activation = "softmax", .name = "y"})(concatenate({a, b, c}));
  Model model({left, right}, y, {.name = "words"});
  model.compile({.optimizer = RMSprop({.learning_rate = 0.01}), .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}
INGOT_MODEL(words)
