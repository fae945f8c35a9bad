//===- Optimizers.cpp - optimizers and their hyper-parameters -------------===//

#include "frontend/Arguments.h"
#include "frontend/Names.h"
#include "frontend/Resolve.h"
#include "ingot/Training.h"

namespace ingot {

SGD::SGD(const SGDOptions &options, SourceLocation loc)
    : Optimizer("SGD",
                {{"learning_rate", options.learning_rate},
                 {"momentum", options.momentum},
                 {"nesterov", options.nesterov}},
                std::move(loc)) {}

RMSprop::RMSprop(const RMSpropOptions &options, SourceLocation loc)
    : Optimizer("RMSprop",
                {{"learning_rate", options.learning_rate},
                 {"rho", options.rho},
                 {"momentum", options.momentum},
                 {"epsilon", options.epsilon},
                 {"centered", options.centered}},
                std::move(loc)) {}

Adagrad::Adagrad(const AdagradOptions &options, SourceLocation loc)
    : Optimizer("Adagrad",
                {{"learning_rate", options.learning_rate},
                 {"initial_accumulator_value", options.initial_accumulator_value},
                 {"epsilon", options.epsilon}},
                std::move(loc)) {}

Adam::Adam(const AdamOptions &options, SourceLocation loc)
    : Optimizer("Adam",
                {{"learning_rate", options.learning_rate},
                 {"beta_1", options.beta_1},
                 {"beta_2", options.beta_2},
                 {"epsilon", options.epsilon},
                 {"amsgrad", options.amsgrad}},
                std::move(loc)) {}

graph::Optimizer resolveOptimizer(const Spec &optimizer) {
  static const std::vector<KnownName> known = {{"SGD"}, {"RMSprop"}, {"Adagrad"}, {"Adam"}};
  graph::Optimizer result;
  result.className = canonicalName("optimizer", optimizer, known);

  Arguments arguments(optimizer);
  // What Keras 2 and 3 write into a config and does not change an update, or
  // does not if it has the value that says so.
  arguments.ignore({"name", "jit_compile", "is_legacy_optimizer", "ema_momentum",
                    "ema_overwrite_frequency"});
  arguments.expect("use_ema", false);
  auto number = [&](const std::string &name, double fallback, Range range) {
    result.config[name] = arguments.number(name, fallback, range);
  };
  auto flag = [&](const std::string &name) {
    result.config[name] = arguments.boolean(name, false);
  };
  // `lr` is Keras' spelling of old.
  const double rate = result.className == "SGD" ? 0.01 : 0.001;
  result.config["learning_rate"] = arguments.number(
      arguments.has("lr") ? "lr" : "learning_rate", rate, Range::Positive);
  if (result.className == "SGD") {
    number("momentum", 0, Range::BelowOne);
    flag("nesterov");
  } else if (result.className == "RMSprop") {
    number("rho", 0.9, Range::BelowOne);
    number("momentum", 0, Range::BelowOne);
    number("epsilon", 1e-7, Range::NonNegative);
    flag("centered");
  } else if (result.className == "Adagrad") {
    number("initial_accumulator_value", 0.1, Range::NonNegative);
    number("epsilon", 1e-7, Range::NonNegative);
  } else {
    number("beta_1", 0.9, Range::BelowOne);
    number("beta_2", 0.999, Range::BelowOne);
    number("epsilon", 1e-7, Range::NonNegative);
    flag("amsgrad");
  }
  arguments.finish();
  return result;
}

} // namespace ingot
