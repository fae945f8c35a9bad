//===- IndicesTest.cpp - words.o and indices out of range -----------------===//
//
// Every entry looks at the indices of its batch before it writes anything.
//
//===----------------------------------------------------------------------===//
#include "GuardedBlock.h"
#include "words.h"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <vector>

using namespace ingot::test;

namespace {

constexpr int kBatch = 4, kWords = 6, kClasses = 4;

/// A legal batch, of which a test spoils an index.
class Indices : public testing::Test {
protected:
  Indices() {
    for (int i = 0; i < kBatch * kWords; ++i) {
      left.as<int32_t>()[i] = i * 7 % 40;
      right.as<int32_t>()[i] = i * 7 % 25;
    }
    for (int i = 0; i < kBatch; ++i)
      labels.as<int32_t>()[i] = i % kClasses;
    EXPECT_EQ(words_init(params.as<float>(), state.as(), 1), INGOT_OK);
    words_metrics_reset(&metrics);
  }

  int32_t predict() {
    return words_predict(params.as<float>(), nullptr, &in, &out, batch, arena.as(), nullptr);
  }
  int32_t evaluate() { return words_evaluate(params.as<float>(), &in, &y, batch, &metrics, arena.as(), nullptr); }
  int32_t trainStep() {
    return words_train_step(params.as<float>(), state.as(), &in, &y, batch, &metrics, arena.as(), nullptr);
  }
  int32_t gradients() {
    return words_gradients(params.as<float>(), state.as(), &in, &y, batch, 0, grads.as<float>(), &metrics, arena.as(),
                           nullptr);
  }

  /// All that a call could write.
  std::vector<unsigned char> memory() {
    std::vector<unsigned char> bytes;
    for (GuardedBlock *block : {&params, &state, &grads, &arena, &probabilities})
      bytes.insert(bytes.end(), block->as<unsigned char>(), block->as<unsigned char>() + block->size());
    const auto *first = reinterpret_cast<const unsigned char *>(&metrics);
    bytes.insert(bytes.end(), first, first + sizeof metrics);
    return bytes;
  }

  void expectAll(int32_t status) {
    for (int32_t (Indices::*entry)() : {&Indices::predict, &Indices::evaluate, &Indices::trainStep, &Indices::gradients}) {
      const auto before = memory();
      EXPECT_EQ((this->*entry)(), status);
      if (status != INGOT_OK) {
        EXPECT_EQ(memory(), before);
      }
    }
  }

  static constexpr size_t kArenaBytes =
      std::max({WORDS_PREDICT_ARENA_BYTES, WORDS_EVALUATE_ARENA_BYTES, WORDS_TRAIN_STEP_ARENA_BYTES,
                WORDS_GRADIENTS_ARENA_BYTES, WORDS_APPLY_GRADIENTS_ARENA_BYTES});
  GuardedBlock params{WORDS_PARAMS_BYTES, WORDS_ALIGN, Side::Back, 0}, state{WORDS_STATE_BYTES, WORDS_ALIGN, Side::Back, 0};
  GuardedBlock grads{WORDS_PARAMS_BYTES, WORDS_ALIGN, Side::Back, 0x5A}, arena{kArenaBytes, WORDS_ALIGN, Side::Back, 0x5A};
  GuardedBlock left{sizeof(int32_t) * kBatch * kWords, 4, Side::Back, 0}, right{sizeof(int32_t) * kBatch * kWords, 4, Side::Back, 0};
  GuardedBlock labels{sizeof(int32_t) * kBatch, 4, Side::Back, 0};
  GuardedBlock probabilities{sizeof(float) * kBatch * kClasses, 4, Side::Back, 0x5A};
  words_inputs in = {.left = left.as<int32_t>(), .right = right.as<int32_t>()};
  words_outputs out = {.y = probabilities.as<float>()};
  words_targets y = {.y = labels.as<int32_t>(), .y_sample_weight = nullptr};
  words_metrics metrics;
  int32_t batch = kBatch;
};

TEST_F(Indices, InRange) {
  expectAll(INGOT_OK);
  left.as<int32_t>()[kBatch * kWords - 1] = 39;
  right.as<int32_t>()[0] = 24;
  expectAll(INGOT_OK);
}

TEST_F(Indices, OutOfRange) {
  for (const int32_t wrong : {-1, 40, INT32_MIN, INT32_MAX})
    for (const int at : {0, kBatch * kWords - 1}) {
      SCOPED_TRACE(wrong);
      const int32_t right = left.as<int32_t>()[at];
      left.as<int32_t>()[at] = wrong;
      expectAll(INGOT_INDEX_OUT_OF_RANGE);
      left.as<int32_t>()[at] = right;
    }
  expectAll(INGOT_OK);
}

// Of two tables that an input goes into, the smaller one counts.
TEST_F(Indices, OfTheSmallerTable) {
  right.as<int32_t>()[5] = 25;
  expectAll(INGOT_INDEX_OUT_OF_RANGE);
}

TEST_F(Indices, BeyondTheBatchAreNotLookedAt) {
  left.as<int32_t>()[kBatch * kWords - 1] = 40;
  expectAll(INGOT_INDEX_OUT_OF_RANGE);
  batch = kBatch - 1;
  expectAll(INGOT_OK);
}

// The first wrong tensor in the order of the struct decides.
TEST_F(Indices, BeforeLabels) {
  labels.as<int32_t>()[0] = kClasses;
  right.as<int32_t>()[5] = 25;
  EXPECT_EQ(trainStep(), INGOT_INDEX_OUT_OF_RANGE);
  right.as<int32_t>()[5] = 24;
  EXPECT_EQ(trainStep(), INGOT_LABEL_OUT_OF_RANGE);
}

/// Weights and state after some steps of both kinds, each in an arena full of `poison`.
std::vector<unsigned char> trained(int poison, Side side) {
  GuardedBlock params(WORDS_PARAMS_BYTES, WORDS_ALIGN, side, 0), state(WORDS_STATE_BYTES, WORDS_ALIGN, side, 0);
  GuardedBlock grads(WORDS_PARAMS_BYTES, WORDS_ALIGN, side, poison);
  EXPECT_EQ(words_init(params.as<float>(), state.as(), 1), INGOT_OK);
  words_metrics metrics;
  words_metrics_reset(&metrics);
  for (int step = 0; step < 6; ++step) {
    GuardedBlock left(sizeof(int32_t) * kBatch * kWords, 4, side, 0), right(sizeof(int32_t) * kBatch * kWords, 4, side, 0);
    GuardedBlock labels(sizeof(int32_t) * kBatch, 4, side, 0);
    for (int i = 0; i < kBatch * kWords; ++i) {
      left.as<int32_t>()[i] = (i * i + step) % 40;
      right.as<int32_t>()[i] = (i + 7 * step) % 25;
    }
    const words_inputs in = {.left = left.as<int32_t>(), .right = right.as<int32_t>()};
    const words_targets y = {.y = labels.as<int32_t>(), .y_sample_weight = nullptr};
    if (step != 4) {
      GuardedBlock arena(WORDS_TRAIN_STEP_ARENA_BYTES, WORDS_ALIGN, side, poison);
      EXPECT_EQ(words_train_step(params.as<float>(), state.as(), &in, &y, kBatch, &metrics, arena.as(), nullptr), INGOT_OK);
      continue;
    }
    GuardedBlock first(WORDS_GRADIENTS_ARENA_BYTES, WORDS_ALIGN, side, poison);
    EXPECT_EQ(words_gradients(params.as<float>(), state.as(), &in, &y, kBatch, 0, grads.as<float>(), &metrics, first.as(),
                              nullptr),
              INGOT_OK);
    GuardedBlock second(WORDS_APPLY_GRADIENTS_ARENA_BYTES, WORDS_ALIGN, side, poison);
    EXPECT_EQ(words_apply_gradients(params.as<float>(), state.as(), grads.as<float>(), second.as(), nullptr), INGOT_OK);
  }
  std::vector<unsigned char> bytes(params.as<unsigned char>(), params.as<unsigned char>() + params.size());
  bytes.insert(bytes.end(), state.as<unsigned char>(), state.as<unsigned char>() + state.size());
  return bytes;
}

// Against guard pages on either side, and nothing is read that was not written.
TEST(IndicesMemory, StepsStayInTheirBlocks) {
  const auto expected = trained(0xA5, Side::Back);
  EXPECT_EQ(trained(0xFF, Side::Back), expected);
  EXPECT_EQ(trained(0xA5, Side::Front), expected);
}

TEST_F(Indices, TheDescriptorTellsTheRows) {
  const ingot_model_desc *desc = words_model();
  const ingot_tensor_desc *inputs = ingot_tensors(desc, desc->inputs);
  ASSERT_EQ(desc->input_count, 2u);
  EXPECT_EQ(inputs[0].dtype, static_cast<uint32_t>(INGOT_I32));
  EXPECT_EQ(inputs[0].classes, 40u);
  EXPECT_EQ(inputs[1].classes, 25u);
}

} // namespace
