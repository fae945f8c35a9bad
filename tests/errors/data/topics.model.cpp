//===- topics.model.cpp - a model to give wrong data to --------------------===//

#include <ingot/ingot.h>

using namespace ingot;

Model topics() {
  Tensor words = Input({6}, {.dtype = "int32", .name = "words"});
  Tensor hours = Input({2}, {.name = "hours"});
  Tensor h = concatenate({Flatten()(Embedding(50, 4)(words)), hours});
  Tensor topic = Dense(3, {.activation = "softmax", .name = "topic"})(h);
  Tensor score = Dense(1, {.name = "score"})(h);
  Model model({words, hours}, {topic, score}, {.name = "topics"});
  model.compile({.loss = {"sparse_categorical_crossentropy", "mse"}});
  return model;
}
INGOT_MODEL(topics)
