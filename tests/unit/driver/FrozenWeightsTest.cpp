//===- FrozenWeightsTest.cpp - files for --weights ------------------------===//

#include "Models.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ingot/safetensors.h>

using namespace ingot;
using namespace ingot::test;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
namespace rt = ingot::rt;

namespace {

/// Two layers, four weights.
Model twoLayers() {
  clear_session();
  Tensor x = Input({2}, {.name = "x"});
  Model model(x, Dense(1, {.name = "y"})(Dense(3, {.name = "h"})(x)), {.name = "net"});
  model.compile({.loss = "mse"});
  return model;
}

/// A file of weights that fit, in an order of its own, which a test may change.
class FrozenWeights : public ::testing::Test {
protected:
  FrozenWeights() {
    const std::string test = ::testing::UnitTest::GetInstance()->current_test_info()->name();
    path = (std::filesystem::path(testing::TempDir()) / ("ingot-" + test + ".safetensors")).string();
    weights.add("y/bias", {std::vector<float>{0.5f}, {1}});
    weights.add("h/kernel", {std::vector<float>{1, 2, 3, 4, 5, 6}, {2, 3}});
    weights.add("y/kernel", {std::vector<float>{-1, -2, -3}, {3, 1}});
    weights.add("h/bias", {std::vector<float>{7, 8, 9}, {3}});
  }
  ~FrozenWeights() override { std::filesystem::remove(path); }

  /// The list of weights without `name`.
  rt::NamedList<rt::Array> without(const std::string &name) const {
    rt::NamedList<rt::Array> others;
    for (const auto &[other, array] : weights)
      if (other != name)
        others.add(other, array);
    return others;
  }

  driver::Result compile(driver::Options options = {}) const {
    options.weights = path;
    return driver::compile(twoLayers().graph(), options);
  }
  driver::Result compileWith(const rt::NamedList<rt::Array> &list, driver::Options options = {}) const {
    rt::write_safetensors(path, list);
    return compile(std::move(options));
  }
  /// The one error, without the name of the file.
  std::string refusal(const driver::Result &result) const {
    EXPECT_FALSE(result.ok);
    EXPECT_THAT(result.artefacts, IsEmpty());
    EXPECT_EQ(result.diagnostics.size(), 1u) << messages(result);
    std::string text = messages(result);
    if (const size_t at = text.find(path); at != std::string::npos)
      text.replace(at, path.size(), "FILE");
    return text;
  }
  std::string refusalOf(const rt::NamedList<rt::Array> &list) const { return refusal(compileWith(list)); }

  std::string path;
  rt::NamedList<rt::Array> weights;
};

//===----------------------------------------------------------------------===//
// What fits
//===----------------------------------------------------------------------===//

TEST_F(FrozenWeights, ByNameInAnyOrderAndTheSameBytesEachTime) {
  const driver::Options options = {.emit = {"obj", "header", "asm"}};
  const driver::Result first = compileWith(weights, options);
  EXPECT_TRUE(first.ok) << messages(first);
  rt::NamedList<rt::Array> other;
  for (const char *name : {"h/kernel", "h/bias", "y/kernel", "y/bias"})
    other.add(name, weights[name]);
  const driver::Result second = compileWith(other, options);
  for (const char *name : {"obj", "header", "asm"})
    EXPECT_EQ(artefact(first, name), artefact(second, name)) << name;
}

/// Each value is two bytes, at half its offset; 65519 is nearer to the largest number than to the next.
TEST_F(FrozenWeights, HalfPrecisionTakesHalfTheBytes) {
  rt::NamedList<rt::Array> list = without("h/bias");
  list.add("h/bias", {std::vector<float>{7, 65519, 9}, {3}});
  const driver::Result single = compileWith(list, {.emit = {"report-json"}});
  const driver::Result half = compileWith(list, {.emit = {"report-json", "header"}, .halfWeights = true});
  ASSERT_TRUE(single.ok && half.ok) << messages(half);
  EXPECT_THAT(artefact(single, "report-json"), ContainsRegex("\"what\": \"weights\",\n *\"bytes\": 256,"));
  EXPECT_THAT(artefact(half, "report-json"), ContainsRegex("\"what\": \"weights\",\n *\"bytes\": 128,"));
  EXPECT_THAT(artefact(half, "header"), HasSubstr("in the object, as f16"));
}

TEST_F(FrozenWeights, ValuesThatHalfPrecisionHasNot) {
  rt::NamedList<rt::Array> list = without("h/bias");
  list.add("h/bias", {std::vector<float>{7, 65520, 9}, {3}});
  EXPECT_EQ(refusal(compileWith(list, {.halfWeights = true})),
            "ingot: error: `h/bias` in `FILE` has the value 65520, which is none of f16; the largest is 65504\n");
}

/// An application need not be compiled again for other weights.
TEST_F(FrozenWeights, OtherValuesHaveTheSameHeader) {
  const driver::Options options = {.emit = {"obj", "header"}};
  const driver::Result first = compileWith(weights, options);
  rt::NamedList<rt::Array> other = without("h/bias");
  other.add("h/bias", {std::vector<float>{7, 8, 10}, {3}});
  const driver::Result second = compileWith(other, options);
  EXPECT_EQ(artefact(first, "header"), artefact(second, "header"));
  EXPECT_NE(artefact(first, "obj"), artefact(second, "obj"));
}

TEST_F(FrozenWeights, TheHeaderSaysSo) {
  auto hashes = [](const std::string &header) {
    const size_t begin = header.find("NET_ARCH_HASH");
    return header.substr(begin, header.find("/*", header.find("NET_TRAIN_HASH")) - begin);
  };
  const std::string with = artefact(compileWith(weights, {.emit = {"header"}}), "header");
  const std::string plain = artefact(driver::compile(twoLayers().graph(), {.emit = {"header"}}), "header");
  EXPECT_THAT(with, HasSubstr("#define NET_FROZEN_WEIGHTS"));
  EXPECT_THAT(plain, Not(HasSubstr("FROZEN_WEIGHTS")));
  EXPECT_EQ(hashes(with), hashes(plain));
}

/// Text of a stage has no weights; it says that its object has.
TEST_F(FrozenWeights, AStageIsContinuedWithTheFile) {
  const std::string whole = artefact(compileWith(weights, {.emit = {"asm"}}), "asm");
  const std::string text = artefact(compile({.emit = {"linalg"}}), "linalg");
  EXPECT_THAT(text, HasSubstr("ingot.frozen_weights"));
  driver::Result without = driver::compileIR(text, "net.mlir", {.emit = {"obj"}});
  EXPECT_EQ(messages(without),
            "ingot: error: the module is of an object that holds weights; name their file with `--weights`\n");
  without = driver::compileIR(text, "net.mlir", {.emit = {"header"}});
  EXPECT_TRUE(without.ok) << messages(without);
  driver::Options options = {.emit = {"asm"}};
  options.weights = path;
  const driver::Result continued = driver::compileIR(text, "net.mlir", options);
  EXPECT_TRUE(continued.ok) << messages(continued);
  EXPECT_THAT(artefact(continued, "asm"), HasSubstr("net_weights"));
}

//===----------------------------------------------------------------------===//
// What does not
//===----------------------------------------------------------------------===//

TEST_F(FrozenWeights, Missing) {
  EXPECT_EQ(refusalOf(without("h/bias")), "ingot: error: `FILE` lacks `h/bias` of the 4 weights of `net`\n");
  EXPECT_EQ(refusalOf({}), "ingot: error: `FILE` lacks `h/kernel` and 3 more of the 4 weights of `net`\n");
}

TEST_F(FrozenWeights, Unexpected) {
  weights.add("optimizer/step", {std::vector<float>{1}, {1}});
  EXPECT_EQ(refusalOf(weights), "ingot: error: `FILE` has `optimizer/step`; `net` has no such weight\n");
  weights.add("zz/kernel", {std::vector<float>{1}, {1}});
  EXPECT_EQ(refusalOf(weights), "ingot: error: `FILE` has `optimizer/step` and 1 more; `net` has no such weight\n");
}

TEST_F(FrozenWeights, Misspelt) {
  rt::NamedList<rt::Array> list = without("h/kernel");
  list.add("h/kernels", weights["h/kernel"]);
  EXPECT_EQ(refusalOf(list), "ingot: error: `FILE` lacks `h/kernel` of the 4 weights of `net`; is it `h/kernels`?\n");
}

TEST_F(FrozenWeights, OfAnotherShape) {
  rt::NamedList<rt::Array> list = without("h/kernel");
  list.add("h/kernel", weights["h/kernel"].reshape({3, 2}));
  EXPECT_EQ(refusalOf(list),
            "ingot: error: `h/kernel` in `FILE` has shape [3, 2]; that of the model has [2, 3]\n");
}

TEST_F(FrozenWeights, OfAnotherType) {
  rt::NamedList<rt::Array> list = without("h/bias");
  list.add("h/bias", {std::vector<int32_t>{7, 8, 9}, {3}});
  EXPECT_EQ(refusalOf(list), "ingot: error: `h/bias` in `FILE` is I32; must be F32\n");
}

TEST_F(FrozenWeights, Truncated) {
  rt::write_safetensors(path, weights);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
  EXPECT_THAT(refusal(compile()), HasSubstr("`FILE` is truncated"));
}

TEST_F(FrozenWeights, Foreign) {
  std::ofstream(path) << "weights are elsewhere, this is a letter to somebody\n";
  EXPECT_THAT(refusal(compile()), HasSubstr("`FILE` is no safetensors file"));
  std::filesystem::remove(path);
  EXPECT_THAT(refusal(compile()), HasSubstr("`FILE` cannot be opened: No such file"));
}

} // namespace
