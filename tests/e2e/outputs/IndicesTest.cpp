//===- IndicesTest.cpp - int32 inputs under the hosted runtime ------------===//
#include "Data.h"
#include "Throws.h"
#include "words.h"

#include <gtest/gtest.h>

using namespace ingot;
using namespace ingot::test;

/// Indices in [0, rows).
static rt::Array indices(rt::Shape shape, std::uint32_t stream, int rows) {
  const rt::Array drawn = uniform(shape, stream, 0, static_cast<float>(rows));
  std::vector<std::int32_t> values;
  for (const float value : drawn.f32())
    values.push_back(static_cast<std::int32_t>(value));
  return {std::move(values), std::move(shape)};
}

/// Which of four kinds the first word is.
static rt::Array kindsOf(const rt::Array &left) {
  std::vector<std::int32_t> kinds;
  for (std::int64_t i = 0; i < left.rows(); ++i)
    kinds.push_back(left.i32()[static_cast<std::size_t>(i * 6)] % 4);
  return kinds;
}

TEST(Indices, AreFittedAndPredicted) {
  rt::Model model(words_model(), {.seed = 3});
  const rt::Array left = indices({64, 6}, 1, 40), right = indices({64, 2, 3}, 2, 25), y = kindsOf(left);
  const rt::History history = model.fit({left, right}, y, {.batch_size = 8, .epochs = 20, .verbose = 0});
  const std::vector<double> &loss = history.history["loss"];
  EXPECT_LT(loss.back(), 0.5 * loss.front());
  EXPECT_EQ(model.predict({{"right", right}, {"left", left}})[0].shape(), (rt::Shape{64, 4}));
}

TEST(Indices, AMessageNamesWhatIsOutOfRange) {
  rt::Model model(words_model());
  const rt::Array left = indices({20, 6}, 1, 40), y = kindsOf(left);
  std::vector<std::int32_t> values(20 * 6);
  values[6 * 13 + 2] = 25;
  const rt::Array right(values, {20, 2, 3});
  EXPECT_REFUSED((model.fit({left, right}, y, {.batch_size = 8, .verbose = 0, .shuffle = false}), 0),
                 "`train_step` of `words` refused the call: "
                 "an index is not in [0, rows); row 13 of input `right` has 25; must be in [0, 25)");
  EXPECT_REFUSED(model.predict({left, right}), "`predict` of `words` refused the call: "
                 "an index is not in [0, rows); row 13 of input `right` has 25; must be in [0, 25)");
  EXPECT_REFUSED(model.evaluate({left, right}, y), "`evaluate` of `words` refused the call: "
                 "an index is not in [0, rows); row 13 of input `right` has 25; must be in [0, 25)");
}

TEST(Indices, FloatsAreRefused) {
  rt::Model model(words_model());
  const rt::Array right = indices({2, 2, 3}, 2, 25);
  EXPECT_REFUSED(model.predict({uniform({2, 6}, 1, 0, 40), right}), "input `left` is f32; must be i32");
}
