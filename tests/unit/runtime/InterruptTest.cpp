//===- InterruptTest.cpp - Ctrl-C during a fit ----------------------------===//
//
// Signals that a hook raises, so that they come at a known place. Those that
// come from outside: tests/e2e/check-fit.py.
//
//===----------------------------------------------------------------------===//
#include "Samples.h"

#include <gmock/gmock.h>

#include <csignal>

using namespace ingot::rt;
using fake::constant;
using fake::numbered;
using testing::ElementsAre;

namespace {

/// Presses Ctrl-C in a hook, and looks where the fit ends.
struct Presser : Callback {
  enum class In { Batch, Validation, EpochEnd, Nothing } where;
  int epoch;
  explicit Presser(In where, int epoch = 1) : where(where), epoch(epoch) {}

  int now = 0;
  bool ended = false;
  std::vector<FitPoint> points;
  FitState state;

  void press(In here) {
    if (here == where && now == epoch)
      std::raise(SIGINT);
  }
  void on_epoch_begin(int number) override { now = number; }
  void on_train_batch_end(std::int64_t batch, const Metrics &) override {
    if (batch == 1)
      press(In::Batch);
  }
  void on_test_batch_end(std::int64_t, const Metrics &) override {
    press(In::Validation);
  }
  void on_epoch_end(int, Metrics &) override { press(In::EpochEnd); }
  void on_settled(FitPoint point) override {
    points.push_back(point);
    state = training().state();
  }
  void on_train_end(const Metrics &) override { ended = true; }
};

struct Resumer : Callback {
  FitState state;
  explicit Resumer(FitState state) : state(std::move(state)) {}
  void on_train_begin() override { training().resume(state); }
};

History fit(Model &model, Callback &callback) {
  model.set_learning_rate(0.01f);
  return model.fit(numbered(10), constant(10, 2),
                   {.batch_size = 2,
                    .epochs = 3,
                    .verbose = 0,
                    .callbacks = {callback},
                    .validation_split = 0.4});
}

class Interrupted : public testing::TestWithParam<Presser::In> {};

} // namespace

TEST_P(Interrupted, EndsThereAndIsResumedToTheSameBits) {
  Model whole(fake::build());
  Callback none;
  const History expected = fit(whole, none);
  const float bias = whole.get_weights()["dense/bias"].f32()[0];

  Model model(fake::build());
  Presser presser(GetParam());
  testing::internal::CaptureStderr();
  const History history = fit(model, presser);
  const std::string line = testing::internal::GetCapturedStderr();
  const bool atEnd = GetParam() == Presser::In::EpochEnd;
  EXPECT_EQ(line,
            GetParam() == Presser::In::Batch
                ? "warning: Ctrl-C ended `fit` after step 2 of epoch 2/3\n"
            : atEnd
                ? "warning: Ctrl-C ended `fit` after epoch 2/3\n"
                : "warning: Ctrl-C ended `fit` after step 3 of epoch 2/3\n");
  EXPECT_TRUE(history.interrupted);
  EXPECT_EQ(history.epoch.size(), atEnd ? 2u : 1u);
  EXPECT_TRUE(presser.ended);
  EXPECT_EQ(presser.points.back(), FitPoint::Interrupted);
  EXPECT_EQ(std::ranges::count(presser.points, FitPoint::Interrupted), 1);

  Model again(fake::build());
  Resumer resumer(presser.state);
  const History rest = fit(again, resumer);
  EXPECT_FALSE(rest.interrupted);
  EXPECT_EQ(rest.epoch, expected.epoch);
  EXPECT_TRUE(std::ranges::equal(rest.history, expected.history));
  EXPECT_EQ(again.get_weights()["dense/bias"].f32()[0], bias);
}

INSTANTIATE_TEST_SUITE_P(Everywhere, Interrupted,
                         testing::Values(Presser::In::Batch,
                                         Presser::In::Validation,
                                         Presser::In::EpochEnd));

TEST(Interrupt, LeavesAProgramAloneThatHandlesItItself) {
  static volatile std::sig_atomic_t handled;
  handled = 0;
  const auto handler = [](int) { handled = 1; };
  std::signal(SIGINT, handler);
  Model model(fake::build());
  Presser presser(Presser::In::Batch);
  EXPECT_FALSE(fit(model, presser).interrupted);
  EXPECT_EQ(handled, 1);
  EXPECT_EQ(std::signal(SIGINT, SIG_DFL), handler);
}

TEST(Interrupt, GivesTheDefaultBackHoweverTheFitEnds) {
  struct Thrower : Callback {
    void on_train_batch_end(std::int64_t, const Metrics &) override {
      struct sigaction action = {};
      sigaction(SIGINT, nullptr, &action);
      EXPECT_NE(action.sa_handler, SIG_DFL);
      throw Error("enough");
    }
  };
  Model model(fake::build());
  Thrower thrower;
  EXPECT_THROW(fit(model, thrower), Error);
  EXPECT_EQ(std::signal(SIGINT, SIG_DFL), SIG_DFL);
  Presser none(Presser::In::Nothing), batch(Presser::In::Batch);
  testing::internal::CaptureStderr();
  fit(model, batch);
  testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::signal(SIGINT, SIG_DFL), SIG_DFL);
  // What was noted then is forgotten.
  EXPECT_FALSE(fit(model, none).interrupted);
}
