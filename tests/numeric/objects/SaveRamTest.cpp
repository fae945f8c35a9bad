//===- SaveRamTest.cpp - the same bits with small buffers -----------------===//
//
// Objects whose gradients are made and used up in blocks of a few elements, and whose batch is done
// in slices, against objects that have both whole. Native numerics need not the same bits.
//
//===----------------------------------------------------------------------===//

#include "Models.h"
#include "Object.h"
#include "SameBits.h"

using namespace ingot;
using namespace ingot::numeric;

namespace {

uint64_t arenaOfStep(const Object &object) {
  return object.descriptor().entries[INGOT_ENTRY_TRAIN_STEP].arena_bytes;
}

/// Those with small buffers quickly: bits of portable numerics do not hang on how hard LLVM tries.
Object compile(const ModelCase &model, bool saveRam, int threads = 1) {
  return Object(compiled(model, "x86-64-v3", driver::Numerics::Portable, saveRam ? '0' : '2', threads, saveRam));
}

/// The arena of a training step, as users get it, by the pass that plans it.
uint64_t arenaAsPlanned(const ModelCase &model, bool saveRam, int batch = maxBatch) {
  const Model recorded = model.record();
  const driver::Result result = driver::compile(recorded.graph(), {.emit = {"bufferized"},
                                                                   .maxBatch = batch,
                                                                   .entries = {"train_step"},
                                                                   .numerics = driver::Numerics::Portable,
                                                                   .saveRam = saveRam});
  if (!result.ok)
    throw std::runtime_error(model.name + " does not compile: " + result.diagnostics.front().format());
  const std::string &text = result.artefacts.front().contents, name = "ingot.arena_bytes = ";
  const size_t step = text.find("train_step_body");
  return std::stoull(text.substr(text.find(name, step) + name.size()));
}

void inReverse(void *, uint32_t count, void (*body)(void *, uint32_t), void *argument) {
  for (uint32_t i = count; i-- > 0;)
    body(argument, i);
}

class SaveRam : public ::testing::TestWithParam<ModelCase> {};

TEST_P(SaveRam, GivesTheSameBits) {
  Object whole = compile(GetParam(), false), inBlocks = compile(GetParam(), true);
  expectSameTraining(inBlocks, whole);
}

/// Only what saves memory is done.
TEST_P(SaveRam, NeverNeedsMore) { EXPECT_LE(arenaAsPlanned(GetParam(), true), arenaAsPlanned(GetParam(), false)); }

INSTANTIATE_TEST_SUITE_P(, SaveRam, ::testing::ValuesIn(allModels()), [](const auto &info) { return info.param.name; });

/// What a thread has of a gradient is in blocks, too.
TEST(SaveRamForThreads, GivesTheSameBits) {
  constexpr uint32_t threads = 3;
  const ingot_host host = {
      .struct_size = sizeof(ingot_host), .threads = threads, .ctx = nullptr, .parallel_for = inReverse};
  for (const ModelCase &model : allModels())
    if (model.name == "recurrent" || model.name == "regularized" || model.name == "adam") {
      SCOPED_TRACE(model.name);
      Object whole = compile(model, false), inBlocks = compile(model, true, threads);
      inBlocks.lend(&host);
      expectSameTraining(inBlocks, whole);
    }
}

/// A layer that is called twice, with a gradient of 64 KB, a dense one behind it: what is left is activations.
TEST(SaveRamOfGradients, IsWhatGradientsTook) {
  const ModelCase model{"wide", [] {
                          clear_session();
                          Tensor a = Input({128}, {.name = "a"}), b = Input({128}, {.name = "b"});
                          Layer shared = Dense(128, {.activation = "relu", .kernel_regularizer = L2(0.01)});
                          Model model({a, b}, Dense(4, {.name = "y"})(add({shared(a), shared(b)})), {.name = "wide"});
                          model.compile({.optimizer = Adam(), .loss = "mse"});
                          return model;
                        }};
  Object whole = compile(model, false), inBlocks = compile(model, true);
  expectSameTraining(inBlocks, whole);
  constexpr uint64_t gradient = 128 * 128 * 4, block = 4096;
  EXPECT_GE(arenaOfStep(whole), gradient);
  EXPECT_LE(arenaAsPlanned(model, true), arenaOfStep(whole) - gradient + 2 * block);
}

/// Four layers with 64 KB each for the batch, and 16 KB of weights each but the last.
TEST(SaveRamOfActivations, AreOfASlice) {
  const ModelCase model{"deep", [] {
                          clear_session();
                          Tensor x = Input({64}, {.name = "x"}), h = x;
                          for (int layer = 0; layer < 4; ++layer)
                            h = Dense(64, {.activation = "tanh"})(h);
                          Model model(x, Dense(4, {.name = "y"})(h), {.name = "deep"});
                          model.compile({.optimizer = SGD(), .loss = "mse", .metrics = {"mae"}});
                          return model;
                        }};
  constexpr int batch = 256;
  constexpr uint64_t activations = batch * 64 * 4, gradient = 64 * 64 * 4;
  EXPECT_GE(arenaAsPlanned(model, false, batch), 4 * activations);
  // Beside gradients, eight lanes of each bias and some samples.
  EXPECT_LE(arenaAsPlanned(model, true, batch), 4 * gradient + activations / 2);
}

/// As users get it, in native numerics, where slices add sums up in another order.
Object compileNative(const ModelCase &model, bool saveRam, int batch) {
  const Model recorded = model.record();
  const driver::Result result = driver::compile(recorded.graph(), {.emit = {"obj"},
                                                                   .prefix = "model",
                                                                   .maxBatch = batch,
                                                                   .cpu = "x86-64-v3",
                                                                   .optLevel = '0',
                                                                   .entries = {"init", "gradients", "train_step"},
                                                                   .saveRam = saveRam});
  if (!result.ok)
    throw std::runtime_error(model.name + " does not compile: " + result.diagnostics.front().format());
  return Object({.object = result.artefacts.front().contents, .program = ""});
}

/// Of each tensor no element differs by more than `part` of the largest.
void expectClose(const NamedValues &actual, const NamedValues &expected, float part) {
  ASSERT_EQ(actual.size(), expected.size());
  for (const auto &[name, values] : expected) {
    if (std::holds_alternative<std::vector<int32_t>>(values.data))
      continue;
    float largest = 0, worst = 0;
    for (size_t i = 0; i < values.reals().size(); ++i) {
      largest = std::max(largest, std::abs(values.reals()[i]));
      worst = std::max(worst, std::abs(actual.at(name).reals()[i] - values.reals()[i]));
    }
    EXPECT_LE(worst, part * largest) << name;
  }
}

TEST(SaveRamInNativeNumerics, DiffersByRounding) {
  const ModelCase model{"classifier", [] {
                          clear_session();
                          Tensor x = Input({40}, {.name = "x"});
                          Tensor h = Dense(32, {.activation = "relu"})(Dense(48, {.activation = "tanh"})(x));
                          Model model(x, Dense(10, {.activation = "softmax", .name = "y"})(h), {.name = "classifier"});
                          model.compile({.optimizer = RMSprop(), .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
                          return model;
                        }};
  constexpr int batch = 77;
  Object whole = compileNative(model, false, batch), inSlices = compileNative(model, true, batch);
  // Two layers of activations and a gradient of each are of all samples, or of one slice.
  EXPECT_LE(2 * arenaOfStep(inSlices), arenaOfStep(whole));
  whole.init(5);
  std::mt19937 random(17);
  for (int32_t size : {batch, 8, 1, 9}) {
    SCOPED_TRACE("batch " + std::to_string(size));
    // Each step from the same weights: what a step differs by is not what the next begins with.
    inSlices.restore(whole.saved());
    const Batch data = whole.randomBatch(size, size % 2 == 0, random);
    const MeanValues gradients = inSlices.gradients(data), expected = whole.gradients(data);
    for (const auto &[name, mean] : expected) {
      EXPECT_EQ(gradients.at(name).count, mean.count) << name;
      EXPECT_NEAR(gradients.at(name).value, mean.value, 1e-5f * std::abs(mean.value)) << name;
    }
    // A sum of 77 terms is off by 77 halves of the last of 24 bits, relative to the sum of their magnitudes.
    constexpr float rounding = batch * 0x1p-23f;
    expectClose(inSlices.gradientValues(), whole.gradientValues(), rounding);
    inSlices.trainStep(data);
    whole.trainStep(data);
    expectClose(inSlices.variables(), whole.variables(), rounding);
  }
}

} // namespace
