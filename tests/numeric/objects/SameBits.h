//===- SameBits.h - values compared bit by bit ------------------*- C++ -*-===//
#pragma once

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

} // namespace ingot::numeric
