//===- MemoryTest.cpp - what mnist.o reads and writes ---------------------===//
//
// A stray access ends this program on a guard page; a value that was read
// before it was written shows as results that depend on the poison.
//
//===----------------------------------------------------------------------===//
#include "Session.h"

#include <gtest/gtest.h>

#include <thread>

using namespace ingot::test;

namespace {

/// Everything that a round of all entries at one batch leaves behind.
struct Trace {
  std::vector<unsigned char> params, state;
  std::vector<float> grads, predictions;
  float loss = 0, accuracy = 0;
  bool operator==(const Trace &) const = default;
};

Trace runAllEntries(int batch, Side side, int poison) {
  Session session(side, poison);
  Samples samples(3, batch, side);
  EXPECT_EQ(session.initStatus, INGOT_OK);
  EXPECT_EQ(session.trainStep(samples), INGOT_OK);
  EXPECT_EQ(session.gradients(samples), INGOT_OK);
  EXPECT_EQ(session.applyGradients(), INGOT_OK);
  EXPECT_EQ(session.evaluate(samples), INGOT_OK);
  EXPECT_EQ(mnist_prepare(session.params.as<float>(), session.prepared.as()), INGOT_OK);
  Trace trace;
  trace.predictions = session.predict(samples, true);
  trace.params = bytesOf(session.params);
  trace.state = bytesOf(session.state);
  trace.grads = variablesOf(session.grads);
  trace.loss = session.loss();
  trace.accuracy = session.accuracy();
  return trace;
}

/// Odd ones, those around vector and tile sizes, the tutorial's last batch, MAX.
constexpr int kBatches[] = {1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 96, 127, 200, 255, MNIST_MAX_BATCH};

TEST(Memory, ResultsDoNotDependOnWhatScratchHeld) {
  for (const int batch : kBatches) {
    SCOPED_TRACE(batch);
    const Trace front = runAllEntries(batch, Side::Front, 0xA5);
    const Trace back = runAllEntries(batch, Side::Back, 0xFF);
    EXPECT_EQ(front.predictions.size(), size_t(kClasses) * batch);
    EXPECT_TRUE(front == back);
  }
}

TEST(Memory, EveryBatchFromOneToMaximumTrainsAndPredicts) {
  Session session;
  Samples all(0, MNIST_MAX_BATCH, Side::Back);
  const std::vector<float> expected = session.predict(all);
  for (int batch = 1; batch <= MNIST_MAX_BATCH; ++batch) {
    SCOPED_TRACE(batch);
    Session fresh;
    Samples samples(0, batch, Side::Back);
    const std::vector<float> actual = fresh.predict(samples);
    ASSERT_EQ(actual.size(), size_t(kClasses) * batch);
    for (size_t i = 0; i < actual.size(); ++i)
      ASSERT_NEAR(actual[i], expected[i], 1e-6) << "sample " << i / kClasses;
    ASSERT_EQ(fresh.trainStep(samples), INGOT_OK);
    ASSERT_EQ(fresh.metrics.loss.count, uint32_t(batch));
  }
}

TEST(Memory, RowsOfOutputsBeyondTheBatchAreLeftAlone) {
  Session session;
  Samples samples(0, 5, Side::Back);
  std::vector<float> digit(8 * kClasses, -7.0f);
  GuardedBlock arena(MNIST_PREDICT_ARENA_BYTES, MNIST_ALIGN, Side::Back, 0);
  const mnist_inputs in = samples.inputs();
  mnist_outputs out = {.digit = digit.data()};
  ASSERT_EQ(mnist_predict(session.params.as<float>(), nullptr, &in, &out, 5, arena.as(), nullptr), INGOT_OK);
  for (int i = 0; i < 8 * kClasses; ++i)
    EXPECT_EQ(digit[i] == -7.0f, i >= 5 * kClasses) << i;
}

TEST(Memory, ConstBlocksAreNotWritten) {
  Session session;
  Samples samples(0, 33, Side::Back);
  ASSERT_EQ(mnist_prepare(session.params.as<float>(), session.prepared.as()), INGOT_OK);
  for (GuardedBlock *block : {&session.params, &session.state, &session.prepared, &samples.pixels, &samples.labels})
    block->makeReadOnly();
  EXPECT_EQ(session.gradients(samples), INGOT_OK);
  EXPECT_EQ(session.evaluate(samples), INGOT_OK);
  EXPECT_FALSE(session.predict(samples, true).empty());
}

TEST(Memory, ThreadsWithBlocksOfTheirOwnDoNotDisturbEachOther) {
  const Trace expected = runAllEntries(64, Side::Back, 0xA5);
  Trace traces[2];
  std::thread first([&] { traces[0] = runAllEntries(64, Side::Back, 0xA5); });
  std::thread second([&] { traces[1] = runAllEntries(64, Side::Back, 0xA5); });
  first.join();
  second.join();
  EXPECT_TRUE(traces[0] == expected);
  EXPECT_TRUE(traces[1] == expected);
}

} // namespace
