//===- Compare.cpp - what an object gives against the interpreter ---------===//

#include "Compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ingot::numeric {

/// How much more than the tolerance is forgiven what the interpreter cannot do better.
static constexpr double forgiven = 4;

void Difference::add(const std::string &what, const Values &actual, const interpreter::Tensor<double> &exact,
                     const interpreter::Tensor<float> *rounded) {
  if (!found.empty())
    return;
  if (actual.shape != exact.shape) {
    found = what + " has another shape";
    return;
  }
  if (std::holds_alternative<std::vector<int32_t>>(exact.data)) {
    if (actual.integers() != exact.integers())
      found = what + " differs";
    return;
  }
  double largest = 0, lost = 0;
  for (size_t i = 0; i < exact.reals().size(); ++i) {
    largest = std::max(largest, std::abs(exact.reals()[i]));
    if (rounded)
      lost = std::max(lost, std::abs(exact.reals()[i] - rounded->reals()[i]));
  }
  const double limit = tolerance * largest + forgiven * lost;
  for (size_t i = 0; i < exact.reals().size(); ++i)
    // Negated, so that NaN fails.
    if (!(std::abs(actual.reals()[i] - exact.reals()[i]) <= limit)) {
      found = fmt::format("{}[{}] is {}; must be {} within {}", what, i, actual.reals()[i], exact.reals()[i], limit);
      return;
    }
}

void Difference::add(const std::string &what, const MeanValues &actual, const interpreter::Result<double> &exact,
                     const interpreter::Result<float> *rounded) {
  for (const auto &[name, mean] : exact.metrics) {
    if (!found.empty())
      return;
    auto value = actual.find(name);
    if (value == actual.end() || value->second.count != mean.count) {
      found = fmt::format("{}: metric {} is missing, or of another count", what, name);
      return;
    }
    const double limit = tolerance * std::max(1.0, std::abs(mean.value())) +
                         (rounded ? forgiven * std::abs(mean.value() - rounded->metrics.at(name).value()) : 0);
    if (!(std::abs(value->second.value - mean.value()) <= limit))
      found = fmt::format("{}: metric {} is {}; must be {} within {}", what, name, value->second.value, mean.value(), limit);
  }
  if (found.empty() && actual.size() != exact.metrics.size())
    found = what + ": there are other metrics";
}

} // namespace ingot::numeric
