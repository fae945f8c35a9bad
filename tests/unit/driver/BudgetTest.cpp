//===- BudgetTest.cpp - what a program needs, and what it may have ---------===//

#include "Models.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace ingot;
using namespace ingot::test;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

constexpr uint64_t kWeights = 4 * (784 * 64 + 64 + 64 * 64 + 64 + 64 * 10 + 10);

json reported(driver::Options options) {
  options.emit = {"report-json"};
  options.optLevel = '0';
  const driver::Result result = driver::compile(mnist().graph(), options);
  EXPECT_TRUE(result.ok) << messages(result);
  return json::parse(artefact(result, "report-json"));
}

/// Bytes of a part; 0 if there is none.
uint64_t part(const json &need, const std::string &what) {
  for (const json &part : need["parts"])
    if (part["what"] == what)
      return part["bytes"];
  return 0;
}

driver::Result compiled(driver::Options options) {
  options.optLevel = '0';
  return driver::compile(mnist().graph(), options);
}

TEST(Needs, AddUp) {
  const json needs = reported({.maxBatch = 8})["needs"];
  for (const char *memory : {"ram", "flash"}) {
    uint64_t sum = 0;
    for (const json &part : needs[memory]["parts"]) {
      sum += part["bytes"].get<uint64_t>();
      EXPECT_LE(part.value("most_bytes", 0), part["bytes"]) << part;
      EXPECT_GT(part["bytes"], 0) << part;
    }
    EXPECT_EQ(needs[memory]["bytes"], sum);
    EXPECT_TRUE(needs[memory]["limit"].is_null());
  }
  // Two dimensions of eight samples: pixels, and a number for each class.
  EXPECT_EQ(needs["tensors_of_a_call_bytes"], 8 * 4 * (784 + 10));
}

TEST(Needs, OnlyBlocksOfWhatIsCompiled) {
  const json all = reported({.maxBatch = 8})["needs"]["ram"];
  EXPECT_GE(part(all, "grads"), kWeights);
  EXPECT_GE(part(all, "state"), kWeights);
  const json steps = reported({.maxBatch = 8, .entries = {"init", "train_step", "predict"}})["needs"]["ram"];
  EXPECT_EQ(part(steps, "grads"), 0u);
  EXPECT_EQ(part(steps, "state"), part(all, "state"));
  const json inference = reported({.maxBatch = 8, .entries = {"predict"}})["needs"]["ram"];
  EXPECT_EQ(part(inference, "state"), 0u);
  EXPECT_EQ(part(inference, "params"), part(all, "params"));
}

/// The arena and the stack are those of one entry.
TEST(Needs, ArenaAndStackAreOfOneCall) {
  const json report = reported({.maxBatch = 8, .entries = {"predict", "train_step"}});
  const json &ram = report["needs"]["ram"];
  uint64_t most = 0;
  for (const json &entry : report["entries"])
    for (const json &linked : report["linked"])
      if (linked["entry"] == entry["name"])
        most = std::max(most, entry["arena_bytes"].get<uint64_t>() + linked["stack"]["bytes"].get<uint64_t>());
  EXPECT_GT(most, 0u);
  EXPECT_EQ(part(ram, "arena") + part(ram, "stack"), most);
}

TEST(Needs, FrozenWeightsAreFlash) {
  const std::string weights = std::string(INGOT_REFERENCE_DIR) + "/s1_mlp_adam/weights_before.safetensors";
  clear_session();
  Tensor x = Input({32}, {.name = "x"});
  Tensor h = Dense(16, {.activation = "relu", .name = "dense"})(x);
  h = Dense(16, {.activation = "relu", .name = "dense_1"})(h);
  Model model(x, Dense(10, {.activation = "softmax", .name = "dense_2"})(h), {.name = "net"});
  const driver::Result result = driver::compile(
      model.graph(), {.emit = {"report-json"}, .maxBatch = 1, .weights = weights, .maxRam = 4096, .maxFlash = 64 << 10});
  ASSERT_TRUE(result.ok) << messages(result);
  const json needs = json::parse(artefact(result, "report-json"))["needs"];
  EXPECT_EQ(part(needs["ram"], "params"), 0u);
  EXPECT_GE(part(needs["flash"], "weights"), 4 * (32 * 16 + 16 + 16 * 16 + 16 + 16 * 10 + 10u));
  EXPECT_EQ(needs["ram"]["limit"], 4096);
}

//===----------------------------------------------------------------------===//
// Limits
//===----------------------------------------------------------------------===//

/// The limit is what a program may need at most.
TEST(Budget, IsKeptToTheByte) {
  const json needs = reported({.maxBatch = 8})["needs"];
  const uint64_t ram = needs["ram"]["bytes"], flash = needs["flash"]["bytes"];
  EXPECT_TRUE(compiled({.maxBatch = 8, .maxRam = ram, .maxFlash = flash}).ok);
  EXPECT_FALSE(compiled({.maxBatch = 8, .maxRam = ram - 1}).ok);
  EXPECT_FALSE(compiled({.maxBatch = 8, .maxFlash = flash - 1}).ok);
}

TEST(Budget, SaysWhatIsLargest) {
  const driver::Result result = compiled({.maxBatch = 1, .maxRam = 65536});
  EXPECT_FALSE(result.ok);
  EXPECT_TRUE(result.artefacts.empty());
  EXPECT_THAT(messages(result),
              AllOf(ContainsRegex("Models.h:[0-9]+:[0-9]+: error: `mnist` needs [0-9]+ bytes of RAM; `--max-ram` allows 65536; "
                                  "the largest part is `state`, 220288 bytes, with 200704 for `dense/kernel`\n"),
                    ContainsRegex("note: RAM is `params` 220224, `state` 220288, `grads` 220224, the arena of `[a-z_]+` [0-9]+, "
                                  "the stack of `[a-z_]+` [0-9]+; `grads` is for `gradients` and `apply_gradients`, which "
                                  "`--entries` can leave out\n"),
                    Not(HasSubstr("flash"))));
}

/// The largest part of an arena is where most bytes are live.
TEST(Budget, SaysWhereTheArenaIsFullest) {
  const driver::Result result = compiled({.maxBatch = 4096, .maxRam = 65536});
  EXPECT_THAT(messages(result), ContainsRegex("the largest part is the arena of `[a-z_]+`, [0-9]+ bytes, which is fullest at layer "
                                              "`[a-z_0-9]+`, with [0-9]+ for `[a-z_0-9]+`\n"));
}

TEST(Budget, SaysWhatCodeIsLargest) {
  const driver::Result result = compiled({.maxBatch = 1, .maxFlash = 1000});
  EXPECT_THAT(messages(result),
              AllOf(ContainsRegex("error: `mnist` needs [0-9]+ bytes of flash; `--max-flash` allows 1000; the largest part is "
                                  "`code`, [0-9]+ bytes, with [0-9]+ for `train_step`\n"),
                    ContainsRegex("note: flash is `code` [0-9]+, `constants` [0-9]+\n")));
}

} // namespace
