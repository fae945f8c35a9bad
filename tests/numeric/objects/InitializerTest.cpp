//===- InitializerTest.cpp - what the entry `init` draws ------------------===//
//
// Against the interpreter, which has its own generator and quantiles, and against
// the distributions. Tests of distributions are of one seed: they do not flake.
//
//===----------------------------------------------------------------------===//

#include "Models.h"
#include "Object.h"
#include "Random.h"
#include "Reference.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <numbers>

using namespace ingot;
using namespace ingot::numeric;
using ::testing::Each;

namespace {

constexpr uint64_t seed = 0x9e3779b97f4a7c15;

class Initializers : public ::testing::Test {
protected:
  Initializers() : program(compiled(initializers(), "x86-64-v3", driver::Numerics::Native)), object(program) {
    object.init(seed);
    variables = object.variables();
  }

  const std::vector<float> &values(const std::string &name) { return variables.at(name).reals(); }

  const Compiled &program;
  Object object;
  NamedValues variables;
};

double normalShareBelow(double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; }

struct Moments {
  double mean = 0, deviation = 0;
};

Moments momentsOf(const std::vector<float> &values) {
  Moments moments;
  for (double value : values)
    moments.mean += value;
  moments.mean /= static_cast<double>(values.size());
  for (double value : values)
    moments.deviation += (value - moments.mean) * (value - moments.mean);
  moments.deviation = std::sqrt(moments.deviation / static_cast<double>(values.size()));
  return moments;
}

/// Mean and standard deviation within four standard errors; that of the deviation
/// is largest for the normal distribution, and 1 / sqrt(2 n) of it.
void expectMoments(const std::vector<float> &values, double mean, double deviation) {
  const auto n = static_cast<double>(values.size());
  const Moments moments = momentsOf(values);
  EXPECT_NEAR(moments.mean, mean, 4 * deviation / std::sqrt(n));
  EXPECT_NEAR(moments.deviation, deviation, 4 * deviation / std::sqrt(2 * n));
}

/// Kolmogorov and Smirnov: the largest distance between the share of values below x
/// and `shareBelow`. Above 1.95 / sqrt(n) in one of a thousand seeds.
void expectDistribution(std::vector<float> values, const std::function<double(double)> &shareBelow) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  double distance = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double share = shareBelow(values[i]);
    distance = std::max({distance, std::abs(share - static_cast<double>(i) / n),
                         std::abs(share - static_cast<double>(i + 1) / n)});
  }
  EXPECT_LT(distance, 1.95 / std::sqrt(n));
}

/// Neighbours in a row and in a column are independent: their correlation is zero
/// within four standard errors.
void expectIndependent(const std::vector<float> &values, size_t apart) {
  const Moments moments = momentsOf(values);
  double sum = 0;
  for (size_t i = apart; i < values.size(); ++i)
    sum += (values[i] - moments.mean) * (values[i - apart] - moments.mean);
  const auto n = static_cast<double>(values.size());
  EXPECT_NEAR(sum / n / (moments.deviation * moments.deviation), 0, 4 / std::sqrt(n)) << apart << " apart";
}

TEST_F(Initializers, Uniform) {
  const std::vector<float> &drawn = values("uniform.kernel");
  ASSERT_EQ(drawn.size(), 120u * 150u);
  EXPECT_GE(*std::min_element(drawn.begin(), drawn.end()), -0.5f);
  EXPECT_LT(*std::max_element(drawn.begin(), drawn.end()), 2.0f);
  expectMoments(drawn, 0.75, 2.5 / std::sqrt(12.0));
  expectDistribution(drawn, [](double x) { return (x + 0.5) / 2.5; });
  expectIndependent(drawn, 1);
  expectIndependent(drawn, 150);
}

TEST_F(Initializers, Normal) {
  const std::vector<float> &drawn = values("normal.kernel");
  expectMoments(drawn, 1, 2);
  expectDistribution(drawn, [](double x) { return normalShareBelow((x - 1) / 2); });
  // Tails are there: a share of 2.7e-3 is beyond three deviations, 49 of 18000.
  const auto far = std::count_if(drawn.begin(), drawn.end(), [](float x) { return std::abs(x - 1) > 6; });
  EXPECT_NEAR(static_cast<double>(far), 48.6, 4 * std::sqrt(48.6));
}

TEST_F(Initializers, TruncatedNormal) {
  const std::vector<float> &drawn = values("truncated.kernel");
  EXPECT_GE(*std::min_element(drawn.begin(), drawn.end()), -2.0f);
  EXPECT_LE(*std::max_element(drawn.begin(), drawn.end()), 0.0f);
  // What is left of a normal distribution has 0.8796 of its deviation.
  expectMoments(drawn, -1, 0.5 * 0.87962566103423978);
  const double below = normalShareBelow(-2);
  expectDistribution(drawn, [&](double x) { return (normalShareBelow((x + 1) / 0.5) - below) / (1 - 2 * below); });
}

/// Vectors of length `gain` that are at right angles, to rounding.
void expectOrthogonal(const std::vector<float> &matrix, size_t vectors, size_t length, size_t vectorStride,
                      size_t elementStride, double gain) {
  for (size_t i = 0; i < vectors; ++i)
    for (size_t j = 0; j <= i; ++j) {
      double dot = 0;
      for (size_t k = 0; k < length; ++k)
        dot += double(matrix[i * vectorStride + k * elementStride]) * matrix[j * vectorStride + k * elementStride];
      ASSERT_NEAR(dot, i == j ? gain * gain : 0, 2e-6 * gain * gain) << i << ", " << j;
    }
}

TEST_F(Initializers, Orthogonal) {
  expectOrthogonal(values("wide.kernel"), 120, 150, 150, 1, 1);
  expectOrthogonal(values("tall.kernel"), 40, 120, 1, 40, 2);
  // An element of a random direction in n dimensions: variance 1/n.
  expectMoments(values("wide.kernel"), 0, std::sqrt(1 / 150.0));
}

TEST_F(Initializers, Constants) {
  EXPECT_THAT(values("uniform.bias"), Each(0.25f));
  EXPECT_THAT(values("normal.bias"), Each(1.0f));
  EXPECT_THAT(values("truncated.bias"), Each(0.0f));
}

/// A seed in the model wins over the caller's; all else depends on the caller's.
TEST_F(Initializers, Seeds) {
  object.init(seed + 1);
  const NamedValues other = object.variables();
  EXPECT_EQ(other.at("seeded.kernel").data, variables.at("seeded.kernel").data);
  for (const char *name : {"uniform.kernel", "normal.kernel", "truncated.kernel"})
    EXPECT_NE(other.at(name).data, variables.at(name).data) << name;
  // Upper half of the seed too.
  object.init(seed + (uint64_t(1) << 32));
  EXPECT_NE(object.variables().at("uniform.kernel").data, variables.at("uniform.kernel").data);
}

/// Variables of one distribution do not repeat each other.
TEST_F(Initializers, VariablesDiffer) {
  auto standard = [&](const std::string &name, float a, float width) {
    std::vector<int> steps;
    for (float value : values(name))
      steps.push_back(static_cast<int>((value - a) / width * 1000));
    return steps;
  };
  EXPECT_NE(standard("uniform.kernel", -0.5f, 2.5f), standard("seeded.kernel", 0, 1));
}

/// The interpreter draws in float what the object draws: uniform numbers to the
/// bit, normal ones (and those made of them) up to the error of the object's
/// approximation of the quantile.
TEST_F(Initializers, AgreeWithTheInterpreter) {
  const auto drawn = Reference<float>(program.program).init(seed).variables;
  ASSERT_EQ(drawn.size(), variables.size());
  for (const auto &[name, expected] : drawn) {
    SCOPED_TRACE(name);
    const std::vector<float> &actual = values(name);
    const bool isDistant = name == "normal.kernel" || name == "truncated.kernel" || name == "wide.kernel" || name == "tall.kernel";
    if (!isDistant) {
      EXPECT_EQ(actual, expected.reals());
      continue;
    }
    for (size_t i = 0; i < actual.size(); ++i)
      ASSERT_NEAR(actual[i], expected.reals()[i], 2e-5) << i;
  }
}

/// Known answers of Random123 (kat_vectors, threefry2x32 20): the generator that
/// AgreeWithTheInterpreter compares with is the right one.
TEST(InitializerBits, AreThreefry) {
  using ::testing::ElementsAre;
  using interpreter::threefry;
  EXPECT_THAT(threefry({0, 0}, {0, 0}), ElementsAre(0x6b200159u, 0x99ba4efeu));
  EXPECT_THAT(threefry({~0u, ~0u}, {~0u, ~0u}), ElementsAre(0x1cb996fcu, 0xbb002be7u));
  EXPECT_THAT(threefry({0x13198a2eu, 0x03707344u}, {0x243f6a88u, 0x85a308d3u}), ElementsAre(0xc4923a9cu, 0x483df7a0u));
}

} // namespace
