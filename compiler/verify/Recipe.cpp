//===- Recipe.cpp - tensors generated from a seed -------------------------===//

#include "verify/Recipe.h"

#include <fmt/format.h>

#include <cmath>

namespace ingot::verify {

double recipeUniform(uint32_t seed, uint32_t index) {
  uint32_t x = index * 0x9E3779B9u + seed;
  x ^= x >> 16;
  x *= 0x85EBCA6Bu;
  x ^= x >> 13;
  x *= 0xC2B2AE35u;
  x ^= x >> 16;
  return (x >> 8) / 16777216.0;
}

/// Element `index` as a function of `u`, for the kinds that need no rows.
template <typename Element, typename Function>
static std::vector<Element> fill(size_t count, Function element) {
  std::vector<Element> result(count);
  for (size_t i = 0; i != count; ++i)
    result[i] = static_cast<Element>(element(static_cast<uint32_t>(i)));
  return result;
}

Tensor generateTensor(const json::Value &entry) {
  Tensor tensor;
  tensor.shape = entry.at("shape").integers();
  // More elements than a 32-bit index reaches are not a reference case.
  std::optional<int64_t> count = elementCount(tensor.shape);
  if (!count || *count > std::numeric_limits<uint32_t>::max())
    entry.at("shape").fail(
        fmt::format("is {}; must have fewer than 2^32 elements",
                    shapeText(tensor.shape)));
  const auto n = static_cast<size_t>(*count);
  const auto seed = static_cast<uint32_t>(entry.at("seed").integer());
  auto u = [&](uint32_t i) { return recipeUniform(seed, i); };

  json::Value gen = entry.at("gen");
  const std::string kind = gen.at("kind").string();
  if (kind == "uniform" || kind == "int") {
    const double lo = gen.at("lo").number(), hi = gen.at("hi").number();
    if (kind == "uniform")
      tensor.values =
          fill<float>(n, [&](uint32_t i) { return lo + (hi - lo) * u(i); });
    else
      tensor.values = fill<int32_t>(
          n, [&](uint32_t i) { return lo + std::floor(u(i) * (hi - lo)); });
  } else if (kind == "binary") {
    tensor.values =
        fill<float>(n, [&](uint32_t i) { return u(i) < 0.5 ? 0 : 1; });
  } else if (kind == "onehot") {
    const int64_t classes =
        gen.integerOr("classes", tensor.shape.empty() ? 0 : tensor.shape.back());
    if (classes < 1 || tensor.shape.empty() || tensor.shape.back() != classes)
      gen.fail(fmt::format("has {} classes; the last size of {} must be that",
                           classes, shapeText(tensor.shape)));
    const auto width = static_cast<uint32_t>(classes);
    tensor.values = fill<float>(n, [&](uint32_t i) {
      return i % width == std::floor(u(i / width) * width) ? 1 : 0;
    });
  } else {
    gen.at("kind").fail(fmt::format(
        "is \"{}\"; must be one of uniform, int, binary, onehot", kind));
  }
  return tensor;
}

TensorMap generateTensors(const json::Value &entries) {
  TensorMap tensors;
  for (const json::Value &entry : entries.elements())
    tensors.emplace(entry.at("name").string(), generateTensor(entry));
  return tensors;
}

} // namespace ingot::verify
