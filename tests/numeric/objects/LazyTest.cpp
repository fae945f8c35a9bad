//===- LazyTest.cpp - compiled steps by row are those on the whole table --===//
//
// Two objects of one model: in the second, a penalty too small for a float makes
// the table's gradient dense. In float they differ by rounding alone: of a decay,
// rho^n at once is off by as much as n roundings are.
//
//===----------------------------------------------------------------------===//

#include "Models.h"
#include "Object.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace ingot;
using namespace ingot::numeric;

namespace {

constexpr int64_t rows = 60;

ModelCase model(const std::string &name, const Optimizer &optimizer, bool isPenalized) {
  return {"lazy_" + name + (isPenalized ? "_dense" : ""), [=] {
            clear_session();
            Tensor a = Input({2, 2}, {.dtype = "int32", .name = "a"}), b = Input({}, {.dtype = "int32", .name = "b"});
            Embedding table(rows, 9, {.embeddings_regularizer = isPenalized ? L2(1e-60) : Regularizer(), .name = "t"});
            Tensor h = Dense(8, {.activation = "tanh"})(concatenate({Flatten()(table(a)), table(b)}));
            Model model({a, b}, Dense(3, {.name = "y"})(h), {.name = "lazy"});
            model.compile({.optimizer = optimizer, .loss = "mse"});
            return model;
          }};
}

struct LazyCase {
  std::string name;
  Optimizer optimizer;
  friend void PrintTo(const LazyCase &test, std::ostream *out) { *out << test.name; }
};

class LazyObjects : public ::testing::TestWithParam<std::tuple<LazyCase, driver::Numerics>> {
protected:
  static void step(Object &object, const Batch &batch, bool inHalves) {
    if (!inHalves) {
      object.trainStep(batch);
      return;
    }
    object.gradients(batch);
    object.applyGradients();
  }

  static void expectTogether(const NamedValues &lazy, const NamedValues &dense, bool alsoSlots) {
    for (const auto &[name, expected] : dense) {
      if (std::holds_alternative<std::vector<int32_t>>(expected.data) || (name.starts_with("t.embeddings.") && !alsoSlots))
        continue;
      float largest = 0;
      for (float value : expected.reals())
        largest = std::max(largest, std::abs(value));
      const auto &actual = lazy.at(name).reals();
      for (size_t i = 0; i < actual.size(); ++i)
        // Some hundred steps of a few roundings each.
        ASSERT_NEAR(actual[i], expected.reals()[i], 2e-5f * largest) << name << " " << i;
    }
  }
};

TEST_P(LazyObjects, AgreeWithDenseOnes) {
  const auto &[test, numerics] = GetParam();
  const Compiled &byRow = compiled(model(test.name, test.optimizer, false), "x86-64-v3", numerics);
  EXPECT_NE(byRow.program.find("ingot.update_rows"), std::string::npos);
  Object lazy(byRow), dense(compiled(model(test.name, test.optimizer, true), "x86-64-v3", numerics));
  lazy.init(5);
  dense.init(5);

  const unsigned seed = 23;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const bool isLate = lazy.variables().contains("t.embeddings.last_step");
  int64_t steps = 0;
  for (int round = 0; round < 30; ++round) {
    // Rows from all of the table, several times; then up to 40 steps on the first ones.
    const Batch batch = lazy.randomBatch(static_cast<int32_t>(1 + random() % maxBatch), round % 2, random);
    Batch narrow = lazy.randomBatch(2, false, random);
    for (auto &[name, values] : narrow.inputs)
      for (int32_t &index : std::get<std::vector<int32_t>>(values.data))
        index %= 3;
    const bool inHalves = round % 5 == 4;
    step(lazy, batch, inHalves);
    step(dense, batch, inHalves);
    for (auto gap = random() % 40; gap > 0; --gap, ++steps) {
      step(lazy, narrow, false);
      step(dense, narrow, false);
    }
    SCOPED_TRACE("round " + std::to_string(round));
    ASSERT_NO_FATAL_FAILURE(expectTogether(lazy.variables(), dense.variables(), !isLate));
  }
  EXPECT_GT(steps, 400);

  // A step on all rows brings the slots together, too.
  const Batch last = lazy.randomBatch(3, false, random);
  step(lazy, last, true);
  step(dense, last, true);
  expectTogether(lazy.variables(), dense.variables(), true);
  if (isLate) {
    EXPECT_EQ(lazy.variables().at("t.embeddings.last_step").integers(),
              std::vector<int32_t>(rows, lazy.variables().at("optimizer.iterations").integers()[0]));
  }
}

INSTANTIATE_TEST_SUITE_P(, LazyObjects,
                         ::testing::Combine(::testing::Values(LazyCase{"sgd", SGD({.learning_rate = 0.05})},
                                                              LazyCase{"rmsprop", RMSprop()},
                                                              LazyCase{"centered", RMSprop({.rho = 0.95, .centered = true})},
                                                              LazyCase{"adagrad", Adagrad({.learning_rate = 0.01})}),
                                            ::testing::Values(driver::Numerics::Native, driver::Numerics::Portable)),
                         [](const auto &info) {
                           return std::get<0>(info.param).name +
                                  (std::get<1>(info.param) == driver::Numerics::Native ? "_native" : "_portable");
                         });

} // namespace
