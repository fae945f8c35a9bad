//===- sequence.model.cpp - the classifier on sequences of images ---------===//
//
// One line turns a classifier of images into one of sequences.
//
//===----------------------------------------------------------------------===//
#include "mlp.h"
using namespace ingot;

Model sequence() {
  Model model = mlp();
  // 20 steps, each an image of 784 pixels.
  Tensor input_sequences = Input({20, 784}, {.name = "images"});
  Tensor processed_sequences =
      TimeDistributed(model, {.name = "garments"})(input_sequences);
  Model sequence(input_sequences, processed_sequences, {.name = "sequence"});
  sequence.compile({.optimizer = RMSprop(),
                    .loss = "sparse_categorical_crossentropy",
                    .metrics = {"accuracy"}});
  return sequence;
}
INGOT_MODEL(sequence)
