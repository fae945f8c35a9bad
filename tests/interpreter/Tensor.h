//===- Tensor.h - values of the reference interpreter ----------*- C++ -*-===//
#pragma once

#include <cstdint>
#include <functional>
#include <numeric>
#include <variant>
#include <vector>

namespace ingot::interpreter {

using Shape = std::vector<int64_t>;

inline int64_t elementCount(const Shape &shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

/// A tensor, row-major. Floats are `Real`, whatever width the program has;
/// labels and counters are int32, conditions bytes of 0 or 1.
template <typename Real> struct Tensor {
  using Reals = std::vector<Real>;
  using Integers = std::vector<int32_t>;
  using Flags = std::vector<uint8_t>;

  Tensor() = default;
  Tensor(Shape shape, std::variant<Reals, Integers, Flags> data) : shape(std::move(shape)), data(std::move(data)) {}
  /// Every element is `value`.
  static Tensor filled(Shape shape, Real value) {
    const auto count = static_cast<size_t>(elementCount(shape));
    return Tensor(std::move(shape), Reals(count, value));
  }

  const Reals &reals() const { return std::get<Reals>(data); }
  Reals &reals() { return std::get<Reals>(data); }
  const Integers &integers() const { return std::get<Integers>(data); }
  const Flags &flags() const { return std::get<Flags>(data); }

  Shape shape;
  std::variant<Reals, Integers, Flags> data;
};

} // namespace ingot::interpreter
