//===- ReductionTest.cpp - reductions against eight plain lanes -----------===//
//
// Compiles reductions of every form and compares bit by bit with loops that
// spell the contract out: element r goes to lane r mod 8, the lanes meet in
// ((0+4)+(2+6))+((1+5)+(3+7)), the output's value comes last.
//
//===----------------------------------------------------------------------===//

#include "Jit.h"
#include "Labels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

using namespace ingot::tests;

namespace {

/// Reduces `a` * `b` over the letters of `dims` that are not in `c`.
struct Reduced : Labels {
  std::string dims;
  std::string a;
  std::string b;
  std::string c;
  bool isMaximum = false;
};

constexpr int64_t offset = 5;

std::string reducedLabels(const Reduced &reduced) {
  std::string labels;
  for (char label : reduced.dims)
    if (reduced.c.find(label) == std::string::npos)
      labels += label;
  return labels;
}

std::string textOf(const Reduced &reduced, const std::string &name) {
  std::vector<std::string> iterators;
  for (char label : reduced.dims)
    iterators.push_back(reduced.c.find(label) == std::string::npos
                            ? "\"reduction\""
                            : "\"parallel\"");
  std::string combine = reduced.isMaximum ? "arith.maximumf %product, %acc"
                                          : "arith.addf %acc, %product";
  return "  func.func @" + name + testParameters + " {\n" +
         reduced.viewOf(reduced.a, "a") + reduced.viewOf(reduced.b, "b") +
         reduced.viewOf(reduced.c, "c") +
         "    linalg.generic {indexing_maps = [" +
         mapsOf(reduced.dims, {reduced.a, reduced.b, reduced.c}) +
         "], iterator_types = [" + join(iterators) + "]} ins(%a, %b : " +
         reduced.typeOf(reduced.a) + ", " + reduced.typeOf(reduced.b) +
         ") outs(%c : " + reduced.typeOf(reduced.c) +
         ") {\n"
         "    ^bb0(%x: f32, %y: f32, %acc: f32):\n"
         "      %two = arith.constant 2.0 : f32\n"
         "      %scaled = arith.mulf %y, %two : f32\n"
         "      %product = arith.mulf %x, %scaled : f32\n"
         "      %next = " +
         combine + " : f32\n      linalg.yield %next : f32\n    }\n" +
         "    return\n  }\n";
}

float combine(const Reduced &reduced, float lhs, float rhs) {
  return reduced.isMaximum ? std::max(lhs, rhs) : lhs + rhs;
}

float meet(const Reduced &reduced, const float (&lane)[8]) {
  auto both = [&](float lhs, float rhs) { return combine(reduced, lhs, rhs); };
  return both(both(both(lane[0], lane[4]), both(lane[2], lane[6])),
              both(both(lane[1], lane[5]), both(lane[3], lane[7])));
}

void expectBits(const Reduced &reduced, int64_t size, const float *a,
                const float *b, const float *before, const float *after) {
  std::string inner = reducedLabels(reduced);
  std::map<char, int64_t> indices;
  for (int64_t c = 0; c < reduced.volumeOf(reduced.c, size); ++c) {
    reduced.setIndices(reduced.c, c, size, indices);
    float lanes[8];
    std::fill(std::begin(lanes), std::end(lanes),
              reduced.isMaximum ? -std::numeric_limits<float>::infinity()
                                : 0.0f);
    for (int64_t r = 0; r < reduced.volumeOf(inner, size); ++r) {
      reduced.setIndices(inner, r, size, indices);
      float x = a[reduced.positionOf(reduced.a, indices, size)];
      float y = b[reduced.positionOf(reduced.b, indices, size)];
      // The store keeps compilers from fusing the product with the sum.
      volatile float product = x * (y * 2.0f);
      lanes[r % 8] = combine(reduced, lanes[r % 8], product);
    }
    float expected = combine(reduced, before[c], meet(reduced, lanes));
    ASSERT_EQ(std::memcmp(&expected, &after[c], sizeof expected), 0)
        << "element " << c << " is " << after[c] << ", not " << expected;
  }
}

std::vector<Reduced> makeReductions(std::mt19937 &random) {
  auto draw = [&](int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random);
  };
  std::vector<Reduced> all;
  auto add = [&](const std::string &dims, const std::string &a,
                 const std::string &b, const std::string &c,
                 std::map<char, int64_t> extents, bool hasOffset = false) {
    for (bool isMaximum : {false, true})
      all.push_back({{extents, hasOffset}, dims, a, b, c, isMaximum});
  };
  for (int repeat = 0; repeat < 2; ++repeat) {
    int64_t n = draw(1, 40), t = draw(1, 7);
    // Along rows, with an operand that stays; columns; everything.
    add("bn", "bn", "bn", "b", {{'b', 0}, {'n', n}});
    add("bn", "bn", "b", "b", {{'b', 0}, {'n', n}});
    add("bn", "bn", "b", "n", {{'b', 0}, {'n', n}});
    add("bn", "bn", "bn", "n", {{'b', 0}, {'n', draw(1, 40)}});
    add("bn", "bn", "bn", "", {{'b', 0}, {'n', n}});
    // Several dimensions at once, along and across.
    add("btn", "btn", "btn", "b", {{'b', 0}, {'t', t}, {'n', n}});
    add("btn", "btn", "n", "n", {{'b', 0}, {'t', t}, {'n', n}});
    add("btn", "btn", "bt", "t", {{'b', 0}, {'t', t}, {'n', n}});
    // No contiguous direction: the operands disagree.
    add("bn", "bn", "nb", "b", {{'b', 9}, {'n', n}});
    add("nb", "bn", "bn", "b", {{'b', 0}, {'n', n}});
  }
  add("bn", "bn", "bn", "b", {{'b', 0}, {'n', 16}}, /*hasOffset=*/true);
  add("bn", "bn", "bn", "n", {{'b', 0}, {'n', 21}}, /*hasOffset=*/true);
  return all;
}

class ReductionTest : public testing::TestWithParam<JitOptions> {};

TEST_P(ReductionTest, MatchesEightLanes) {
  unsigned seed = pickSeed();
  std::mt19937 random(seed);
  SCOPED_TRACE("seed " + std::to_string(seed) + ", " + GetParam().describe());

  std::vector<Reduced> all = makeReductions(random);
  std::string functions;
  for (size_t i = 0; i < all.size(); ++i)
    functions += textOf(all[i], "reduction" + std::to_string(i));
  Jit jit(functions, GetParam());
  ASSERT_TRUE(jit.isValid());

  for (size_t i = 0; i < all.size(); ++i) {
    const Reduced &reduced = all[i];
    TestFunction function = jit.lookup("reduction" + std::to_string(i));
    ASSERT_NE(function, nullptr);
    for (int64_t size = 0; size <= 20; ++size) {
      SCOPED_TRACE(textOf(reduced, "reduction") + "size " +
                   std::to_string(size));
      int64_t skip = reduced.hasOffset ? offset : 0;
      auto make = [&](const std::string &labels) {
        return randomFloats(random, reduced.volumeOf(labels, size) + skip);
      };
      std::vector<float> a = make(reduced.a), b = make(reduced.b);
      // One float more: nothing behind the output may change.
      std::vector<float> before = make(reduced.c);
      before.push_back(42.0f);
      std::vector<float> after = before;
      function(a.data(), b.data(), after.data(), size, offset);
      expectBits(reduced, size, a.data() + skip, b.data() + skip,
                 before.data() + skip, after.data() + skip);
      ASSERT_EQ(after.back(), 42.0f);
      if (HasFatalFailure())
        return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, ReductionTest,
                         testing::Values(JitOptions{0, 8, false},
                                         JitOptions{0, 8, true},
                                         JitOptions{0, 4, true},
                                         JitOptions{0, 1, true},
                                         JitOptions{0, 1, true, true},
                                         JitOptions{0, 1, true, false, 32, /*caches=*/false},
                                         JitOptions{0, 16, true}),
                         [](const auto &info) {
                           return (info.param.portable ? "portable"
                                                       : "native") +
                                  std::to_string(info.param.vectorWidth) +
                                  (info.param.forSize ? "ForSize" : "") +
                                  (info.param.caches ? "" : "WithoutCaches");
                         });

} // namespace
