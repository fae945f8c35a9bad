//===- Data.h - data that the samples make themselves ----------*- C++ -*-===//
//
//   rt::Array hours = samples::ramp({100, 5});       // 0, 1, 2, ... 499
//   samples::Random random(seed);
//   int word = random.below(10000);
//
//===----------------------------------------------------------------------===//
#pragma once

#include <ingot/array.h>

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace samples {

/// 0, 1, 2, ..., row after row.
inline ingot::rt::Array ramp(ingot::rt::Shape shape) {
  std::int64_t count = 1;
  for (const std::int64_t extent : shape)
    count *= extent;
  std::vector<float> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(i);
  return {std::move(values), std::move(shape)};
}

/// Random numbers that are the same with every standard library.
class Random {
public:
  explicit Random(std::uint64_t seed) : engine(seed) {}

  /// 0, ..., bound - 1, each as likely as the others.
  int below(int bound) {
    return static_cast<int>(engine() % static_cast<std::uint64_t>(bound));
  }
  bool flip() { return below(2) == 1; }

private:
  std::mt19937_64 engine;
};

} // namespace samples
