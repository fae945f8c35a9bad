//===- FitTest.cpp - training over epochs ---------------------------------===//
//
// Sample i has x = [i, 0], so that a call tells which samples it got.
//
//===----------------------------------------------------------------------===//
#include "Samples.h"
#include "Throws.h"

#include <gmock/gmock.h>

#include <algorithm>

using namespace ingot::rt;
using fake::batches;
using fake::constant;
using fake::keys;
using fake::numbered;
using fake::samples;
using fake::upTo;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::StartsWith;

//===----------------------------------------------------------------------===//
// Batches and order
//===----------------------------------------------------------------------===//

TEST(Fit, UsesTheLastPartialBatch) {
  Model model(fake::build());
  model.fit(numbered(10), constant(10, 0),
            {.batch_size = 4, .epochs = 2, .verbose = 0, .shuffle = false});
  EXPECT_THAT(batches("train_step"), ElementsAre(4, 4, 2, 4, 4, 2));
  EXPECT_EQ(fake::calls()[2].firstOfX, upTo(10, 8));
}

TEST(Fit, PointsIntoTheDataUnlessItShuffles) {
  Model model(fake::build());
  const Array x = numbered(6);
  model.fit(x, constant(6, 0),
            {.batch_size = 4, .verbose = 0, .shuffle = false});
  EXPECT_EQ(fake::calls()[0].x, x.data());
  EXPECT_EQ(fake::calls()[1].x, x.f32().data() + 8);
}

TEST(Fit, ShufflesAllSamplesAnewInEachEpoch) {
  Model model(fake::build());
  model.fit(numbered(50), constant(50, 0),
            {.batch_size = 8, .epochs = 2, .verbose = 0});
  const std::vector<float> all = samples("train_step");
  ASSERT_EQ(all.size(), 100u);
  std::vector<float> first(all.begin(), all.begin() + 50);
  std::vector<float> second(all.begin() + 50, all.end());
  EXPECT_NE(first, second);
  EXPECT_NE(first, upTo(50));
  std::ranges::sort(first);
  std::ranges::sort(second);
  EXPECT_EQ(first, upTo(50));
  EXPECT_EQ(second, upTo(50));
}

TEST(Fit, OrderFollowsTheSeed) {
  const auto order = [](std::uint64_t seed) {
    Model model(fake::build(), {.seed = seed});
    model.fit(numbered(20), constant(20, 0), {.batch_size = 8, .verbose = 0});
    return samples("train_step");
  };
  EXPECT_EQ(order(1), order(1));
  EXPECT_NE(order(1), order(2));
}

TEST(Fit, OrderDiffersFromFitToFit) {
  Model model(fake::build());
  const FitOptions options = {.batch_size = 8, .verbose = 0};
  model.fit(numbered(20), constant(20, 0), options);
  model.fit(numbered(20), constant(20, 0), options);
  const std::vector<float> all = samples("train_step");
  EXPECT_NE(std::vector(all.begin(), all.begin() + 20),
            std::vector(all.begin() + 20, all.end()));
}

TEST(Fit, ShufflesInsideOfBatches) {
  Model model(fake::build());
  model.fit(numbered(12), constant(12, 0),
            {.batch_size = 8, .verbose = 0, .shuffle = "batch"});
  const std::vector<float> all = samples("train_step");
  std::vector<float> first(all.begin(), all.begin() + 8);
  std::vector<float> second(all.begin() + 8, all.end());
  EXPECT_NE(first, upTo(8));
  std::ranges::sort(first);
  std::ranges::sort(second);
  EXPECT_EQ(first, upTo(8));
  EXPECT_EQ(second, upTo(12, 8));
}

TEST(Fit, RefusesAnUnknownShuffle) {
  EXPECT_REFUSED(Shuffle("batches"),
                 "`shuffle` is \"batches\"; must be true, false or \"batch\"");
}

TEST(Fit, ShuffledRowsStayTogether) {
  Model model(fake::build({.several = true}));
  std::vector<std::int32_t> ids(20), kinds(20);
  std::iota(ids.begin(), ids.end(), 0);
  for (std::size_t i = 0; i < kinds.size(); ++i)
    kinds[i] = static_cast<std::int32_t>(i % 3);
  model.fit(
      {numbered(20), ids}, {upTo(20), kinds},
      {.batch_size = 8, .verbose = 0, .sample_weight = {{"value", upTo(20)}}});
  for (const fake::Call &call : fake::calls("train_step")) {
    EXPECT_EQ(call.values, call.firstOfX);
    EXPECT_EQ(call.weights, call.firstOfX);
    EXPECT_EQ(std::vector<float>(call.ids.begin(), call.ids.end()),
              call.firstOfX);
  }
}

TEST(Fit, BatchMayBeLargerThanTheData) {
  Model model(fake::build());
  model.fit(numbered(3), constant(3, 0), {.batch_size = 8, .verbose = 0});
  EXPECT_THAT(batches("train_step"), ElementsAre(3));
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

TEST(Fit, EpochValuesWeighBatchesBySize) {
  Model model(fake::build());
  model.set_learning_rate(0);
  const History history =
      model.fit(numbered(10), constant(10, 0), {.batch_size = 8, .verbose = 0});
  double loss = 0;
  for (int i = 0; i < 10; ++i)
    loss += (i + 0.5) * (i + 0.5) / 10;
  EXPECT_NEAR(history.history["loss"][0], loss, 1e-4);
  EXPECT_NEAR(history.history["mae"][0], 5, 1e-5);
}

TEST(Fit, ValuesAreThoseBeforeTheUpdateOfTheirBatch) {
  Model model(fake::build());
  // Bias 0.5, then 0.5 + 0.25 * (0 + 1) after the first batch.
  const History history =
      model.fit(numbered(4), Array(upTo(4)),
                {.batch_size = 2, .verbose = 0, .shuffle = false});
  EXPECT_NEAR(history.history["mae"][0], (0.5 + 0.75) / 2, 1e-6);
}

TEST(Fit, ResetsValuesInEachEpoch) {
  Model model(fake::build());
  // The bias, at first 0.5, grows by 0.25 * 2 in each step.
  const Array x(std::vector<float>{2, 0}, {1, 2});
  const History history = model.fit(
      x, constant(1, 0), {.batch_size = 1, .epochs = 3, .verbose = 0});
  EXPECT_THAT(history.history["mae"], ElementsAre(2.5, 3, 3.5));
}

TEST(Fit, HistoryHasKeysInOrderAndEpochNumbers) {
  Model model(fake::build());
  const History history = model.fit(numbered(8), constant(8, 0),
                                    {.batch_size = 4,
                                     .epochs = 5,
                                     .verbose = 0,
                                     .validation_split = 0.5,
                                     .initial_epoch = 2});
  EXPECT_THAT(keys(history), ElementsAre("loss", "mae", "val_loss", "val_mae"));
  EXPECT_THAT(history.epoch, ElementsAre(2, 3, 4));
  EXPECT_EQ(history.history["val_loss"].size(), 3u);
}

TEST(Fit, NoEpochsGiveAnEmptyHistory) {
  Model model(fake::build());
  const History history = model.fit(numbered(2), constant(2, 0),
                                    {.batch_size = 2, .initial_epoch = 1});
  EXPECT_THAT(history.epoch, IsEmpty());
  EXPECT_TRUE(history.history.empty());
}

//===----------------------------------------------------------------------===//
// Validation
//===----------------------------------------------------------------------===//

TEST(Fit, ValidationSplitTakesTheLastSamplesBeforeShuffling) {
  Model model(fake::build());
  model.fit(numbered(10), constant(10, 0),
            {.batch_size = 4, .verbose = 0, .validation_split = 0.25});
  std::vector<float> trained = samples("train_step");
  std::ranges::sort(trained);
  EXPECT_EQ(trained, upTo(7));
  EXPECT_EQ(samples("evaluate"), upTo(10, 7));
}

TEST(Fit, ValidationSplitDividesSampleWeights) {
  Model model(fake::build());
  model.fit(numbered(4), constant(4, 0),
            {.batch_size = 4,
             .verbose = 0,
             .validation_split = 0.5,
             .sample_weight = Array(upTo(4))});
  EXPECT_EQ(fake::calls("evaluate")[0].weights, upTo(4, 2));
}

TEST(Fit, ValidationDataIsNotShuffledAndTakesPrecedence) {
  Model model(fake::build());
  const Array x = numbered(6), y = constant(6, 0), weights = upTo(6);
  model.fit(numbered(10), constant(10, 0),
            {.batch_size = 4,
             .verbose = 0,
             .validation_split = 0.5,
             .validation_data = {{x, y, weights}}});
  EXPECT_EQ(samples("train_step").size(), 10u);
  EXPECT_EQ(samples("evaluate"), upTo(6));
  EXPECT_EQ(fake::calls("evaluate")[1].weights, upTo(6, 4));
}

TEST(Fit, ValidationHasItsOwnBatchesStepsAndFrequency) {
  Model model(fake::build());
  const Array x = numbered(7), y = constant(7, 0);
  const History history = model.fit(x, y,
                                    {.batch_size = 4,
                                     .epochs = 4,
                                     .verbose = 0,
                                     .validation_data = {{x, y}},
                                     .validation_steps = 2,
                                     .validation_batch_size = 3,
                                     .validation_freq = 2});
  EXPECT_THAT(batches("evaluate"), ElementsAre(3, 3, 3, 3));
  EXPECT_EQ(history.history["loss"].size(), 4u);
  EXPECT_EQ(history.history["val_loss"].size(), 2u);
}

TEST(Fit, ValidationSlicesBatchesAboveTheMaximumOfEvaluate) {
  Model model(fake::build({.maxEvaluate = 3}));
  const Array x = numbered(7), y = constant(7, 0);
  model.fit(x, y, {.batch_size = 8, .verbose = 0, .validation_data = {{x, y}}});
  EXPECT_THAT(batches("evaluate"), ElementsAre(3, 3, 1));
}

TEST(Fit, RefusesASplitThatLeavesAPartEmpty) {
  Model model(fake::build());
  EXPECT_REFUSED(
      model.fit(numbered(3), constant(3, 0),
                {.batch_size = 2, .validation_split = 0.9}),
      "`validation_split` is 0.9 and divides 3 samples into 0 to train and 3 "
      "to validate; neither may be 0");
  EXPECT_REFUSED(model.fit(numbered(3), constant(3, 0),
                           {.batch_size = 2, .validation_split = 1}),
                 "`validation_split` is 1; must be in [0, 1)");
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

TEST(Fit, StepsPerEpochContinueAndWarnWhenDataRunsOut) {
  Model model(fake::build());
  testing::internal::CaptureStderr();
  const History history = model.fit(numbered(10), constant(10, 0),
                                    {.batch_size = 2,
                                     .epochs = 4,
                                     .verbose = 0,
                                     .shuffle = false,
                                     .steps_per_epoch = 2});
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "warning: the data ran out after 5 batches, in epoch 3/4; "
            "`steps_per_epoch` is 2\n");
  EXPECT_EQ(samples("train_step"), upTo(10));
  EXPECT_THAT(history.epoch, ElementsAre(0, 1, 2));
}

TEST(Fit, DataThatEndsWithAnEpochBeginsAnew) {
  Model model(fake::build());
  testing::internal::CaptureStderr();
  const History history = model.fit(numbered(8), constant(8, 0),
                                    {.batch_size = 2,
                                     .epochs = 3,
                                     .verbose = 0,
                                     .shuffle = false,
                                     .steps_per_epoch = 2});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_THAT(history.epoch, ElementsAre(0, 1, 2));
  std::vector<float> seen = upTo(8);
  seen.insert(seen.end(), {0, 1, 2, 3});
  EXPECT_EQ(samples("train_step"), seen);
}

TEST(Fit, APassThatSeveralEpochsShareIsShuffledOnce) {
  Model model(fake::build());
  model.fit(numbered(8), constant(8, 0),
            {.batch_size = 2, .epochs = 4, .verbose = 0, .steps_per_epoch = 2});
  const std::vector<float> all = samples("train_step");
  std::vector<float> first(all.begin(), all.begin() + 8);
  std::vector<float> second(all.begin() + 8, all.end());
  EXPECT_NE(first, second);
  std::ranges::sort(first);
  std::ranges::sort(second);
  EXPECT_EQ(first, upTo(8));
  EXPECT_EQ(second, upTo(8));
}

//===----------------------------------------------------------------------===//
// Refusals
//===----------------------------------------------------------------------===//

TEST(Fit, RefusesABatchAboveTheMaximum) {
  Model model(fake::build());
  EXPECT_REFUSED(model.fit(numbered(3), constant(3, 0), {.batch_size = 9}),
                 "`batch_size` is 9 and `train_step` of `line` was compiled "
                 "for at most 8; compile with `--max-batch=train_step:9` to go "
                 "up to it");
  EXPECT_THAT(fake::calls(), IsEmpty());
}

TEST(Fit, RefusesOptionsThatAreNotPositive) {
  Model model(fake::build());
  const Array x = numbered(2), y = constant(2, 0);
  EXPECT_REFUSED(model.fit(x, y, {.batch_size = 0}),
                 "`batch_size` is 0; must be positive");
  EXPECT_REFUSED(model.fit(x, y, {.batch_size = 2, .steps_per_epoch = 0}),
                 "`steps_per_epoch` is 0; must be positive");
  EXPECT_REFUSED(model.fit(x, y, {.batch_size = 2, .validation_steps = -1}),
                 "`validation_steps` is -1; must be positive");
  EXPECT_REFUSED(model.fit(x, y, {.batch_size = 2, .validation_batch_size = 0}),
                 "`validation_batch_size` is 0; must be positive");
  EXPECT_REFUSED(model.fit(x, y, {.batch_size = 2, .validation_freq = 0}),
                 "`validation_freq` is 0; must be positive");
  EXPECT_REFUSED(model.fit(x, y, {.batch_size = 2, .initial_epoch = -1}),
                 "`initial_epoch` is -1; must not be negative");
}

TEST(Fit, NamesTheSampleWhoseLabelIsOutOfRange) {
  Model model(fake::build({.several = true}));
  std::vector<std::int32_t> ids(20), kinds(20);
  kinds[13] = 3;
  const auto fit = [&](const FitOptions &options) {
    model.fit({numbered(20), ids}, {constant(20, 0), kinds}, options);
  };
  EXPECT_REFUSED((fit({.batch_size = 4, .verbose = 0}), 0),
                 "`train_step` of `line` refused the call: a label is not in "
                 "[0, classes); row 13 of target `kind` has 3; must be in "
                 "[0, 3)");
  // In the part for validation, rows still count from the user's first.
  EXPECT_REFUSED(
      (fit({.batch_size = 4, .verbose = 0, .validation_split = 0.5}), 0),
      "`evaluate` of `line` refused the call: a label is not in [0, classes); "
      "row 13 of target `kind` has 3; must be in [0, 3)");
}

//===----------------------------------------------------------------------===//
// Large batches
//===----------------------------------------------------------------------===//

TEST(Fit, LargeBatchesHaveTheSameOrderAndStayTogether) {
  // Samples of 128 KiB. FakeModel reads the first two numbers of a row as
  // if rows were short, so the descriptor gets the true width only for this.
  constexpr int rows = 50, width = 32 * 1024;
  const auto orderOf = [](int columns) {
    ingot_model_desc *desc = fake::build();
    const_cast<ingot_tensor_desc *>(ingot_tensors(desc, desc->inputs))
        ->dims[1] = columns;
    std::vector<float> x(static_cast<std::size_t>(rows) *
                         static_cast<std::size_t>(columns));
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = static_cast<float>(i / static_cast<std::size_t>(columns));
    Model model(desc);
    model.fit(Array(std::move(x), {rows, columns}), Array(upTo(rows)),
              {.batch_size = 8, .epochs = 3, .verbose = 0});
    std::vector<float> values;
    for (const fake::Call &call : fake::calls("train_step")) {
      // Of each batch, the first row is where FakeModel looks for it.
      EXPECT_EQ(call.firstOfX[0], call.values[0]);
      values.insert(values.end(), call.values.begin(), call.values.end());
    }
    return values;
  };
  EXPECT_EQ(orderOf(width), orderOf(2));
}
