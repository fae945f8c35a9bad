//===- shared_head.model.cpp - a layer that is two outputs of the model ---===//
//
// Its second use is the output `head_1`. The output `code` is not trained.
//
//===----------------------------------------------------------------------===//
#include <ingot/ingot.h>
using namespace ingot;

Model shared_head() {
  Tensor left = Input({6}, {.name = "left"});
  Tensor right = Input({6}, {.name = "right"});
  Dense encoder(4, {.activation = "tanh", .name = "code"});
  Dense head(1, {.name = "head"});
  Tensor code = encoder(left);
  Model model({left, right}, {head(code), code, head(encoder(right))}, {.name = "shared_head"});
  model.compile({.optimizer = SGD({.learning_rate = 0.1}),
                 .loss = {"mse", {}, "mae"},
                 .loss_weights = {1, 1, 0.5},
                 .metrics = {"mae", {}, {"mse"}}});
  return model;
}
INGOT_MODEL(shared_head)
