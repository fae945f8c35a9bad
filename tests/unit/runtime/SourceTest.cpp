//===- SourceTest.cpp - data that does not fit in memory ------------------===//
//
// The same samples as arrays and as a source must give the same.
//
//===----------------------------------------------------------------------===//
#include "Samples.h"
#include "Throws.h"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <thread>

using namespace ingot::rt;
using fake::batches;
using fake::constant;
using fake::numbered;
using fake::samples;
using fake::upTo;
using testing::ElementsAre;

namespace {

/// Samples 0 to `rows` in order, shifted by 100 times the number of the pass.
struct Counting : BatchSource {
  explicit Counting(std::int64_t rows, std::int64_t size = 2)
      : rows(rows), size(size) {}

  void reset(std::uint64_t pass) override {
    passes.push_back(pass);
    at = 0;
  }
  std::optional<Batch> next() override {
    ++nexts;
    if (at == failsAt)
      throw std::runtime_error("the disk is on fire");
    if (at >= rows)
      return {};
    const std::int64_t count = std::min(size, rows - at);
    std::vector<float> x;
    for (std::int64_t i = at; i < at + count; ++i) {
      x.push_back(static_cast<float>(i + 100 * std::int64_t(passes.back())));
      x.push_back(0);
    }
    at += count;
    return Batch{Array(std::move(x), {count, 2}),
                 constant(static_cast<int>(count), 2), weights};
  }
  std::optional<std::int64_t> length() const override { return said; }
  bool seek(std::int64_t batch) override {
    ++seeks;
    if (canSeek)
      at = batch * size;
    return canSeek;
  }

  std::int64_t rows, size, at = 0, failsAt = -1;
  std::optional<std::int64_t> said;
  bool canSeek = false;
  Arrays weights;
  std::vector<std::uint64_t> passes;
  std::atomic<int> nexts = 0;
  int seeks = 0;
};

} // namespace

TEST(Source, TrainsPassAfterPass) {
  Model model(fake::build());
  Counting source(5);
  const History history = model.fit(source, {.epochs = 2, .verbose = 0});
  EXPECT_THAT(batches("train_step"), ElementsAre(2, 2, 1, 2, 2, 1));
  EXPECT_THAT(samples("train_step"),
              ElementsAre(0, 1, 2, 3, 4, 100, 101, 102, 103, 104));
  EXPECT_THAT(source.passes, ElementsAre(0, 1));
  EXPECT_EQ(history.history["loss"].size(), 2u);
  // Passes are numbered over the life of the Model.
  model.fit(source, {.verbose = 0});
  EXPECT_EQ(source.passes.back(), 2u);
}

TEST(Source, GivesWhatArraysGive) {
  const auto weights = [](const Model &model) {
    return model.get_weights()["dense/bias"].f32()[0];
  };
  Model arrays(fake::build());
  const History expected =
      arrays.fit(numbered(5), constant(5, 2),
                 {.batch_size = 2,
                  .verbose = 0,
                  .validation_data = {{numbered(3), constant(3, 2)}},
                  .shuffle = false});
  const float weight = weights(arrays);
  Model model(fake::build());
  Counting source(5), validation(3);
  const History history = model.fit(
      source, {.verbose = 0, .validation_data = {{.source = &validation}}});
  EXPECT_EQ(weights(model), weight);
  EXPECT_TRUE(std::ranges::equal(history.history, expected.history));
}

TEST(Source, EvaluatesAndPredictsInSlices) {
  Model model(fake::build({.maxEvaluate = 2, .maxPredict = 2}));
  Counting source(8, 3);
  const Metrics values = model.evaluate(source, {.verbose = 0});
  EXPECT_THAT(batches("evaluate"), ElementsAre(2, 1, 2, 1, 2));
  EXPECT_NEAR(values["mae"],
              (1.5 + 0.5 + 0.5 + 1.5 + 2.5 + 3.5 + 4.5 + 5.5) / 8, 1e-6);
  model.evaluate(source, {.verbose = 0, .steps = 1});
  EXPECT_EQ(batches("evaluate").size(), 7u);
  const Predictions all = model.predict(source);
  EXPECT_THAT(all[0].f32(),
              ElementsAre(0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5));
  EXPECT_EQ(model.predict(source, {.steps = 2})[0].rows(), 6);
}

TEST(Source, StepsPerEpochGoOnInAPass) {
  Model model(fake::build());
  Counting source(8);
  testing::internal::CaptureStderr();
  model.fit(source, {.epochs = 3, .verbose = 0, .steps_per_epoch = 2});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_THAT(samples("train_step"),
              ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 100, 101, 102, 103));
}

TEST(Source, WarnsIfItRunsOutInsideAnEpoch) {
  Model model(fake::build());
  Counting source(10);
  testing::internal::CaptureStderr();
  const History history =
      model.fit(source, {.epochs = 4, .verbose = 0, .steps_per_epoch = 2});
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "warning: the data ran out after 5 batches, in epoch 3/4; "
            "`steps_per_epoch` is 2\n");
  EXPECT_THAT(history.epoch, ElementsAre(0, 1, 2));
}

TEST(Source, ItsErrorsNameTheBatchAndKeepTheStepsBefore) {
  Model model(fake::build());
  Counting source(9);
  source.failsAt = 6;
  EXPECT_REFUSED(model.fit(source, {.verbose = 0}),
                 "batch 3 of pass 0 of the batch source: the disk is on fire");
  EXPECT_EQ(samples("train_step"), upTo(6));
}

TEST(Source, NamesTheBatchThatDoesNotFit) {
  Model model(fake::build());
  Counting large(18, 9);
  EXPECT_REFUSED(
      model.fit(large, {.verbose = 0}),
      "batch 0 of pass 0 of the batch source: what was given does not fit: the "
      "number of samples is 9 and `train_step` of `line` was compiled for at "
      "most 8; compile with `--max-batch=train_step:9` to go up to it");
  Counting weighed(4);
  weighed.weights = std::vector<float>{1, 2, 3};
  EXPECT_REFUSED(
      model.evaluate(weighed, {.verbose = 0}),
      "batch 0 of pass 0 of the batch source: what was given does not fit: "
      "`sample_weight` of `value` has shape [3]; must be [2], one for each "
      "sample");
}

TEST(Source, NamesTheRowOfABatchWhoseLabelIsOutOfRange) {
  struct Labels : BatchSource {
    int at = 0;
    void reset(std::uint64_t) override { at = 0; }
    std::optional<Batch> next() override {
      const std::vector<std::int32_t> ids(4);
      std::vector<std::int32_t> kinds(4);
      kinds[1] = at == 2 ? 7 : 0;
      ++at;
      return Batch{{numbered(4), Array(std::vector(ids))},
                   {constant(4, 0), Array(std::move(kinds))}};
    }
  };
  Model model(fake::build({.several = true}));
  Labels source;
  EXPECT_REFUSED(model.fit(source, {.verbose = 0, .steps_per_epoch = 9}),
                 "`train_step` of `line` refused the call: a label is not in "
                 "[0, classes); row 1 of batch 2 of target `kind` has 7; must "
                 "be in [0, 3)");
}

TEST(Source, ThatIsShorterThanItSaysOrEmptyIsRefused) {
  Model model(fake::build());
  Counting source(5);
  source.said = 4;
  EXPECT_REFUSED(model.fit(source, {.verbose = 0}),
                 "the batch source ended after 3 batches of pass 0; its length "
                 "is 4");
  Counting empty(0);
  EXPECT_REFUSED(model.fit(empty, {.verbose = 0}),
                 "the data has no batch to train on");
}

TEST(Source, RefusesWhatIsForArrays) {
  Model model(fake::build());
  Counting source(4);
  EXPECT_REFUSED(model.fit(source, {.validation_split = 0.5}),
                 "`validation_split` was given with a batch source, which "
                 "cannot be divided; use `validation_data`");
  EXPECT_REFUSED(model.fit(source, {.sample_weight = constant(4, 1)}),
                 "`sample_weight` was given with a batch source, whose batches "
                 "have their own");
  EXPECT_REFUSED(model.evaluate(source, {.sample_weight = constant(4, 1)}),
                 "`sample_weight` was given with a batch source, whose batches "
                 "have their own");
}

TEST(Source, TakesSampleAndClassWeights) {
  Model model(fake::build());
  Counting source(2);
  source.weights = std::vector<float>{3, 4};
  model.fit(source, {.verbose = 0});
  EXPECT_THAT(fake::calls("train_step")[0].weights, ElementsAre(3, 4));
  Counting plain(2);
  model.fit(plain, {.verbose = 0, .class_weight = {{2, 5.f}}});
  EXPECT_THAT(fake::calls("train_step")[1].weights, ElementsAre(5, 5));
}

TEST(Source, MakesBatchesAheadAndNoMoreThanAsked) {
  struct Endless : Counting {
    using Counting::Counting;
    int max_queue_size() const override { return 3; }
  };
  Endless source(1000);
  struct Waiter : Callback {
    const Endless &source;
    explicit Waiter(const Endless &source) : source(source) {}
    void on_train_batch_end(std::int64_t batch, const Metrics &) override {
      // One is in use, three are ahead.
      const auto wanted = static_cast<int>(batch) + 4;
      for (int i = 0; i < 2000 && source.nexts < wanted; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      EXPECT_EQ(source.nexts, wanted);
    }
  };
  Model model(fake::build());
  model.fit(
      source,
      {.verbose = 0, .callbacks = {Waiter(source)}, .steps_per_epoch = 5});
}

TEST(Source, AnEarlyEndLeavesNoThreadBehind) {
  // The thread waits for room when the fit ends; a stream that did not stop it
  // would hang here, and a sanitizer would see what it left.
  struct Stopper : Callback {
    void on_train_batch_end(std::int64_t, const Metrics &) override {
      model().stop_training = true;
    }
  };
  struct Thrower : Callback {
    void on_train_batch_end(std::int64_t, const Metrics &) override {
      throw Error("enough");
    }
  };
  Model model(fake::build());
  for (int i = 0; i < 50; ++i) {
    Counting source(1000);
    model.fit(source, {.epochs = 3, .verbose = 0, .callbacks = {Stopper()}});
    EXPECT_REFUSED(model.fit(source, {.verbose = 0, .callbacks = {Thrower()}}),
                   "enough");
  }
}

//===----------------------------------------------------------------------===//
// Resume
//===----------------------------------------------------------------------===//

TEST(Source, IsResumedBySeekOrElseByReplay) {
  struct Recorder : Callback {
    std::vector<FitState> states;
    void on_settled(FitPoint) override { states.push_back(training().state()); }
  };
  struct Resumer : Callback {
    FitState state;
    void on_train_begin() override { training().resume(state); }
  };
  for (const std::optional<int> steps : {std::optional<int>(), {2}, {4}})
    for (const bool canSeek : {true, false})
      for (const bool says : {true, false}) {
        const auto run = [&](Callback &callback, Counting &source) {
          Model model(fake::build());
          model.set_learning_rate(0.01f);
          source.canSeek = canSeek;
          if (says)
            source.said = 4;
          History history = model.fit(source, {.epochs = 3,
                                               .verbose = 0,
                                               .callbacks = {callback},
                                               .steps_per_epoch = steps});
          history.epoch.push_back(static_cast<int>(
              1e6f * model.get_weights()["dense/bias"].f32()[0]));
          return history;
        };
        Recorder recorder;
        Counting source(8);
        const History whole = run(recorder, source);
        const std::vector<float> all = samples("train_step");
        for (const FitState &state : recorder.states) {
          Resumer resumer;
          resumer.state = state;
          Counting again(8);
          const History rest = run(resumer, again);
          EXPECT_EQ(rest.epoch, whole.epoch);
          EXPECT_TRUE(std::ranges::equal(rest.history, whole.history));
          const std::vector<float> seen = samples("train_step");
          EXPECT_TRUE(std::equal(seen.rbegin(), seen.rend(), all.rbegin()));
        }
      }
}
