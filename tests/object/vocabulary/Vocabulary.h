//===- Vocabulary.h - one network over a table of any size -----*- C++ -*-===//
#pragma once

#include <ingot/ingot.h>

/// 20 indices, a table of width 64, a small layer: the table's rows are most of
/// what a training step touches.
inline ingot::Model vocabulary(int64_t rows, const char *name) {
  using namespace ingot;
  Tensor words = Input({20}, {.dtype = "int32", .name = "words"});
  Tensor rowsOfWords = Embedding(rows, 64, {.name = "table"})(words);
  Tensor y = Dense(4, {.activation = "softmax", .name = "y"})(Flatten()(rowsOfWords));
  Model model(words, y, {.name = name});
  model.compile({.optimizer = RMSprop(), .loss = "sparse_categorical_crossentropy"});
  return model;
}
