//===- CsvLoggerTest.cpp - a line an epoch in a file ----------------------===//
#include "Samples.h"
#include "Throws.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace ingot::rt;
using fake::constant;
using fake::numbered;

namespace {

/// A file of its own for each test.
class CSVLoggerTest : public testing::Test {
protected:
  CSVLoggerTest() { std::filesystem::remove(path); }
  ~CSVLoggerTest() override { std::filesystem::remove(path); }

  std::string text() const {
    std::stringstream all;
    all << std::ifstream(path).rdbuf();
    return all.str();
  }

  /// Values that do not change: rate 0, x = 0, y = 2, so 1.5 off.
  void fit(Callback &callback, FitOptions options = {}) {
    Model model(fake::build());
    model.set_learning_rate(0);
    options.batch_size = 2;
    options.verbose = 0;
    options.callbacks = {callback};
    model.fit(Array(std::vector<float>(4), {2, 2}), constant(2, 2), options);
  }

  std::string path =
      testing::TempDir() +
      testing::UnitTest::GetInstance()->current_test_info()->name() + ".csv";
};

} // namespace

TEST_F(CSVLoggerTest, WritesSortedNamesAndALineAnEpoch) {
  CSVLogger logger(path);
  fit(logger, {.epochs = 2});
  EXPECT_EQ(text(), "epoch,loss,mae\n0,2.25,1.5\n1,2.25,1.5\n");
  fit(logger);
  EXPECT_EQ(text(), "epoch,loss,mae\n0,2.25,1.5\n");
}

TEST_F(CSVLoggerTest, HasRoomForValidationsThatAreToCome) {
  CSVLogger logger(path, {.separator = ";"});
  fit(logger, {.epochs = 2, .validation_split = 0.5, .validation_freq = 2});
  EXPECT_EQ(text(), "epoch;loss;mae;val_loss;val_mae\n0;2.25;1.5;NA;NA\n"
                    "1;2.25;1.5;2.25;1.5\n");
}

TEST_F(CSVLoggerTest, Appends) {
  CSVLogger logger(path, {.append = true});
  fit(logger);
  fit(logger, {.epochs = 2, .initial_epoch = 1});
  EXPECT_EQ(text(), "epoch,loss,mae\n0,2.25,1.5\n1,2.25,1.5\n");
}

TEST_F(CSVLoggerTest, QuotesWhatWouldBreakALine) {
  struct Odd : Callback {
    void on_epoch_end(int, Metrics &logs) override {
      logs.add("a,\"b\"", 1e-7);
    }
  };
  Model model(fake::build());
  CSVLogger logger(path);
  model.fit(numbered(1), constant(1, 0.5f),
            {.batch_size = 1, .verbose = 0, .callbacks = {Odd(), logger}});
  EXPECT_EQ(text(), "epoch,\"a,\"\"b\"\"\",loss,mae\n0,1e-07,0,0\n");
}

TEST_F(CSVLoggerTest, RefusesBeforeTheFirstStep) {
  CSVLogger nowhere("/nowhere/log.csv");
  EXPECT_REFUSED((fit(nowhere), 0),
                 "`/nowhere/log.csv` cannot be written: No such file or "
                 "directory");
  EXPECT_TRUE(fake::calls("train_step").empty());
  EXPECT_REFUSED(CSVLogger(path, {.separator = ", "}),
                 "`separator` of CSVLogger is \", \"; must be one character");
}

TEST_F(CSVLoggerTest, GoesOnWithTheFileAsItWasWhenAFitIsResumed) {
  struct Recorder : Callback {
    std::vector<FitState> states;
    void on_settled(FitPoint) override { states.push_back(training().state()); }
  };
  struct Resumer : Callback {
    FitState state;
    void on_train_begin() override { training().resume(state); }
  };
  const auto run = [&](Callbacks callbacks) {
    Model model(fake::build());
    model.fit(numbered(6), constant(6, 0),
              {.batch_size = 3,
               .epochs = 3,
               .verbose = 0,
               .callbacks = std::move(callbacks)});
  };
  Recorder recorder;
  run({CSVLogger(path), recorder});
  const std::string whole = text();
  for (const FitState &state : recorder.states) {
    // What came after the state, and half a line.
    std::ofstream(path, std::ios::app) << "9,9";
    Resumer resumer;
    resumer.state = state;
    run({CSVLogger(path), resumer});
    EXPECT_EQ(text(), whole) << state.epoch << " " << state.step;
  }
  std::filesystem::remove(path);
  Resumer resumer;
  resumer.state = recorder.states.back();
  resumer.state.epoch = 2;
  run({CSVLogger(path), resumer});
  EXPECT_THAT(text(), testing::StartsWith("epoch,loss,mae\n2,"));
}
