//===- SameBits.h - objects compared bit by bit -----------------*- C++ -*-===//
#pragma once

#include "Models.h"
#include "Object.h"

#include <bit>
#include <gtest/gtest.h>

namespace ingot::numeric {

/// Equal bits, with NaN equal to itself and -0 unlike 0.
inline void expectSameBits(const NamedValues &actual, const NamedValues &expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (const auto &[name, values] : expected) {
    const Values &other = actual.at(name);
    if (std::holds_alternative<std::vector<int32_t>>(values.data)) {
      EXPECT_EQ(other.integers(), values.integers()) << name;
      continue;
    }
    for (size_t i = 0; i < values.reals().size(); ++i)
      if (std::bit_cast<uint32_t>(other.reals()[i]) != std::bit_cast<uint32_t>(values.reals()[i]))
        FAIL() << name << "[" << i << "] is " << other.reals()[i] << " here and " << values.reals()[i] << " there";
  }
}

/// All entries, from the first weights on, five steps of other batches.
inline void expectSameTraining(Object &actual, Object &expected) {
  actual.init(3);
  expected.init(3);
  expectSameBits(actual.variables(), expected.variables());
  std::mt19937 random(13);
  for (int32_t size : {maxBatch, 1, 2, maxBatch - 1, 5}) {
    SCOPED_TRACE("batch " + std::to_string(size));
    const Batch batch = expected.randomBatch(size, size % 2 == 0, random);
    expectSameBits(actual.predict(batch), expected.predict(batch));
    EXPECT_EQ(actual.evaluate(batch), expected.evaluate(batch));
    EXPECT_EQ(actual.gradients(batch), expected.gradients(batch));
    expectSameBits(actual.gradientValues(), expected.gradientValues());
    EXPECT_EQ(actual.trainStep(batch), expected.trainStep(batch));
    expectSameBits(actual.variables(), expected.variables());
    actual.applyGradients();
    expected.applyGradients();
    expectSameBits(actual.variables(), expected.variables());
  }
}

} // namespace ingot::numeric
