//===- ProfileTest.cpp - the profiler on the sample that is a perceptron --===//

#include "mnist.h"

#include <ingot/idx.h>
#include <ingot/runtime.h>

#include <gmock/gmock.h>

#include <map>
#include <sstream>

namespace rt = ingot::rt;
using testing::HasSubstr;

namespace {

struct Profiled {
  rt::Profiler profiler{{.verbose = 0}};
  std::vector<float> weights;
  double loss;
};

/// An epoch on Fashion-MNIST.
void train(Profiled &result, rt::Callbacks callbacks) {
  const rt::Mnist data = rt::load_mnist("/usr/share/datasets/fashion-mnist");
  rt::Model model(mnist_model(), {.seed = 1});
  const rt::History history = model.fit(data.x_train.reshape({-1, 784}).scaled(1 / 255.f), data.y_train,
                                        {.batch_size = 256, .epochs = 1, .verbose = 0, .callbacks = std::move(callbacks)});
  result.loss = history.history["loss"].back();
  for (const auto &[name, weight] : model.get_weights())
    result.weights.insert(result.weights.end(), weight.f32().begin(), weight.f32().end());
}

TEST(Profile, TellsWhereTheTimeOfAnEpochIs) {
  Profiled with, without;
  train(with, {with.profiler});
  train(without, {});
  EXPECT_EQ(with.weights, without.weights) << "measuring changes what is measured";
  EXPECT_LT(with.loss, 0.8);

  constexpr std::int64_t steps = 235;
  double first = 0, all = 0;
  std::map<std::string, double> ofLayer;
  for (const rt::LayerTime &row : with.profiler.layers()) {
    EXPECT_EQ(row.calls % steps, 0) << row.layer << " " << row.direction;
    EXPECT_GT(row.seconds, 0) << row.layer << " " << row.direction;
    all += row.seconds;
    if (row.layer == "dense")
      first += row.seconds;
    for (const char *direction : {"forward", "backward", "update"})
      if (row.direction.find(direction) != std::string::npos)
        ofLayer[row.layer + " " + direction] += row.seconds;
  }
  for (const char *layer : {"dense", "dense_1", "digit"})
    for (const char *direction : {"forward", "backward", "update"})
      EXPECT_TRUE(ofLayer.count(std::string(layer) + " " + direction)) << layer << " " << direction;
  // 784 x 64 products of 55 thousand in all, and no layer is where little is done.
  EXPECT_GT(first, 0.5 * all);
  EXPECT_GT(all, 0.8 * with.profiler.seconds());
  EXPECT_LE(all, with.profiler.seconds());
}

/// The text of a table, as rows of columns that end where its header's do.
std::vector<std::vector<std::string>> rowsOf(const std::string &table) {
  std::istringstream lines(table);
  std::string line;
  std::vector<std::vector<std::string>> rows;
  while (std::getline(lines, line)) {
    std::vector<std::string> row;
    for (size_t at = 0; at < line.size();) {
      const size_t end = std::min(line.find("  ", at), line.size());
      row.push_back(line.substr(at, end - at));
      at = std::min(line.find_first_not_of(' ', end), line.size());
    }
    rows.push_back(row);
  }
  return rows;
}

TEST(Profile, PrintsATable) {
  const rt::Array x(std::vector<float>(256 * 784, 0.5f), {256, 784});
  rt::Model model(mnist_model(), {.seed = 1});
  testing::internal::CaptureStdout();
  model.predict(x, {.verbose = 0, .callbacks = {rt::Profiler()}});
  const std::string table = testing::internal::GetCapturedStdout();
  const auto rows = rowsOf(table);
  ASSERT_GE(rows.size(), 5u) << table;
  EXPECT_THAT(rows.front(), testing::ElementsAre("layer", "direction", "calls", "time", "share")) << table;
  EXPECT_THAT(rows.back(), testing::Contains("100.0 %")) << table;
  double shares = 0, last = 100;
  for (size_t i = 1; i + 1 < rows.size(); ++i) {
    const double share = std::stod(rows[i].back());
    shares += share;
    if (rows[i].front() != "(no layer)") {
      EXPECT_LE(share, last) << "those that take longest are first:\n" << table;
      last = share;
      EXPECT_EQ(rows[i].size(), 5u) << table;
    }
  }
  EXPECT_NEAR(shares, 100, 0.05 * static_cast<double>(rows.size())) << table;
  EXPECT_THAT(table, HasSubstr("digit"));
}

} // namespace
