//===- FrozenTest.cpp - what a layer that does not train leaves out -------===//

#include "Models.h"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex>
#include <sstream>

using namespace ingot;
using namespace ingot::test;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

std::string emit(const Model &model, const char *name) {
  const driver::Result result = driver::compile(model.graph(), {.emit = {name}, .prefix = "net"});
  EXPECT_TRUE(result.ok) << messages(result);
  return artefact(result, name);
}

/// Ops of an entry in the form `train`, those in regions too.
int64_t countOps(const Model &model, const std::string &entry, const std::string &op = "") {
  std::istringstream lines(emit(model, "train"));
  const std::regex isOp("^ +(%.* = )?ingot\\." + op + ".*");
  int64_t count = 0;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("ingot.entry @net." + entry + "(") != std::string::npos ||
        (line.find("ingot.entry") != std::string::npos && line.find("kind = \"" + entry + "\"") != std::string::npos))
      inside = true;
    else if (line == "  }")
      inside = false;
    else if (inside)
      count += std::regex_match(line, isOp);
  }
  EXPECT_TRUE(count > 0 || !op.empty()) << "there is no entry " << entry;
  return count;
}

uint64_t macro(const Model &model, const std::string &name) {
  const std::string header = emit(model, "header");
  std::smatch match;
  const bool found = std::regex_search(header, match, std::regex("#define NET_" + name + " +(\\d+)"));
  EXPECT_TRUE(found) << name;
  return found ? std::stoull(match[1]) : 0;
}

//===----------------------------------------------------------------------===//
// Layers with nothing below them that trains
//===----------------------------------------------------------------------===//

/// What the head stands on, to (None, 6).
struct Base {
  const char *name;
  Shape input;
  std::function<Tensor(Tensor, bool)> build;
};

void PrintTo(const Base &base, std::ostream *os) { *os << base.name; }

Model train(const Tensor &x, const Tensor &h) {
  Model model(x, Dense(3, {.name = "head"})(h), {.name = "net"});
  model.compile({.optimizer = Adam(), .loss = "mse"});
  return model;
}

Model onBase(const Base &base, bool trainable) {
  clear_session();
  Tensor x = Input(base.input, {.name = "x"});
  return train(x, base.build(x, trainable));
}

Model headAlone() {
  clear_session();
  Tensor x = Input({6}, {.name = "x"});
  return train(x, x);
}

class FrozenBase : public ::testing::TestWithParam<Base> {};

/// A step on frozen layers is their inference and a step of the rest. Entry
/// `gradients` also writes zeros for each frozen weight, two ops.
TEST_P(FrozenBase, HasNoBackwardCode) {
  const Model frozen = onBase(GetParam(), false), trained = onBase(GetParam(), true), head = headAlone();
  const int64_t inference = countOps(frozen, "predict") - countOps(head, "predict");
  EXPECT_EQ(countOps(frozen, "train_step"), countOps(head, "train_step") + inference);
  int64_t zeros = 0;
  for (const auto &layer : graph::weightOwners(frozen.graph()))
    zeros += layer->trainable ? 0 : 2 * static_cast<int64_t>(layer->variables.size());
  EXPECT_EQ(countOps(frozen, "gradients"), countOps(head, "gradients") + inference + zeros);
  EXPECT_GT(countOps(trained, "train_step"), countOps(frozen, "train_step"));
}

TEST_P(FrozenBase, HasNoSlotsAndNoGradients) {
  const Model frozen = onBase(GetParam(), false), trained = onBase(GetParam(), true);
  EXPECT_EQ(macro(frozen, "STATE_BYTES"), macro(headAlone(), "STATE_BYTES"));
  EXPECT_GT(macro(trained, "STATE_BYTES"), macro(frozen, "STATE_BYTES"));
  EXPECT_EQ(macro(frozen, "PARAMS_BYTES"), macro(trained, "PARAMS_BYTES"));
  EXPECT_LT(macro(frozen, "TRAIN_STEP_ARENA_BYTES"), macro(trained, "TRAIN_STEP_ARENA_BYTES"));
}

INSTANTIATE_TEST_SUITE_P(
    , FrozenBase,
    ::testing::Values(
        Base{"Dense", {20},
             [](Tensor x, bool trainable) {
               x = Dense(40, {.activation = "tanh", .trainable = trainable})(x);
               return Tensor(Dense(6, {.activation = "relu", .trainable = trainable})(x));
             }},
        Base{"LSTM", {7, 5}, [](Tensor x, bool trainable) { return Tensor(LSTM(6, {.trainable = trainable})(x)); }},
        Base{"Conv2D", {9, 9, 2},
             [](Tensor x, bool trainable) {
               return Tensor(GlobalMaxPooling2D()(Conv2D(6, 3, {.trainable = trainable})(x)));
             }},
        Base{"Model", {20},
             [](Tensor x, bool trainable) {
               Tensor y = Input({20}, {.name = "y"});
               return Tensor(Model(y, Dense(6, {.activation = "selu", .trainable = trainable})(y), {.name = "inner"})(x));
             }}),
    [](const auto &info) { return std::string(info.param.name); });

//===----------------------------------------------------------------------===//
// A layer in between
//===----------------------------------------------------------------------===//

Model sandwich(bool trainable) {
  clear_session();
  Tensor x = Input({8}, {.name = "x"});
  Tensor h = Dense(7, {.activation = "tanh", .name = "below"})(x);
  return train(x, Dense(6, {.activation = "tanh", .trainable = trainable, .name = "middle"})(h));
}

/// Gradients go through it, to the layer below; none is computed for its weights.
TEST(Frozen, LayerInBetween) {
  const Model frozen = sandwich(false), trained = sandwich(true);
  EXPECT_EQ(countOps(trained, "train_step", "contract"), 3 + 3 + 2);
  EXPECT_EQ(countOps(frozen, "train_step", "contract"), 3 + 2 + 2);
  EXPECT_EQ(countOps(trained, "train_step", "apply_adam"), 6);
  EXPECT_EQ(countOps(frozen, "train_step", "apply_adam"), 4);
  EXPECT_THAT(emit(trained, "train"), HasSubstr("@middle.kernel.m"));
  EXPECT_THAT(emit(frozen, "train"), Not(HasSubstr("@middle.kernel.")));
}

//===----------------------------------------------------------------------===//
// The report
//===----------------------------------------------------------------------===//

TEST(Frozen, ReportShowsTheGain) {
  const std::string report = emit(sandwich(false), "report");
  EXPECT_THAT(report, HasSubstr(R"(bytes                      activations   parameters       weights    gradients         slots
x                                    0            0             0            0             0
below                               28           63           252          252           504
middle                              24           48           192            0             0  frozen
head                                12           21            84           84           168
all                                 64          132           528          336           672  48 frozen
frozen weights leave out 192 bytes of gradients and 384 bytes of slots
)"));
  const std::string trained = emit(sandwich(true), "report");
  EXPECT_THAT(trained, HasSubstr("middle                              24           48           192          192           384\n"));
  EXPECT_THAT(trained, Not(HasSubstr("frozen")));

  auto operations = [](const std::string &text) {
    std::smatch match;
    EXPECT_TRUE(std::regex_search(text, match, std::regex("\ntrain_step( +[\\d,]+){4} +(\\d+) "))) << text;
    return match.empty() ? 0 : std::stoi(match[2]);
  };
  EXPECT_LT(operations(report), operations(trained));
}

/// Without training there is nothing to leave out.
TEST(Frozen, ReportOfInference) {
  clear_session();
  Tensor x = Input({8}, {.name = "x"});
  const std::string report = emit(Model(x, Dense(2, {.trainable = false, .name = "y"})(x), {.name = "net"}), "report");
  EXPECT_THAT(report, HasSubstr("y                                    8           18            72            0             0  frozen\n"));
  EXPECT_THAT(report, Not(HasSubstr("leave out")));
}

} // namespace
