//===- softmax_10.model.cpp - the softmax of ten classes ------------------===//

#include <ingot/ingot.h>
using namespace ingot;

Model softmax_10() {
  Tensor x = Input({10}, {.name = "x"});
  return Model(x, Activation("softmax")(x), {.name = "softmax_10"});
}
INGOT_MODEL(softmax_10)
