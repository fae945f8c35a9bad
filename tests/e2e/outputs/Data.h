//===- Data.h - arrays for the models of this folder -----------*- C++ -*-===//
#pragma once

#include <ingot/runtime.h>

#include <cstdint>
#include <string>
#include <vector>

namespace ingot::test {

/// Numbers in [low, high) that depend on `stream` and their place alone.
inline rt::Array uniform(rt::Shape shape, std::uint32_t stream, float low = -1,
                         float high = 1) {
  std::int64_t count = 1;
  for (const std::int64_t extent : shape)
    count *= extent;
  std::vector<float> values;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint32_t x = i * 0x9E3779B9u + stream;
    x = (x ^ x >> 16) * 0x85EBCA6Bu;
    x = (x ^ x >> 13) * 0xC2B2AE35u;
    const float unit = static_cast<float>((x ^ x >> 16) >> 8) / 16777216.0f;
    values.push_back(low + (high - low) * unit);
  }
  return {std::move(values), std::move(shape)};
}

/// `rows` rows with a single 1 each.
inline rt::Array oneHot(int rows, int classes, std::uint32_t stream) {
  std::vector<float> values(static_cast<std::size_t>(rows * classes));
  const rt::Array drawn = uniform({rows}, stream, 0, static_cast<float>(classes));
  for (int i = 0; i < rows; ++i)
    values[static_cast<std::size_t>(i * classes) + static_cast<std::size_t>(drawn.f32()[i])] = 1;
  return {std::move(values), {rows, classes}};
}

/// `rows` numbers, 0 or 1.
inline rt::Array bits(int rows, std::uint32_t stream) {
  std::vector<float> values;
  const rt::Array drawn = uniform({rows}, stream, 0, 1);
  for (const float value : drawn.f32())
    values.push_back(value < 0.5f ? 0.0f : 1.0f);
  return values;
}

inline std::vector<std::string> keysOf(const rt::Metrics &metrics) {
  std::vector<std::string> keys;
  for (const auto &[name, value] : metrics)
    keys.push_back(name);
  return keys;
}

} // namespace ingot::test
