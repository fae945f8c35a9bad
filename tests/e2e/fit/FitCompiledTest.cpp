//===- FitCompiledTest.cpp - fit of a network that was compiled -----------===//
//
// What tests/unit/runtime shows with a model written by hand, with dropout and
// the optimizer state of a real one: two ways of saying the same give the same
// bits.
//
//===----------------------------------------------------------------------===//
#include "Data.h"
#include "shapes.h"

#include <ingot/runtime.h>

#include <gtest/gtest.h>

#include <algorithm>

using namespace ingot::rt;

namespace {

const Data data(50);

struct Outcome {
  History history;
  std::vector<float> weights;

  bool operator==(const Outcome &other) const {
    return history.epoch == other.history.epoch && std::ranges::equal(history.history, other.history.history) &&
           weights == other.weights;
  }
};

Outcome outcomeOf(const Model &model, History history) {
  Outcome outcome = {std::move(history), {}};
  for (const auto &[name, weight] : model.get_weights())
    outcome.weights.insert(outcome.weights.end(), weight.f32().begin(), weight.f32().end());
  return outcome;
}

Outcome fit(FitOptions options, std::uint64_t seed = 3) {
  Model model(shapes_model(), {.seed = seed});
  options.verbose = 0;
  History history = model.fit(data.inputs(), data.y, options);
  return outcomeOf(model, std::move(history));
}

/// The same samples as arrays of batches.
struct Slices : BatchSource {
  std::int64_t at = 0;
  void reset(std::uint64_t) override { at = 0; }
  std::optional<Batch> next() override {
    if (at == 50)
      return {};
    const std::int64_t end = std::min<std::int64_t>(at + 8, 50);
    Batch batch = {data.inputs().slice(at, end), Array(data.y).slice(at, end)};
    at = end;
    return batch;
  }
};

} // namespace

TEST(FitCompiled, IsResumedFromEveryPointToTheSameBits) {
  struct Recorder : Callback {
    std::vector<FitState> states;
    void on_settled(FitPoint) override { states.push_back(training().state()); }
  };
  struct Resumer : Callback {
    explicit Resumer(FitState state) : state(std::move(state)) {}
    FitState state;
    void on_train_begin() override { training().resume(state); }
  };
  const auto run = [](const CallbackHandle &callback, std::uint64_t seed) {
    return fit({.batch_size = 8,
                .epochs = 3,
                .callbacks = {EarlyStopping({.patience = 9, .restore_best_weights = true}), callback},
                .validation_split = 0.2},
               seed);
  };
  Recorder recorder;
  const Outcome whole = run(recorder, 3);
  ASSERT_EQ(recorder.states.size(), 3u * (5 + 1));
  // Another seed draws other weights and another key of dropout: both come with
  // the state.
  EXPECT_FALSE(run(Callback(), 4) == whole);
  for (const FitState &state : recorder.states)
    EXPECT_TRUE(run(Resumer(state), 4) == whole) << "epoch " << state.epoch << ", step " << state.step;
  // What is left out is missed.
  FitState broken = recorder.states[2];
  broken.means[0].compensation += 1;
  EXPECT_FALSE(run(Resumer(broken), 4) == whole);
}

TEST(FitCompiled, ASourceTrainsAsArraysDo) {
  const Outcome arrays = fit({.batch_size = 8, .epochs = 2, .shuffle = false});
  Model model(shapes_model(), {.seed = 3});
  Slices slices;
  History history = model.fit(slices, {.epochs = 2, .verbose = 0});
  EXPECT_TRUE(outcomeOf(model, std::move(history)) == arrays);
  const Metrics expected = model.evaluate(data.inputs(), data.y, {.batch_size = 8, .verbose = 0});
  EXPECT_TRUE(std::ranges::equal(model.evaluate(slices, {.verbose = 0}), expected));
  const Predictions all = model.predict(data.inputs()), again = model.predict(slices);
  EXPECT_TRUE(std::ranges::equal(all[0].f32(), again[0].f32()));
}

TEST(FitCompiled, ClassWeightsAreSampleWeights) {
  std::vector<float> weights;
  for (const std::int32_t label : data.y)
    weights.push_back(label == 1 ? 4.f : 1.f);
  const FitOptions byClass = {.batch_size = 8, .epochs = 2, .class_weight = {{1, 4.f}}};
  const FitOptions bySample = {.batch_size = 8, .epochs = 2, .sample_weight = Array(weights)};
  EXPECT_TRUE(fit(byClass) == fit(bySample));
  EXPECT_FALSE(fit(byClass) == fit({.batch_size = 8, .epochs = 2}));
}

TEST(FitCompiled, ByNameIsAsByPosition) {
  Model model(shapes_model(), {.seed = 3});
  const std::vector<float> weights(50, 2.f);
  History history = model.fit({{"sides", data.inputs()}}, {{"shape", data.y}},
                              {.batch_size = 8,
                               .verbose = 0,
                               .validation_data = {{{{"sides", data.inputs()}}, {{"shape", data.y}}}},
                               .sample_weight = {{"shape", weights}}});
  EXPECT_TRUE(outcomeOf(model, std::move(history)) == fit({.batch_size = 8,
                                                           .validation_data = {{data.inputs(), data.y}},
                                                           .sample_weight = Array(weights)}));
}

TEST(FitCompiled, ValidationSplitIsValidationData) {
  Model model(shapes_model(), {.seed = 3});
  History history = model.fit(
      data.inputs().slice(0, 40), Array(data.y).slice(0, 40),
      {.batch_size = 8, .verbose = 0, .validation_data = {{data.inputs().slice(40, 50), Array(data.y).slice(40, 50)}}});
  EXPECT_TRUE(outcomeOf(model, std::move(history)) == fit({.batch_size = 8, .validation_split = 0.2}));
}

TEST(FitCompiled, EpochsOfStepsAreOnePass) {
  const auto weights = [](const FitOptions &options) { return fit(options).weights; };
  // Four batches a pass.
  EXPECT_EQ(weights({.batch_size = 13, .epochs = 4, .steps_per_epoch = 2}),
            weights({.batch_size = 13, .epochs = 2}));
  EXPECT_NE(weights({.batch_size = 8, .shuffle = "batch"}), weights({.batch_size = 8, .shuffle = false}));
}

TEST(FitCompiled, BestWeightsAreThoseOfTheBestEpoch) {
  Model model(shapes_model(), {.seed = 3});
  EarlyStopping early({.monitor = "val_accuracy", .patience = 4, .restore_best_weights = true});
  const History history = model.fit(data.inputs(), data.y,
                                    {.batch_size = 8,
                                     .epochs = 200,
                                     .verbose = 0,
                                     .callbacks = {early},
                                     .validation_data = {{data.inputs(), data.y}}});
  ASSERT_GT(early.stopped_epoch(), 0);
  EXPECT_EQ(history.epoch.back(), early.stopped_epoch());
  EXPECT_EQ(early.best(), std::ranges::max(history.history["val_accuracy"]));
  EXPECT_EQ(model.evaluate(data.inputs(), data.y, {.verbose = 0})["accuracy"], early.best());
}
