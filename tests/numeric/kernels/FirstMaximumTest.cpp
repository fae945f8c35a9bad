//===- FirstMaximumTest.cpp - the first maximum, and where ----------------===//
//
// Against one element after the other, on rows with ties, NaN and infinities.
//
//===----------------------------------------------------------------------===//

#include "Jit.h"
#include "Labels.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

using namespace ingot::tests;

namespace {

constexpr int64_t mostRows = 12;

/// The best of `n` quotients a row, behind those of all rows where they were found; -1
/// if nothing beats what was there.
std::string textOf(int64_t n) {
  const std::string rows = "memref<?x" + std::to_string(n) + "xf32>", most = std::to_string(mostRows);
  return "  func.func @width" + std::to_string(n) + testParameters + R"( {
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %none = arith.constant -1 : i32
    %a = memref.reinterpret_cast %pa to offset: [0], sizes: [%s, )" + std::to_string(n) + "], strides: [" + std::to_string(n) +
         ", 1] : memref<1xf32> to " + rows + R"(
    %b = memref.reinterpret_cast %pb to offset: [0], sizes: [%s], strides: [1] : memref<1xf32> to memref<?xf32>
    %best = memref.reinterpret_cast %pc to offset: [0], sizes: [%s], strides: [1] : memref<1xf32> to memref<?xf32>
    %behind = memref.reinterpret_cast %pc to offset: [)" + most + "], sizes: [" + most + R"(], strides: [1]
        : memref<1xf32> to memref<)" + most + "xf32, strided<[1], offset: " + most + R"(>>
    %places = memref.alloca() : memref<)" + most + R"(xi32>
    %at = memref.reinterpret_cast %places to offset: [0], sizes: [%s], strides: [1] : memref<)" + most + R"(xi32> to memref<?xi32>
    scf.for %i = %zero to %s step %one { memref.store %none, %at[%i] : memref<?xi32> }
    linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i)>,
                                     affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
        ins(%a, %b : )" + rows + R"(, memref<?xf32>) outs(%best, %at : memref<?xf32>, memref<?xi32>) {
    ^bb0(%x: f32, %y: f32, %value: f32, %place: i32):
      %quotient = arith.divf %x, %y : f32
      %index = linalg.index 1 : index
      %here = arith.index_cast %index : index to i32
      %better = arith.cmpf ogt, %quotient, %value : f32
      %next = arith.select %better, %quotient, %value : f32
      %where = arith.select %better, %here, %place : i32
      linalg.yield %next, %where : f32, i32
    }
    scf.for %i = %zero to %s step %one {
      %place = memref.load %at[%i] : memref<?xi32>
      %number = arith.sitofp %place : i32 to f32
      memref.store %number, %behind[%i] : memref<)" + most + "xf32, strided<[1], offset: " + most + R"(>>
    }
    return
  }
)";
}

/// Few different numbers, so that many are equal.
std::vector<float> draw(std::mt19937 &random, int64_t count) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  constexpr float choices[] = {1, 1, 2, 2, 3, -1, 0.0f, -0.0f, -infinity, -infinity, std::numeric_limits<float>::quiet_NaN()};
  std::uniform_int_distribution<size_t> pick(0, std::size(choices) - 1);
  std::vector<float> numbers(count);
  for (float &number : numbers)
    number = choices[pick(random)];
  return numbers;
}

class FirstMaximumTest : public testing::TestWithParam<JitOptions> {};

TEST_P(FirstMaximumTest, IsThatOfOneElementAfterTheOther) {
  const unsigned seed = pickSeed();
  std::mt19937 random(seed);
  SCOPED_TRACE("seed " + std::to_string(seed) + ", " + GetParam().describe());
  std::string functions;
  const std::vector<int64_t> widths = {1, 2, 7, 8, 9, 10, 16, 23, 40};
  for (int64_t n : widths)
    functions += textOf(n);
  Jit jit(functions, GetParam());
  ASSERT_TRUE(jit.isValid());
  for (int64_t n : widths) {
    TestFunction function = jit.lookup("width" + std::to_string(n));
    ASSERT_NE(function, nullptr);
    for (int repeat = 0; repeat < 50; ++repeat)
      for (int64_t rows = 0; rows <= mostRows; rows += 3) {
        std::vector<float> a = draw(random, rows * n), b(rows, 2.0f), after(2 * mostRows, -std::numeric_limits<float>::infinity());
        if (repeat % 2)
          after.assign(after.size(), 0.5f);
        std::vector<float> expected = after;
        for (int64_t i = 0; i < rows; ++i) {
          expected[mostRows + i] = -1;
          for (int64_t j = 0; j < n; ++j)
            if (float quotient = a[i * n + j] / b[i]; quotient > expected[i]) {
              expected[i] = quotient;
              expected[mostRows + i] = static_cast<float>(j);
            }
        }
        function(a.data(), b.data(), after.data(), rows, 0);
        ASSERT_EQ(std::memcmp(after.data(), expected.data(), after.size() * sizeof(float)), 0)
            << rows << " rows of " << n << ", repetition " << repeat;
      }
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, FirstMaximumTest, testing::Values(JitOptions{0, 8, false}, JitOptions{0, 4, true}),
                         [](const auto &info) { return info.param.portable ? "portable" : "native"; });

} // namespace
