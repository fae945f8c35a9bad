//===- OutputsTest.cpp - losses of several outputs ------------------------===//
//
// What the object reports for each output against the same formula over what it
// predicts, in double. Float32 sums of at most a few hundred numbers of size 1
// leave 1e-5.
//
//===----------------------------------------------------------------------===//
#include "Data.h"
#include "crossed.h"
#include "shared_head.h"
#include "small_big.h"

#include <gmock/gmock.h>

#include <cmath>

using namespace ingot;
using namespace ingot::test;
using testing::ElementsAre;

namespace {

constexpr double kTolerance = 1e-5;

/// The mean of `value(prediction, target, row)` over all elements.
template <class F>
double meanOf(const rt::Array &predictions, const rt::Array &targets, F value) {
  double sum = 0;
  const auto p = predictions.f32(), y = targets.f32();
  const std::size_t perRow = p.size() / static_cast<std::size_t>(predictions.rows());
  for (std::size_t i = 0; i < p.size(); ++i)
    sum += value(double(p[i]), double(y[i]), i / perRow);
  return sum / static_cast<double>(p.size());
}

double square(double p, double y, std::size_t) { return (p - y) * (p - y); }
double absolute(double p, double y, std::size_t) { return std::abs(p - y); }

/// Data of small_big and its losses as they should be.
struct SmallBig {
  explicit SmallBig(int rows, std::uint32_t stream = 0)
      : x(uniform({rows, 12}, stream + 1)), small(bits(rows, stream + 2)), big(oneHot(rows, 64, stream + 3)) {}

  double smallLoss(rt::Model &model, const std::vector<float> &weights = {}) const {
    return meanOf(model.predict(x)["output_small"], small, [&](double p, double y, std::size_t row) {
      return -(weights.empty() ? 1 : weights[row]) * (y * std::log(p) + (1 - y) * std::log(1 - p));
    });
  }
  double bigLoss(rt::Model &model, const std::vector<float> &weights = {}) const {
    // A row has one loss and 64 elements.
    return 64 * meanOf(model.predict(x)["output_big"], big, [&](double p, double y, std::size_t row) {
             return -(weights.empty() ? 1 : weights[row]) * y * std::log(p);
           });
  }
  static double penalty(rt::Model &model) {
    double sum = 0;
    const auto weights = model.get_weights();
    for (const float w : weights["dense/kernel"].f32())
      sum += 0.01 * double(w) * double(w);
    return sum;
  }

  rt::Array x, small, big;
};

const rt::EvaluateOptions silent = {.verbose = 0};

} // namespace

TEST(SmallBig, EachOutputHasItsOwnLossAndWeight) {
  rt::Model model(small_big_model());
  const SmallBig data(40);
  const rt::Metrics values =
      model.evaluate(data.x, {{"output_big", data.big}, {"output_small", data.small}}, silent);
  EXPECT_THAT(keysOf(values), ElementsAre("loss", "output_small_loss", "output_big_loss", "output_small_accuracy",
                                          "output_big_accuracy", "output_big_mae"));
  const double small = data.smallLoss(model), big = data.bigLoss(model);
  // The two are apart, so that a mix-up shows.
  EXPECT_GT(std::abs(small - big), 1);
  EXPECT_NEAR(values["output_small_loss"], small, kTolerance);
  EXPECT_NEAR(values["output_big_loss"], big, kTolerance);
  EXPECT_NEAR(values["loss"], 3 * small + 0.25 * big + SmallBig::penalty(model), kTolerance);
  EXPECT_NEAR(values["output_big_mae"], meanOf(model.predict(data.x)["output_big"], data.big, absolute), kTolerance);
}

TEST(SmallBig, OrderOfNamesDoesNotMatter) {
  rt::Model model(small_big_model());
  const SmallBig data(40);
  const rt::Metrics inOrder = model.evaluate(data.x, {data.small, data.big}, silent);
  for (const rt::Arrays &y : {rt::Arrays{{"output_small", data.small}, {"output_big", data.big}},
                              rt::Arrays{{"output_big", data.big}, {"output_small", data.small}}}) {
    const rt::Metrics byName = model.evaluate({{"x", data.x}}, y, silent);
    for (const auto &[name, value] : inOrder)
      EXPECT_EQ(byName[name], value) << name;
  }
}

TEST(SmallBig, SampleWeightsAreEachOutputsOwn) {
  rt::Model model(small_big_model());
  const SmallBig data(16);
  const rt::Arrays y = {data.small, data.big};
  const std::vector<float> one(16, 1), mixed = {0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3};
  const auto check = [&](const rt::Arrays &weights, const std::vector<float> &small, const std::vector<float> &big) {
    const rt::Metrics values = model.test_on_batch(data.x, y, {.sample_weight = weights});
    EXPECT_NEAR(values["output_small_loss"], data.smallLoss(model, small), kTolerance);
    EXPECT_NEAR(values["output_big_loss"], data.bigLoss(model, big), kTolerance);
  };
  check(mixed, mixed, mixed);
  check({one, mixed}, one, mixed);
  check({{"output_small", mixed}}, mixed, one);
  check({{"output_big", mixed}}, one, mixed);
}

TEST(SmallBig, FitTakesEverythingByName) {
  const SmallBig training(48), validation(20, 100);
  const auto fit = [&](const rt::Arrays &x, const rt::Arrays &y, const rt::ValidationData &validate,
                       const rt::Arrays &weights) {
    rt::Model model(small_big_model(), {.seed = 3});
    return model.fit(x, y, {.batch_size = 16, .epochs = 3, .verbose = 0, .validation_data = validate,
                            .sample_weight = weights});
  };
  const rt::Array weights = uniform({48}, 9, 0, 2);
  const rt::History byName =
      fit({{"x", training.x}}, {{"output_big", training.big}, {"output_small", training.small}},
          {{{"x", validation.x}}, {{"output_big", validation.big}, {"output_small", validation.small}}},
          {{"output_big", weights}, {"output_small", weights}});
  std::vector<std::string> keys;
  for (const auto &[key, values] : byName.history) {
    keys.push_back(key);
    EXPECT_EQ(values.size(), 3u) << key;
  }
  EXPECT_THAT(keys, ElementsAre("loss", "output_small_loss", "output_big_loss", "output_small_accuracy",
                                "output_big_accuracy", "output_big_mae", "val_loss", "val_output_small_loss",
                                "val_output_big_loss", "val_output_small_accuracy", "val_output_big_accuracy",
                                "val_output_big_mae"));
  EXPECT_LT(byName.history["loss"].back(), byName.history["loss"].front());
  const rt::History inOrder = fit(training.x, {training.small, training.big},
                                  {validation.x, {validation.small, validation.big}}, weights);
  for (const auto &[key, values] : byName.history)
    EXPECT_EQ(inOrder.history[key], values) << key;
}

TEST(SmallBig, ProgressShowsEveryLoss) {
  rt::Model model(small_big_model());
  const SmallBig data(16);
  testing::internal::CaptureStdout();
  model.fit(data.x, {data.small, data.big}, {.batch_size = 16, .verbose = 2, .validation_split = 0.25});
  const std::string line = testing::internal::GetCapturedStdout();
  for (const char *key : {" - loss: ", " - output_small_loss: ", " - output_big_loss: ", " - output_small_accuracy: ",
                          " - val_loss: ", " - val_output_small_loss: ", " - val_output_big_mae: "})
    EXPECT_THAT(line, testing::HasSubstr(key));
}

TEST(Crossed, TargetsMeetTheOutputsOfTheirNames) {
  rt::Model model(crossed_model());
  const rt::Array a = uniform({32, 10}, 1), b = uniform({32, 5}, 2), c = uniform({32, 5, 4}, 3), d = uniform({32, 1}, 4);
  const rt::History history =
      model.fit({{"a", a}, {"b", b}}, {{"d", d}, {"c", c}}, {.epochs = 30, .verbose = 0});
  EXPECT_LT(history.history["c_loss"].back(), history.history["c_loss"].front());
  EXPECT_LT(history.history["d_loss"].back(), history.history["d_loss"].front());

  const rt::Predictions predictions = model.predict_on_batch({{"b", b}, {"a", a}});
  EXPECT_THAT(predictions["c"].shape(), ElementsAre(32, 5, 4));
  EXPECT_THAT(predictions[0].shape(), ElementsAre(32, 1));
  const rt::Metrics values = model.test_on_batch({a, b}, {{"c", c}, {"d", d}});
  EXPECT_NEAR(values["d_loss"], meanOf(predictions["d"], d, square), kTolerance);
  EXPECT_NEAR(values["c_loss"], meanOf(predictions["c"], c, absolute), kTolerance);
  EXPECT_NEAR(values["loss"], values["d_loss"] + values["c_loss"], kTolerance);
  const rt::Metrics inOrder = model.test_on_batch({a, b}, {d, c});
  EXPECT_EQ(inOrder["c_loss"], values["c_loss"]);
  EXPECT_EQ(inOrder["d_loss"], values["d_loss"]);
}

TEST(SharedHead, TheSecondUseHasANameOfItsOwn) {
  rt::Model model(shared_head_model());
  const rt::Array left = uniform({16, 6}, 1), right = uniform({16, 6}, 2), y = uniform({16}, 3), z = uniform({16}, 4);
  const rt::Predictions predictions = model.predict({{"left", left}, {"right", right}});
  ASSERT_EQ(predictions.size(), 3u);
  EXPECT_THAT(predictions["code"].shape(), ElementsAre(16, 4));
  // The layer is the same, so swapped inputs swap its outputs.
  const rt::Predictions swapped = model.predict({{"left", right}, {"right", left}});
  EXPECT_THAT(swapped["head"].f32(), testing::ElementsAreArray(predictions["head_1"].f32()));

  const rt::Metrics values = model.test_on_batch({left, right}, {{"head_1", z}, {"head", y}});
  EXPECT_THAT(keysOf(values), ElementsAre("loss", "head_loss", "head_1_loss", "head_mae", "head_1_mse"));
  EXPECT_NEAR(values["head_loss"], meanOf(predictions["head"], y, square), kTolerance);
  EXPECT_NEAR(values["head_1_loss"], meanOf(predictions["head_1"], z, absolute), kTolerance);
  EXPECT_NEAR(values["head_mae"], meanOf(predictions["head"], y, absolute), kTolerance);
  EXPECT_NEAR(values["head_1_mse"], meanOf(predictions["head_1"], z, square), kTolerance);
  EXPECT_NEAR(values["loss"], values["head_loss"] + 0.5 * values["head_1_loss"], kTolerance);
}

TEST(Header, StructsHaveTheUsersNames) {
  const crossed_inputs in = {.a = nullptr, .b = nullptr};
  const crossed_targets targets = {
      .d = nullptr, .d_sample_weight = nullptr, .c = nullptr, .c_sample_weight = nullptr};
  const crossed_outputs out = {.d = nullptr, .c = nullptr};
  const shared_head_targets heads = {
      .head = nullptr, .head_sample_weight = nullptr, .head_1 = nullptr, .head_1_sample_weight = nullptr};
  EXPECT_EQ(sizeof in + sizeof targets + sizeof out + sizeof heads, 12 * sizeof(void *));
}
