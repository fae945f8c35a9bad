//===- words.model.cpp - dropout, and a table that is trained by rows -----===//
//
// The table is in a model inside of the model. RMSprop decays the slots of its
// rows late, so their state is of different steps.
//
//===----------------------------------------------------------------------===//
#include <ingot/ingot.h>
using namespace ingot;

Model words() {
  Tensor ids = Input({6}, {.dtype = "int32", .name = "ids"});
  Tensor h = Flatten()(Embedding(300, 8)(ids));
  Model tower(ids, Dense(16, {.activation = "relu"})(h), {.name = "tower"});

  Tensor words = Input({6}, {.dtype = "int32", .name = "words"});
  Tensor y = Dropout(0.3)(tower(words));
  y = Dense(1, {.activation = "sigmoid", .name = "kind"})(y);
  Model model(words, y, {.name = "words"});
  model.compile({.optimizer = RMSprop({.learning_rate = 0.02}), .loss = "binary_crossentropy", .metrics = {"accuracy"}});
  return model;
}
INGOT_MODEL(words)
