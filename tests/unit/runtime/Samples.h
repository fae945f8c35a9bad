//===- Samples.h - data for FakeModel, and what it saw of it ---*- C++ -*-===//
//
// Sample i has x = [i, 0], so that a call tells which samples it got.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "FakeModel.h"

#include <ingot/runtime.h>

#include <numeric>
#include <string>
#include <vector>

namespace fake {

using ingot::rt::Array;
using ingot::rt::History;

inline Array numbered(int rows) {
  std::vector<float> x(static_cast<std::size_t>(rows) * 2);
  for (int i = 0; i < rows; ++i)
    x[static_cast<std::size_t>(2 * i)] = static_cast<float>(i);
  return {std::move(x), {rows, 2}};
}

inline Array constant(int rows, float value) {
  return std::vector<float>(static_cast<std::size_t>(rows), value);
}

inline std::vector<float> upTo(int end, int begin = 0) {
  std::vector<float> numbers(static_cast<std::size_t>(end - begin));
  std::iota(numbers.begin(), numbers.end(), static_cast<float>(begin));
  return numbers;
}

/// The samples that `entry` got, in order, over all its calls.
inline std::vector<float> samples(const std::string &entry) {
  std::vector<float> all;
  for (const Call &call : calls(entry))
    all.insert(all.end(), call.firstOfX.begin(), call.firstOfX.end());
  return all;
}

inline std::vector<int> batches(const std::string &entry) {
  std::vector<int> sizes;
  for (const Call &call : calls(entry))
    sizes.push_back(call.batch);
  return sizes;
}

inline std::vector<std::string> keys(const History &history) {
  std::vector<std::string> names;
  for (const auto &[name, values] : history.history)
    names.push_back(name);
  return names;
}

} // namespace fake
