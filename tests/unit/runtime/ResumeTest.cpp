//===- ResumeTest.cpp - a fit goes on from a FitState ---------------------===//
//
// A fit is run once as a whole. Then, for each point at which its callbacks may
// look, another one is entered with the state of that point and must end as the
// first: weights, optimizer, history, order of samples and callbacks.
//
//===----------------------------------------------------------------------===//
#include "Samples.h"
#include "Throws.h"

#include <gmock/gmock.h>

#include <cstring>

using namespace ingot::rt;
using fake::constant;
using fake::numbered;
using testing::ElementsAre;

namespace {

/// Keeps the state of each point.
struct Recorder : Callback {
  std::vector<FitState> states;
  void on_settled(FitPoint) override { states.push_back(training().state()); }
};

/// Enters with a state.
struct Resumer : Callback {
  explicit Resumer(FitState state) : state(std::move(state)) {}
  void on_train_begin() override { training().resume(state); }
  FitState state;
};

/// Has a state of its own: the sum of what it saw, which steers the rate.
struct Summing : Callback {
  double sum = 0;
  std::vector<float> seen;
  explicit Summing(std::string called = "summing")
      : called(std::move(called)) {}

  void on_train_begin() override {
    sum = 0;
    seen.clear();
  }
  void on_train_batch_end(std::int64_t, const Metrics &logs) override {
    sum += logs["mae"];
    seen.push_back(static_cast<float>(sum));
  }
  void on_epoch_begin(int) override {
    model().set_learning_rate(model().learning_rate() *
                              static_cast<float>(0.5 + 1 / (4 + sum)));
  }
  std::string name() const override { return called; }
  void save(CallbackState &state) const override {
    state.numbers.add("sum", sum);
    state.texts.add("of", "mae");
    state.arrays.add("seen", std::vector<float>(seen));
  }
  void restore(const CallbackState &state) override {
    sum = state.numbers["sum"];
    EXPECT_EQ(state.texts["of"], "mae");
    const auto values = state.arrays["seen"].f32();
    seen.assign(values.begin(), values.end());
  }

private:
  std::string called;
};

/// What a fit leaves behind.
struct Outcome {
  std::vector<float> weights;
  float rate = 0;
  History history;
  double sum = 0;
  std::vector<float> seen;
  std::vector<std::vector<float>> batches; ///< of train_step, in order

  bool operator==(const Outcome &other) const {
    const auto same = [](const History &a, const History &b) {
      return a.epoch == b.epoch && std::ranges::equal(a.history, b.history);
    };
    return weights == other.weights && rate == other.rate &&
           same(history, other.history) && sum == other.sum &&
           seen == other.seen;
  }
};

Outcome run(FitOptions options, std::vector<CallbackHandle> callbacks,
            std::uint64_t seed) {
  Model model(fake::build(), {.seed = seed});
  model.set_learning_rate(0.01f);
  Summing summing;
  callbacks.emplace_back(summing);
  options.verbose = 0;
  options.callbacks = callbacks;
  Outcome outcome;
  outcome.history = model.fit(numbered(13), constant(13, 2), options);
  for (const auto &[name, weight] : model.get_weights())
    outcome.weights.insert(outcome.weights.end(), weight.f32().begin(),
                           weight.f32().end());
  outcome.rate = model.learning_rate();
  outcome.sum = summing.sum;
  outcome.seen = summing.seen;
  for (const fake::Call &call : fake::calls("train_step"))
    outcome.batches.push_back(call.firstOfX);
  return outcome;
}

void expectSameFromEachPoint(const FitOptions &options) {
  Recorder recorder;
  const Outcome whole = run(options, {recorder}, 7);
  ASSERT_GT(recorder.states.size(), whole.batches.size());
  for (const FitState &state : recorder.states) {
    SCOPED_TRACE("epoch " + std::to_string(state.epoch) + ", step " +
                 std::to_string(state.step));
    // The seed comes with the state.
    const Outcome rest = run(options, {Resumer(state)}, 1234);
    EXPECT_TRUE(rest == whole);
    ASSERT_LE(rest.batches.size(), whole.batches.size());
    EXPECT_TRUE(std::equal(rest.batches.rbegin(), rest.batches.rend(),
                           whole.batches.rbegin()));
  }
}

} // namespace

TEST(Resume, EndsAsIfNeverInterrupted) {
  for (const Shuffle shuffle :
       {Shuffle(true), Shuffle(false), Shuffle("batch")})
    expectSameFromEachPoint({.batch_size = 3,
                             .epochs = 3,
                             .validation_split = 0.2,
                             .shuffle = shuffle});
}

TEST(Resume, GoesOnInsideAPassThatEpochsShare) {
  // Five batches a pass, so that epochs and passes end apart.
  expectSameFromEachPoint({.batch_size = 3, .epochs = 5, .steps_per_epoch = 1});
  // Two epochs a pass, so that they end together.
  expectSameFromEachPoint({.batch_size = 7, .epochs = 5, .steps_per_epoch = 1});
}

TEST(Resume, GoesOnWithValidationNowAndThen) {
  expectSameFromEachPoint({.batch_size = 4,
                           .epochs = 5,
                           .validation_split = 0.4,
                           .initial_epoch = 1,
                           .validation_freq = 2});
}

TEST(Resume, KerasCallbacksRememberWhatTheySaw) {
  // The values of the model fall and rise, so each of them acts.
  const FitOptions options = {
      .batch_size = 3, .epochs = 12, .validation_split = 0.2};
  const auto callbacks = [](CallbackHandle more) {
    return std::vector<CallbackHandle>{
        EarlyStopping({.patience = 4, .restore_best_weights = true}),
        ReduceLROnPlateau({.factor = 0.5, .patience = 1, .cooldown = 1}),
        LearningRateScheduler([](int, double rate) { return rate * 0.9; }),
        std::move(more)};
  };
  Recorder recorder;
  const Outcome whole = run(options, callbacks(recorder), 7);
  ASSERT_LT(whole.history.epoch.size(), 12u) << "nothing was stopped";
  for (const FitState &state : recorder.states)
    EXPECT_TRUE(run(options, callbacks(Resumer(state)), 7) == whole)
        << state.epoch << " " << state.step;
}

TEST(Resume, AStopThatWasAskedForStays) {
  struct Stopper : Callback {
    void on_train_batch_end(std::int64_t batch, const Metrics &) override {
      ++batches;
      if (batches == 6)
        model().stop_training = true;
      (void)batch;
    }
    int batches = 0;
  };
  const FitOptions options = {.batch_size = 3, .epochs = 9};
  Recorder recorder;
  const Outcome whole = run(options, {Stopper(), recorder}, 7);
  EXPECT_THAT(whole.history.epoch, ElementsAre(0, 1));
  // The last two points: after the batch that asked, and after its epoch.
  for (std::size_t back : {2, 1}) {
    const FitState &state = recorder.states[recorder.states.size() - back];
    EXPECT_TRUE(state.stop_training);
    EXPECT_TRUE(run(options, {Resumer(state)}, 7) == whole);
  }
}

TEST(Resume, TellsCallbacksOfOneNameApart) {
  struct Constant : Callback {
    explicit Constant(double value) : value(value) {}
    double value;
    std::string name() const override { return "constant"; }
    void save(CallbackState &state) const override {
      state.numbers.add("value", value);
    }
    void restore(const CallbackState &state) override {
      value = state.numbers["value"];
    }
  };
  Recorder recorder;
  run({.batch_size = 8}, {Constant(1), Constant(2), recorder}, 7);
  Constant first(0), second(0), third(3);
  run({.batch_size = 8}, {first, second, third, Resumer(recorder.states[0])},
      7);
  EXPECT_EQ(first.value, 1);
  EXPECT_EQ(second.value, 2);
  EXPECT_EQ(third.value, 3);
}

TEST(Resume, RefusesTheStateOfAnotherModelAndChangesNothing) {
  Recorder recorder;
  run({.batch_size = 8}, {recorder}, 7);
  const auto refused = [&](auto change) {
    FitState state = recorder.states[0];
    change(state);
    Model model(fake::build());
    try {
      model.fit(numbered(13), constant(13, 2),
                {.batch_size = 8, .verbose = 0, .callbacks = {Resumer(state)}});
    } catch (const Error &error) {
      EXPECT_EQ(model.get_weights()["dense/bias"].f32()[0], 0.5f);
      EXPECT_EQ(model.learning_rate(), 0.25f);
      return std::string(error.what());
    }
    return std::string("nothing was thrown");
  };
  EXPECT_EQ(refused([](FitState &state) { state.arch_hash = 2; }),
            "the state has weights of another model than `line`: their number "
            "is 0000000000000002; must be 0000000000000001");
  EXPECT_EQ(refused([](FitState &state) { state.train_hash = 2; }),
            "the state has optimizer state of another model than `line`: their "
            "number is 0000000000000002; must be 1122334455667788");
  EXPECT_EQ(refused([](FitState &state) {
              state.weights = {{"dense/kernel", state.weights[0]}};
            }),
            "the state lacks weight `dense/bias`");
  EXPECT_EQ(refused([](FitState &state) { state.means.pop_back(); }),
            "the state has 1 means and `line` has 2 metrics");
  EXPECT_EQ(refused([](FitState &state) { state.batch_size = 4; }),
            "the state is of step 1 in an epoch over 13 samples in batches of "
            "4, and this fit has 13 in batches of 8; must be the same");
}

TEST(Resume, IsForTheBeginningOnly) {
  struct Late : Callback {
    void on_epoch_begin(int) override { training().resume({}); }
  };
  Model model(fake::build());
  EXPECT_REFUSED(
      model.fit(numbered(2), constant(2, 0),
                {.batch_size = 2, .verbose = 0, .callbacks = {Late()}}),
      "`resume` was called outside of on_train_begin");
}
