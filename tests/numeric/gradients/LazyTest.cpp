//===- LazyTest.cpp - steps by row are steps on the whole table ----------===//
//
// Two programs of one model: in the second, a penalty too small to count makes the
// table's gradient dense. In double they stay together over hundreds of steps, of
// which most do not touch most rows; also where the caller takes some in halves.
//
//===----------------------------------------------------------------------===//

#include "Program.h"

#include <gtest/gtest.h>

using namespace ingot;
using namespace ingot::numeric;

namespace {

constexpr int64_t rows = 12, steps = 400;

struct LazyCase {
  std::string name, attributes;
  bool isByRow; ///< do rows without a gradient stay?
  friend void PrintTo(const LazyCase &test, std::ostream *out) { *out << test.name; }
};

std::vector<LazyCase> cases() {
  // An epsilon that does not make large steps out of rounding.
  const std::string rms = "class_name = \"RMSprop\", epsilon = 1.0e-4 : f64, ";
  return {
      {"SGD", "class_name = \"SGD\", momentum = 0.0 : f64", true},
      {"SGD_momentum", "class_name = \"SGD\", momentum = 0.9 : f64", false},
      {"RMSprop", rms + "rho = 0.9 : f64, momentum = 0.0 : f64, centered = false", true},
      {"RMSprop_centered", rms + "rho = 0.95 : f64, momentum = 0.0 : f64, centered = true", true},
      {"RMSprop_forgets", rms + "rho = 0.0 : f64, momentum = 0.0 : f64, centered = false", true},
      {"RMSprop_momentum", rms + "rho = 0.9 : f64, momentum = 0.5 : f64, centered = false", false},
      {"Adagrad", "class_name = \"Adagrad\", initial_accumulator_value = 0.1 : f64, epsilon = 1.0e-7 : f64", true},
      {"Adam", "class_name = \"Adam\", beta_1 = 0.9 : f64, beta_2 = 0.999 : f64, epsilon = 1.0e-7 : f64", false},
  };
}

/// One table for two inputs, one of them of several indices.
std::string programOf(const LazyCase &test, bool isPenalized) {
  const std::string init = " init {kind = \"constant\", a = 0.0 : f64}";
  return "ingot.variable @t : tensor<12x2xf32>" + init + (isPenalized ? " {l2 = 1.0e-300 : f64}" : "") + "\n" +
         "ingot.variable @k : tensor<8x2xf32>" + init + "\n" +
         "ingot.model @m(%a: tensor<?x3xi32> {ingot.name = \"a\"}, %b: tensor<?xi32> {ingot.name = \"b\"}) -> "
         "(tensor<?x2xf32> {ingot.name = \"y\"}) {\n"
         "  %0 = ingot.embedding %a table(@t) rows(12) width(2) : tensor<?x3xi32> -> tensor<?x3x2xf32>\n"
         "  %1 = ingot.flatten %0 : tensor<?x3x2xf32> -> tensor<?x6xf32>\n"
         "  %2 = ingot.embedding %b table(@t) rows(12) width(2) : tensor<?xi32> -> tensor<?x2xf32>\n"
         "  %3 = ingot.concatenate %1, %2 axis 1 : tensor<?x6xf32>, tensor<?x2xf32> -> tensor<?x8xf32>\n"
         "  %4 = ingot.dense %3 units(2) act(\"tanh\") kernel(@k) {use_bias = false} : tensor<?x8xf32> -> tensor<?x2xf32>\n"
         "  ingot.return %4 : tensor<?x2xf32>\n}\n"
         "ingot.compile @m optimizer {learning_rate = 0.01 : f64, " + test.attributes +
         "} outputs [{name = \"y\", loss = \"mean_squared_error\", target = tensor<?x2xf32>}]\n";
}

const char *const pipeline =
    "ingot-build-entries,ingot-inline,ingot-expand-layers,ingot-fuse-loss,ingot-expand-losses,canonicalize,cse,"
    "ingot-differentiate,canonicalize,cse,ingot-build-train-step,canonicalize,cse,ingot-schedule";

size_t updatesByRow(Program &program) {
  size_t count = 0;
  program.entry("train_step").walk([&](UpdateRowsOp) { ++count; });
  return count;
}

class LazySteps : public ::testing::TestWithParam<LazyCase> {
protected:
  using Call = interpreter::Call<double>;

  /// One step, at once or in the halves that a caller takes.
  static void step(Program &program, Call &call, bool inHalves) {
    if (!inHalves)
      return store(call, program.run("train_step", call).variables);
    Call apply = call;
    apply.gradients = program.run("gradients", call).gradients;
    store(call, program.run("apply_gradients", apply).variables);
  }

  static void store(Call &call, const interpreter::Variables<double> &next) {
    for (const auto &[name, tensor] : next)
      call.variables[name] = tensor;
  }

  /// Variables of both, and what only the first has.
  static void expectTogether(const Call &lazy, const Call &dense, bool alsoSlots) {
    for (const auto &[name, tensor] : dense.variables) {
      const bool isSlotOfTable = name.starts_with("t.");
      if (std::holds_alternative<std::vector<int32_t>>(tensor.data) || (isSlotOfTable && !alsoSlots))
        continue;
      const auto &actual = lazy.variables.at(name).reals();
      for (size_t i = 0; i < actual.size(); ++i)
        ASSERT_NEAR(actual[i], tensor.reals()[i], 1e-9) << name << " " << i;
    }
  }
};

TEST_P(LazySteps, AreStepsOnTheWholeTable) {
  Program lazy(programOf(GetParam(), false), pipeline), dense(programOf(GetParam(), true), pipeline);
  ASSERT_TRUE(lazy && dense);
  EXPECT_EQ(updatesByRow(lazy), GetParam().isByRow ? 1u : 0u);
  EXPECT_EQ(updatesByRow(dense), 0u);

  const unsigned seed = 3;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  Call call = lazy.randomCall<double>(lazy.entry("train_step"), 4, random);
  store(call, lazy.run("init_state", Call()).variables);
  Call other = call;
  std::erase_if(other.variables, [](const auto &item) { return item.first == "t.last_step"; });

  for (int64_t t = 0; t < steps; ++t) {
    // Few rows at a time; row 11 in the first step and the last.
    const int32_t first = static_cast<int32_t>(random() % 10);
    for (size_t input : {0, 1})
      for (int32_t &index : std::get<std::vector<int32_t>>(call.inputs[input].data))
        index = first + static_cast<int32_t>(random() % 2);
    if (t == 0 || t == steps - 1)
      std::get<std::vector<int32_t>>(call.inputs[1].data)[2] = rows - 1;
    other.inputs = call.inputs;
    const bool inHalves = t % 97 == 50;
    step(lazy, call, inHalves);
    step(dense, other, inHalves && t % 2);
    SCOPED_TRACE("step " + std::to_string(t));
    ASSERT_NO_FATAL_FAILURE(expectTogether(call, other, inHalves || !call.variables.contains("t.last_step")));
  }
}

INSTANTIATE_TEST_SUITE_P(, LazySteps, ::testing::ValuesIn(cases()), [](const auto &info) { return info.param.name; });

} // namespace
