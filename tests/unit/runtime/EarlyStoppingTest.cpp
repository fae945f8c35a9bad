//===- EarlyStoppingTest.cpp - a value that no longer improves ------------===//
//
// The values of each epoch are written into the logs by a callback that stands
// before the one under test.
//
//===----------------------------------------------------------------------===//
#include "Samples.h"
#include "Throws.h"

#include <gmock/gmock.h>

#include <cmath>

using namespace ingot::rt;
using fake::constant;
using fake::numbered;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// Makes `key` of epoch e the e-th of `values`.
struct Script : Callback {
  Script(std::string key, std::vector<double> values)
      : key(std::move(key)), values(std::move(values)) {}
  void on_epoch_end(int epoch, Metrics &logs) override {
    logs.set(key, values.at(static_cast<std::size_t>(epoch)));
  }
  std::string key;
  std::vector<double> values;
};

} // namespace

/// Epochs that are run of a fit with these values of `key`.
static std::size_t epochsRun(Callback &callback, std::vector<double> values,
                             const std::string &key = "val_loss",
                             Model *given = nullptr) {
  std::optional<Model> own;
  Model &model = given ? *given : own.emplace(fake::build());
  const int epochs = static_cast<int>(values.size());
  const Array x(std::vector<float>{1, 0}, {1, 2});
  return model
      .fit(x, constant(1, 0),
           {.batch_size = 1,
            .epochs = epochs,
            .verbose = 0,
            .callbacks = {Script(key, std::move(values)), callback}})
      .epoch.size();
}

//===----------------------------------------------------------------------===//
// EarlyStopping
//===----------------------------------------------------------------------===//

TEST(EarlyStopping, StopsWhenPatienceIsUsedUp) {
  EarlyStopping early({.patience = 2});
  EXPECT_EQ(epochsRun(early, {5, 4, 4, 3, 3, 3.5, 1, 1}), 6u);
  EXPECT_EQ(early.stopped_epoch(), 5);
  EXPECT_EQ(early.best_epoch(), 3);
  EXPECT_EQ(early.best(), 3);
  // Begins anew in each fit.
  EXPECT_EQ(epochsRun(early, {9, 8, 7, 6}), 4u);
  EXPECT_EQ(early.stopped_epoch(), 0);
}

TEST(EarlyStopping, WithoutPatienceStopsAtTheFirstThatIsNotBetter) {
  EarlyStopping early;
  EXPECT_EQ(epochsRun(early, {5, 4, 4, 3}), 3u);
}

TEST(EarlyStopping, NeverStopsInTheFirstEpoch) {
  EarlyStopping early;
  EXPECT_EQ(epochsRun(early, {NAN, NAN, 1}), 2u);
}

TEST(EarlyStopping, WantsMoreThanTheMinimalDifference) {
  EarlyStopping early({.min_delta = 0.5, .patience = 2});
  EXPECT_EQ(epochsRun(early, {5, 4.5, 4.6, 1}), 3u);
  EarlyStopping negative({.min_delta = -0.5, .patience = 2});
  EXPECT_EQ(epochsRun(negative, {5, 4.5, 4.6, 1}), 3u);
}

TEST(EarlyStopping, GoesByTheNameOrByTheMode) {
  const std::vector<double> rising = {1, 2, 3, 3, 3};
  for (const char *name : {"accuracy", "val_acc", "digit_accuracy",
                           "val_digit_accuracy_1", "auc", "val_recall"}) {
    EarlyStopping early({.monitor = name});
    EXPECT_EQ(epochsRun(early, rising, name), 4u) << name;
  }
  for (const char *name : {"main_loss", "mae", "val_mean_squared_error",
                           "val_mse_2", "binary_crossentropy"}) {
    EarlyStopping early({.monitor = name});
    EXPECT_EQ(epochsRun(early, rising, name), 2u) << name;
  }
  EarlyStopping most({.monitor = "own", .mode = "max"});
  EXPECT_EQ(epochsRun(most, rising, "own"), 4u);
  EarlyStopping least({.monitor = "accuracy", .mode = "min"});
  EXPECT_EQ(epochsRun(least, rising, "accuracy"), 2u);
}

TEST(EarlyStopping, RefusesAModeThatItCannotGoBy) {
  EXPECT_REFUSED(
      EarlyStopping({.monitor = "own"}),
      "`mode` of EarlyStopping is \"auto\" and the name `own` does "
      "not tell whether less or more is better; set it to \"min\" or "
      "\"max\"");
  EXPECT_REFUSED(EarlyStopping({.mode = "least"}),
                 "`mode` of EarlyStopping is \"least\"; must be \"auto\", "
                 "\"min\" or \"max\"");
}

TEST(EarlyStopping, WhatIsNotBetterThanTheBaselineUsesUpPatience) {
  EarlyStopping early({.patience = 3, .baseline = 2});
  // It stops at the first epoch that is not better than the best, either.
  EXPECT_EQ(epochsRun(early, {5, 4, 3.5, 3.4, 3.6, 3}), 5u);
  EarlyStopping reached({.patience = 3, .baseline = 4.5});
  EXPECT_EQ(epochsRun(reached, {5, 4, 3, 2, 1}), 5u);
}

TEST(EarlyStopping, StartsFromAnEpoch) {
  EarlyStopping early({.start_from_epoch = 3});
  EXPECT_EQ(epochsRun(early, {1, 2, 3, 4, 3, 5, 1}), 6u);
  EXPECT_EQ(early.best(), 3);
}

/// The bias after `steps` steps: the step of x[0] = 1 adds 0.25.
static float biasAfter(int steps) {
  return 0.5f + 0.25f * static_cast<float>(steps);
}

static float bias(const Model &model) {
  return model.get_weights()["dense/bias"].f32()[0];
}

TEST(EarlyStopping, RestoresTheBestWeightsHoweverTheFitEnds) {
  EarlyStopping early({.patience = 2, .restore_best_weights = true});
  Model stopped(fake::build());
  EXPECT_EQ(epochsRun(early, {5, 4, 3, 4, 4, 1}, "val_loss", &stopped), 5u);
  EXPECT_EQ(bias(stopped), biasAfter(3));
  Model ended(fake::build());
  EXPECT_EQ(epochsRun(early, {5, 4, 5}, "val_loss", &ended), 3u);
  EXPECT_EQ(bias(ended), biasAfter(2));
  // Without an improvement, the first epoch's.
  Model never(fake::build());
  epochsRun(early, {NAN, NAN, NAN, NAN}, "val_loss", &never);
  EXPECT_EQ(bias(never), biasAfter(1));
}

TEST(EarlyStopping, KeepsTheLastWeightsByDefault) {
  EarlyStopping early;
  Model model(fake::build());
  EXPECT_EQ(epochsRun(early, {5, 4, 5, 1}, "val_loss", &model), 3u);
  EXPECT_EQ(early.best_epoch(), 1);
  EXPECT_EQ(bias(model), biasAfter(3));
}

TEST(EarlyStopping, SaysWhatItDoes) {
  EarlyStopping early({.verbose = 1, .restore_best_weights = true});
  testing::internal::CaptureStdout();
  epochsRun(early, {5, 4, 5, 1});
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "Epoch 3: early stopping\n"
            "Restoring model weights from the end of the best epoch: 2\n");
}

//===----------------------------------------------------------------------===//
// A monitor that is not there
//===----------------------------------------------------------------------===//

static std::string warnings(Callback &callback, const FitOptions &options) {
  Model model(fake::build());
  FitOptions with = options;
  with.batch_size = 2;
  with.verbose = 0;
  with.callbacks = {callback};
  testing::internal::CaptureStderr();
  model.fit(numbered(4), constant(4, 0), with);
  return testing::internal::GetCapturedStderr();
}

TEST(Monitor, WarnsOnceOfANameThatIsNotThere) {
  EarlyStopping early({.monitor = "val_maee", .mode = "min"});
  EXPECT_EQ(warnings(early, {.epochs = 3, .validation_split = 0.5}),
            "warning: EarlyStopping monitors `val_maee`, which there is not; "
            "there is `loss`, `mae`, `val_loss`, `val_mae`; did you mean "
            "`val_mae`?\n");
}

TEST(Monitor, SaysThatNothingIsValidated) {
  ReduceLROnPlateau plateau;
  EXPECT_EQ(
      warnings(plateau, {.epochs = 2}),
      "warning: ReduceLROnPlateau monitors `val_loss`, which there is "
      "not; there is `loss`, `mae`, `learning_rate`; `fit` has no data to "
      "validate with\n");
}

TEST(Monitor, DoesNotWarnWhereNothingWasValidatedYet) {
  EarlyStopping early;
  EXPECT_EQ(
      warnings(early,
               {.epochs = 3, .validation_split = 0.5, .validation_freq = 2}),
      "");
}

//===----------------------------------------------------------------------===//
// Learning rates
//===----------------------------------------------------------------------===//

static std::vector<double> rates(const Callbacks &callbacks, int epochs,
                                 float first = 1) {
  Model model(fake::build());
  model.set_learning_rate(first);
  return model
      .fit(numbered(1), constant(1, 0),
           {.batch_size = 1,
            .epochs = epochs,
            .verbose = 0,
            .callbacks = callbacks})
      .history["learning_rate"];
}

TEST(LearningRateScheduler, SetsTheRateOfEachEpoch) {
  EXPECT_THAT(rates({LearningRateScheduler(
                        [](int epoch) { return 0.5 * (epoch + 1); })},
                    3),
              ElementsAre(0.5, 1, 1.5));
  EXPECT_THAT(
      rates({LearningRateScheduler([](int, double rate) { return rate / 2; })},
            3),
      ElementsAre(0.5, 0.25, 0.125));
}

TEST(LearningRateScheduler, SaysWhatItSetsAndRefusesWhatIsNoRate) {
  testing::internal::CaptureStdout();
  rates({LearningRateScheduler([](int) { return 0.5; }, 1)}, 1);
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "Epoch 1: LearningRateScheduler setting learning rate to 0.5\n");
  EXPECT_REFUSED(rates({LearningRateScheduler([](int) { return NAN; })}, 1),
                 "the schedule gives nan as the learning rate of epoch 0; must "
                 "be finite");
}

TEST(ReduceLROnPlateau, LowersTheRateWhenPatienceIsUsedUp) {
  // The logs have the rate that the epoch was trained with.
  const ReduceLROnPlateauOptions options = {.factor = 0.5, .patience = 2};
  EXPECT_THAT(rates({Script("val_loss", {5, 5, 5, 5, 5, 1, 1, 1}),
                     ReduceLROnPlateau(options)},
                    8),
              ElementsAre(1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25));
}

TEST(ReduceLROnPlateau, KeepsItsLimits) {
  EXPECT_THAT(rates({Script("loss", {5, 5, 5, 5, 5}),
                     ReduceLROnPlateau({.monitor = "loss",
                                        .factor = 0.5,
                                        .patience = 1,
                                        .min_lr = 0.375})},
                    5),
              ElementsAre(1, 1, 0.5, 0.375, 0.375));
  EXPECT_THAT(rates({Script("loss", {5, 4.5, 4, 3}),
                     ReduceLROnPlateau({.monitor = "loss",
                                        .factor = 0.5,
                                        .patience = 1,
                                        .min_delta = 0.75})},
                    4),
              ElementsAre(1, 1, 0.5, 0.5));
  EXPECT_THAT(
      rates({Script("own", {5, 6, 6, 6}), ReduceLROnPlateau({.monitor = "own",
                                                             .factor = 0.5,
                                                             .patience = 1,
                                                             .mode = "max"})},
            4),
      ElementsAre(1, 1, 1, 0.5));
}

TEST(ReduceLROnPlateau, CoolsDown) {
  // Two epochs after a reduction do not count, the third one does.
  EXPECT_THAT(rates({Script("loss", {5, 5, 5, 5, 5, 5, 5}),
                     ReduceLROnPlateau({.monitor = "loss",
                                        .factor = 0.5,
                                        .patience = 1,
                                        .cooldown = 2})},
                    7),
              ElementsAre(1, 1, 0.5, 0.5, 0.25, 0.25, 0.125));
}

TEST(ReduceLROnPlateau, SaysWhatItDoesAndRefusesAFactorThatLowersNothing) {
  testing::internal::CaptureStdout();
  rates({Script("loss", {5, 5}),
         ReduceLROnPlateau({.monitor = "loss", .patience = 1, .verbose = 1})},
        2);
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "Epoch 2: ReduceLROnPlateau reducing learning rate to 0.1\n");
  EXPECT_REFUSED(ReduceLROnPlateau({.factor = 1}),
                 "`factor` of ReduceLROnPlateau is 1; must be in (0, 1)");
}

//===----------------------------------------------------------------------===//
// Small ones
//===----------------------------------------------------------------------===//

TEST(TerminateOnNaN, StopsAfterTheBatch) {
  Model model(fake::build());
  std::vector<float> y = {0, NAN, 0};
  testing::internal::CaptureStdout();
  const History history = model.fit(numbered(3), y,
                                    {.batch_size = 1,
                                     .epochs = 3,
                                     .verbose = 0,
                                     .callbacks = {TerminateOnNaN()},
                                     .shuffle = false});
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "Batch 1: the loss is nan, terminating training\n");
  EXPECT_THAT(fake::calls("train_step"), testing::SizeIs(2));
  EXPECT_THAT(history.epoch, ElementsAre(0));
}

TEST(LambdaCallback, CallsWhatItWasGiven) {
  std::string calls;
  LambdaCallback all(
      {.on_epoch_begin = [&](int) { calls += "e"; },
       .on_epoch_end = [&](int, Metrics &) { calls += "E"; },
       .on_train_begin = [&] { calls += "t"; },
       .on_train_end = [&](const Metrics &) { calls += "T"; },
       .on_train_batch_begin = [&](std::int64_t) { calls += "b"; },
       .on_train_batch_end = [&](std::int64_t,
                                 const Metrics &) { calls += "B"; }});
  Model model(fake::build());
  model.fit(
      numbered(2), constant(2, 0),
      {.batch_size = 1, .verbose = 0, .callbacks = {all, LambdaCallback({})}});
  EXPECT_EQ(calls, "tebBbBET");
}
