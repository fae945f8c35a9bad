//===- InterpretedTest.cpp - objects against the interpreter in double ----===//
//
// The program of the stage `train` is run twice: compiled, and by the reference
// interpreter in double. What differs is rounding, so tolerances are multiples of
// float's 6e-8 and relative to the largest element of a tensor: a sum of n terms
// is off by about sqrt(n) of them, a chain of layers by some tens.
//
//===----------------------------------------------------------------------===//

#include "Compare.h"
#include "Models.h"
#include "Object.h"
#include "Reference.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace ingot;
using namespace ingot::numeric;

namespace {

/// One forward pass, or a forward and a backward pass: about 100 roundings.
constexpr double passTolerance = 1e-5;
/// One formula on the same operands: a few roundings, one a square root.
constexpr double updateTolerance = 1e-6;

using ExactTensor = interpreter::Tensor<double>;

void expectNear(const Values &actual, const ExactTensor &expected, double tolerance, const std::string &what) {
  Difference difference(tolerance);
  difference.add(what, actual, expected, nullptr);
  EXPECT_EQ(difference.text(), "");
}

void expectMetrics(const MeanValues &actual, const interpreter::Result<double> &expected) {
  Difference difference(passTolerance);
  difference.add("metrics", actual, expected, nullptr);
  EXPECT_EQ(difference.text(), "");
}

class Interpreted : public ::testing::TestWithParam<std::tuple<ModelCase, driver::Numerics>> {
protected:
  Interpreted()
      : program(compiled(std::get<0>(GetParam()), "x86-64-v3", std::get<1>(GetParam()))), object(program),
        reference(program.program) {
    object.init(5);
  }

  /// Every size of batch once; every second with sample weights.
  void forEachBatch(const std::function<void(const Batch &)> &test) {
    const unsigned seed = 11;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    bool weighted = false;
    for (int32_t size : {1, 2, 5, maxBatch - 1, maxBatch}) {
      SCOPED_TRACE("batch " + std::to_string(size));
      test(object.randomBatch(size, weighted, random));
      weighted = !weighted;
    }
  }

  const Compiled &program;
  Object object;
  Reference<double> reference;
};

TEST_P(Interpreted, PredictAndEvaluate) {
  forEachBatch([&](const Batch &batch) {
    const auto expected = reference.run("predict", object.variables(), batch);
    const NamedValues outputs = object.predict(batch);
    ASSERT_EQ(outputs.size(), expected.outputs.size());
    const ingot_model_desc &desc = object.descriptor();
    for (uint32_t i = 0; i < desc.output_count; ++i) {
      const std::string name = ingot_string(&desc, ingot_tensors(&desc, desc.outputs)[i].name);
      expectNear(outputs.at(name), expected.outputs[i], passTolerance, name);
    }
    expectMetrics(object.evaluate(batch), reference.run("evaluate", object.variables(), batch));
  });
}

/// Steps build on one another, so that slots are not zero. The halves are compared
/// one by one: an optimizer that divides by the size of a gradient turns rounding
/// of one that is nearly zero into a step of any size.
TEST_P(Interpreted, GradientsAndUpdate) {
  forEachBatch([&](const Batch &batch) {
    const NamedValues before = object.variables();
    const auto expected = reference.run("gradients", before, batch);
    expectMetrics(object.gradients(batch), expected);
    const NamedValues gradients = object.gradientValues();
    ASSERT_EQ(gradients.size(), expected.gradients.size());
    for (const auto &[name, gradient] : expected.gradients)
      expectNear(gradients.at(name), gradient, passTolerance, "gradient of " + name);

    const auto updated = reference.run("apply_gradients", before, batch, gradients).variables;
    object.applyGradients();
    const NamedValues after = object.variables();
    for (const auto &[name, values] : after) {
      if (auto written = updated.find(name); written != updated.end())
        expectNear(values, written->second, updateTolerance, name);
      else
        EXPECT_EQ(values.data, before.at(name).data) << name << " is not for this entry to write";
    }
  });
}

/// Is `name` a slot of a table whose rows are of different steps? Then its values
/// are, too, until a step is taken on all rows.
bool isLate(const std::string &name, const NamedValues &all) {
  return all.contains(name.substr(0, name.rfind('.')) + ".last_step");
}

/// The whole step is its halves; here nothing but the order of reads and writes
/// could differ.
TEST_P(Interpreted, TrainStepIsItsHalves) {
  Object halves(program);
  halves.init(5);
  const auto expectEqual = [&](bool alsoLate) {
    const NamedValues whole = object.variables();
    for (const auto &[name, values] : halves.variables()) {
      if (isLate(name, whole) && !alsoLate)
        continue;
      const auto exact = interpreter::Tensor<double>{
          values.shape, std::holds_alternative<std::vector<float>>(values.data)
                            ? decltype(ExactTensor::data)(std::vector<double>(values.reals().begin(), values.reals().end()))
                            : decltype(ExactTensor::data)(values.integers())};
      expectNear(whole.at(name), exact, passTolerance, name);
    }
  };
  const auto takeHalves = [](Object &one, const Batch &batch) {
    one.gradients(batch);
    one.applyGradients();
  };
  forEachBatch([&](const Batch &batch) {
    const NamedValues before = object.variables();
    const auto expected = reference.run("train_step", before, batch);
    expectMetrics(object.trainStep(batch), expected);
    takeHalves(halves, batch);
    expectEqual(false);
    takeHalves(object, batch);
    takeHalves(halves, batch);
    expectEqual(true);
  });
}

INSTANTIATE_TEST_SUITE_P(, Interpreted,
                         ::testing::Combine(::testing::ValuesIn(allModels()),
                                            ::testing::Values(driver::Numerics::Native, driver::Numerics::Portable)),
                         [](const auto &info) {
                           return std::get<0>(info.param).name +
                                  (std::get<1>(info.param) == driver::Numerics::Native ? "_native" : "_portable");
                         });

} // namespace
