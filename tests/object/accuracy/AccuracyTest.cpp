//===- AccuracyTest.cpp - exp, sigmoid and tanh against double ------------===//
//
// On every 997th float and where something special happens, in units of the
// last place.
//
//===----------------------------------------------------------------------===//
#include "curves.h"

#include <ingot/core.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <vector>

namespace {

constexpr int64_t kWidth = 1024, kBatch = 8;
/// Products that are rounded before they are added to something cost tanh some
/// more.
constexpr double tanhUlps = IS_PORTABLE ? 7 : 5;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

float ofBits(uint32_t bits) {
  float number;
  std::memcpy(&number, &bits, sizeof(number));
  return number;
}

/// Distance in units of the last place that a float of that size has.
double ulps(float got, double wanted) {
  int exponent;
  std::frexp(wanted, &exponent);
  return std::abs(got - wanted) /
         std::ldexp(1.0, std::max(exponent - 24, -149));
}

struct Curves {
  std::vector<float> exponential, sigmoid, hyperbolic;
};

/// The three functions of any number of floats.
Curves evaluate(std::vector<float> x) {
  const size_t count = x.size(), call = kWidth * kBatch;
  x.resize((count + call - 1) / call * call);
  Curves y = {x, x, x};
  const std::unique_ptr<void, void (*)(void *)> arena(
      std::aligned_alloc(CURVES_ALIGN,
                         (CURVES_PREDICT_ARENA_BYTES / CURVES_ALIGN + 1) *
                             CURVES_ALIGN),
      std::free);
  // There are none, but the pointer is checked.
  alignas(CURVES_ALIGN) static const float params[CURVES_ALIGN] = {};
  for (size_t first = 0; first < x.size(); first += call) {
    const curves_inputs in = {.x = &x[first]};
    curves_outputs out = {.exponential = &y.exponential[first],
                          .sigmoid = &y.sigmoid[first],
                          .hyperbolic = &y.hyperbolic[first]};
    const int32_t status = curves_predict(params, nullptr, &in, &out, kBatch,
                                          arena.get(), nullptr);
    if (status != INGOT_OK) {
      ADD_FAILURE() << "`predict` was refused with " << status;
      return y;
    }
  }
  for (std::vector<float> *curve : {&y.exponential, &y.sigmoid, &y.hyperbolic})
    curve->resize(count);
  return y;
}

/// The most ulp that `got` is away from `wanted` where x is in [low, high].
template <typename Function>
double worst(const std::vector<float> &x, const std::vector<float> &got,
             Function wanted, float low, float high) {
  double most = 0;
  for (size_t i = 0; i < x.size(); ++i)
    if (x[i] >= low && x[i] <= high)
      most = std::max(most, ulps(got[i], wanted(static_cast<double>(x[i]))));
  return most;
}

TEST(Accuracy, IsWhatThePassSays) {
  std::vector<float> x;
  for (uint64_t bits = 0; bits < uint64_t(1) << 32; bits += 997)
    if (const float number = ofBits(static_cast<uint32_t>(bits));
        std::abs(number) < 100 && std::abs(number) > 1e-30f)
      x.push_back(number);
  // Finer where tanh bends.
  for (float number = 0.1f; number < 10;
       number = std::nextafter(number, kInfinity) + 3e-6f)
    x.push_back(number);
  const Curves y = evaluate(x);
  // What is smaller than the least normal number may be 0.
  EXPECT_LT(
      worst(
          x, y.exponential, [](double v) { return std::exp(v); }, -87, 88.37f),
      1.1);
  EXPECT_LT(worst(
                x, y.sigmoid, [](double v) { return 1 / (1 + std::exp(-v)); },
                -86, 100),
            3);
  EXPECT_LT(
      worst(
          x, y.hyperbolic, [](double v) { return std::tanh(v); }, -100, 100),
      tanhUlps);
}

/// Or what is less than one by it would have a sign.
TEST(Accuracy, NoTangentIsAboveOne) {
  std::vector<float> x;
  for (float number = 7.5f; number < 9.5f; number = std::nextafter(number, kInfinity))
    x.push_back(number);
  const Curves y = evaluate(x);
  EXPECT_LE(*std::max_element(y.hyperbolic.begin(), y.hyperbolic.end()), 1);
}

TEST(Accuracy, EndsAreExact) {
  const std::vector<float> x = {0.0f, -0.0f,  kInfinity, -kInfinity,
                                -88,  1e-20f, -1e-20f,   std::nanf("")};
  const Curves y = evaluate(x);
  EXPECT_EQ(y.exponential[0], 1);
  EXPECT_EQ(y.exponential[3], 0);
  EXPECT_EQ(y.exponential[4], 0);
  EXPECT_EQ(y.sigmoid[0], 0.5f);
  EXPECT_EQ(y.sigmoid[2], 1);
  EXPECT_LT(y.sigmoid[3], 1e-38f);
  EXPECT_EQ(y.hyperbolic[0], 0);
  EXPECT_TRUE(std::signbit(y.hyperbolic[1]));
  EXPECT_EQ(y.hyperbolic[2], 1);
  EXPECT_EQ(y.hyperbolic[3], -1);
  // A small number is its own tangent, to the last bit.
  EXPECT_EQ(y.hyperbolic[6], x[6]);
  for (const std::vector<float> *curve :
       {&y.exponential, &y.sigmoid, &y.hyperbolic})
    EXPECT_TRUE(std::isnan(curve->back()));
}

} // namespace
