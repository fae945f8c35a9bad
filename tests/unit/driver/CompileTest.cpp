//===- CompileTest.cpp - a recorded model in, artefacts out ---------------===//

#include "Models.h"

#include "keras/KerasModel.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace ingot;
using namespace ingot::test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

namespace {

/// A model that compiles fast.
Model small() {
  clear_session();
  Tensor x = Input({4}, {.name = "x"});
  Tensor y = Dense(3, {.activation = "softmax", .name = "y"})(x);
  Model model(x, y, {.name = "small"});
  model.compile({.loss = "sparse_categorical_crossentropy"});
  return model;
}

/// All but the C form, which is for none in particular.
std::vector<std::string> artefactsOfOneTarget() {
  std::vector<std::string> names = driver::artefactNames();
  std::erase(names, "c");
  return names;
}

driver::Result compile(const Model &model, const driver::Options &options) {
  driver::Result result = driver::compile(model.graph(), options);
  EXPECT_TRUE(result.ok) << messages(result);
  return result;
}

/// The one error of a compilation that must fail.
std::string refusal(driver::Options options) {
  options.emit = artefactsOfOneTarget();
  const driver::Result result = driver::compile(small().graph(), options);
  EXPECT_FALSE(result.ok);
  EXPECT_THAT(result.artefacts, IsEmpty());
  EXPECT_EQ(result.diagnostics.size(), 1u) << messages(result);
  return messages(result);
}

//===----------------------------------------------------------------------===//
// Two ways to the same bytes
//===----------------------------------------------------------------------===//

TEST(Compile, TheDslAndKerasJsonGiveTheSameIR) {
  const std::string folder = INGOT_REFERENCE_DIR "/s1_mlp_rmsprop/";
  clear_session();
  const Model loaded = keras::loadKerasModel(contents(folder + "model.json"), contents(folder + "case.json"), {});
  clear_session();
  Tensor x = Input({32}, {.name = "input_1"});
  Tensor h = Dense(16, {.activation = "relu"})(x);
  h = Dense(16, {.activation = "relu"})(h);
  Model recorded(x, Dense(10, {.activation = "softmax"})(h), {.name = "model"});
  recorded.compile({.optimizer = RMSprop(), .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});

  const driver::Options options = {.emit = {"ingot", "train", "header"}};
  const driver::Result fromJson = compile(loaded, options), fromDsl = compile(recorded, options);
  EXPECT_THAT(artefact(fromDsl, "ingot"), HasSubstr("ingot.dense"));
  for (const std::string &name : options.emit)
    EXPECT_EQ(artefact(fromJson, name), artefact(fromDsl, name)) << name;
}

TEST(Compile, TwiceGivesTheSameBytes) {
  for (driver::Numerics numerics : {driver::Numerics::Native, driver::Numerics::Portable}) {
    const driver::Options options = {.emit = artefactsOfOneTarget(), .numerics = numerics};
    const Model model = small();
    const driver::Result first = compile(model, options), second = compile(model, options);
    ASSERT_EQ(first.artefacts.size(), artefactsOfOneTarget().size());
    ASSERT_EQ(second.artefacts.size(), first.artefacts.size());
    for (size_t i = 0; i < first.artefacts.size(); ++i)
      EXPECT_EQ(first.artefacts[i].contents, second.artefacts[i].contents) << first.artefacts[i].fileName;
  }
}

/// What was compiled before in the same process leaves no trace.
TEST(Compile, OtherModelsInBetweenChangeNothing) {
  const Model model = small();
  const std::string before = artefact(compile(model, {}), "obj");
  compile(mnist(), {.emit = {"train"}});
  EXPECT_EQ(artefact(compile(model, {}), "obj"), before);
}

//===----------------------------------------------------------------------===//
// What was asked for
//===----------------------------------------------------------------------===//

TEST(Compile, CIsForNoTargetInParticular) {
  const driver::Options options = {.emit = {"c", "header"}, .numerics = driver::Numerics::Portable};
  const Model model = small();
  const driver::Result first = compile(model, options), second = compile(model, options);
  EXPECT_EQ(artefact(first, "c"), artefact(second, "c"));
  EXPECT_THAT(artefact(first, "c"), HasSubstr("int32_t small_train_step("));
}

TEST(Compile, ArtefactsAreNamedAfterThePrefix) {
  auto fileNames = [](const driver::Result &result) {
    std::vector<std::string> names;
    for (const driver::Artefact &artefact : result.artefacts)
      names.push_back(artefact.fileName);
    return names;
  };
  EXPECT_THAT(fileNames(compile(small(), {.emit = artefactsOfOneTarget()})),
              ::testing::UnorderedElementsAre("small.summary.txt", "small.dot", "small.ingot.mlir", "small.train.mlir", "small.linalg.mlir",
                                              "small.bufferized.mlir", "small.report.txt", "small.report.json", "small.html", "small.h", "small.llvm.mlir",
                                              "small.ll", "small.s", "small.o"));
  EXPECT_THAT(fileNames(compile(small(), {.emit = {"header"}, .prefix = "net"})), ElementsAre("net.h"));
}

TEST(Compile, AModelNameBecomesACIdentifier) {
  clear_session();
  Tensor x = Input({2});
  Model model(x, Dense(1)(x), {.name = "my-net-2"});
  EXPECT_THAT(artefact(compile(model, {.emit = {"header"}}), "header"), HasSubstr("int32_t my_net_2_predict("));
}

TEST(Compile, WithoutCompileThereIsInferenceOnly) {
  clear_session();
  Tensor x = Input({2});
  const std::string header = artefact(compile(Model(x, Dense(1)(x), {.name = "net"}), {}), "header");
  EXPECT_THAT(header, HasSubstr("net_predict("));
  EXPECT_THAT(header, HasSubstr("net_init("));
  for (const char *entry : {"net_evaluate(", "net_train_step(", "net_gradients(", "net_apply_gradients("})
    EXPECT_THAT(header, Not(HasSubstr(entry)));
}

TEST(Compile, OnlyTheEntriesThatWereAskedFor) {
  const driver::Result result = compile(small(), {.emit = {"header", "asm"}, .entries = {"predict", "evaluate"}});
  for (const char *name : {"header", "asm"}) {
    const std::string text = artefact(result, name);
    for (const char *entry : {"small_predict", "small_evaluate", "small_model"})
      EXPECT_THAT(text, HasSubstr(entry)) << name;
    for (const char *entry : {"small_init", "small_train_step", "small_gradients", "small_apply_gradients"})
      EXPECT_THAT(text, Not(HasSubstr(entry))) << name;
  }
}

TEST(Compile, DumpsOneNumberedFileAStage) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "ingot-driver-dump";
  std::filesystem::remove_all(folder);
  compile(small(), {.emit = {"obj"}, .dumpIrDir = folder.string()});
  std::vector<std::string> names;
  for (const auto &file : std::filesystem::directory_iterator(folder))
    names.push_back(file.path().filename().string());
  EXPECT_THAT(names, ::testing::IsSupersetOf({"01-ingot.mlir", "02-train.mlir", "03-linalg.mlir", "04-bufferized.mlir",
                                              "05-llvm.mlir", "06-llvm-ir.ll"}));
  EXPECT_THAT(contents((folder / "01-ingot.mlir").string()), HasSubstr("CompileTest.cpp\":"));
  std::filesystem::remove_all(folder);
}

//===----------------------------------------------------------------------===//
// Refusals
//===----------------------------------------------------------------------===//

TEST(CompileErrors, Triple) {
  EXPECT_EQ(refusal({.triple = "powerpc64le-unknown-linux-gnu"}),
            "ingot: error: target `powerpc64le-unknown-linux-gnu` is not supported; supported: x86_64, aarch64, thumb, riscv32 and riscv64 with ELF objects, and wasm32\n");
  EXPECT_EQ(refusal({.triple = "x86_64-pc-windows-msvc"}),
            "ingot: error: objects of target `x86_64-pc-windows-msvc` are not ELF; must be, as of `x86_64-none-elf`\n");
  EXPECT_EQ(refusal({.triple = "dream-machine"}), "ingot: error: target `dream-machine` is unknown to this LLVM\n");
}

TEST(CompileErrors, Cpu) {
  EXPECT_EQ(refusal({.cpu = "z80"}), "ingot: error: cpu `z80` is unknown to target `x86_64-unknown-linux-gnu`\n");
}

TEST(CompileErrors, AFolderThatCannotBeMade) {
  EXPECT_THAT(refusal({.dumpIrDir = "/dev/null/dump"}), HasSubstr("error: cannot write `/dev/null/dump`: "));
}

TEST(CompileErrors, BadText) {
  const driver::Result result = driver::compileIR("module {\n  ingot.nothing\n}\n", "bad.mlir", {});
  EXPECT_FALSE(result.ok);
  EXPECT_THAT(result.artefacts, IsEmpty());
  EXPECT_THAT(messages(result), HasSubstr("bad.mlir:2:3: error: "));
}

TEST(CompileErrors, AnUnknownStage) {
  const driver::Result result = driver::compileIR("module attributes {ingot.stage = \"soup\"} {}\n", "bad.mlir", {});
  EXPECT_FALSE(result.ok);
  EXPECT_EQ(messages(result), "ingot: error: attribute `ingot.stage` names no stage\n");
}

//===----------------------------------------------------------------------===//
// Warnings
//===----------------------------------------------------------------------===//

/// Every entry has the layer; it is said once, at the user's line.
TEST(Compile, WarnsWhereAMaskEnds) {
  clear_session();
  Tensor x = Input({4, 2}, {.name = "x"}), masked = Masking()(x);
  const unsigned line = __LINE__ + 1;
  Tensor y = Dense(3, {.name = "y"})(Flatten({.name = "flat"})(masked));
  Model model(x, y, {.name = "ends"});
  model.compile({.loss = "mse"});
  driver::Options options;
  options.emit = {"train"};
  const driver::Result result = compile(model, options);
  EXPECT_THAT(messages(result), HasSubstr("CompileTest.cpp:" + std::to_string(line) + ":"));
  EXPECT_THAT(messages(result), HasSubstr("warning: `flat` is called on a masked tensor but does not support masks: what "
                                          "follows takes every element into account\n"));
  EXPECT_EQ(result.diagnostics.size(), 1u) << messages(result);
}

} // namespace
