//===- ContractionTest.cpp - matrix kernels against plain loops -----------===//
//
// Compiles random matrix products in every form and compares: portable
// numerics bit by bit with loops that sum in ascending k, native numerics with
// Eigen in double within the error of a sum in float.
//
//===----------------------------------------------------------------------===//

#include "Jit.h"
#include "Labels.h"

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

using namespace ingot::tests;

namespace {

/// One product as labels, "mk,kn->mn"; 'm' and 'p' collapse to M, 'n' and 'q'
/// to N, 'k' and 'l' to K.
struct Product : Labels {
  std::string a;
  std::string b;
  std::string c;
  bool accumulate = false;
  /// C is relu(product + row) * matrix. The row is what B begins with and the
  /// matrix what A does, so K is at least as large as N.
  bool hasEpilogue = false;

  /// The labels of a row of C.
  std::string row() const { return c.substr(c.find_first_of("nq")); }
};

constexpr int64_t maxBatch = 300;
constexpr int64_t offset = 3;

/// The labels of `product` that are not in C, in the order of A.
std::string reducedLabels(const Product &product) {
  std::string reduced;
  for (char label : product.a)
    if (product.c.find(label) == std::string::npos)
      reduced += label;
  return reduced;
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

/// A view of `labels` of the parameter `%p<source>`.
std::string viewNamed(const Product &product, const std::string &labels,
                      const std::string &source, const std::string &name) {
  std::string text = product.viewOf(labels, source);
  return text.replace(text.find(source), source.size(), name);
}

/// From `%product` to C.
std::string epilogueOf(const Product &product) {
  std::string typeC = product.typeOf(product.c);
  std::string text = viewNamed(product, product.row(), "b", "row") +
                     viewNamed(product, product.c, "a", "matrix");
  std::string parallel = "\"parallel\"";
  for (size_t i = 1; i < product.c.size(); ++i)
    parallel += ", \"parallel\"";
  return text + "    linalg.generic {indexing_maps = [" +
         mapsOf(product.c, {product.c, product.row(), product.c, product.c}) +
         "], iterator_types = [" + parallel +
         "]} ins(%product, %row, %matrix : " + typeC + ", " +
         product.typeOf(product.row()) + ", " + typeC + ") outs(%c : " +
         typeC + R"() {
    ^bb0(%x: f32, %r: f32, %y: f32, %old: f32):
      %sum = arith.addf %r, %x : f32
      %isAbove = arith.cmpf ogt, %sum, %zero : f32
      %relu = arith.select %isAbove, %sum, %zero : f32
      %scaled = arith.mulf %relu, %y : f32
      linalg.yield %scaled : f32
    }
)";
}

std::string textOf(const Product &product, const std::string &name) {
  std::string maps = mapsOf(product.c + reducedLabels(product),
                            {product.a, product.b, product.c});
  std::string typeA = product.typeOf(product.a);
  std::string typeB = product.typeOf(product.b);
  std::string typeC = product.typeOf(product.c);
  std::string text = "  func.func @" + name + testParameters + " {\n";
  text += product.viewOf(product.a, "a") + product.viewOf(product.b, "b") +
          product.viewOf(product.c, "c");
  std::string result = product.hasEpilogue ? "%product" : "%c";
  if (product.hasEpilogue)
    text += "    %product = memref.alloc(" +
            std::string(product.isDynamic() ? "%s" : "") + ") : " + typeC + "\n";
  if (!product.accumulate)
    text += "    %zero = arith.constant 0.0 : f32\n"
            "    linalg.fill ins(%zero : f32) outs(" +
            result + " : " + typeC + ")\n";
  text += "    linalg.contract indexing_maps = [" + maps + "] ins(%a, %b : " +
          typeA + ", " + typeB + ") outs(" + result + " : " + typeC + ")\n";
  if (product.hasEpilogue)
    text += epilogueOf(product);
  return text + "    return\n  }\n";
}

//===----------------------------------------------------------------------===//
// References
//===----------------------------------------------------------------------===//

/// Calls `element(position in C, positions in A and B by ascending k)`.
template <typename Element>
void forEachElement(const Product &product, int64_t size, Element element) {
  const std::string reduced = reducedLabels(product);
  const std::vector<int64_t> rowsOfA = product.movesOf(product.a, product.c, size),
                             rowsOfB = product.movesOf(product.b, product.c, size),
                             termsOfA = product.movesOf(product.a, reduced, size),
                             termsOfB = product.movesOf(product.b, reduced, size);
  std::vector<std::pair<int64_t, int64_t>> terms(termsOfA.size());
  for (size_t c = 0; c < rowsOfA.size(); ++c) {
    for (size_t k = 0; k < terms.size(); ++k)
      terms[k] = {rowsOfA[c] + termsOfA[k], rowsOfB[c] + termsOfB[k]};
    element(static_cast<int64_t>(c), terms);
  }
}

void expectBits(const Product &product, int64_t size, const float *a,
                const float *b, const float *before, const float *after) {
  forEachElement(product, size, [&](int64_t c, const auto &terms) {
    float sum = product.accumulate ? before[c] : 0.0f;
    for (auto [atA, atB] : terms) {
      // The store keeps compilers from fusing the product with the sum.
      volatile float rounded = a[atA] * b[atB];
      sum += rounded;
    }
    if (product.hasEpilogue)
      sum = std::max(sum + b[c % product.volumeOf(product.row(), size)], 0.0f) * a[c];
    ASSERT_EQ(std::memcmp(&sum, &after[c], sizeof sum), 0)
        << "element " << c << " is " << after[c] << ", not " << sum;
  });
}

void expectClose(const Product &product, int64_t size, const float *a,
                 const float *b, const float *before, const float *after) {
  forEachElement(product, size, [&](int64_t c, const auto &terms) {
    Eigen::VectorXd lhs(terms.size()), rhs(terms.size());
    for (size_t k = 0; k < terms.size(); ++k) {
      lhs[k] = a[terms[k].first];
      rhs[k] = b[terms[k].second];
    }
    double start = product.accumulate ? before[c] : 0.0;
    double magnitude = std::abs(start) + lhs.cwiseAbs().dot(rhs.cwiseAbs());
    // The worst case of a sum in float: each term rounds once per addition.
    double bound = magnitude * (terms.size() + 1) * 6e-8;
    double expected = start + lhs.dot(rhs);
    if (product.hasEpilogue) {
      double row = b[c % product.volumeOf(product.row(), size)];
      bound = (bound + std::abs(expected + row) * 1.2e-7) * std::abs(a[c]);
      expected = std::max(expected + row, 0.0) * a[c];
    }
    ASSERT_NEAR(after[c], expected, bound) << "element " << c;
  });
}

//===----------------------------------------------------------------------===//
// Cases
//===----------------------------------------------------------------------===//

std::vector<Product> makeProducts(std::mt19937 &random) {
  auto draw = [&](int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random);
  };
  std::vector<Product> products;
  auto add = [&](const std::string &a, const std::string &b,
                 const std::string &c, std::map<char, int64_t> extents,
                 bool hasOffset = false) {
    products.push_back({{extents, hasOffset}, a, b, c, draw(0, 2) == 0});
  };
  for (int repeat = 0; repeat < 3; ++repeat) {
    int64_t n = draw(1, 40), k = draw(1, 40), m = draw(1, 20);
    add("mk", "kn", "mn", {{'m', 0}, {'n', n}, {'k', k}});
    add("mk", "nk", "mn", {{'m', 0}, {'n', draw(1, 40)}, {'k', k}});
    add("km", "kn", "mn", {{'m', draw(1, 40)}, {'n', n}, {'k', 0}});
    add("km", "nk", "mn", {{'m', m}, {'n', n}, {'k', k}});
    add("mk", "kn", "mn", {{'m', m}, {'n', draw(1, 40)}, {'k', draw(1, 40)}});
    add("kn", "km", "mn", {{'m', draw(1, 40)}, {'n', n}, {'k', 0}});
  }
  // Both multiples and neighbours of the vector width and the tile.
  add("mk", "kn", "mn", {{'m', 0}, {'n', 64}, {'k', 64}});
  add("mk", "nk", "mn", {{'m', 0}, {'n', 16}, {'k', 8}});
  add("mk", "nk", "mn", {{'m', 0}, {'n', 33}, {'k', 17}});
  add("km", "kn", "mn", {{'m', 13}, {'n', 48}, {'k', 0}});
  // Few columns: vectors along those of C, the last one partial, and blocks of
  // k.
  add("km", "kn", "mn", {{'m', 61}, {'n', 10}, {'k', 0}});
  add("km", "kn", "mn", {{'m', 40}, {'n', 3}, {'k', 0}}, /*hasOffset=*/true);
  products.push_back({{{{'m', 18}, {'n', 2}, {'k', 3000}}},
                      "km",
                      "kn",
                      "mn",
                      /*accumulate=*/true});
  // Packed and blocked along k: by a divisor, by a remainder, transposed.
  add("mk", "kn", "mn", {{'m', 0}, {'n', 40}, {'k', 520}});
  add("mk", "kn", "mn", {{'m', 0}, {'n', 33}, {'k', 521}});
  add("mk", "nk", "mn", {{'m', 0}, {'n', 20}, {'k', 520}});
  add("km", "kn", "mn", {{'m', 200}, {'n', 40}, {'k', 0}});
  add("mk", "kn", "mn", {{'m', 250}, {'n', 24}, {'k', 5}});
  // Labels that collapse, an output stored transposed, offsets.
  add("mpk", "kn", "mpn", {{'m', 0}, {'p', 3}, {'n', 9}, {'k', 12}});
  add("mpk", "mpn", "kn", {{'m', 0}, {'p', 3}, {'n', 9}, {'k', 12}});
  add("mkl", "nqkl", "mnq", {{'m', 0}, {'n', 3}, {'q', 4}, {'k', 5}, {'l', 2}});
  add("kn", "mk", "mn", {{'m', 0}, {'n', 11}, {'k', 7}});
  add("mk", "kn", "mn", {{'m', 0}, {'n', 19}, {'k', 14}}, /*hasOffset=*/true);
  // Steps before the batch in the result: loops over either, rows of C far apart.
  add("mpk", "kn", "pmn", {{'m', 0}, {'p', 150}, {'n', 19}, {'k', 14}});
  add("mpk", "nk", "pmn", {{'m', 0}, {'p', 100}, {'n', 33}, {'k', 9}}, /*hasOffset=*/true);
  add("mpk", "kn", "pmn", {{'m', 0}, {'p', 3}, {'n', 19}, {'k', 14}});
  add("km", "kn", "mn", {{'m', 5}, {'n', 34}, {'k', 0}}, /*hasOffset=*/true);
  // Sums over samples and steps that lie in different orders, as A has them: rows far apart
  // in B, in A, or nowhere.
  auto addToSum = [&](const std::string &a, const std::string &b, const std::string &c,
                      std::map<char, int64_t> extents, bool hasOffset = false) {
    products.push_back({{extents, hasOffset}, a, b, c, /*accumulate=*/true});
  };
  addToSum("klm", "lkn", "mn", {{'k', 0}, {'l', 7}, {'m', 5}, {'n', 19}});
  addToSum("klm", "lkn", "nm", {{'k', 0}, {'l', 6}, {'m', 13}, {'n', 9}}, /*hasOffset=*/true);
  addToSum("lkm", "kln", "mn", {{'k', 0}, {'l', 5}, {'m', 9}, {'n', 17}});
  // Loops around: one of B's, and one for which B is packed once.
  add("bmk", "bkn", "bmn", {{'b', 3}, {'m', 7}, {'n', 18}, {'k', 6}});
  add("bmk", "bnk", "bmn", {{'b', 3}, {'m', 7}, {'n', 18}, {'k', 6}});
  add("tmk", "kn", "mtn", {{'t', 3}, {'m', 20}, {'n', draw(1, 40)}, {'k', 17}});
  add("tmk", "nk", "mtn", {{'t', 3}, {'m', 20}, {'n', 33}, {'k', draw(1, 40)}});
  // What follows in registers: each way to walk M and K, and partial vectors.
  auto addWithEpilogue = [&](const std::string &a, const std::string &b,
                             const std::string &c,
                             std::map<char, int64_t> extents) {
    products.push_back({{extents}, a, b, c, false, /*hasEpilogue=*/true});
  };
  addWithEpilogue("mk", "kn", "mn", {{'m', 0}, {'n', draw(1, 40)}, {'k', 40}});
  addWithEpilogue("mk", "nk", "mn", {{'m', 0}, {'n', 33}, {'k', 35}});
  addWithEpilogue("mk", "kn", "mn", {{'m', 0}, {'n', 40}, {'k', 520}});
  addWithEpilogue("mk", "kn", "mn", {{'m', 70}, {'n', 33}, {'k', 521}});
  addWithEpilogue("km", "kn", "mn", {{'m', draw(1, 40)}, {'n', 16}, {'k', 300}});
  addWithEpilogue("mpk", "kn", "mpn", {{'m', 0}, {'p', 3}, {'n', 9}, {'k', 12}});
  addWithEpilogue("mkl", "nqkl", "mnq", {{'m', 0}, {'n', 3}, {'q', 3}, {'k', 5}, {'l', 2}});
  return products;
}

std::vector<int64_t> sizesFor(const Product &product) {
  if (!product.isDynamic())
    return {0};
  std::vector<int64_t> sizes = {31, 32, 33, 200, maxBatch};
  for (int64_t size = 0; size <= 20; ++size)
    sizes.push_back(size);
  return sizes;
}

void checkProducts(const std::vector<Product> &products, std::mt19937 &random,
                   const JitOptions &options) {
  std::string functions;
  for (size_t i = 0; i < products.size(); ++i)
    functions += textOf(products[i], "product" + std::to_string(i));
  Jit jit(functions, options);
  ASSERT_TRUE(jit.isValid());

  for (size_t i = 0; i < products.size(); ++i) {
    const Product &product = products[i];
    TestFunction function = jit.lookup("product" + std::to_string(i));
    ASSERT_NE(function, nullptr);
    for (int64_t size : sizesFor(product)) {
      SCOPED_TRACE(textOf(product, "product") + "size " + std::to_string(size));
      int64_t skip = product.hasOffset ? offset : 0;
      auto make = [&](const std::string &labels) {
        return randomFloats(random, product.volumeOf(labels, size) + skip);
      };
      std::vector<float> a = make(product.a), b = make(product.b);
      // One float more: nothing behind the output may change.
      std::vector<float> before = make(product.c);
      before.push_back(42.0f);
      std::vector<float> after = before;
      function(a.data(), b.data(), after.data(), size, offset);
      auto check = options.portable ? expectBits : expectClose;
      check(product, size, a.data() + skip, b.data() + skip,
            before.data() + skip, after.data() + skip);
      ASSERT_EQ(after.back(), 42.0f);
      if (testing::Test::HasFatalFailure())
        return;
    }
  }
}

class ContractionTest : public testing::TestWithParam<JitOptions> {};

TEST_P(ContractionTest, MatchesPlainLoops) {
  unsigned seed = pickSeed();
  std::mt19937 random(seed);
  SCOPED_TRACE("seed " + std::to_string(seed) + ", " + GetParam().describe());
  checkProducts(makeProducts(random), random, GetParam());
}

/// No tile, block or packing changes a bit. Some of the products, others each time:
/// a large tile is much code.
TEST(ContractionChoices, ChangeNoBit) {
  unsigned seed = pickSeed();
  std::mt19937 random(seed);
  auto draw = [&](int64_t from, int64_t to) {
    return std::to_string(std::uniform_int_distribution<int64_t>(from, to)(random));
  };
  JitOptions options{maxBatch, 8, /*portable=*/true};
  options.choices = "tile=" + draw(1, 9) + "x" + draw(1, 4) + ":unroll=" +
                    draw(1, 6) + ":k-block=" + draw(1, 50) + ":m-block=" +
                    draw(0, 50) + (draw(0, 1) == "0" ? ":pack=yes" : ":pack=no");
  SCOPED_TRACE("seed " + std::to_string(seed) + ", " + options.describe());
  std::vector<Product> products = makeProducts(random);
  std::shuffle(products.begin(), products.end(), random);
  products.resize(12);
  checkProducts(products, random, options);
}

/// The function that products share has no code for columns left over where each has
/// a tile of them: these modules have one product each.
TEST(ContractionShared, AloneIsTheSame) {
  unsigned seed = pickSeed();
  std::mt19937 random(seed);
  std::vector<Product> products = makeProducts(random);
  std::shuffle(products.begin(), products.end(), random);
  auto draw = [&](int most) { return std::to_string(std::uniform_int_distribution(1, most)(random)); };
  constexpr size_t someProducts = 6;
  for (size_t i = 0; i < someProducts; ++i) {
    const bool forSize = i % 2 == 0;
    JitOptions options{maxBatch, 1, /*portable=*/true, forSize, 32, /*caches=*/forSize};
    options.choices = "tile=" + draw(4) + "x" + draw(8) + ":unroll=" + draw(5);
    SCOPED_TRACE("seed " + std::to_string(seed) + ", " + options.describe());
    checkProducts({products[i]}, random, options);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Targets, ContractionTest,
    testing::Values(JitOptions{maxBatch, 8, false},
                    JitOptions{maxBatch, 8, true},
                    JitOptions{maxBatch, 4, true},
                    JitOptions{maxBatch, 1, true},
                    JitOptions{maxBatch, 16, true, false, 32},
                    JitOptions{maxBatch, 4, false, false, 32},
                    JitOptions{maxBatch, 8, true, true},
                    JitOptions{maxBatch, 1, true, true, 32},
                    JitOptions{maxBatch, 1, true, false, 32, /*caches=*/false}),
    [](const auto &info) {
      return (info.param.portable ? "portable" : "native") +
             std::to_string(info.param.vectorWidth) +
             (info.param.forSize ? "ForSize" : "") + (info.param.caches ? "" : "WithoutCaches");
    });

} // namespace
