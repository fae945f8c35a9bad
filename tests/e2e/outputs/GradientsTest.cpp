//===- GradientsTest.cpp - parts of a batch make the whole ----------------===//
//
// Two outputs, sample weights, a penalty of weights, parts that are not equal.
// Merged gradients differ from those of the whole batch by the rounding of
// float32 sums over 16 samples: a few units in the last place of the largest.
//
//===----------------------------------------------------------------------===//
#include "Data.h"
#include "small_big.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <span>

using namespace ingot;
using namespace ingot::test;

namespace {

constexpr int kRows = 16;

class GradientsTest : public testing::Test {
protected:
  /// Of rows [begin, end).
  rt::Gradients gradients(rt::Model &model, std::int64_t begin = 0, std::int64_t end = kRows) {
    return model.gradients(x.slice(begin, end),
                           {{"output_big", big.slice(begin, end)}, {"output_small", small.slice(begin, end)}},
                           {.sample_weight = {{"output_small", weights.slice(begin, end)}}});
  }
  double loss(rt::Model &model) {
    return model.test_on_batch(x, {small, big}, {.sample_weight = {{"output_small", weights}}})["loss"];
  }

  rt::Array x = uniform({kRows, 12}, 1), small = bits(kRows, 2), big = oneHot(kRows, 64, 3),
            weights = uniform({kRows}, 4, 0, 3);
  rt::Model model{small_big_model()};
};

void expectNear(const rt::NamedList<rt::Array> &actual, const rt::NamedList<rt::Array> &expected, double relative) {
  ASSERT_EQ(actual.size(), expected.size());
  for (const auto &[name, array] : expected) {
    const auto wanted = array.f32(), got = actual[name].f32();
    double largest = 0;
    for (const float value : wanted)
      largest = std::max(largest, std::abs(double(value)));
    EXPECT_GT(largest, 0) << name;
    for (std::size_t i = 0; i < wanted.size(); ++i)
      ASSERT_NEAR(got[i], wanted[i], relative * largest) << name << " element " << i;
  }
}

} // namespace

TEST_F(GradientsTest, AreTheSlopesOfTheLoss) {
  const rt::NamedList<rt::Array> slopes = gradients(model).values();
  for (const char *name : {"dense/kernel", "output_small/bias", "output_big/bias", "output_big/kernel"}) {
    const rt::Array before = model.get_weights()[name];
    const float step = 1e-2f;
    const auto lossAt = [&](float change) {
      std::vector<float> moved(before.f32().begin(), before.f32().end());
      moved[0] += change;
      model.set_weights({{name, rt::Array(std::move(moved), before.shape())}});
      return loss(model);
    };
    const double slope = (lossAt(step) - lossAt(-step)) / (2 * step);
    lossAt(0);
    // Rounding of a loss near 3 over the step, and the third derivative.
    EXPECT_NEAR(slopes[name].f32()[0], slope, 1e-4) << name;
  }
}

TEST_F(GradientsTest, UnequalPartsAreTheWhole) {
  const rt::Gradients whole = gradients(model);
  for (const std::vector<std::int64_t> &cuts : {std::vector<std::int64_t>{8}, {11}, {1, 6}, {3, 4, 15}}) {
    rt::Gradients merged;
    std::int64_t begin = 0;
    for (std::int64_t end : cuts) {
      merged.merge(gradients(model, begin, end));
      begin = end;
    }
    merged.merge(gradients(model, begin, kRows));
    EXPECT_EQ(merged.samples(), kRows);
    expectNear(merged.values(), whole.values(), 1e-6);
    for (const auto &[name, value] : whole.metrics())
      EXPECT_NEAR(merged.metrics()[name], value, 1e-6 * std::max(1.0, value)) << name;
  }
}

TEST_F(GradientsTest, GradientsAndApplyAreOneTrainStep) {
  rt::Model halves(small_big_model()), parts(small_big_model());
  for (int step = 0; step < 3; ++step) {
    const rt::Metrics before = model.train_on_batch(
        x, {small, big}, {.sample_weight = {{"output_small", weights}}});
    const rt::Gradients whole = gradients(halves);
    halves.apply_gradients(whole);
    for (const auto &[name, value] : before)
      EXPECT_NEAR(whole.metrics()[name], value, 1e-6 * std::max(1.0, value)) << name;
    rt::Gradients merged = gradients(parts, 0, 5);
    merged.merge(gradients(parts, 5, kRows));
    parts.apply_gradients(merged);
  }
  // Adam moves a weight by up to 1e-3 a step; where a gradient is near 0 its sign
  // may be rounding.
  expectNear(halves.get_weights(), model.get_weights(), 1e-5);
  expectNear(parts.get_weights(), model.get_weights(), 1e-4);
}
