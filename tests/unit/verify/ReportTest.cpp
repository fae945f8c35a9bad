//===- ReportTest.cpp - comparisons, their text and JSON ------------------===//

#include "verify/Report.h"
#include "verify/Statistics.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

using namespace ingot;
using namespace ingot::verify;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

const float nan = std::numeric_limits<float>::quiet_NaN();

Tensor tensor(std::vector<int64_t> shape, std::vector<float> values) {
  return {std::move(shape), std::move(values)};
}

TEST(Report, FindsTheWorstElement) {
  const Check check =
      compareTensors("w", tensor({2, 3}, {1, 2, 3, 4, 5, 6}),
                     tensor({2, 3}, {1, 2, 3, 4, 5.5f, 6.25f}), 0.5);
  EXPECT_EQ(check.worst, 0.5);
  EXPECT_THAT(check.index, ElementsAre(1, 1));
  EXPECT_TRUE(check.holds());
  EXPECT_FALSE(compareTensors("w", tensor({1}, {1}), tensor({1}, {2}), 0.5)
                   .holds());
}

TEST(Report, NotANumberNeverHolds) {
  EXPECT_FALSE(
      compareTensors("w", tensor({1}, {nan}), tensor({1}, {1}), 1e30).holds());
  EXPECT_FALSE(compareSeries("s", {1, std::nan("")}, {1, 2}, 1e30).holds());

  std::vector<Check> checks;
  compareStatistics(
      "w", tensor({3}, {1, nan, 3}),
      json::Value::parse(R"({"shape":[3],"sum":4,"sum_sq":10,"min":1,"max":3,
                             "sample_flat_index":[0],"sample_value":[1]})",
                         "case.json"),
      1e30, checks);
  ASSERT_EQ(checks.size(), 5u);
  EXPECT_FALSE(checks[3].holds()) << checks[3].name;
}

TEST(Report, ShapesAndLengthsMustAgree) {
  EXPECT_THAT(
      compareTensors("w", tensor({1, 2}, {1, 2}), tensor({2}, {1, 2}), 1)
          .problem,
      HasSubstr("the shape is [1, 2]; expected [2]"));
  EXPECT_THAT(compareSeries("s", {1}, {1, 2}, 1).problem,
              HasSubstr("there are 1 values; expected 2"));
}

TEST(Report, StatusIsTheExitCode) {
  Report report;
  report.name = "s1";
  report.checks.push_back(compareSeries("loss", {1, 2}, {1, 2}, 0));
  EXPECT_EQ(int(report.status()), 0);
  report.checks.push_back(compareSeries("metric", {1, 2}, {1, 3}, 0.5));
  EXPECT_EQ(int(report.status()), 1);
  EXPECT_THAT(formatText(report), HasSubstr("FAILED at [1]"));
  EXPECT_THAT(formatText(report), HasSubstr("1 of 2 comparisons failed"));

  const nlohmann::json json = nlohmann::json::parse(formatJson(report));
  EXPECT_EQ(json["status"], "fail");
  EXPECT_EQ(json["checks"][1]["name"], "metric");
  EXPECT_EQ(json["checks"][1]["worst_error"], 1);
  EXPECT_EQ(json["checks"][1]["tolerance"], 0.5);
  EXPECT_EQ(json["checks"][1]["index"][0], 1);
  EXPECT_EQ(json["checks"][1]["ok"], false);

  report.unsupported = "LSTM";
  EXPECT_EQ(int(report.status()), 3);
  EXPECT_THAT(formatText(report), HasSubstr("LSTM"));
  EXPECT_EQ(nlohmann::json::parse(formatJson(report))["unsupported"], "LSTM");
}

TEST(Report, AnErrorIsAFailureEvenWithoutComparisons) {
  Report report;
  report.error = "case.json: error: there is no `name`";
  EXPECT_EQ(int(report.status()), 1);
  EXPECT_EQ(nlohmann::json::parse(formatJson(report))["status"], "error");
}

} // namespace
