//===- HalfTest.cpp - objects that hold weights in half precision ----------===//
//
// Each weight is that of the file, rounded to the nearest half by another library. With
// such weights as params, an object without any gives the bits.
//
//===----------------------------------------------------------------------===//
#include "Weights.h"
#include "half.h"
#include "half_baseline.h"
#include "half_shipped.h"
#include "plain.h"

#include <Eigen/Core>
#include <gtest/gtest.h>
#include <ingot/runtime.h>

using namespace ingot::test;
namespace rt = ingot::rt;

static_assert(HALF_FROZEN_WEIGHTS == 1 && HALF_ARCH_HASH == PLAIN_ARCH_HASH && HALF_PREPARED_BYTES == 0);

namespace {

/// With the processor's own instruction, and with integers.
const ingot_model_desc *const objects[] = {half_model(), half_shipped_model(), half_baseline_model()};

Bytes roundedWeights() {
  Bytes block = weightsOfFile(plain_model());
  for (size_t i = 0; i < block.size(); i += sizeof(float)) {
    float value;
    std::memcpy(&value, block.data() + i, sizeof value);
    value = static_cast<float>(Eigen::half(value));
    std::memcpy(block.data() + i, &value, sizeof value);
  }
  return block;
}

struct Half : ::testing::Test {
  Half() : rounded(roundedWeights()), params(rounded.size(), PLAIN_ALIGN, Side::Back, 0) {
    std::memcpy(params.as(), rounded.data(), rounded.size());
  }
  const Bytes rounded;
  GuardedBlock params;
};

TEST_F(Half, RoundingChangesWeights) { EXPECT_NE(rounded, weightsOfFile(plain_model())); }

TEST_F(Half, PredictsAndEvaluatesToTheBitsOfRoundedWeights) {
  for (const int batch : {1, 2, 7, 8, 33, PLAIN_MAX_BATCH}) {
    SCOPED_TRACE(batch);
    const Outcome predicted = predict(plain_model(), params.as<float>(), batch);
    const Outcome evaluated = evaluate(plain_model(), params.as<float>(), batch);
    EXPECT_EQ(predicted.status, INGOT_OK);
    for (const ingot_model_desc *desc : {half_model(), half_shipped_model()}) {
      EXPECT_EQ(predict(desc, nullptr, batch), predicted);
      EXPECT_EQ(evaluate(desc, nullptr, batch), evaluated);
    }
    // Another processor's code, whose own bits differ in native numerics.
    EXPECT_EQ(predict(half_baseline_model(), nullptr, batch), predict(half_baseline_model(), params.as<float>(), batch));
  }
}

TEST_F(Half, ParamsOfTheCallerComeFirst) {
  const Bytes exact = weightsOfFile(plain_model());
  std::memcpy(params.as(), exact.data(), exact.size());
  for (const ingot_model_desc *desc : {half_model(), half_shipped_model()}) {
    EXPECT_EQ(predict(desc, params.as<float>(), 8), predict(plain_model(), params.as<float>(), 8));
    EXPECT_NE(predict(desc, nullptr, 8), predict(desc, params.as<float>(), 8));
  }
}

/// Who reads weights through the descriptor expects floats, and gets them from `init`.
TEST_F(Half, InitWidensWhateverTheSeed) {
  for (const ingot_model_desc *desc : objects) {
    EXPECT_EQ(ingot_frozen_weights(desc), nullptr);
    auto *init = reinterpret_cast<ingot_init_fn *>(reinterpret_cast<uintptr_t>(ingot_entry_address(desc, INGOT_ENTRY_INIT)));
    ASSERT_NE(init, nullptr);
    GuardedBlock drawn(desc->params_bytes, desc->align, Side::Back, 0xA5);
    ASSERT_EQ(init(drawn.as<float>(), nullptr, 77), INGOT_OK);
    EXPECT_EQ(Bytes(drawn.as<unsigned char>(), drawn.as<unsigned char>() + drawn.size()), rounded);
    rt::Model model(desc);
    rt::Model plain(plain_model());
    EXPECT_EQ(model.get_weights().size(), plain.get_weights().size());
  }
}

} // namespace
