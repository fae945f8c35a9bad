//===- Tensor.h - a named tensor of a reference case -----------*- C++ -*-===//
#pragma once

#include "graph/Graph.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ingot::verify {

/// A dense tensor in row-major order.
struct Tensor {
  std::vector<int64_t> shape;
  std::variant<std::vector<float>, std::vector<int32_t>> values;

  size_t size() const {
    return std::visit([](const auto &v) { return v.size(); }, values);
  }
  double at(size_t index) const {
    return std::visit([&](const auto &v) { return double(v[index]); }, values);
  }
  graph::DType dtype() const {
    return std::holds_alternative<std::vector<float>>(values)
               ? graph::DType::F32
               : graph::DType::I32;
  }
  const void *data() const {
    return std::visit([](const auto &v) -> const void * { return v.data(); },
                      values);
  }
};

/// By name, in the order of the names.
using TensorMap = std::map<std::string, Tensor>;

/// Product of the sizes in `shape`, or nullopt if it has a negative size or
/// does not fit 63 bits.
inline std::optional<int64_t> elementCount(const std::vector<int64_t> &shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    if (size < 0 || __builtin_mul_overflow(count, size, &count))
      return std::nullopt;
  return count;
}

/// `[32, 16]`.
std::string shapeText(const std::vector<int64_t> &shape);

} // namespace ingot::verify
