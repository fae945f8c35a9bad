//===- Statistics.cpp - comparing with summaries of a tensor --------------===//

#include "verify/Statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ingot::verify {

/// Numbers of a case are written with nine significant digits.
static double decimals(double value) {
  return 1e-8 * std::max(1.0, std::abs(value));
}

void compareStatistics(const std::string &name, const Tensor &tensor,
                       const json::Value &statistics, double tolerance,
                       std::vector<Check> &checks) {
  if (tensor.shape != statistics.at("shape").shape()) {
    checks.push_back(failedCheck(
        name, fmt::format("the shape is {}; expected {}",
                          shapeText(tensor.shape),
                          shapeText(statistics.at("shape").shape()))));
    return;
  }
  const size_t count = tensor.size();
  double sum = 0, sumOfSquares = 0;
  double min = std::numeric_limits<double>::infinity(), max = -min;
  for (size_t i = 0; i != count; ++i) {
    const double value = tensor.at(i);
    sum += value;
    sumOfSquares += value * value;
    // Written so that a NaN sticks.
    min = value >= min ? min : value;
    max = value <= max ? max : value;
  }

  auto compare = [&](const char *what, double got, double allowed) {
    const double want = statistics.at(what).number();
    const double limit = tolerance < 0 ? decimals(want) : allowed;
    checks.push_back(
        compareSeries(fmt::format("{} ({})", name, what), {got}, {want}, limit));
  };

  const json::Value indices = statistics.at("sample_flat_index");
  const std::vector<double> want = statistics.at("sample_value").numbers();
  std::vector<double> got;
  double largest = 0;
  for (const json::Value &index : indices.elements()) {
    const int64_t at = index.integer();
    if (at < 0 || size_t(at) >= count)
      index.fail(fmt::format("is {}; the tensor has {} elements", at, count));
    got.push_back(tensor.at(size_t(at)));
  }
  for (double value : want)
    largest = std::max(largest, std::abs(value));
  checks.push_back(compareSeries(name + " (samples)", got, want,
                                 tolerance < 0 ? decimals(largest)
                                               : tolerance));
  compare("min", min, tolerance);
  compare("max", max, tolerance);
  compare("sum", sum, tolerance * static_cast<double>(count));
  compare("sum_sq", sumOfSquares, tolerance * static_cast<double>(count));
}

} // namespace ingot::verify
