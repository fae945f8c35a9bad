//===- Activations.cpp - activations by their Keras names -----------------===//

#include "frontend/Arguments.h"
#include "frontend/Names.h"
#include "frontend/Resolve.h"

namespace ingot {

std::string resolveActivation(const Spec &activation) {
  static const std::vector<KnownName> known = {
      {"linear"},      {"relu"},       {"relu6"},
      {"tanh"},        {"sigmoid"},    {"softmax"},
      {"elu"},         {"selu"},       {"softplus"},
      {"softsign"},    {"silu", {"swish"}}, {"gelu"},
      {"exponential"}, {"leaky_relu"}, {"hard_sigmoid"}};
  if (activation.isNone())
    return "linear";
  const std::string_view name = canonicalName("activation", activation, known);
  // Keras' functions take arguments (`alpha`, `approximate`), its strings none.
  Arguments arguments(activation);
  arguments.ignore({"name"});
  arguments.finish();
  return std::string(name);
}

} // namespace ingot
