//===- ModelTest.cpp - the verbs of a model, but for fit ------------------===//
#include "FakeModel.h"
#include "Throws.h"

#include <ingot/runtime.h>

#include <gmock/gmock.h>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

using namespace ingot::rt;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::MatchesRegex;

/// Rows [i, 0].
static Array numbered(int rows) {
  std::vector<float> x(static_cast<std::size_t>(rows) * 2);
  for (int i = 0; i < rows; ++i)
    x[static_cast<std::size_t>(2 * i)] = static_cast<float>(i);
  return {std::move(x), {rows, 2}};
}

static Array zeros(int rows) {
  return std::vector<float>(static_cast<std::size_t>(rows));
}

static std::vector<int> batches() {
  std::vector<int> sizes;
  for (const fake::Call &call : fake::calls())
    sizes.push_back(call.batch);
  return sizes;
}

//===----------------------------------------------------------------------===//
// Descriptor and memory
//===----------------------------------------------------------------------===//

TEST(Model, RefusesWhatItCannotRead) {
  EXPECT_REFUSED(Model(nullptr), "the model descriptor is null");
  ingot_model_desc *desc = fake::build();
  desc->abi_version = 0x00020003;
  EXPECT_REFUSED(Model{desc},
                 "the model was compiled for ABI 2.3 and this runtime has 1.3; "
                 "compile it again");
  desc = fake::build();
  desc->struct_size = 16;
  const std::string expected =
      "the model descriptor has 16 bytes and this runtime reads " +
      std::to_string(offsetof(ingot_model_desc, frozen_weights)) +
      "; compile the model again";
  EXPECT_REFUSED(Model{desc}, expected.c_str());
}

TEST(Model, TakesADescriptorOfALaterMinorVersion) {
  ingot_model_desc *desc = fake::build();
  desc->abi_version = INGOT_ABI_VERSION + 1;
  desc->struct_size += 8;
  EXPECT_NO_THROW(Model{desc});
}

/// Version 1.0 ended before what may be frozen into the object.
TEST(Model, TakesADescriptorOfAnEarlierMinorVersion) {
  ingot_model_desc *desc = fake::build();
  desc->abi_version = 0x00010000;
  desc->struct_size = offsetof(ingot_model_desc, frozen_weights);
  desc->frozen_weights = 64; // a string of 1.0, say
  EXPECT_EQ(ingot_frozen_weights(desc), nullptr);
  Model model(desc, {.seed = 42});
  EXPECT_EQ(fake::seed(), 42u);
  EXPECT_EQ(model.predict(numbered(1))[0].f32()[0], 0.5f);
}

TEST(Model, InitializesWithItsSeed) {
  const Model model(fake::build(), {.seed = 42});
  EXPECT_EQ(fake::seed(), 42u);
  EXPECT_EQ(model.name(), "line");
  EXPECT_EQ(model.summary(), "Model: \"line\"\n");
}

TEST(Model, CanBeMoved) {
  Model first(fake::build());
  Model second = std::move(first);
  EXPECT_EQ(second.predict(numbered(1))[0].f32()[0], 0.5f);
}

TEST(Model, NamesTheEntryThatWasNotCompiled) {
  Model model(fake::build({.inferenceOnly = true}));
  EXPECT_EQ(model.predict(numbered(1))[0].f32()[0], 0.5f);
  EXPECT_REFUSED(model.fit(numbered(1), zeros(1), {.batch_size = 1}),
                 "`line` was compiled without `train_step`; add it to "
                 "`--entries`");
  EXPECT_REFUSED(model.evaluate(numbered(1), zeros(1)),
                 "`line` was compiled without `evaluate`; add it to "
                 "`--entries`");
  EXPECT_REFUSED(model.learning_rate(),
                 "`line` was compiled without `get_learning_rate`; add it to "
                 "`--entries`");
}

TEST(Model, StartsFromZeroWithoutInit) {
  ingot_model_desc *desc = fake::build();
  desc->entries[INGOT_ENTRY_INIT].function = 0;
  const Model model(desc);
  for (const auto &[name, weight] : model.get_weights())
    EXPECT_THAT(weight.f32(), Each(0.f)) << name;
}

#if defined(__SSE2__)
TEST(Model, FlushesDenormalsOnlyInNativeCalls) {
  // Other tests of this process may not have left the mode on either.
  const unsigned before = _mm_getcsr(), flush = 0x8040;
  ASSERT_EQ(before & flush, 0u);
  _mm_setcsr(before | flush);
  const bool canFlush = _mm_getcsr() != before;
  _mm_setcsr(before);
  if (!canFlush)
    GTEST_SKIP() << "this machine (valgrind's, say) does not flush denormals";

  Model native(fake::build());
  native.predict(numbered(1));
  native.train_on_batch(numbered(1), zeros(1));
  native.test_on_batch(numbered(1), zeros(1));
  EXPECT_EQ(_mm_getcsr(), before);
  for (const fake::Call &call : fake::calls())
    EXPECT_TRUE(call.flushesDenormals) << call.entry;

  Model portable(fake::build({.portable = true}));
  portable.predict(numbered(1));
  portable.train_on_batch(numbered(1), zeros(1));
  portable.test_on_batch(numbered(1), zeros(1));
  for (const fake::Call &call : fake::calls())
    EXPECT_FALSE(call.flushesDenormals) << call.entry;
}
#endif

//===----------------------------------------------------------------------===//
// predict
//===----------------------------------------------------------------------===//

TEST(Predict, ConcatenatesBatches) {
  Model model(fake::build());
  const Predictions outputs = model.predict(numbered(7), {.batch_size = 3});
  EXPECT_THAT(batches(), ElementsAre(3, 3, 1));
  ASSERT_EQ(outputs.size(), 1u);
  EXPECT_THAT(outputs["value"].shape(), ElementsAre(7, 1));
  EXPECT_THAT(outputs[0].f32(),
              ElementsAre(0.5f, 1.5f, 2.5f, 3.5f, 4.5f, 5.5f, 6.5f));
}

TEST(Predict, SlicesBatchesAboveItsMaximum) {
  Model model(fake::build({.maxPredict = 4}));
  model.predict(numbered(10));
  EXPECT_THAT(batches(), ElementsAre(4, 4, 2));
}

TEST(Predict, PreparesOnceUntilWeightsChange) {
  Model model(fake::build());
  model.predict(numbered(20));
  model.predict(numbered(1));
  EXPECT_EQ(fake::prepareCalls(), 1);
  EXPECT_TRUE(fake::calls().back().prepared);
  model.train_on_batch(Array(std::vector<float>{2, 0}, {1, 2}), zeros(1));
  EXPECT_EQ(model.predict(numbered(1))[0].f32()[0], 1.f);
  model.set_weights({{"dense/bias", Array(std::vector<float>{7})}});
  EXPECT_EQ(model.predict(numbered(1))[0].f32()[0], 7.f);
  EXPECT_EQ(fake::prepareCalls(), 3);
}

TEST(Predict, PreparesWhereThatIsRepaid) {
  Model model(fake::build({.preparePaysFrom = 5}));
  auto isPrepared = [&](int samples) {
    EXPECT_EQ(model.predict(numbered(samples))[0].f32()[0], 0.5f);
    return fake::calls().back().prepared;
  };
  EXPECT_FALSE(isPrepared(2));
  EXPECT_FALSE(isPrepared(2));
  EXPECT_TRUE(isPrepared(1));
  EXPECT_TRUE(isPrepared(1));
  EXPECT_EQ(fake::prepareCalls(), 1);
  model.set_weights(model.get_weights());
  EXPECT_FALSE(isPrepared(4));
  EXPECT_TRUE(isPrepared(8));
  EXPECT_EQ(fake::prepareCalls(), 2);
}

TEST(Predict, PreparesAtOnceForADescriptorThatDoesNotSay) {
  ingot_model_desc *desc = fake::build({.preparePaysFrom = 5});
  desc->struct_size = offsetof(ingot_model_desc, prepare_pays_from);
  Model model(desc);
  model.predict(numbered(1));
  EXPECT_TRUE(fake::calls().back().prepared);
}

TEST(Predict, GivesEveryOutputWithItsType) {
  Model model(fake::build({.several = true}));
  const std::vector<std::int32_t> ids = {5, 6, 7};
  const Predictions outputs =
      model.predict({{"id", ids}, {"x", numbered(3)}}, {.batch_size = 2});
  ASSERT_EQ(outputs.size(), 2u);
  EXPECT_THAT(outputs["value"].f32(), ElementsAre(0.5f, 1.5f, 2.5f));
  EXPECT_THAT(outputs["kind"].i32(), ElementsAre(5, 6, 7));
  EXPECT_THAT(outputs["kind"].shape(), ElementsAre(3));
}

TEST(Predict, OnBatchMakesAsFewCallsAsPossible) {
  Model model(fake::build({.several = true, .maxPredict = 4}));
  const std::vector<std::int32_t> ids = {5, 6, 7, 8, 9};
  const Predictions outputs =
      model.predict_on_batch({{"id", ids}, {"x", numbered(5)}});
  EXPECT_THAT(batches(), ElementsAre(4, 1));
  EXPECT_THAT(outputs["value"].f32(),
              ElementsAre(0.5f, 1.5f, 2.5f, 3.5f, 4.5f));
  EXPECT_THAT(outputs["kind"].i32(), ElementsAre(5, 6, 7, 8, 9));
}

TEST(Predict, RefusesABatchSizeBelowOne) {
  Model model(fake::build());
  EXPECT_REFUSED(model.predict(numbered(1), {.batch_size = -1}),
                 "`batch_size` is -1; must be positive");
}

//===----------------------------------------------------------------------===//
// evaluate and the verbs of one batch
//===----------------------------------------------------------------------===//

TEST(Evaluate, WeighsBatchesBySize) {
  Model model(fake::build());
  const Metrics values =
      model.evaluate(numbered(10), zeros(10), {.batch_size = 4, .verbose = 0});
  EXPECT_THAT(batches(), ElementsAre(4, 4, 2));
  EXPECT_NEAR(values["mae"], 5, 1e-5);
  EXPECT_EQ(values.begin()->first, "loss");
}

TEST(Evaluate, SlicesAndStopsAfterSteps) {
  Model model(fake::build({.maxEvaluate = 3}));
  model.evaluate(numbered(20), zeros(20),
                 {.batch_size = 4, .verbose = 0, .steps = 2});
  EXPECT_THAT(batches(), ElementsAre(3, 1, 3, 1));
  EXPECT_REFUSED(model.evaluate(numbered(1), zeros(1), {.steps = 0}),
                 "`steps` is 0; must be positive");
}

TEST(Evaluate, SampleWeightsScaleTheLoss) {
  Model model(fake::build());
  const Metrics values = model.evaluate(
      numbered(2), zeros(2),
      {.verbose = 0, .sample_weight = Array(std::vector<float>{4, 0})});
  EXPECT_NEAR(values["loss"], 4 * 0.25 / 2, 1e-6);
}

TEST(Evaluate, PrintsOneLine) {
  Model model(fake::build());
  testing::internal::CaptureStdout();
  model.evaluate(numbered(10), zeros(10), {.batch_size = 5});
  EXPECT_THAT(testing::internal::GetCapturedStdout(),
              MatchesRegex("2/2 - [0-9]+s [0-9]+[mu]?s/step - loss: [0-9.]+ - mae: "
                           "5\\.0000\n"));
}

TEST(OnBatch, ReturnsTheValuesOfThatBatchBeforeItsUpdate) {
  Model model(fake::build());
  const Array x(std::vector<float>{2, 0}, {1, 2});
  EXPECT_EQ(model.train_on_batch(x, zeros(1))["mae"], 2.5);
  EXPECT_EQ(model.train_on_batch(x, zeros(1))["mae"], 3.0);
  EXPECT_EQ(model.test_on_batch(x, zeros(1))["mae"], 3.5);
  EXPECT_EQ(model.test_on_batch(x, zeros(1))["mae"], 3.5);
}

TEST(OnBatch, RefusesMoreSamplesThanTheMaximum) {
  Model model(fake::build());
  EXPECT_REFUSED(model.train_on_batch(numbered(9), zeros(9)),
                 "the number of samples is 9 and `train_step` of `line` was "
                 "compiled for at most 8; compile with "
                 "`--max-batch=train_step:9` to go up to it");
}

//===----------------------------------------------------------------------===//
// Weights and learning rate
//===----------------------------------------------------------------------===//

TEST(Weights, AreReadAndWrittenByName) {
  Model model(fake::build());
  NamedList<Array> weights = model.get_weights();
  ASSERT_EQ(weights.size(), 2u);
  EXPECT_THAT(weights["dense/kernel"].f32(), ElementsAre(1, 2));
  EXPECT_THAT(weights["dense/kernel"].shape(), ElementsAre(2, 1));
  EXPECT_THAT(weights["dense/bias"].f32(), ElementsAre(0.5f));

  const std::vector<float> kernel = {3, 4};
  model.set_weights({{"dense/kernel", Array(kernel, {2, 1})}});
  EXPECT_THAT(model.get_weights()["dense/kernel"].f32(), ElementsAre(3, 4));
  EXPECT_THAT(model.get_weights()["dense/bias"].f32(), ElementsAre(0.5f));
  // What was read before is a copy, and can be written back.
  model.set_weights(weights);
  EXPECT_THAT(model.get_weights()["dense/kernel"].f32(), ElementsAre(1, 2));
}

TEST(Weights, AreWrittenByPositionOnlyAllAtOnce) {
  Model model(fake::build());
  const std::vector<float> two = {8, 9}, one = {10};
  model.set_weights({two, one});
  EXPECT_THAT(model.get_weights()["dense/kernel"].f32(), ElementsAre(8, 9));
  EXPECT_REFUSED((model.set_weights(two), 0),
                 "1 weight was given and `line` has 2: `dense/kernel`, "
                 "`dense/bias`");
}

TEST(Weights, AreNotTouchedIfOneDoesNotFit) {
  Model model(fake::build());
  const std::vector<float> two = {8, 9};
  EXPECT_REFUSED((model.set_weights({two, two}), 0),
                 "weight `dense/bias` has shape [2]; must be [1]");
  EXPECT_THAT(model.get_weights()["dense/kernel"].f32(), ElementsAre(1, 2));
}

TEST(LearningRate, IsReadAndWritten) {
  Model model(fake::build());
  EXPECT_EQ(model.learning_rate(), 0.25f);
  model.set_learning_rate(1);
  EXPECT_EQ(model.learning_rate(), 1.f);
}

//===----------------------------------------------------------------------===//
// Arrays that do not fit
//===----------------------------------------------------------------------===//

TEST(Binding, BytesServeAsLabels) {
  Model model(fake::build({.several = true}));
  const std::vector<std::uint8_t> kinds = {0, 2}, wrong = {0, 3};
  const std::vector<std::int32_t> ids = {1, 1};
  EXPECT_NO_THROW(model.test_on_batch({numbered(2), ids}, {zeros(2), kinds}));
  EXPECT_REFUSED(model.test_on_batch({numbered(2), ids}, {zeros(2), wrong}),
                 "`evaluate` of `line` refused the call: a label is not in "
                 "[0, classes); row 1 of target `kind` has 3; must be in "
                 "[0, 3)");
}

TEST(Binding, DimensionsOfOneAtTheEndAreOptional) {
  Model model(fake::build({.several = true}));
  const Array ids(std::vector<std::int32_t>{1, 1}, {2, 1});
  EXPECT_NO_THROW(model.test_on_batch({numbered(2), ids}, {zeros(2), ids}));
}

TEST(Binding, RefusesTheWrongNumber) {
  Model model(fake::build({.several = true}));
  EXPECT_REFUSED(model.predict(numbered(2)),
                 "1 input was given and `line` has 2: `x`, `id`");
  EXPECT_REFUSED(model.predict(Arrays()),
                 "0 inputs were given and `line` has 2: `x`, `id`");
  const std::vector<std::int32_t> ids = {1, 1};
  EXPECT_REFUSED(model.test_on_batch({numbered(2), ids}, zeros(2)),
                 "1 target was given and `line` has 2: `value`, `kind`");
  EXPECT_REFUSED(model.test_on_batch({numbered(2), ids}, {zeros(2), ids},
                                     {.sample_weight = {zeros(2)}}),
                 "1 sample weight was given and `line` has 2: `value`, `kind`");
}

TEST(Binding, RefusesNames) {
  Model model(fake::build({.several = true}));
  const std::vector<std::int32_t> ids = {1, 1};
  EXPECT_REFUSED(model.predict({{"x", numbered(2)}, {"ids", ids}}),
                 "`line` has no input `ids`; it has `x`, `id`; did you mean "
                 "`id`?");
  EXPECT_REFUSED(model.predict({{"x", numbered(2)}, {"hour", ids}}),
                 "`line` has no input `hour`; it has `x`, `id`");
  EXPECT_REFUSED(model.test_on_batch({numbered(2), ids},
                                     {{"value", zeros(2)}, {"Kinds", ids}}),
                 "`line` has no target `Kinds`; it has `value`, `kind`; did "
                 "you mean `kind`?");
  EXPECT_REFUSED(
      model.test_on_batch({numbered(2), ids}, {{"value", zeros(2)}}),
      "target `kind` is missing; `line` has `value`, `kind`");
  EXPECT_REFUSED(model.test_on_batch({numbered(2), ids}, {zeros(2), ids},
                                     {.sample_weight = {{"vale", zeros(2)}}}),
                 "`line` has no sample weight `vale`; it has `value`, `kind`; "
                 "did you mean `value`?");
  EXPECT_REFUSED(model.predict({{"x", numbered(2)}}),
                 "input `id` is missing; `line` has `x`, `id`");
  EXPECT_REFUSED(model.predict({{"x", numbered(2)}, {"x", numbered(2)}}),
                 "input `x` was given twice");
}

TEST(Binding, AnOutputWithoutALossTakesNoTarget) {
  Model model(fake::build({.several = true, .kindWithoutLoss = true}));
  const std::vector<std::int32_t> ids = {1, 1};
  EXPECT_NO_THROW(model.test_on_batch({numbered(2), ids}, zeros(2)));
  EXPECT_NO_THROW(
      model.test_on_batch({numbered(2), ids}, {{"value", zeros(2)}}));
  EXPECT_REFUSED(model.test_on_batch({numbered(2), ids},
                                     {{"value", zeros(2)}, {"kind", ids}}),
                 "output `kind` of `line` has no loss and takes no target; "
                 "targets are `value`");
  EXPECT_EQ(model.predict({numbered(2), ids}).size(), 2u);
}

TEST(Binding, SampleWeightsAreOneOrAListOrByName) {
  Model model(fake::build({.several = true}));
  const std::vector<std::int32_t> ids = {1, 1};
  const Array three(std::vector<float>{3, 3}), four(std::vector<float>{4, 4});
  const auto weigh = [&](const Arrays &weights) {
    model.train_on_batch({numbered(2), ids}, {zeros(2), ids},
                         {.sample_weight = weights});
    return fake::calls().back();
  };
  EXPECT_THAT(weigh(three).weights, ElementsAre(3, 3));
  EXPECT_THAT(weigh(three).kindWeights, ElementsAre(3, 3));
  EXPECT_THAT(weigh({three, four}).weights, ElementsAre(3, 3));
  EXPECT_THAT(weigh({three, four}).kindWeights, ElementsAre(4, 4));
  EXPECT_THAT(weigh({{"kind", four}}).weights, IsEmpty());
  EXPECT_THAT(weigh({{"kind", four}}).kindWeights, ElementsAre(4, 4));
}

TEST(Binding, RefusesElementTypes) {
  Model model(fake::build({.several = true}));
  const std::vector<std::int32_t> ids = {1, 1};
  EXPECT_REFUSED(
      model.predict({Array(std::vector<std::uint8_t>(4), {2, 2}), ids}),
      "input `x` is u8; must be f32; `scaled(1.f)` converts it");
  EXPECT_REFUSED(model.predict({numbered(2), zeros(2)}),
                 "input `id` is f32; must be i32");
  EXPECT_REFUSED(model.test_on_batch({numbered(2), ids}, {zeros(2), ids},
                                     {.sample_weight = {{"kind", ids}}}),
                 "`sample_weight` of `kind` is i32; must be f32");
}

TEST(Binding, RefusesShapes) {
  Model model(fake::build());
  EXPECT_REFUSED(model.predict(Array(std::vector<float>(6), {2, 3})),
                 "input `x` has shape [2, 3]; must be [batch, 2]");
  EXPECT_REFUSED(model.predict(Array(std::vector<float>(8), {2, 2, 2})),
                 "input `x` has shape [2, 2, 2]; must be [batch, 2]");
  EXPECT_REFUSED(model.predict(Array(std::vector<float>(2))),
                 "input `x` has shape [2]; must be [batch, 2]");
}

TEST(Binding, RefusesRowsThatDiffer) {
  Model model(fake::build({.several = true}));
  const std::vector<std::int32_t> two = {1, 1}, three = {1, 1, 1};
  EXPECT_REFUSED(model.predict({numbered(2), three}),
                 "input `id` has 3 rows and input `x` has 2; must be equal");
  EXPECT_REFUSED(model.test_on_batch({numbered(2), two}, {zeros(2), three}),
                 "target `kind` has 3 rows and input `x` has 2; must be equal");
  EXPECT_REFUSED(model.test_on_batch({numbered(2), two}, {zeros(2), two},
                                     {.sample_weight = {{"kind", zeros(3)}}}),
                 "`sample_weight` of `kind` has shape [3]; must be [2], one "
                 "for each sample");
}

TEST(Binding, RefusesNoRows) {
  Model model(fake::build());
  EXPECT_REFUSED(model.predict(Array(std::vector<float>(), {0, 2})),
                 "input `x` has 0 rows; must have at least 1");
  EXPECT_THAT(fake::calls(), IsEmpty());
}
