//===- Report.cpp - worst errors, for people and machines -----------------===//

#include "verify/Report.h"

#include "verify/Tensor.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ingot::verify {

/// |got - want|; a NaN on one side only is the worst there is.
static double difference(double got, double want) {
  const double result = std::abs(got - want);
  return std::isnan(result) ? std::numeric_limits<double>::infinity() : result;
}

Check compareTensors(std::string name, const Tensor &got, const Tensor &want,
                     double tolerance) {
  if (got.shape != want.shape)
    return failedCheck(std::move(name),
                       fmt::format("the shape is {}; expected {}",
                                   shapeText(got.shape),
                                   shapeText(want.shape)));
  Check check;
  check.name = std::move(name);
  check.tolerance = tolerance;
  size_t worstAt = 0;
  for (size_t i = 0, e = got.size(); i != e; ++i) {
    const double error = difference(got.at(i), want.at(i));
    if (error > check.worst) {
      check.worst = error;
      worstAt = i;
    }
  }
  if (!got.size())
    return check;
  check.index.resize(got.shape.size());
  for (size_t axis = got.shape.size(); axis-- != 0;) {
    const auto size = static_cast<size_t>(got.shape[axis]);
    check.index[axis] = static_cast<int64_t>(worstAt % size);
    worstAt /= size;
  }
  return check;
}

Check compareSeries(std::string name, const std::vector<double> &got,
                    const std::vector<double> &want, double tolerance) {
  if (got.size() != want.size())
    return failedCheck(std::move(name),
                       fmt::format("there are {} values; expected {}",
                                   got.size(), want.size()));
  Check check;
  check.name = std::move(name);
  check.tolerance = tolerance;
  size_t worstAt = 0;
  for (size_t i = 0; i != got.size(); ++i) {
    const double error = difference(got[i], want[i]);
    if (error > check.worst) {
      check.worst = error;
      worstAt = i;
    }
  }
  if (got.size() > 1)
    check.index = {static_cast<int64_t>(worstAt)};
  return check;
}

Check failedCheck(std::string name, std::string problem) {
  Check check;
  check.name = std::move(name);
  check.problem = std::move(problem);
  return check;
}

Report::Status Report::status() const {
  if (!unsupported.empty())
    return Status::Unsupported;
  if (!error.empty())
    return Status::Fail;
  return std::all_of(checks.begin(), checks.end(),
                     [](const Check &check) { return check.holds(); })
             ? Status::Pass
             : Status::Fail;
}

std::string formatText(const Report &report) {
  std::string text;
  if (!report.unsupported.empty())
    return fmt::format("{}: not supported: {}\n", report.name,
                       report.unsupported);
  if (!report.error.empty())
    return report.error + "\n";

  size_t width = 0;
  for (const Check &check : report.checks)
    width = std::max(width, check.name.size());
  auto out = std::back_inserter(text);
  fmt::format_to(out, "{:<{}}  worst error  tolerance\n",
                 report.name, width);
  size_t broken = 0;
  for (const Check &check : report.checks) {
    broken += !check.holds();
    if (!check.problem.empty()) {
      fmt::format_to(out, "{:<{}}  FAILED: {}\n", check.name, width,
                     check.problem);
      continue;
    }
    fmt::format_to(out, "{:<{}}  {:>11.2e}  {:>9.1e}  {}{}\n", check.name,
                   width, check.worst, check.tolerance,
                   check.holds() ? "ok" : "FAILED",
                   check.index.empty() ? "" : " at " + shapeText(check.index));
  }
  if (broken)
    fmt::format_to(out, "{} of {} comparisons failed\n", broken,
                   report.checks.size());
  else
    fmt::format_to(out, "all {} comparisons hold\n", report.checks.size());
  return text;
}

std::string formatJson(const Report &report) {
  nlohmann::ordered_json root;
  root["case"] = report.name;
  switch (report.status()) {
  case Report::Status::Pass:
    root["status"] = "pass";
    break;
  case Report::Status::Fail:
    root["status"] = report.error.empty() ? "fail" : "error";
    break;
  case Report::Status::Unsupported:
    root["status"] = "unsupported";
    root["unsupported"] = report.unsupported;
    break;
  }
  if (!report.error.empty())
    root["error"] = report.error;
  auto &checks = root["checks"] = nlohmann::ordered_json::array();
  for (const Check &check : report.checks) {
    nlohmann::ordered_json entry;
    entry["name"] = check.name;
    entry["ok"] = check.holds();
    if (check.problem.empty()) {
      entry["worst_error"] = check.worst;
      entry["tolerance"] = check.tolerance;
      entry["index"] = check.index;
    } else {
      entry["problem"] = check.problem;
    }
    checks.push_back(std::move(entry));
  }
  return root.dump(1, ' ', false,
                   nlohmann::ordered_json::error_handler_t::replace) +
         "\n";
}

} // namespace ingot::verify
