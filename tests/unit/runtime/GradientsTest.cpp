//===- GradientsTest.cpp - one optimizer step in two halves ---------------===//
#include "FakeModel.h"
#include "Throws.h"

#include <ingot/runtime.h>

#include <gmock/gmock.h>

using namespace ingot::rt;
using testing::Each;
using testing::ElementsAre;

/// Rows [value, 0].
static Array rows(const std::vector<float> &values) {
  std::vector<float> x;
  for (const float value : values)
    x.insert(x.end(), {value, 0});
  return {std::move(x), {-1, 2}};
}

static Array zeros(int count) {
  return std::vector<float>(static_cast<std::size_t>(count));
}

TEST(Gradients, ComeByNameWithTheValuesOfTheirSamples) {
  Model model(fake::build());
  const Gradients gradients =
      model.gradients(rows({1, 3}), zeros(2),
                      {.sample_weight = Array(std::vector<float>{2, 0}),
                       .stream = 7});
  EXPECT_EQ(gradients.samples(), 2);
  EXPECT_EQ(gradients.metrics()["mae"], 2.5);
  EXPECT_EQ(gradients.metrics()["loss"], 2 * 1.5 * 1.5 / 2);
  const NamedList<Array> values = gradients.values();
  ASSERT_EQ(values.size(), 2u);
  EXPECT_THAT(values["dense/kernel"].shape(), ElementsAre(2, 1));
  EXPECT_THAT(values["dense/kernel"].f32(), Each(2.f));
  EXPECT_THAT(values["dense/bias"].f32(), ElementsAre(2.f));
  EXPECT_EQ(fake::calls().back().stream, 7u);
  EXPECT_THAT(fake::calls().back().weights, ElementsAre(2, 0));
  // The first half changes nothing.
  EXPECT_THAT(model.get_weights()["dense/bias"].f32(), ElementsAre(0.5f));
}

TEST(Gradients, MergeIntoTheMeanOverAllSamples) {
  Model model(fake::build());
  Gradients mean;
  EXPECT_EQ(mean.samples(), 0);
  EXPECT_TRUE(mean.values().empty());
  mean.merge(Gradients());
  mean.merge(model.gradients(rows({1, 2, 3}), zeros(3)));
  mean.merge(model.gradients(rows({10}), zeros(1)));
  EXPECT_EQ(mean.samples(), 4);
  EXPECT_THAT(mean.values()["dense/bias"].f32(), ElementsAre(4.f));
  EXPECT_EQ(mean.metrics()["mae"], 4.5);
}

TEST(Gradients, AreAppliedOnce) {
  Model model(fake::build());
  const Gradients gradients = model.gradients(rows({2}), zeros(1));
  model.predict(rows({0}));
  model.apply_gradients(gradients);
  EXPECT_THAT(model.get_weights()["dense/bias"].f32(), ElementsAre(0.f));
  // What predict had prepared is of the old weights.
  EXPECT_EQ(model.predict(rows({0}))[0].f32()[0], 0.f);
}

TEST(Gradients, MayBeOfAnotherModelOfTheSameNetwork) {
  const ingot_model_desc *desc = fake::build();
  Model one(desc), other(desc);
  other.apply_gradients(one.gradients(rows({2}), zeros(1)));
  EXPECT_THAT(other.get_weights()["dense/bias"].f32(), ElementsAre(0.f));
  EXPECT_THAT(one.get_weights()["dense/bias"].f32(), ElementsAre(0.5f));
}

TEST(Gradients, RefuseWhatDoesNotFit) {
  Model model(fake::build());
  EXPECT_REFUSED((model.apply_gradients(Gradients()), 0),
                 "the gradients are of no samples");
  EXPECT_REFUSED(model.gradients(rows(std::vector<float>(9)), zeros(9)),
                 "the number of samples is 9 and `gradients` of `line` was "
                 "compiled for at most 8; compile with "
                 "`--max-batch=gradients:9` to go up to it");
  EXPECT_REFUSED(model.gradients(rows({1, 2}), zeros(1)),
                 "target `value` has 1 rows and input `x` has 2; must be equal");
  const Gradients gradients = model.gradients(rows({1}), zeros(1));
  fake::build({.inferenceOnly = true});
  EXPECT_REFUSED(model.gradients(rows({1}), zeros(1)),
                 "`line` was compiled without `gradients`; add it to "
                 "`--entries`");
  EXPECT_REFUSED((model.apply_gradients(gradients), 0),
                 "`line` was compiled without `apply_gradients`; add it to "
                 "`--entries`");
}
