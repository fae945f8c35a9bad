//===- LoadTest.cpp - weights of others in a compiled model ---------------===//
#include "s2_model_as_layer.h"
#include "s3_multi_io_adam.h"

#include <ingot/runtime.h>
#include <ingot/safetensors.h>

#include <gmock/gmock.h>

#include <filesystem>

namespace rt = ingot::rt;
using testing::ElementsAre;

namespace {

/// Loads the weights of the case called `name` and compares predictions.
rt::WeightsReport expectPredictions(rt::Model &model, const std::string &name) {
  const std::filesystem::path directory = std::filesystem::path(INGOT_REFERENCE_DIR) / name;
  const rt::WeightsReport report = model.load_weights(directory / "weights_before.safetensors");
  const rt::Predictions predictions = model.predict(rt::read_safetensors(directory / "inputs.safetensors"));
  const rt::NamedList<rt::Array> expected = rt::read_safetensors(directory / "outputs.safetensors");
  for (const auto &[output, values] : predictions) {
    const auto found = values.f32(), wanted = expected["before/" + output].f32();
    EXPECT_EQ(found.size(), wanted.size());
    for (std::size_t i = 0; i < std::min(found.size(), wanted.size()); ++i)
      // `outputs_before_abs` of the case.
      EXPECT_NEAR(found[i], wanted[i], 2e-6) << output << " " << i;
  }
  return report;
}

TEST(LoadWeights, OfAModelInsideOfAModel) {
  rt::Model model(s2_model_as_layer_model());
  EXPECT_THAT(expectPredictions(model, "s2_model_as_layer").matched,
              ElementsAre("dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias", "dense_2/kernel",
                          "dense_2/bias", "head/kernel", "head/bias"));
}

TEST(LoadWeights, OfAModelWithSeveralInputsAndOutputs) {
  rt::Model model(s3_multi_io_adam_model());
  EXPECT_TRUE(expectPredictions(model, "s3_multi_io_adam").complete());
}

TEST(LoadWeights, OfAnotherModelInPart) {
  rt::Model model(s3_multi_io_adam_model());
  const rt::WeightsReport report =
      model.load_weights(std::filesystem::path(INGOT_REFERENCE_DIR) / "s2_model_as_layer/weights_before.safetensors",
                         {.skip_missing = true, .skip_mismatch = true, .skip_unexpected = true});
  EXPECT_TRUE(report.matched.empty());
  EXPECT_THAT(report.unexpected, ElementsAre("dense/kernel", "dense/bias", "head/kernel", "head/bias"));
  EXPECT_EQ(report.mismatched.size(), 4u);
  EXPECT_EQ(report.missing.size(), 10u);
}

} // namespace
