//===- StripsTest.cpp - recurrences that take some steps at a time --------===//
//
// Objects whose recurrences go in strips, with a rest behind the last, against those that take all steps
// before they sum over them.
//
//===----------------------------------------------------------------------===//

#include "Object.h"
#include "SameBits.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <cmath>

using namespace ingot;
using namespace ingot::numeric;

namespace {

constexpr int stepsOfStrip = 3;

/// Two recurrences, so that the second has a gradient at each step to hand on, over steps of which some are masked.
const ModelCase &stacked() {
  static const ModelCase model{"strips", [] {
                                 clear_session();
                                 Tensor x = Input({7, 3}, {.name = "x"});
                                 Tensor h = LSTM(5, {.return_sequences = true})(Masking()(x));
                                 Model model(x, Dense(2, {.name = "y"})(LSTM(4)(h)), {.name = "strips"});
                                 model.compile({.optimizer = SGD(), .loss = "mse"});
                                 return model;
                               }};
  return model;
}

Object compile(int steps, int threads = 1) {
  return Object(compiledInStrips(stacked(), driver::Numerics::Native, steps, threads));
}

void inReverse(void *, uint32_t count, void (*body)(void *, uint32_t), void *argument) {
  for (uint32_t i = count; i-- > 0;)
    body(argument, i);
}

/// Calls `compare` with the gradients of both, of some batches.
void forGradients(Object &actual, Object &expected, llvm::function_ref<void(const NamedValues &, const NamedValues &)> compare) {
  std::mt19937 random(5);
  expected.init(3);
  actual.init(3);
  for (int32_t size : {maxBatch, 1, 6}) {
    SCOPED_TRACE("batch " + std::to_string(size));
    const Batch batch = expected.randomBatch(size, true, random);
    EXPECT_EQ(actual.gradients(batch), expected.gradients(batch));
    compare(actual.gradientValues(), expected.gradientValues());
  }
}

/// Sums have another order, or nothing would be in strips, and no other error than that.
TEST(StepStrips, AgreeButForRounding) {
  Object expected = compile(0), actual = compile(stepsOfStrip);
  bool differ = false;
  forGradients(actual, expected, [&](const NamedValues &mine, const NamedValues &others) {
    for (const auto &[name, values] : others) {
      float largest = 0;
      for (float value : values.reals())
        largest = std::max(largest, std::abs(value));
      for (size_t i = 0; i < values.reals().size(); ++i) {
        const float value = mine.at(name).reals()[i];
        differ |= value != values.reals()[i];
        EXPECT_NEAR(value, values.reals()[i], 2e-6F * largest) << name << "[" << i << "]";
      }
    }
  });
  EXPECT_TRUE(differ);
}

TEST(StepStrips, HaveTheSameBitsForThreads) {
  constexpr uint32_t threads = 3;
  const ingot_host host = {
      .struct_size = sizeof(ingot_host), .threads = threads, .ctx = nullptr, .parallel_for = inReverse};
  Object alone = compile(stepsOfStrip), divided = compile(stepsOfStrip, threads);
  divided.lend(&host);
  forGradients(divided, alone, expectSameBits);
}

} // namespace
