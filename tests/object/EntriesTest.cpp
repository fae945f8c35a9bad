//===- EntriesTest.cpp - how the entry points of mnist.o fit together -----===//
//
// Halves make a whole: gradients and apply_gradients a train_step, half batches
// a batch, merged metrics the metrics of all.
//
//===----------------------------------------------------------------------===//
#include "Session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using namespace ingot::test;

namespace {

constexpr int kBatch = 64;

void expectNear(const std::vector<float> &actual, const std::vector<float> &expected, double tolerance) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i)
    ASSERT_NEAR(actual[i], expected[i], tolerance) << "element " << i;
}

TEST(Entries, InitIsDecidedByTheSeed) {
  Session one(Side::Back, 0xA5, 1), again(Side::Front, 0xFF, 1), other(Side::Back, 0xA5, 2);
  EXPECT_EQ(variablesOf(one.params), variablesOf(again.params));
  EXPECT_EQ(bytesOf(one.state), bytesOf(again.state));
  EXPECT_NE(variablesOf(one.params), variablesOf(other.params));
}

TEST(Entries, InitWithoutStateDrawsTheSameParams) {
  Session session;
  GuardedBlock params(MNIST_PARAMS_BYTES, MNIST_ALIGN, Side::Back, 0);
  ASSERT_EQ(mnist_init(params.as<float>(), nullptr, 1), INGOT_OK);
  EXPECT_EQ(variablesOf(params), variablesOf(session.params));
}

TEST(Entries, GlorotUniformStaysBelowItsLimitAndBiasesAreZero) {
  Session session;
  const ingot_model_desc *desc = mnist_model();
  const ingot_tensor_desc *tensors = ingot_tensors(desc, desc->variables);
  for (uint32_t i = 0; i < desc->variable_count; ++i) {
    const float *values = session.params.as<float>() + tensors[i].offset / sizeof(float);
    SCOPED_TRACE(ingot_string(desc, tensors[i].name));
    if (tensors[i].rank == 1) {
      for (int64_t j = 0; j < tensors[i].dims[0]; ++j)
        ASSERT_EQ(values[j], 0);
      continue;
    }
    const int64_t count = tensors[i].dims[0] * tensors[i].dims[1];
    const double limit = std::sqrt(6.0 / (tensors[i].dims[0] + tensors[i].dims[1]));
    double sum = 0, squares = 0;
    for (int64_t j = 0; j < count; ++j) {
      ASSERT_LE(std::fabs(values[j]), limit);
      sum += values[j];
      squares += double(values[j]) * values[j];
    }
    // Five standard errors of mean and variance of a uniform distribution.
    EXPECT_NEAR(sum / count, 0, 5 * limit / std::sqrt(3.0 * count));
    EXPECT_NEAR(squares / count / (limit * limit), 1.0 / 3, 5 * std::sqrt(4.0 / 45 / count));
  }
}

TEST(Entries, PredictGivesProbabilities) {
  Session session;
  Samples samples(0, kBatch, Side::Back);
  const std::vector<float> digit = session.predict(samples);
  ASSERT_EQ(digit.size(), size_t(kBatch) * kClasses);
  for (int row = 0; row < kBatch; ++row) {
    double sum = 0;
    for (int k = 0; k < kClasses; ++k)
      sum += digit[row * kClasses + k];
    EXPECT_NEAR(sum, 1, 1e-6);
  }
}

TEST(Entries, PreparedWeightsPredictTheSame) {
  Session session;
  Samples samples(0, kBatch, Side::Back);
  ASSERT_EQ(mnist_prepare(session.params.as<float>(), session.prepared.as()), INGOT_OK);
  EXPECT_EQ(session.predict(samples, true), session.predict(samples, false));
}

TEST(Entries, EvaluateIsTheMeanOfWhatPredictSays) {
  Session session;
  Samples samples(0, kBatch, Side::Back);
  const std::vector<float> digit = session.predict(samples);
  double loss = 0, correct = 0;
  for (int row = 0; row < kBatch; ++row) {
    const float *p = &digit[row * kClasses];
    const int label = samples.labels.as<int32_t>()[row];
    loss -= std::log(double(p[label]));
    correct += std::max_element(p, p + kClasses) - p == label;
  }
  ASSERT_EQ(session.evaluate(samples), INGOT_OK);
  EXPECT_EQ(session.metrics.loss.count, uint32_t(kBatch));
  EXPECT_NEAR(session.loss(), loss / kBatch, 1e-5);
  EXPECT_NEAR(session.accuracy(), correct / kBatch, 1e-6);
}

TEST(Entries, GradientsAndApplyAreOneTrainStep) {
  Session whole, halves;
  for (int step = 0; step < 3; ++step) {
    Samples samples(step * kBatch, kBatch, Side::Back);
    ASSERT_EQ(whole.trainStep(samples), INGOT_OK);
    ASSERT_EQ(halves.gradients(samples), INGOT_OK);
    ASSERT_EQ(halves.applyGradients(), INGOT_OK);
    // RMSprop moves a weight by about 3e-3 a step here, so this is one part in 3000.
    expectNear(variablesOf(halves.params), variablesOf(whole.params), 1e-6);
  }
  EXPECT_NEAR(halves.loss(), whole.loss(), 1e-6);
}

TEST(Entries, AveragedHalfBatchesAreTheFullBatch) {
  Session session;
  Samples full(0, kBatch, Side::Back), first(0, kBatch / 2, Side::Back), second(kBatch / 2, kBatch / 2, Side::Back);
  ASSERT_EQ(session.gradients(full), INGOT_OK);
  const std::vector<float> expected = variablesOf(session.grads);
  ASSERT_EQ(session.gradients(first), INGOT_OK);
  std::vector<float> averaged = variablesOf(session.grads);
  ASSERT_EQ(session.gradients(second), INGOT_OK);
  const std::vector<float> other = variablesOf(session.grads);
  double largest = 0;
  for (size_t i = 0; i < averaged.size(); ++i) {
    averaged[i] = (averaged[i] + other[i]) / 2;
    largest = std::max(largest, std::fabs(double(expected[i])));
  }
  ASSERT_GT(largest, 0);
  expectNear(averaged, expected, 1e-6 * std::max(1.0, largest));
}

TEST(Entries, MergedMetricsAreThoseOfAllSamples) {
  Session all, parts;
  Samples full(0, kBatch, Side::Back), first(0, 40, Side::Back), second(40, 24, Side::Back);
  ASSERT_EQ(all.evaluate(full), INGOT_OK);
  ASSERT_EQ(parts.evaluate(first), INGOT_OK);
  mnist_metrics merged;
  mnist_metrics_reset(&merged);
  mnist_metrics_merge(&merged, &parts.metrics);
  mnist_metrics_reset(&parts.metrics);
  ASSERT_EQ(parts.evaluate(second), INGOT_OK);
  mnist_metrics_merge(&merged, &parts.metrics);
  EXPECT_EQ(merged.loss.count, all.metrics.loss.count);
  EXPECT_NEAR(ingot_mean_value(&merged.loss), all.loss(), 1e-6);
  EXPECT_NEAR(ingot_mean_value(&merged.accuracy), all.accuracy(), 1e-6);
}

TEST(Entries, SampleWeightsScaleTheLossAndLeaveItsDivisor) {
  Session plain, ones, twos, zeros;
  Samples samples(0, kBatch, Side::Back);
  ASSERT_EQ(plain.evaluate(samples), INGOT_OK);
  ASSERT_EQ(ones.evaluate(samples, true), INGOT_OK);
  EXPECT_EQ(ones.loss(), plain.loss());
  std::fill_n(samples.weights.as<float>(), kBatch, 2.0f);
  ASSERT_EQ(twos.evaluate(samples, true), INGOT_OK);
  EXPECT_NEAR(twos.loss(), 2 * plain.loss(), 1e-5);
  EXPECT_EQ(twos.accuracy(), plain.accuracy());
  std::fill_n(samples.weights.as<float>(), kBatch, 0.0f);
  ASSERT_EQ(zeros.evaluate(samples, true), INGOT_OK);
  EXPECT_EQ(zeros.loss(), 0);
  EXPECT_EQ(zeros.metrics.loss.count, uint32_t(kBatch));
}

TEST(Entries, TrainingWithWeightZeroLeavesTheWeights) {
  Session session;
  Samples samples(0, kBatch, Side::Back);
  std::fill_n(samples.weights.as<float>(), kBatch, 0.0f);
  const std::vector<float> before = variablesOf(session.params);
  ASSERT_EQ(session.trainStep(samples, true), INGOT_OK);
  EXPECT_EQ(variablesOf(session.params), before);
}

TEST(Entries, LearningRateIsReadAndSetBetweenSteps) {
  Session session;
  Samples samples(0, kBatch, Side::Back);
  float rate = 0;
  ASSERT_EQ(mnist_get_learning_rate(session.state.as(), &rate), INGOT_OK);
  EXPECT_EQ(rate, 0.001f);
  ASSERT_EQ(mnist_set_learning_rate(session.state.as(), 0), INGOT_OK);
  const std::vector<float> before = variablesOf(session.params);
  ASSERT_EQ(session.trainStep(samples), INGOT_OK);
  EXPECT_EQ(variablesOf(session.params), before);
  ASSERT_EQ(mnist_set_learning_rate(session.state.as(), 0.01f), INGOT_OK);
  ASSERT_EQ(session.trainStep(samples), INGOT_OK);
  EXPECT_NE(variablesOf(session.params), before);
}

TEST(Entries, TrainingLearns) {
  Session session;
  Samples samples(0, kBatch, Side::Back);
  ASSERT_EQ(session.evaluate(samples), INGOT_OK);
  const float before = session.loss();
  for (int step = 0; step < 50; ++step)
    ASSERT_EQ(session.trainStep(samples), INGOT_OK);
  mnist_metrics_reset(&session.metrics);
  ASSERT_EQ(session.evaluate(samples), INGOT_OK);
  EXPECT_LT(session.loss(), before / 2);
}

TEST(Entries, AHostWithoutThreadsChangesNothing) {
  Session plain, hosted;
  Samples samples(0, kBatch, Side::Back);
  const ingot_host host = {.struct_size = sizeof(ingot_host), .threads = 1};
  ASSERT_EQ(plain.trainStep(samples), INGOT_OK);
  ASSERT_EQ(hosted.trainStep(samples, false, &host), INGOT_OK);
  EXPECT_EQ(bytesOf(plain.params), bytesOf(hosted.params));
}

TEST(Entries, TheDescriptorAgreesWithTheHeader) {
  const ingot_model_desc *desc = mnist_model();
  EXPECT_EQ(desc->abi_version, INGOT_ABI_VERSION);
  EXPECT_EQ(desc->struct_size, sizeof(ingot_model_desc));
  EXPECT_STREQ(ingot_string(desc, desc->name), "mnist");
  EXPECT_EQ(desc->params_bytes, size_t(MNIST_PARAMS_BYTES));
  EXPECT_EQ(desc->state_bytes, size_t(MNIST_STATE_BYTES));
  EXPECT_EQ(desc->prepared_bytes, size_t(MNIST_PREPARED_BYTES));
  EXPECT_EQ(desc->align, unsigned(MNIST_ALIGN));
  EXPECT_EQ(desc->entries[INGOT_ENTRY_TRAIN_STEP].arena_bytes, size_t(MNIST_TRAIN_STEP_ARENA_BYTES));
  EXPECT_EQ(desc->entries[INGOT_ENTRY_PREDICT].arena_bytes, size_t(MNIST_PREDICT_ARENA_BYTES));
  EXPECT_EQ(desc->entries[INGOT_ENTRY_PREDICT].max_batch, MNIST_MAX_BATCH);
  EXPECT_EQ(ingot_entry_address(desc, INGOT_ENTRY_PREDICT), reinterpret_cast<const void *>(&mnist_predict));
  EXPECT_EQ(ingot_entry_address(desc, INGOT_ENTRY_TRAIN_STEP), reinterpret_cast<const void *>(&mnist_train_step));
  EXPECT_EQ(desc->variable_count, 6u);
  EXPECT_EQ(desc->metric_count * sizeof(ingot_mean), sizeof(mnist_metrics));
}

} // namespace
