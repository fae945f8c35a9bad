//===- OptimizerTest.cpp - steps of every optimizer ----------------------===//
//
// Three train steps in float against Keras' formulas written out here, in the order
// of keras/src/optimizers/{sgd,rmsprop,adagrad,adam}.py. The gradients are those of the entry
// `gradients`; `apply_gradients` must do the same as the step.
//
//===----------------------------------------------------------------------===//

#include "Program.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace ingot;
using namespace ingot::numeric;

namespace {

using Reals = std::vector<float>;

/// One variable's element and all its slots, by their names.
struct State {
  float w;
  std::map<std::string, float> slots;
};

struct OptimizerCase {
  std::string name;
  std::string attributes; ///< of `ingot.compile`, besides the learning rate
  void (*step)(State &, float g, float rate, int t);
  std::vector<std::string> slots;
  friend void PrintTo(const OptimizerCase &test, std::ostream *out) { *out << test.name; }
};

constexpr float epsilon = 1e-7f;

void sgd(State &s, float g, float rate, int) { s.w -= rate * g; }

void sgdMomentum(State &s, float g, float rate, int) {
  float &m = s.slots["momentum"];
  m = 0.9f * m - rate * g;
  s.w += m;
}

void sgdNesterov(State &s, float g, float rate, int) {
  float &m = s.slots["momentum"];
  m = 0.9f * m - rate * g;
  s.w += 0.9f * m - rate * g;
}

void rmsprop(State &s, float g, float rate, int) {
  float &v = s.slots["velocity"];
  v = 0.9f * v + 0.1f * g * g;
  s.w -= rate * g / std::sqrt(v + epsilon);
}

void rmspropMomentum(State &s, float g, float rate, int) {
  float &v = s.slots["velocity"], &m = s.slots["momentum"];
  v = 0.9f * v + 0.1f * g * g;
  m = 0.5f * m + rate * g / std::sqrt(v + epsilon);
  s.w -= m;
}

void rmspropCentered(State &s, float g, float rate, int) {
  float &v = s.slots["velocity"], &a = s.slots["average_gradient"], &m = s.slots["momentum"];
  v = 0.9f * v + 0.1f * g * g;
  a = 0.9f * a + 0.1f * g;
  m = 0.5f * m + rate * g / std::sqrt(v - a * a + epsilon);
  s.w -= m;
}

void adagrad(State &s, float g, float rate, int t) {
  float &a = s.slots["accumulator"];
  if (t == 1)
    a = 0.1f;
  a += g * g;
  s.w -= rate * g / std::sqrt(a + epsilon);
}

/// Both moments, and the corrected rate.
float adamMoments(State &s, float g, float rate, int t) {
  float &m = s.slots["momentum"], &v = s.slots["velocity"];
  m += (1 - 0.9f) * (g - m);
  v += (1 - 0.999f) * (g * g - v);
  return rate * static_cast<float>(std::sqrt(1 - std::pow(0.999, t)) / (1 - std::pow(0.9, t))) * m;
}

void adam(State &s, float g, float rate, int t) {
  const float move = adamMoments(s, g, rate, t);
  s.w -= move / (std::sqrt(s.slots["velocity"]) + epsilon);
}

void adamAmsgrad(State &s, float g, float rate, int t) {
  const float move = adamMoments(s, g, rate, t);
  float &largest = s.slots["velocity_hat"];
  largest = std::max(largest, s.slots["velocity"]);
  s.w -= move / (std::sqrt(largest) + epsilon);
}

std::vector<OptimizerCase> cases() {
  const std::string rms = "class_name = \"RMSprop\", rho = 0.9 : f64, epsilon = 1.0e-7 : f64, ";
  const std::string adamText = "class_name = \"Adam\", beta_1 = 0.9 : f64, beta_2 = 0.999 : f64, epsilon = 1.0e-7 : f64, ";
  return {
      {"SGD", "class_name = \"SGD\", momentum = 0.0 : f64, nesterov = false", sgd, {}},
      {"SGD_momentum", "class_name = \"SGD\", momentum = 0.9 : f64, nesterov = false", sgdMomentum, {"momentum"}},
      {"SGD_nesterov", "class_name = \"SGD\", momentum = 0.9 : f64, nesterov = true", sgdNesterov, {"momentum"}},
      {"RMSprop", rms + "momentum = 0.0 : f64, centered = false", rmsprop, {"velocity"}},
      {"RMSprop_momentum", rms + "momentum = 0.5 : f64, centered = false", rmspropMomentum, {"velocity", "momentum"}},
      {"RMSprop_centered",
       rms + "momentum = 0.5 : f64, centered = true",
       rmspropCentered,
       {"velocity", "average_gradient", "momentum"}},
      {"Adagrad",
       "class_name = \"Adagrad\", initial_accumulator_value = 0.1 : f64, epsilon = 1.0e-7 : f64",
       adagrad,
       {"accumulator"}},
      {"Adam", adamText + "amsgrad = false", adam, {"momentum", "velocity"}},
      {"Adam_amsgrad", adamText + "amsgrad = true", adamAmsgrad, {"momentum", "velocity", "velocity_hat"}},
  };
}

constexpr float learningRate = 0.0625f;

std::string programOf(const OptimizerCase &test) {
  return "ingot.variable @k : tensor<4x3xf32> init {kind = \"constant\", a = 0.0 : f64}\n"
         "ingot.variable @b : tensor<3xf32> init {kind = \"constant\", a = 0.0 : f64}\n"
         "ingot.model @m(%x: tensor<?x4xf32> {ingot.name = \"x\"}) -> (tensor<?x3xf32> {ingot.name = \"y\"}) {\n"
         "  %0 = ingot.dense %x units(3) act(\"tanh\") kernel(@k) bias(@b) : tensor<?x4xf32> -> tensor<?x3xf32>\n"
         "  ingot.return %0 : tensor<?x3xf32>\n}\n"
         "ingot.compile @m optimizer {learning_rate = 0.0625 : f64, " + test.attributes +
         "} outputs [{name = \"y\", loss = \"mean_squared_error\", target = tensor<?x3xf32>}]\n";
}

/// What `next` wrote replaces what `variables` had.
void store(interpreter::Variables<float> &variables, const interpreter::Variables<float> &next) {
  for (const auto &[name, tensor] : next)
    variables[name] = tensor;
}

class OptimizerStep : public ::testing::TestWithParam<OptimizerCase> {};

TEST_P(OptimizerStep, IsKerasFormula) {
  const OptimizerCase &test = GetParam();
  Program program(programOf(test),
                  "ingot-build-entries,ingot-inline,ingot-propagate-masks,ingot-expand-layers,ingot-fuse-loss,ingot-expand-losses,"
                  "ingot-differentiate,ingot-build-train-step,canonicalize,cse,ingot-schedule");
  ASSERT_TRUE(program);
  std::mt19937 random(11);
  auto call = program.randomCall<float>(program.entry("train_step"), 3, random);
  store(call.variables, program.run("init_state", interpreter::Call<float>()).variables);
  ASSERT_EQ(call.variables.at("optimizer.learning_rate").reals(), Reals{learningRate});
  EXPECT_EQ(call.variables.size(), 2 + 2 + 2 * test.slots.size());

  std::map<std::string, std::vector<State>> expected;
  for (const std::string weight : {"k", "b"})
    for (float w : call.variables.at(weight).reals())
      expected[weight].push_back({w, {}});

  for (int t = 1; t <= 3; ++t) {
    SCOPED_TRACE("step " + std::to_string(t));
    auto gradients = program.run("gradients", call).gradients;
    for (auto &[weight, states] : expected)
      for (size_t i = 0; i < states.size(); ++i)
        test.step(states[i], gradients.at(weight).reals()[i], learningRate, t);

    interpreter::Call<float> apply;
    apply.variables = call.variables;
    apply.gradients = gradients;
    auto applied = program.run("apply_gradients", apply).variables;
    auto next = program.run("train_step", call).variables;
    ASSERT_EQ(next.size(), applied.size());
    for (const auto &[name, tensor] : next)
      EXPECT_EQ(tensor.data, applied.at(name).data) << name;
    store(call.variables, next);

    EXPECT_EQ(call.variables.at("optimizer.iterations").integers(), std::vector<int32_t>{t});
    for (const auto &[weight, states] : expected)
      for (size_t i = 0; i < states.size(); ++i) {
        // A few roundings of float.
        EXPECT_NEAR(call.variables.at(weight).reals()[i], states[i].w, 2e-6f) << weight << " " << i;
        for (const std::string &slot : test.slots)
          EXPECT_NEAR(call.variables.at(weight + "." + slot).reals()[i], states[i].slots.at(slot), 1e-6f)
              << weight << "." << slot << " " << i;
      }
  }
}

INSTANTIATE_TEST_SUITE_P(, OptimizerStep, ::testing::ValuesIn(cases()), [](const auto &info) { return info.param.name; });

} // namespace
