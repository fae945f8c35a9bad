//===- CallbackTest.cpp - the hooks and when they are called --------------===//
#include "Samples.h"
#include "Throws.h"

#include <gmock/gmock.h>

using namespace ingot::rt;
using fake::constant;
using fake::numbered;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

/// Writes down every call of a hook.
struct Scribe : Callback {
  std::vector<std::string> calls;
  std::vector<std::optional<std::int64_t>> steps;

  void add(const std::string &hook, std::optional<std::int64_t> number = {}) {
    calls.push_back(number ? hook + " " + std::to_string(*number) : hook);
  }
  void set_params(const CallbackParams &given) override {
    Callback::set_params(given);
    steps.push_back(params().steps);
  }
  void on_train_begin() override { add("train_begin"); }
  void on_train_end(const Metrics &) override { add("train_end"); }
  void on_epoch_begin(int epoch) override { add("epoch_begin", epoch); }
  void on_epoch_end(int epoch, Metrics &) override { add("epoch_end", epoch); }
  void on_train_batch_begin(std::int64_t b) override { add("batch_begin", b); }
  void on_train_batch_end(std::int64_t b, const Metrics &) override {
    add("batch_end", b);
  }
  void on_test_begin() override { add("test_begin"); }
  void on_test_end(const Metrics &) override { add("test_end"); }
  void on_test_batch_begin(std::int64_t b) override { add("test_begin", b); }
  void on_test_batch_end(std::int64_t b, const Metrics &) override {
    add("test_end", b);
  }
  void on_predict_begin() override { add("predict_begin"); }
  void on_predict_end() override { add("predict_end"); }
  void on_predict_batch_begin(std::int64_t b) override {
    add("predict_begin", b);
  }
  void on_predict_batch_end(std::int64_t b) override { add("predict_end", b); }
  void on_settled(FitPoint point) override {
    add("settled", static_cast<int>(point));
  }
};

} // namespace

TEST(Callback, SeesAFitInOrder) {
  Model model(fake::build());
  Scribe scribe;
  model.fit(numbered(4), constant(4, 0),
            {.batch_size = 2,
             .epochs = 4,
             .verbose = 0,
             .callbacks = {scribe},
             .validation_split = 0.25,
             .initial_epoch = 3});
  EXPECT_THAT(scribe.calls,
              ElementsAre("train_begin", "epoch_begin 3", "batch_begin 0",
                          "batch_end 0", "settled 0", "batch_begin 1",
                          "batch_end 1", "settled 0", "test_begin",
                          "test_begin 0", "test_end 0", "test_end",
                          "epoch_end 3", "settled 1", "train_end"));
  EXPECT_THAT(scribe.steps, ElementsAre(2));
}

TEST(Callback, SeesEvaluateAndPredictByTheBatchesOfTheUser) {
  Model model(fake::build({.maxEvaluate = 1, .maxPredict = 1}));
  Scribe scribe;
  model.evaluate(numbered(4), constant(4, 0),
                 {.batch_size = 2, .verbose = 0, .callbacks = {scribe}});
  EXPECT_THAT(scribe.calls,
              ElementsAre("test_begin", "test_begin 0", "test_end 0",
                          "test_begin 1", "test_end 1", "test_end"));
  scribe.calls.clear();
  model.predict(numbered(3),
                {.batch_size = 2, .steps = 1, .callbacks = {scribe}});
  EXPECT_THAT(scribe.calls, ElementsAre("predict_begin", "predict_begin 0",
                                        "predict_end 0", "predict_end"));
  EXPECT_THAT(fake::calls("predict"), testing::SizeIs(2));
}

TEST(Callback, GetsTheMeansSoFarAndMayAddToThoseOfAnEpoch) {
  struct Adder : Callback {
    std::vector<double> seen;
    double last = 0;
    void on_train_batch_end(std::int64_t, const Metrics &logs) override {
      seen.push_back(logs["mae"]);
    }
    void on_epoch_end(int epoch, Metrics &logs) override {
      logs.add("own", epoch + 0.5);
    }
    void on_train_end(const Metrics &logs) override { last = logs["own"]; }
  };
  Model model(fake::build());
  model.set_learning_rate(0);
  Adder adder;
  // Values are 1 + 0.5 and 3 + 0.5.
  const Array x(std::vector<float>{1, 0, 3, 0}, {2, 2});
  const History history = model.fit(x, constant(2, 0),
                                    {.batch_size = 1,
                                     .epochs = 2,
                                     .verbose = 0,
                                     .callbacks = {adder},
                                     .shuffle = false});
  EXPECT_THAT(adder.seen, ElementsAre(1.5, 2.5, 1.5, 2.5));
  EXPECT_THAT(history.history["own"], ElementsAre(0.5, 1.5));
  EXPECT_EQ(adder.last, 1.5);
}

TEST(Callback, StopsAfterTheBatchWithTheEndOfItsEpoch) {
  struct Stopper : Scribe {
    void on_train_batch_end(std::int64_t b, const Metrics &logs) override {
      Scribe::on_train_batch_end(b, logs);
      model().stop_training = b == 0;
    }
  };
  Model model(fake::build());
  Stopper stopper;
  const History history = model.fit(numbered(6), constant(6, 0),
                                    {.batch_size = 2,
                                     .epochs = 5,
                                     .verbose = 0,
                                     .callbacks = {stopper},
                                     .validation_split = 0.25});
  EXPECT_THAT(history.epoch, ElementsAre(0));
  EXPECT_THAT(history.history["val_loss"], testing::SizeIs(1));
  EXPECT_THAT(fake::calls("train_step"), testing::SizeIs(1));
  EXPECT_EQ(stopper.calls.back(), "train_end");
  EXPECT_TRUE(model.stop_training);
  model.fit(numbered(2), constant(2, 0), {.batch_size = 2, .verbose = 0});
  EXPECT_FALSE(model.stop_training);
}

TEST(Callback, IsReferredToKeptOrShared) {
  struct Counter : Callback {
    std::shared_ptr<int> count = std::make_shared<int>(0);
    void on_epoch_end(int, Metrics &) override { ++*count; }
  };
  Model model(fake::build());
  Counter lvalue, moved;
  const auto shared = std::make_shared<Counter>();
  const std::shared_ptr<int> ofMoved = moved.count;
  model.fit(numbered(2), constant(2, 0),
            {.batch_size = 2,
             .verbose = 0,
             .callbacks = {lvalue, std::move(moved), shared}});
  EXPECT_EQ(*lvalue.count, 1);
  EXPECT_EQ(*ofMoved, 1);
  EXPECT_EQ(*shared->count, 1);
}

TEST(Callback, HasNoTrainingOutsideOfFit) {
  struct Asker : Callback {
    void ask() { (void)training().state(); }
    void on_train_begin() override { ask(); }
    void on_test_begin() override { ask(); }
  };
  Model model(fake::build());
  Asker asker;
  EXPECT_REFUSED(
      model.evaluate(numbered(1), constant(1, 0), {.callbacks = {asker}}),
      "no fit is under way; `training()` is for the hooks of a fit");
  EXPECT_NO_THROW(
      model.fit(numbered(1), constant(1, 0),
                {.batch_size = 1, .verbose = 0, .callbacks = {asker}}));
  EXPECT_REFUSED((asker.ask(), 0),
                 "no fit is under way; `training()` is for the hooks of a fit");
}

TEST(Callback, WhatItThrowsEndsTheFit) {
  struct Thrower : Callback {
    void on_train_batch_end(std::int64_t, const Metrics &) override {
      throw Error("enough");
    }
  };
  Model model(fake::build());
  EXPECT_REFUSED(
      model.fit(numbered(2), constant(2, 0),
                {.batch_size = 1, .verbose = 0, .callbacks = {Thrower()}}),
      "enough");
  EXPECT_THAT(fake::calls("train_step"), testing::SizeIs(1));
}
