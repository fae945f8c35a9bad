//===- FrozenTest.cpp - objects that hold weights -------------------------===//
//
// Whatever the object holds must give the bits that the same weights give in the
// caller's params.
//
//===----------------------------------------------------------------------===//
#include "Weights.h"
#include "plain.h"
#include "shipped.h"
#include "tuned.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

using namespace ingot::test;

#ifdef PLAIN_FROZEN_WEIGHTS
#error "an object without weights says that it has some"
#endif
static_assert(TUNED_FROZEN_WEIGHTS == 1 && SHIPPED_FROZEN_WEIGHTS == 1);
// What is trained on one runs on the other.
static_assert(TUNED_ARCH_HASH == PLAIN_ARCH_HASH && SHIPPED_ARCH_HASH == PLAIN_ARCH_HASH);
static_assert(TUNED_TRAIN_HASH == PLAIN_TRAIN_HASH && TUNED_PARAMS_BYTES == PLAIN_PARAMS_BYTES);

namespace {

constexpr int batches[] = {1, 2, 7, 8, 33, PLAIN_MAX_BATCH};

/// Is the page of `address` one that this process cannot write?
bool isReadOnly(const void *address) {
  std::ifstream maps("/proc/self/maps");
  const auto wanted = reinterpret_cast<uintptr_t>(address);
  for (std::string line; std::getline(maps, line);) {
    uintptr_t begin = 0, end = 0;
    char access[5] = {};
    if (std::sscanf(line.c_str(), "%zx-%zx %4s", &begin, &end, access) == 3 && begin <= wanted && wanted < end)
      return access[1] == '-';
  }
  return false;
}

TEST(Frozen, TheObjectHoldsTheFileLaidOutLikeParams) {
  EXPECT_EQ(ingot_frozen_weights(plain_model()), nullptr);
  for (const ingot_model_desc *desc : {tuned_model(), shipped_model()}) {
    const auto *weights = reinterpret_cast<const unsigned char *>(ingot_frozen_weights(desc));
    ASSERT_NE(weights, nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(weights) % desc->align, 0u);
    EXPECT_TRUE(isReadOnly(weights));
    EXPECT_EQ(Bytes(weights, weights + desc->params_bytes), weightsOfFile(desc));
  }
}

TEST(Frozen, PredictsAndEvaluatesWithoutParams) {
  const Bytes file = weightsOfFile(plain_model());
  GuardedBlock params(file.size(), PLAIN_ALIGN, Side::Back, 0);
  std::memcpy(params.as(), file.data(), file.size());
  params.makeReadOnly();
  for (const int batch : batches) {
    SCOPED_TRACE(batch);
    const Outcome predicted = predict(plain_model(), params.as<float>(), batch);
    const Outcome evaluated = evaluate(plain_model(), params.as<float>(), batch);
    EXPECT_EQ(predicted.status, INGOT_OK);
    EXPECT_EQ(evaluated.status, INGOT_OK);
    for (const ingot_model_desc *desc : {tuned_model(), shipped_model()}) {
      EXPECT_EQ(predict(desc, nullptr, batch), predicted);
      EXPECT_EQ(evaluate(desc, nullptr, batch), evaluated);
    }
  }
}

TEST(Frozen, ParamsOfTheCallerComeFirst) {
  GuardedBlock params(PLAIN_PARAMS_BYTES, PLAIN_ALIGN, Side::Back, 0), state(PLAIN_STATE_BYTES, PLAIN_ALIGN, Side::Back, 0);
  ASSERT_EQ(plain_init(params.as<float>(), state.as(), 5), INGOT_OK);
  const Outcome expected = predict(plain_model(), params.as<float>(), 8);
  for (const ingot_model_desc *desc : {tuned_model(), shipped_model()}) {
    EXPECT_EQ(predict(desc, params.as<float>(), 8), expected);
    EXPECT_NE(predict(desc, nullptr, 8), expected);
  }
}

TEST(Frozen, InitCopiesWhateverTheSeed) {
  for (const uint64_t seed : {0, 1, 77}) {
    GuardedBlock params(TUNED_PARAMS_BYTES, TUNED_ALIGN, Side::Back, 0xA5);
    ASSERT_EQ(tuned_init(params.as<float>(), nullptr, seed), INGOT_OK);
    EXPECT_EQ(Bytes(params.as<unsigned char>(), params.as<unsigned char>() + params.size()), weightsOfFile(tuned_model()));
  }
}

TEST(Frozen, TrainingStartsFromTheWeights) {
  GuardedBlock params(TUNED_PARAMS_BYTES, TUNED_ALIGN, Side::Back, 0xA5), state(TUNED_STATE_BYTES, TUNED_ALIGN, Side::Back, 0);
  ASSERT_EQ(tuned_init(params.as<float>(), state.as(), 3), INGOT_OK);
  const Bytes tuned = trained(tuned_model(), params, state, 5);
  EXPECT_NE(tuned, weightsOfFile(tuned_model()));

  ASSERT_EQ(plain_init(params.as<float>(), state.as(), 3), INGOT_OK);
  const Bytes file = weightsOfFile(plain_model());
  std::memcpy(params.as(), file.data(), file.size());
  EXPECT_EQ(trained(plain_model(), params, state, 5), tuned);
  // What the object holds has not moved.
  EXPECT_EQ(predict(tuned_model(), nullptr, 8), predict(shipped_model(), nullptr, 8));
}

TEST(Frozen, IsPreparedToTheBitsOfTheCallersWeights) {
  static_assert(SHIPPED_PREPARED_BYTES == PLAIN_PREPARED_BYTES && TUNED_PREPARED_BYTES == PLAIN_PREPARED_BYTES);
  static_assert(PLAIN_PREPARED_BYTES > 0);
  GuardedBlock params(TUNED_PARAMS_BYTES, TUNED_ALIGN, Side::Back, 0);
  ASSERT_EQ(tuned_init(params.as<float>(), nullptr, 3), INGOT_OK);
  // By the object, when it was compiled and now, and by one that holds no weights.
  GuardedBlock own(TUNED_PREPARED_BYTES, TUNED_ALIGN, Side::Back, 0), other(PLAIN_PREPARED_BYTES, PLAIN_ALIGN, Side::Back, 0);
  ASSERT_EQ(tuned_prepare(nullptr, own.as()), INGOT_OK);
  ASSERT_EQ(plain_prepare(params.as<float>(), other.as()), INGOT_OK);
  for (int batch : {1, 7, 40}) {
    SCOPED_TRACE(batch);
    const Outcome outcome = predict(tuned_model(), nullptr, batch);
    EXPECT_EQ(outcome.status, INGOT_OK);
    EXPECT_EQ(predict(tuned_model(), nullptr, batch, own.as()), outcome);
    EXPECT_EQ(predict(shipped_model(), nullptr, batch), outcome);
    EXPECT_EQ(predict(plain_model(), params.as<float>(), batch, other.as()), outcome);
    EXPECT_EQ(predict(plain_model(), params.as<float>(), batch), outcome);
  }
}

TEST(Frozen, WhatWritesOrHasNoneNeedsParams) {
  GuardedBlock block(TUNED_PARAMS_BYTES, TUNED_ALIGN, Side::Back, 0), state(TUNED_STATE_BYTES, TUNED_ALIGN, Side::Back, 0);
  GuardedBlock arena(TUNED_TRAIN_STEP_ARENA_BYTES, TUNED_ALIGN, Side::Back, 0);
  ASSERT_EQ(tuned_init(block.as<float>(), state.as(), 3), INGOT_OK);
  tuned_inputs in = {};
  tuned_targets targets = {};
  tuned_metrics metrics = {};
  EXPECT_EQ(tuned_init(nullptr, state.as(), 1), INGOT_NULL_ARGUMENT);
  EXPECT_EQ(tuned_train_step(nullptr, state.as(), &in, &targets, 1, &metrics, arena.as(), nullptr), INGOT_NULL_ARGUMENT);
  EXPECT_EQ(tuned_gradients(nullptr, state.as(), &in, &targets, 1, 0, block.as<float>(), &metrics, arena.as(), nullptr),
            INGOT_NULL_ARGUMENT);
  EXPECT_EQ(tuned_apply_gradients(nullptr, state.as(), block.as<float>(), arena.as(), nullptr), INGOT_NULL_ARGUMENT);
  EXPECT_EQ(plain_prepare(nullptr, block.as()), INGOT_NULL_ARGUMENT);
  EXPECT_EQ(predict(plain_model(), nullptr, 1).status, INGOT_NULL_ARGUMENT);
  EXPECT_EQ(evaluate(plain_model(), nullptr, 1).status, INGOT_NULL_ARGUMENT);
  // Misaligned is refused as ever.
  EXPECT_EQ(predict(shipped_model(), block.as<float>() + 1, 1).status, INGOT_MISALIGNED);
}

} // namespace
