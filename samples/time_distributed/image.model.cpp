//===- image.model.cpp - the classifier, called like a layer --------------===//
//
// A model on a tensor is its graph on that tensor, with its weights. Without
// compile() the object can predict, and not train.
//
//===----------------------------------------------------------------------===//
#include "mlp.h"
using namespace ingot;

Model image() {
  Model model = mlp();
  Tensor x = Input({784}, {.name = "image"});
  Tensor y = model(x);
  return Model(x, y, {.name = "image"});
}
INGOT_MODEL(image)
