//===- RegistryTest.cpp - layers by class name ----------------------------===//

#include "ExpectError.h"

#include "frontend/LayerRegistry.h"
#include "graph/Graph.h"

using namespace ingot;

namespace {

class RegistryTest : public FrontendTest {
protected:
  const SourceLocation loc{"model.json", 12, 0};
};

TEST_F(RegistryTest, ClassNamesAreSorted) {
  EXPECT_EQ(layerClassNames(), (std::vector<std::string>{"Activation", "Add", "Average", "AveragePooling2D", "Concatenate",
                                                         "Conv2D", "Dense", "Dot", "Dropout", "Embedding", "Flatten",
                                                         "GlobalAveragePooling2D", "GlobalMaxPooling2D", "LSTM", "Masking",
                                                         "MaxPooling2D", "Maximum", "Minimum",
                                                         "Multiply", "Permute", "RepeatVector", "Reshape", "Subtract",
                                                         "TimeDistributed"}));
}

TEST_F(RegistryTest, SameAsTheDsl) {
  Tensor x = Input({6});
  Layer json = makeLayer("Dense",
                         {.name = "d",
                          .trainable = false,
                          .attributes = {{"units", int64_t{3}}, {"activation", std::string("relu")}},
                          .objects = {{"kernel_initializer", Spec("HeNormal", {{"seed", int64_t{4}}}, loc)},
                                      {"bias_regularizer", Spec()},
                                      {"kernel_regularizer", Spec("L1L2", {{"l1", 0.0}, {"l2", 0.5}}, loc)}}},
                         loc);
  json(x);
  Dense dsl(3, {.activation = "relu",
                .kernel_initializer = HeNormal({.seed = 4}),
                .kernel_regularizer = L2(0.5),
                .trainable = false});
  dsl(x);
  const graph::Layer &a = *json.recorded(), &b = *dsl.recorded();
  EXPECT_EQ(a.name, "d");
  EXPECT_EQ(a.loc.file, "model.json");
  EXPECT_EQ(a.config, b.config);
  EXPECT_EQ(a.trainable, b.trainable);
  ASSERT_EQ(a.variables.size(), b.variables.size());
  for (size_t i = 0; i < a.variables.size(); ++i) {
    EXPECT_EQ(a.variables[i].shape, b.variables[i].shape);
    EXPECT_EQ(a.variables[i].initializer.b, b.variables[i].initializer.b);
    EXPECT_EQ(a.variables[i].initializer.seed, b.variables[i].initializer.seed);
    EXPECT_EQ(a.variables[i].regularizer.l2, b.variables[i].regularizer.l2);
  }
}

TEST_F(RegistryTest, UnknownClass) {
  try {
    makeLayer("GRU", {}, loc);
    FAIL() << "nothing was thrown";
  } catch (const Unsupported &error) {
    EXPECT_EQ(error.name(), "GRU");
    EXPECT_EQ(error.format(), "model.json:12: error: there is no layer class `GRU`; known are `Activation`, `Add`, "
                               "`Average`, `AveragePooling2D`, `Concatenate`, `Conv2D`, `Dense`, `Dot`, `Dropout`, `Embedding`, `Flatten`, "
                               "`GlobalAveragePooling2D`, `GlobalMaxPooling2D`, `LSTM`, `Masking`, `MaxPooling2D`, `Maximum`, "
                               "`Minimum`, "
                               "`Multiply`, `Permute`, `RepeatVector`, `Reshape`, `Subtract`, `TimeDistributed`");
  }
}

std::string messageOf(const std::string &className, const LayerConfig &config, const SourceLocation &loc) {
  auto error = errorOf([&] { makeLayer(className, config, loc); });
  return error ? error->message() : "";
}

TEST_F(RegistryTest, Arguments) {
  EXPECT_EQ(messageOf("Dense", {}, loc), "`Dense` has no `units`");
  EXPECT_EQ(messageOf("Dense", {.attributes = {{"units", 3.0}}}, loc), "`units` is 3; must be an integer");
  EXPECT_EQ(messageOf("Concatenate", {.attributes = {{"axis", std::string("x")}}}, loc),
            "`axis` is \"x\"; must be an integer");
  EXPECT_EQ(messageOf("Add", {.attributes = {{"axis", int64_t{1}}}}, loc), "argument `axis` of `Add` is not supported");
  EXPECT_EQ(messageOf("Embedding", {.attributes = {{"input_dim", int64_t{3}}}}, loc), "`Embedding` has no `output_dim`");
  EXPECT_EQ(messageOf("Dot", {}, loc), "`Dot` has no `axes`");
  EXPECT_EQ(messageOf("Dot", {.attributes = {{"axes", std::vector<int64_t>{1, 2, 3}}}}, loc),
            "`axes` has 3 integers; must be one, or 2");
  EXPECT_EQ(messageOf("Masking", {.attributes = {{"mask_value", std::string("x")}}}, loc),
            "`mask_value` is \"x\"; must be a number");
  EXPECT_EQ(messageOf("Dropout", {}, loc), "`Dropout` has no `rate`");
  EXPECT_EQ(messageOf("Permute", {}, loc), "`Permute` has no `dims`");
  EXPECT_EQ(messageOf("RepeatVector", {}, loc), "`RepeatVector` has no `n`");
  EXPECT_EQ(messageOf("Dense", {.attributes = {{"units", int64_t{3}}, {"use_bias", int64_t{1}}}}, loc),
            "`use_bias` is 1; must be true or false");
  EXPECT_EQ(messageOf("Dense", {.attributes = {{"units", int64_t{3}}, {"activation", true}}}, loc),
            "`activation` is true; must be a string");
  EXPECT_EQ(messageOf("Dense", {.attributes = {{"units", int64_t{3}}, {"lora_rank", int64_t{1}}}}, loc),
            "argument `lora_rank` of `Dense` is not supported");
  EXPECT_EQ(messageOf("Dense",
                      {.attributes = {{"units", int64_t{3}}}, .objects = {{"kernel_constraint", Spec("NonNeg", loc)}}},
                      loc),
            "argument `kernel_constraint` of `Dense` is not supported");
  EXPECT_EQ(messageOf("Dense", {.attributes = {{"units", int64_t{3}}, {"dtype", std::string("float64")}}}, loc),
            "`dtype` of `Dense` is \"float64\"; only \"float32\" is supported");
  EXPECT_EQ(messageOf("Flatten", {.attributes = {{"data_format", std::string("channels_first")}}}, loc),
            "`data_format` of `Flatten` is \"channels_first\"; only \"channels_last\" is supported");
  EXPECT_EQ(messageOf("Reshape", {.attributes = {{"target_shape", int64_t{3}}}}, loc),
            "`target_shape` is 3; must be a list of integers");
}

} // namespace
