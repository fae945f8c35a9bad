//===- Report.h - worst errors, for people and machines --------*- C++ -*-===//
#pragma once

#include "verify/Tensor.h"

#include <string>
#include <vector>

namespace ingot::verify {

/// One comparison of computed with expected numbers.
struct Check {
  std::string name; ///< "grads_step0/dense/kernel"
  double worst = 0; ///< largest absolute difference; infinite for a NaN
  /// Where it is; empty for a single number.
  std::vector<int64_t> index;
  double tolerance = 0;
  /// Why the numbers could not be compared; empty if they could.
  std::string problem;
  bool holds() const { return problem.empty() && worst <= tolerance; }
};

/// Compares element by element.
Check compareTensors(std::string name, const Tensor &got, const Tensor &want,
                     double tolerance);

/// Compares lists of numbers, or single ones if both have one element.
Check compareSeries(std::string name, const std::vector<double> &got,
                    const std::vector<double> &want, double tolerance);

/// A comparison that could not be made.
Check failedCheck(std::string name, std::string problem);

/// What `verify` found out about a case.
struct Report {
  enum class Status { Pass = 0, Fail = 1, Unsupported = 3 };
  std::string name;
  std::vector<Check> checks;
  std::string unsupported; ///< name of the feature, if any
  std::string error;       ///< why the case could not be run, if it could not
  Status status() const;
};

/// A table with one row a check.
std::string formatText(const Report &report);
/// One JSON object. Errors that are not finite are null.
std::string formatJson(const Report &report);

} // namespace ingot::verify
