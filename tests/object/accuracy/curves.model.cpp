//===- curves.model.cpp - each approximated activation on its own
//----------===//

#include <ingot/ingot.h>
using namespace ingot;

Model curves() {
  Tensor x = Input({1024}, {.name = "x"});
  return Model(x,
               {Activation("exponential", {.name = "exponential"})(x),
                Activation("sigmoid", {.name = "sigmoid"})(x),
                Activation("tanh", {.name = "hyperbolic"})(x)},
               {.name = "curves"});
}
INGOT_MODEL(curves)
