//===- HeaderTest.cpp - the header that a user includes -------------------===//

#include "Models.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex>

using namespace ingot;
using namespace ingot::test;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

std::string header(const Model &model, driver::Options options) {
  options.emit = {"header"};
  const driver::Result result = driver::compile(model.graph(), options);
  EXPECT_TRUE(result.ok) << messages(result);
  return artefact(result, "header");
}

/// The value of `#define NAME value`; empty without one.
std::string macro(const std::string &header, const std::string &name) {
  std::smatch match;
  const std::regex line("#define " + name + " +(\\S+)");
  return std::regex_search(header, match, line) ? match[1].str() : "";
}

/// Sizes, offsets, structs and prototypes. The symbol at the end is a hash of all
/// that stands before it, and stands for it here.
TEST(Header, OfTheSample) {
  const std::string text = header(mnist(), {});
  const std::regex guard("mnist_abi_[0-9a-f]{16}");
  EXPECT_TRUE(std::regex_search(text, guard));
  // On a wanted change: `mnist_recorder --emit=header`, and the hash made HASH.
  EXPECT_EQ(std::regex_replace(text, guard, "mnist_abi_HASH"), contents(INGOT_GOLDEN_DIR "/mnist.h"));
}

TEST(Header, EveryEntryHasItsOwnBatch) {
  const std::string one = header(mnist(), {.maxBatch = 32});
  EXPECT_EQ(macro(one, "MNIST_MAX_BATCH"), "32");
  EXPECT_EQ(macro(one, "MNIST_PREDICT_MAX_BATCH"), "");

  const std::string own = header(mnist(), {.maxBatch = 32, .maxBatchOf = {{"predict", 1}, {"train_step", 8}}});
  EXPECT_EQ(macro(own, "MNIST_PREDICT_MAX_BATCH"), "1");
  EXPECT_EQ(macro(own, "MNIST_TRAIN_STEP_MAX_BATCH"), "8");
  EXPECT_EQ(macro(own, "MNIST_EVALUATE_ARENA_BYTES"), macro(one, "MNIST_EVALUATE_ARENA_BYTES"));
  for (const char *arena : {"MNIST_PREDICT_ARENA_BYTES", "MNIST_TRAIN_STEP_ARENA_BYTES"})
    EXPECT_LT(std::stoull(macro(own, arena)), std::stoull(macro(one, arena))) << arena;
}

/// Names that differ for Keras and not for C.
TEST(Header, MembersAndMacrosDiffer) {
  clear_session();
  Tensor a = Input({2}, {.name = "x-1"}), b = Input({2}, {.name = "x_1"});
  Model model({a, b}, {Dense(1, {.name = "y-1"})(a), Dense(1, {.name = "y_1"})(b),
                       Dense(1, {.name = "y_1_sample_weight"})(a)});
  model.compile({.loss = "mse"});
  const std::string text = header(model, {});
  EXPECT_THAT(text, HasSubstr("const float *x_1; /* (batch, 2) */\n  const float *x_1_1; /* (batch, 2) */"));
  for (const char *member : {"float *y_1;", "float *y_1_1;", "float *y_1_sample_weight;", "float *y_1_sample_weight_1;",
                             "ingot_mean y_1_loss;", "ingot_mean y_1_loss_1;"})
    EXPECT_THAT(text, HasSubstr(member));
  EXPECT_EQ(macro(text, "FUNCTIONAL_Y_1_KERNEL_OFFSET").empty(), false);
  EXPECT_EQ(macro(text, "FUNCTIONAL_Y_1_KERNEL_1_OFFSET").empty(), false);
}

/// Words that mean something to a compiler; tests/object compiles such a header.
TEST(Header, MembersAreNoReservedWords) {
  clear_session();
  Tensor a = Input({2}, {.name = "class"}), b = Input({2}, {.name = "class_"}), c = Input({2}, {.name = "1"});
  Model model({a, b, c}, {Dense(1, {.name = "linux"})(a), Dense(1, {.name = "NET_ALIGN"})(b),
                          Dense(1, {.name = "int32_t"})(c)}, {.name = "net"});
  const std::string text = header(model, {});
  for (const char *member : {"float *class_;", "float *class__1;", "float *_1;", "float *linux_;", "float *NET_ALIGN_1;",
                             "float *int32_t_;"})
    EXPECT_THAT(text, HasSubstr(member));
}

TEST(Header, PrefixMustBeginNames) {
  for (const auto &[prefix, instead] : {std::pair{"a-b", "a_b"}, {"2", "_2"}, {"while", "while_"}}) {
    const driver::Result result = driver::compile(mnist().graph(), {.prefix = prefix});
    EXPECT_FALSE(result.ok);
    EXPECT_EQ(messages(result), std::string("ingot: error: prefix `") + prefix + "` cannot begin names in C; `" + instead +
                                    "` can\n");
  }
}

/// A program must not link with the header of other sizes.
TEST(Header, ItsSymbolDependsOnWhatItSays) {
  auto guard = [](const driver::Options &options) {
    const std::string text = header(mnist(), options);
    return text.substr(text.find("mnist_abi_"), 26);
  };
  const std::string plain = guard({});
  EXPECT_EQ(guard({}), plain);
  EXPECT_NE(guard({.maxBatch = 8}), plain);
  EXPECT_NE(guard({.entries = {"predict"}}), plain);
}

TEST(Header, HashesGuardWhatTheyShould) {
  const std::string sample = header(mnist(), {});
  const std::string otherBatch = header(mnist(), {.maxBatch = 1, .cpu = "x86-64", .numerics = driver::Numerics::Portable});
  EXPECT_EQ(macro(sample, "MNIST_ARCH_HASH"), macro(otherBatch, "MNIST_ARCH_HASH"));
  EXPECT_EQ(macro(sample, "MNIST_TRAIN_HASH"), macro(otherBatch, "MNIST_TRAIN_HASH"));

  Model other = mnist();
  other.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy"});
  const std::string otherOptimizer = header(other, {});
  EXPECT_EQ(macro(sample, "MNIST_ARCH_HASH"), macro(otherOptimizer, "MNIST_ARCH_HASH"));
  EXPECT_NE(macro(sample, "MNIST_TRAIN_HASH"), macro(otherOptimizer, "MNIST_TRAIN_HASH"));
}

} // namespace
