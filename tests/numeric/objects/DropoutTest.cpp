//===- DropoutTest.cpp - masks of compiled objects ------------------------===//
//
// A model whose gradients tell the bits of its masks. In each branch, rows of powers
// of two go through a dropout, once forward and once backward, so that the sum over
// the batch is a number whose binary digits are one column of the mask.
//
//===----------------------------------------------------------------------===//

#include "Object.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace ingot;
using namespace ingot::numeric;

namespace {

constexpr int32_t rows = 16;
constexpr int64_t columns = 96;
constexpr int64_t wide = 600;
constexpr uint64_t seed = 0x9e3779b97f4a7c15;

/// Branches a to f: two layers, the first one once more, one with a seed, one with
/// another rate, and one that decides by columns.
struct Branch {
  const char *name;
  double rate;
};
constexpr Branch branches[] = {{"a", 0.5}, {"b", 0.5}, {"c", 0.5}, {"d", 0.5}, {"e", 0.25}, {"f", 0.5}};

Model masks() {
  clear_session();
  Tensor x = Input({columns}, {.name = "x"});
  // Ones, which depend on a weight, times x.
  auto branch = [&](Dropout dropout, const std::string &name) {
    Tensor ones = Dense(columns, {.kernel_initializer = "zeros", .bias_initializer = "ones", .name = name + "_in"})(x);
    return Dense(1, {.use_bias = false, .kernel_initializer = "ones", .name = name})(dropout(multiply({ones, x})));
  };
  Dropout first(0.5), second(0.5);
  Model model(x,
              {branch(first, "a"), branch(second, "b"), branch(first, "c"), branch(Dropout(0.5, {.seed = 7}), "d"),
               branch(Dropout(0.25), "e"), branch(Dropout(0.5, {.noise_shape = {1, columns}}), "f")},
              {.name = "masks"});
  // Steps that change no weight: they are lost in rounding.
  model.compile({.optimizer = SGD({.learning_rate = 1e-30}), .loss = "mae"});
  return model;
}

/// Many elements of one mask.
Model statistics() {
  clear_session();
  Tensor x = Input({wide}, {.name = "x"});
  Model model(x, Dense(1, {.use_bias = false, .kernel_initializer = "ones", .name = "a"})(Dropout(0.2)(x)), {.name = "statistics"});
  model.compile({.optimizer = SGD(), .loss = "mae"});
  return model;
}

/// Bits of a mask, column by column, sample by sample.
using Mask = std::vector<uint32_t>;

/// Rows of 1, 1/2, 1/4, ...; targets below every prediction, so that the gradient of
/// the loss is 1 / rows.
Batch powersOfTwo(const Object &object, int64_t width, int32_t stream = 0) {
  std::mt19937 random(1);
  Batch batch = object.randomBatch(rows, false, random);
  batch.stream = stream;
  for (int64_t i = 0; i < rows * width; ++i)
    batch.inputs.at("x").reals()[i] = std::ldexp(1.0f, -static_cast<int>(i / width));
  for (auto &[name, target] : batch.targets)
    for (float &value : target.reals())
      value = -1;
  return batch;
}

/// The sums over the batch, without the scale of what is kept, as whole numbers.
Mask decode(const std::vector<float> &gradient, double rate) {
  Mask mask;
  for (float sum : gradient) {
    const double digits = sum * rows * (1 - rate) * std::ldexp(1.0, rows - 1);
    EXPECT_NEAR(digits, std::round(digits), 0.02);
    mask.push_back(static_cast<uint32_t>(std::lround(digits)));
  }
  return mask;
}

/// Masks of the branches as the last call of `gradients` left them.
std::map<std::string, Mask> forwardMasks(const Object &object) {
  std::map<std::string, Mask> masks;
  for (const Branch &branch : branches)
    masks[branch.name] = decode(object.gradientValues().at(std::string(branch.name) + ".kernel").reals(), branch.rate);
  return masks;
}
std::map<std::string, Mask> backwardMasks(const Object &object) {
  std::map<std::string, Mask> masks;
  for (const Branch &branch : branches)
    masks[branch.name] = decode(object.gradientValues().at(std::string(branch.name) + "_in.bias").reals(), branch.rate);
  return masks;
}

class DropoutMasks : public ::testing::Test {
protected:
  explicit DropoutMasks(driver::Numerics numerics = driver::Numerics::Native, const std::string &cpu = "x86-64-v3")
      : object(compiled({"masks", masks}, cpu, numerics)) {
    object.init(seed);
  }

  std::map<std::string, Mask> draw(int32_t stream = 0) {
    object.gradients(powersOfTwo(object, columns, stream));
    return forwardMasks(object);
  }
  void step() { object.trainStep(powersOfTwo(object, columns)); }

  Object object;
};

TEST_F(DropoutMasks, BackwardIsForward) {
  EXPECT_EQ(draw(), backwardMasks(object));
  EXPECT_EQ(draw(3), backwardMasks(object));
}

/// Half of the bits of two masks agree if they are drawn for themselves: 768 of 1536,
/// give or take five standard deviations of 19.6.
void expectIndependent(const Mask &one, const Mask &other) {
  int equal = 0;
  for (size_t i = 0; i < one.size(); ++i)
    equal += rows - std::popcount(one[i] ^ other[i]);
  EXPECT_NEAR(equal, rows * columns / 2, 5 * std::sqrt(rows * columns) / 2);
}

TEST_F(DropoutMasks, LayersCallsStepsAndStreamsDiffer) {
  const auto first = draw();
  expectIndependent(first.at("a"), first.at("b"));
  expectIndependent(first.at("a"), first.at("c"));
  expectIndependent(first.at("a"), first.at("d"));
  const auto otherStream = draw(1), farStream = draw(-1);
  step();
  const auto second = draw();
  for (const char *name : {"a", "b", "c", "d"}) {
    expectIndependent(first.at(name), otherStream.at(name));
    expectIndependent(first.at(name), farStream.at(name));
    expectIndependent(first.at(name), second.at(name));
    expectIndependent(otherStream.at(name), second.at(name));
  }
}

/// Rows of a mask, and its neighbours in a row, are drawn for themselves.
TEST_F(DropoutMasks, SamplesDiffer) {
  const Mask mask = draw().at("a");
  Mask nextColumn(mask.begin() + 1, mask.end()), nextRow;
  nextColumn.push_back(mask.front());
  for (uint32_t column : mask)
    nextRow.push_back(column >> 1 | (column & 1) << (rows - 1));
  expectIndependent(mask, nextColumn);
  expectIndependent(mask, nextRow);
}

/// Where `noise_shape` is 1, all samples share a decision.
TEST_F(DropoutMasks, NoiseShape) {
  constexpr uint32_t all = (1u << rows) - 1;
  int kept = 0;
  const Mask mask = draw().at("f");
  for (uint32_t column : mask) {
    EXPECT_TRUE(column == 0 || column == all) << column;
    kept += column == all;
  }
  EXPECT_NEAR(kept, columns / 2, 5 * std::sqrt(columns) / 2);
}

/// A sample's mask depends on its place, not on how many there are.
TEST_F(DropoutMasks, APartOfABatchHasTheSameBits) {
  const Mask whole = draw().at("a");
  Batch part = powersOfTwo(object, columns);
  part.size = rows / 2;
  part.inputs.at("x").shape[0] = part.size;
  part.inputs.at("x").reals().resize(columns * rows / 2);
  for (auto &[name, target] : part.targets) {
    target.shape[0] = part.size;
    target.reals().resize(rows / 2);
  }
  object.gradients(part);
  const Mask half = forwardMasks(object).at("a");
  for (size_t i = 0; i < whole.size(); ++i)
    // The divisor is half as large.
    EXPECT_EQ(half[i] >> (rows / 2), (whole[i] >> (rows / 2)) * 2) << i;
}

TEST_F(DropoutMasks, FollowTheSeedOfInit) {
  const auto first = draw();
  object.init(seed);
  EXPECT_EQ(draw(), first);
  object.init(seed + 1);
  const auto other = draw();
  expectIndependent(other.at("a"), first.at("a"));
  // A layer's own seed wins.
  EXPECT_EQ(other.at("d"), first.at("d"));
  object.init(seed + (uint64_t(1) << 32));
  expectIndependent(draw().at("a"), first.at("a"));
}

/// `train_step` draws what `gradients` with stream 0 does, and `apply_gradients` is
/// the step that the next one counts from.
TEST_F(DropoutMasks, BothHalvesAreAStep) {
  Object halves(compiled({"masks", masks}, "x86-64-v3", driver::Numerics::Native));
  halves.init(seed);
  for (int i = 0; i < 3; ++i) {
    const Batch batch = powersOfTwo(object, columns);
    EXPECT_EQ(object.trainStep(batch), halves.gradients(batch));
    halves.applyGradients();
    EXPECT_EQ(object.saved(), halves.saved());
  }
}

/// Neither has a mask, and neither moves the training on.
TEST_F(DropoutMasks, InferenceHasNone) {
  const auto before = object.saved();
  const Batch batch = powersOfTwo(object, columns);
  for (const auto &[name, values] : object.predict(batch))
    for (int32_t row = 0; row < rows; ++row)
      EXPECT_EQ(values.reals()[row], std::ldexp(float(columns), -row)) << name;
  object.evaluate(batch);
  EXPECT_EQ(object.saved(), before);
}

/// From saved weights and state another process goes on with the same bits.
TEST_F(DropoutMasks, Resume) {
  step();
  step();
  const auto checkpoint = object.saved();
  step();
  const auto expected = draw(5);
  const auto end = object.saved();

  Object resumed(compiled({"masks", masks}, "x86-64-v3", driver::Numerics::Native));
  resumed.init(1);
  resumed.restore(checkpoint);
  resumed.trainStep(powersOfTwo(resumed, columns));
  EXPECT_EQ(resumed.saved(), end);
  resumed.gradients(powersOfTwo(resumed, columns, 5));
  EXPECT_EQ(forwardMasks(resumed), expected);
}

/// Bits are integers: numerics and the width of vectors change none.
TEST_F(DropoutMasks, AreTheSameEverywhere) {
  const auto expected = draw(2);
  for (const char *cpu : {"x86-64", "x86-64-v3"})
    for (driver::Numerics numerics : {driver::Numerics::Native, driver::Numerics::Portable}) {
      SCOPED_TRACE(cpu);
      Object other(compiled({"masks", masks}, cpu, numerics));
      other.init(seed);
      other.gradients(powersOfTwo(other, columns, 2));
      EXPECT_EQ(forwardMasks(other), expected);
      EXPECT_EQ(backwardMasks(other), expected);
    }
}

/// Of 9600 elements a share of 0.8 is kept, within four standard deviations; so is
/// that of every sample.
TEST(DropoutStatistics, KeepRate) {
  Object object(compiled({"statistics", statistics}, "x86-64-v3", driver::Numerics::Native));
  object.init(seed);
  int kept = 0;
  std::vector<int> inRow(rows, 0);
  object.gradients(powersOfTwo(object, wide));
  for (uint32_t column : decode(object.gradientValues().at("a.kernel").reals(), 0.2)) {
    kept += std::popcount(column);
    for (int row = 0; row < rows; ++row)
      inRow[row] += column >> row & 1;
  }
  EXPECT_NEAR(kept, 0.8 * rows * wide, 4 * std::sqrt(0.16 * rows * wide));
  for (int count : inRow)
    EXPECT_NEAR(count, 0.8 * wide, 4 * std::sqrt(0.16 * wide));
}

/// A model without dropout has the state that it always had: no key.
TEST(DropoutState, IsThereOnlyIfNeeded) {
  Object with(compiled({"masks", masks}, "x86-64-v3", driver::Numerics::Native));
  EXPECT_TRUE(with.variables().contains("random.key"));
  auto plain = [] {
    clear_session();
    Tensor x = Input({4}, {.name = "x"});
    Model model(x, Dense(1, {.name = "y"})(Dropout(0)(Dropout(0.5, {.seed = 3})(x))), {.name = "plain"});
    model.compile({.optimizer = SGD(), .loss = "mse"});
    return model;
  };
  Object without(compiled({"plain", plain}, "x86-64-v3", driver::Numerics::Native));
  EXPECT_FALSE(without.variables().contains("random.key"));
}

} // namespace
