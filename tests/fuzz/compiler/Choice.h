//===- Choice.h - what mutators choose from --------------------*- C++ -*-===//
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

/// Changes bytes in place as libFuzzer does; returns the new size.
extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);

namespace ingot::fuzz {

/// All that is random in one mutation.
class Choice {
public:
  explicit Choice(unsigned seed) : engine(seed) {}
  /// Below `count`, which must be positive.
  size_t below(size_t count) { return engine() % count; }
  bool oneIn(size_t count) { return below(count) == 0; }
  template <class T> const T &of(const std::vector<T> &all) { return all[below(all.size())]; }

private:
  std::minstd_rand engine;
};

/// Numbers at which sizes go wrong.
inline const std::vector<int64_t> &edgeNumbers() {
  static const std::vector<int64_t> numbers = {
      0,  1,  2,  3,  7,  -1, -2, 255,       256,          65536,        2147483647, 2147483648, int64_t{1} << 40,
      16, 17, 32, 64, 5,  9,  4,  -2147483648, 1000000000000, INT64_MAX, INT64_MIN,  8,          int64_t{1} << 62};
  return numbers;
}

/// Puts `text` where libFuzzer wants it; 0 if it is too long.
inline size_t put(const std::string &text, uint8_t *data, size_t maxSize) {
  if (text.size() > maxSize)
    return 0;
  std::copy(text.begin(), text.end(), data);
  return text.size();
}

} // namespace ingot::fuzz
