//===- softmax_100.model.cpp - the softmax of a hundred classes ------------===//

#include <ingot/ingot.h>
using namespace ingot;

Model softmax_100() {
  Tensor x = Input({100}, {.name = "x"});
  return Model(x, Activation("softmax")(x), {.name = "softmax_100"});
}
INGOT_MODEL(softmax_100)
