//===- WindowRulesTest.cpp ------------------------------------------------===//

#include "ingot/Shape/WindowRules.h"

#include <gtest/gtest.h>

using namespace ingot::shape;

namespace {

constexpr int64_t N = kDynamic;

std::string show(const Inferred &inferred) {
  return inferred ? toString(*inferred) : inferred.message();
}

/// Two spatial axes, without dilation.
Sliding sliding(std::vector<int64_t> window, std::vector<int64_t> strides, const char *padding = "valid") {
  return {std::move(window), std::move(strides), {1, 1}, padding};
}

TEST(WindowRules, Windows) {
  EXPECT_EQ(show(windows({N, 5, 6, 3}, {{3, 2}, {1, 1}, {1, 1}, {0, 0}, {0, 0}})), "(None, 3, 5, 3, 2, 3)");
  EXPECT_EQ(show(windows({N, 5, 6, 3}, {{3, 2}, {2, 3}, {1, 1}, {1, 0}, {1, 0}})), "(None, 3, 2, 3, 2, 3)");
  // The axes before the spatial ones are any; so is their number.
  EXPECT_EQ(show(windows({7, N, 9, 2}, {{3}, {1}, {4}, {0}, {0}})), "(7, None, 1, 3, 2)");
  EXPECT_EQ(show(windows({9, 2}, {{3}, {1}, {1}, {0}, {0}})), "(7, 3, 2)");
}

TEST(WindowRules, WindowsThatAreNone) {
  EXPECT_EQ(show(windows({N, 9, 2}, {{3}, {1, 1}, {1}, {0}, {0}})),
            "the attributes have 1 and 2 entries; each must have one a spatial axis");
  EXPECT_EQ(show(windows({N, 9, 2}, {{0}, {1}, {1}, {0}, {0}})), "`window` is (0,); must be positive and below 2^31");
  EXPECT_EQ(show(windows({N, 9, 2}, {{1}, {1}, {1}, {-1}, {0}})), "`low` is (-1,); must be at least 0 and below 2^31");
  EXPECT_EQ(show(windows({2}, {{1}, {1}, {1}, {0}, {0}})), "input has shape (2,); rank must be at least 2");
  EXPECT_EQ(show(windows({9, N, 2}, {{1}, {1}, {1}, {0}, {0}})),
            "input has shape (9, None, 2); only the batch may be dynamic");
  EXPECT_EQ(show(windows({N, 4, 2}, {{3}, {1}, {3}, {1}, {1}})),
            "a window covers 7 elements of axis 1 of (None, 4, 2), which has 6 with padding; it must fit");
}

/// Keras: out = ceil(n / s), and the odd element of the padding is behind.
TEST(WindowRules, SamePaddingIsKeras) {
  for (int64_t n = 1; n < 12; ++n)
    for (int64_t k = 1; k < 6; ++k)
      for (int64_t s = 1; s < 4; ++s)
        for (int64_t d = 1; d < (s == 1 ? 3 : 2); ++d) {
          const Windowing w = resolvePadding({N, n, 1}, {{k}, {s}, {d}, "same"});
          const int64_t out = (n + s - 1) / s, total = std::max((out - 1) * s + d * (k - 1) + 1 - n, int64_t{0});
          EXPECT_EQ(w.low[0], total / 2);
          EXPECT_EQ(w.low[0] + w.high[0], total);
          EXPECT_EQ((*windows({N, n, 1}, w))[1], out) << n << k << s << d;
        }
}

TEST(WindowRules, Conv) {
  EXPECT_EQ(show(conv({N, 28, 28, 1}, 16, sliding({3, 3}, {1, 1}))), "(None, 26, 26, 16)");
  EXPECT_EQ(show(conv({N, 28, 27, 1}, 16, sliding({3, 3}, {2, 2}, "same"))), "(None, 14, 14, 16)");
  EXPECT_EQ(show(conv({N, 28, 1}, 4, {{3}, {1}, {2}, "valid"})), "(None, 24, 4)");
  EXPECT_EQ(show(conv({N, 8, 8, 3}, 0, sliding({3, 3}, {1, 1}))), "`filters` is 0; must be positive");
  EXPECT_EQ(show(conv({N, 8, 8, 3}, 4, sliding({0, 3}, {1, 1}))),
            "`kernel_size` is (0, 3); must be positive and below 2^31");
  EXPECT_EQ(show(conv({N, 8, 8, 3}, 4, sliding({3, 3}, {1}))),
            "`kernel_size` is (3, 3) beside (1,); all must have one size a spatial axis");
  EXPECT_EQ(show(conv({N, 8, 8, 3}, 4, {{3, 3}, {2, 1}, {1, 2}, "valid"})),
            "`strides` is (2, 1) and `dilation_rate` is (1, 2); only one of them may be above 1");
  EXPECT_EQ(show(conv({N, 8, 8, 3}, 4, sliding({3, 3}, {1, 1}, "full"))),
            "`padding` is \"full\"; must be \"valid\" or \"same\"");
  EXPECT_EQ(show(conv({N, 8, 8}, 4, sliding({3, 3}, {1, 1}))), "input has shape (None, 8, 8), of rank 3; must be "
            "(batch, rows, columns, channels), of rank 4");
  EXPECT_EQ(show(conv({N, 2, 8, 8, 3}, 4, sliding({3, 3}, {1, 1}))),
            "input has shape (None, 2, 8, 8, 3), of rank 5; "
            "must be (batch, rows, columns, channels), of rank 4");
  EXPECT_EQ(show(conv({N, 2, 8, 3}, 4, sliding({3, 3}, {1, 1}))),
            "input has shape (None, 2, 8, 3), and a window covers 3 elements of axis 1; it must fit, or `padding` be "
            "\"same\"");
}

TEST(WindowRules, Pool) {
  EXPECT_EQ(show(pool({N, 9, 10, 3}, sliding({2, 2}, {2, 2}))), "(None, 4, 5, 3)");
  EXPECT_EQ(show(pool({N, 9, 10, 3}, sliding({2, 2}, {2, 2}, "same"))), "(None, 5, 5, 3)");
  EXPECT_EQ(show(pool({N, 9, 10, 3}, sliding({2, -2}, {2, 2}))),
            "`pool_size` is (2, -2); must be positive and below 2^31");
}

TEST(WindowRules, GlobalPool) {
  EXPECT_EQ(show(globalPool({N, 9, 10, 3}, false)), "(None, 3)");
  EXPECT_EQ(show(globalPool({N, 9, 10, 3}, true)), "(None, 1, 1, 3)");
  EXPECT_EQ(show(globalPool({N, 9, 3}, true)), "(None, 1, 3)");
  EXPECT_EQ(show(globalPool({N, 3}, false)), "input has shape (None, 3); rank must be at least 3");
}

} // namespace
