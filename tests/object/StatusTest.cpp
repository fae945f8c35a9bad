//===- StatusTest.cpp - calls that mnist.o refuses ------------------------===//
//
// Each mistake has its status, and a refused call has touched nothing.
//
//===----------------------------------------------------------------------===//
#include "Session.h"

#include <gtest/gtest.h>

#include <functional>

using namespace ingot::test;

namespace {

/// A legal call of train_step whose arguments a test spoils one at a time.
class Status : public testing::Test {
protected:
  int32_t train() {
    return mnist_train_step(params, state, in, y, batch, metrics, arena, host);
  }
  int32_t predict() {
    return mnist_predict(params, prepared, in, out, batch, arena, host);
  }
  /// Spoils, calls, compares; the call must be refused with `expected`.
  void refused(int32_t expected, const std::function<int32_t()> &call) {
    const auto paramsBefore = bytesOf(session.params), stateBefore = bytesOf(session.state);
    const auto arenaBefore = bytesOf(scratch), outputBefore = bytesOf(digit);
    const mnist_metrics metricsBefore = session.metrics;
    EXPECT_EQ(call(), expected);
    EXPECT_EQ(bytesOf(session.params), paramsBefore);
    EXPECT_EQ(bytesOf(session.state), stateBefore);
    EXPECT_EQ(bytesOf(scratch), arenaBefore);
    EXPECT_EQ(bytesOf(digit), outputBefore);
    EXPECT_EQ(std::memcmp(&session.metrics, &metricsBefore, sizeof metricsBefore), 0);
  }
  void trainRefused(int32_t expected) {
    refused(expected, [&] { return train(); });
  }
  void predictRefused(int32_t expected) {
    refused(expected, [&] { return predict(); });
  }
  template <typename T> static T *shifted(T *pointer, int bytes) {
    return reinterpret_cast<T *>(reinterpret_cast<uintptr_t>(pointer) + bytes);
  }

  static constexpr size_t kArenaBytes =
      MNIST_TRAIN_STEP_ARENA_BYTES > MNIST_PREDICT_ARENA_BYTES ? MNIST_TRAIN_STEP_ARENA_BYTES : MNIST_PREDICT_ARENA_BYTES;
  Session session;
  Samples samples{0, 4, Side::Back};
  // Room for a shift by less than the alignment, should a call not be refused.
  GuardedBlock scratch{kArenaBytes + MNIST_ALIGN, MNIST_ALIGN, Side::Front, 0x5A};
  GuardedBlock digit{sizeof(float) * (4 * kClasses + 1), sizeof(float), Side::Front, 0x5A};
  mnist_inputs inputs = samples.inputs();
  mnist_targets targets = samples.targets();
  mnist_outputs outputs = {.digit = digit.as<float>()};

  float *params = session.params.as<float>();
  void *state = session.state.as();
  const void *prepared = nullptr;
  const mnist_inputs *in = &inputs;
  const mnist_targets *y = &targets;
  mnist_outputs *out = &outputs;
  int32_t batch = 4;
  mnist_metrics *metrics = &session.metrics;
  void *arena = scratch.as();
  const ingot_host *host = nullptr;
};

TEST_F(Status, LegalCallsAreAccepted) {
  EXPECT_EQ(train(), INGOT_OK);
  EXPECT_EQ(predict(), INGOT_OK);
  const ingot_host one = {.struct_size = sizeof(ingot_host), .threads = 1};
  host = &one;
  EXPECT_EQ(train(), INGOT_OK);
  EXPECT_EQ(predict(), INGOT_OK);
}

TEST_F(Status, NullParams) {
  params = nullptr;
  trainRefused(INGOT_NULL_ARGUMENT);
  predictRefused(INGOT_NULL_ARGUMENT);
  refused(INGOT_NULL_ARGUMENT, [&] { return mnist_init(nullptr, state, 1); });
}
TEST_F(Status, NullState) {
  state = nullptr;
  trainRefused(INGOT_NULL_ARGUMENT);
  float rate = 0;
  refused(INGOT_NULL_ARGUMENT, [&] { return mnist_get_learning_rate(nullptr, &rate); });
  refused(INGOT_NULL_ARGUMENT, [&] { return mnist_set_learning_rate(nullptr, rate); });
}
TEST_F(Status, NullInputs) {
  in = nullptr;
  trainRefused(INGOT_NULL_ARGUMENT);
  predictRefused(INGOT_NULL_ARGUMENT);
}
TEST_F(Status, NullTensorOfInputs) {
  inputs.pixels = nullptr;
  trainRefused(INGOT_NULL_ARGUMENT);
  predictRefused(INGOT_NULL_ARGUMENT);
}
TEST_F(Status, NullOutputs) {
  out = nullptr;
  predictRefused(INGOT_NULL_ARGUMENT);
  out = &outputs;
  outputs.digit = nullptr;
  predictRefused(INGOT_NULL_ARGUMENT);
}
TEST_F(Status, NullTargets) {
  y = nullptr;
  trainRefused(INGOT_NULL_ARGUMENT);
  y = &targets;
  targets.digit = nullptr;
  trainRefused(INGOT_NULL_ARGUMENT);
}
TEST_F(Status, NullMetrics) {
  metrics = nullptr;
  trainRefused(INGOT_NULL_ARGUMENT);
}
TEST_F(Status, NullArena) {
  arena = nullptr;
  trainRefused(INGOT_NULL_ARGUMENT);
}

TEST_F(Status, BatchOutOfRange) {
  for (const int32_t wrong : {0, -1, MNIST_MAX_BATCH + 1, INT32_MAX, INT32_MIN}) {
    SCOPED_TRACE(wrong);
    batch = wrong;
    trainRefused(INGOT_BATCH_OUT_OF_RANGE);
    predictRefused(INGOT_BATCH_OUT_OF_RANGE);
  }
}

TEST_F(Status, MisalignedBlocks) {
  params = shifted(params, 4);
  trainRefused(INGOT_MISALIGNED);
  params = session.params.as<float>();
  state = shifted(state, 8);
  trainRefused(INGOT_MISALIGNED);
  state = session.state.as();
  arena = shifted(arena, MNIST_ALIGN / 2);
  trainRefused(INGOT_MISALIGNED);
}
TEST_F(Status, MisalignedTensors) {
  inputs.pixels = shifted(inputs.pixels, 2);
  trainRefused(INGOT_MISALIGNED);
  predictRefused(INGOT_MISALIGNED);
  inputs = samples.inputs();
  targets.digit = shifted(targets.digit, 1);
  trainRefused(INGOT_MISALIGNED);
  targets = samples.targets();
  outputs.digit = shifted(outputs.digit, 2);
  predictRefused(INGOT_MISALIGNED);
}
TEST_F(Status, TensorsNeedNoMoreAlignmentThanTheirElements) {
  GuardedBlock pixels(sizeof(float) * (kPixels * 4 + 1), 64, Side::Front, 0);
  inputs.pixels = pixels.as<float>() + 1;
  outputs.digit = digit.as<float>() + 1;
  EXPECT_EQ(train(), INGOT_OK);
  EXPECT_EQ(predict(), INGOT_OK);
}

TEST_F(Status, LabelOutOfRange) {
  for (const int32_t wrong : {-1, kClasses, INT32_MIN}) {
    SCOPED_TRACE(wrong);
    samples.labels.as<int32_t>()[3] = wrong;
    trainRefused(INGOT_LABEL_OUT_OF_RANGE);
    refused(INGOT_LABEL_OUT_OF_RANGE, [&] { return session.evaluate(samples); });
    const auto gradsBefore = bytesOf(session.grads);
    refused(INGOT_LABEL_OUT_OF_RANGE, [&] { return session.gradients(samples); });
    EXPECT_EQ(bytesOf(session.grads), gradsBefore);
  }
  // A label beyond the batch is not looked at.
  batch = 3;
  EXPECT_EQ(train(), INGOT_OK);
}

TEST_F(Status, ForeignState) {
  session.state.as<unsigned char>()[0] ^= 1;
  trainRefused(INGOT_FOREIGN_STATE);
  float rate = 0;
  refused(INGOT_FOREIGN_STATE, [&] { return mnist_get_learning_rate(state, &rate); });
  refused(INGOT_FOREIGN_STATE, [&] { return session.applyGradients(); });
}

TEST_F(Status, NothingToPrepare) {
  static_assert(MNIST_PREPARED_BYTES == 0);
  EXPECT_EQ(mnist_prepare(params, nullptr), INGOT_OK);
  EXPECT_EQ(mnist_prepare(nullptr, nullptr), INGOT_NULL_ARGUMENT);
}

TEST_F(Status, HostOfAnotherSize) {
  const ingot_host other = {.struct_size = sizeof(ingot_host) - 8, .threads = 1};
  host = &other;
  trainRefused(INGOT_ABI_MISMATCH);
  predictRefused(INGOT_ABI_MISMATCH);
}

TEST_F(Status, MoreThreadsThanCompiledFor) {
  ASSERT_EQ(ingot_threads(mnist_model()), uint32_t(MNIST_THREADS));
  const ingot_host more = {.struct_size = sizeof(ingot_host), .threads = MNIST_THREADS + 1};
  host = &more;
  trainRefused(INGOT_TOO_MANY_THREADS);
  predictRefused(INGOT_TOO_MANY_THREADS);
  const ingot_host all = {.struct_size = sizeof(ingot_host), .threads = MNIST_THREADS};
  host = &all;
  EXPECT_EQ(train(), INGOT_OK);
}

} // namespace
