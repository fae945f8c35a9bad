//===- ArenaTest.cpp - how much memory whole models take ------------------===//

#include "Models.h"

#include <gtest/gtest.h>
#include <sstream>

using namespace ingot;
using namespace ingot::test;

namespace {

/// A row of the report, in bytes.
struct Row {
  uint64_t maxBatch = 0, arena = 0, lowerBound = 0, packing = 0;
};

/// The rows of `report`, by entry.
std::map<std::string, Row> rowsOf(const Model &model, driver::Options options) {
  options.emit = {"report"};
  options.optLevel = '0'; // of the code, which is not looked at
  const driver::Result result = driver::compile(model.graph(), options);
  EXPECT_TRUE(result.ok) << messages(result);
  std::istringstream lines(artefact(result, "report"));
  std::map<std::string, Row> rows;
  std::string line;
  while (std::getline(lines, line) && line.rfind("entry ", 0) != 0)
    ;
  while (std::getline(lines, line)) {
    std::erase(line, ',');
    std::istringstream words(line);
    std::string entry;
    Row row;
    if (words >> entry >> row.maxBatch >> row.arena >> row.lowerBound >> row.packing)
      rows[entry] = row;
  }
  return rows;
}

struct Case {
  std::string name;
  Model (*model)();
};

Model wide() {
  clear_session();
  Tensor x = Input({20});
  Tensor y = Dense(7)(Dense(300, {.activation = "gelu"})(Dense(5, {.activation = "tanh"})(x)));
  Model model(x, y, {.name = "wide"});
  model.compile({.optimizer = Adam({.amsgrad = true}), .loss = "mse", .metrics = {"mae"}});
  return model;
}

Model deep() {
  clear_session();
  Tensor x = Input({6, 8});
  Tensor h = x;
  for (int i = 0; i < 12; ++i)
    h = Dense(4 + 5 * (i % 4), {.activation = i % 2 ? "selu" : "softmax"})(h);
  Model model(x, Dense(2)(Flatten()(h)), {.name = "deep"});
  model.compile({.optimizer = SGD({.momentum = 0.9}), .loss = "mae"});
  return model;
}

Model branches() {
  clear_session();
  Tensor x = Input({24}, {.name = "x"});
  Tensor h = Dense(32, {.activation = "relu"})(x);
  Tensor a = Dense(10, {.activation = "softmax", .name = "a"})(Dense(48, {.activation = "silu"})(h));
  Tensor b = Dense(1, {.activation = "sigmoid", .name = "b"})(Dense(16, {.activation = "elu"})(h));
  Model model(x, {a, b}, {.name = "branches"});
  model.compile({.loss = {"sparse_categorical_crossentropy", "binary_crossentropy"}, .loss_weights = {1.0, 0.5}});
  return model;
}

/// The networks of Keras' tutorial with recurrences, at their sizes.
Model headlines() {
  clear_session();
  Tensor words = Input({100}, {.dtype = "int32", .name = "words"}), extras = Input({5}, {.name = "extras"});
  Tensor read = LSTM(32)(Embedding(10000, 512)(words));
  Tensor aux = Dense(1, {.activation = "sigmoid", .name = "aux"})(read);
  Tensor h = concatenate({read, extras});
  for (int i = 0; i < 3; ++i)
    h = Dense(64, {.activation = "relu"})(h);
  Model model({words, extras}, {Dense(1, {.activation = "sigmoid", .name = "main"})(h), aux}, {.name = "headlines"});
  model.compile({.optimizer = RMSprop(), .loss = "binary_crossentropy", .loss_weights = {1.0, 0.2}});
  return model;
}

Model tweets() {
  clear_session();
  Tensor a = Input({140, 256}, {.name = "a"}), b = Input({140, 256}, {.name = "b"});
  LSTM shared(64);
  Tensor y = Dense(1, {.activation = "sigmoid", .name = "y"})(concatenate({shared(a), shared(b)}));
  Model model({a, b}, y, {.name = "tweets"});
  model.compile({.optimizer = RMSprop(), .loss = "binary_crossentropy", .metrics = {"accuracy"}});
  return model;
}

class Arena : public ::testing::TestWithParam<Case> {};

TEST_P(Arena, IsWithin1PercentOfWhatIsLiveAtOnce) {
  for (int batch : {1, 32, 256}) {
    const auto rows = rowsOf(GetParam().model(), {.maxBatch = batch});
    EXPECT_EQ(rows.size(), 5u);
    for (const auto &[entry, row] : rows) {
      EXPECT_EQ(row.maxBatch, uint64_t(batch)) << entry;
      EXPECT_GE(row.arena, row.lowerBound) << entry;
      EXPECT_LE(row.arena, row.lowerBound + row.lowerBound / 100) << entry << " at batch " << batch;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, Arena,
                         ::testing::Values(Case{"mnist", mnist}, Case{"wide", wide}, Case{"deep", deep},
                                           Case{"branches", branches}, Case{"headlines", headlines},
                                           Case{"tweets", tweets}),
                         [](const auto &info) { return info.param.name; });

/// Activations of the sample for 32 samples: two hidden layers at a time to
/// predict; for training all of them, and the gradient of one kernel.
TEST(ArenaOfTheSample, StaysAsSmallAsItIs) {
  const auto rows = rowsOf(mnist(), {.maxBatch = 32});
  ASSERT_TRUE(rows.contains("predict") && rows.contains("train_step"));
  EXPECT_LE(rows.at("predict").arena - rows.at("predict").packing, 16384u);
  EXPECT_LE(rows.at("train_step").arena - rows.at("train_step").packing, 209152u);
}

/// Without the gradient, and with what is packed: activations, and a block of 4 KB.
TEST(ArenaOfTheSample, IsSmallWhereMemoryIsSaved) {
  for (auto optimizeFor : {driver::OptimizeFor::Speed, driver::OptimizeFor::Size}) {
    const auto rows = rowsOf(mnist(), {.maxBatch = 32, .optimizeFor = optimizeFor, .saveRam = true});
    ASSERT_TRUE(rows.contains("predict") && rows.contains("train_step"));
    EXPECT_LE(rows.at("predict").arena, 16384u);
    EXPECT_LE(rows.at("train_step").arena, 28672u);
    EXPECT_LE(rows.at("gradients").arena, 28672u);
  }
}

} // namespace
