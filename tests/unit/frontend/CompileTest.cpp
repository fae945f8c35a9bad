//===- CompileTest.cpp - losses, weights and metrics of outputs -----------===//

#include "ExpectError.h"

#include "graph/Graph.h"

#include <gmock/gmock.h>

using namespace ingot;
using testing::ElementsAre;

namespace {

class CompileTest : public FrontendTest {
protected:
  Tensor x = Input({8}, {.name = "x"});

  Model single(int units, const char *activation = "softmax") {
    return Model(x, Dense(units, {.activation = activation, .name = "y"})(x));
  }
  Model pair() { return Model(x, {Dense(4, {.name = "a"})(x), Dense(1, {.name = "b"})(x)}); }
};

const graph::OutputSpec &outputOf(const Model &model, size_t i = 0) { return model.graph().compile->outputs.at(i); }

std::vector<std::string> keys(const Model &model) {
  std::vector<std::string> result;
  for (const graph::OutputSpec &output : model.graph().compile->outputs)
    for (const graph::Metric &metric : output.metrics)
      result.push_back(metric.key + "=" + metric.kind);
  return result;
}

TEST_F(CompileTest, SparseTargetsAreLabels) {
  Model model = single(10);
  model.compile({.loss = "sparse_categorical_crossentropy"});
  EXPECT_EQ(model.graph().compile->optimizer.className, "RMSprop");
  EXPECT_EQ(outputOf(model).name, "y");
  EXPECT_EQ(outputOf(model).loss->name, "sparse_categorical_crossentropy");
  EXPECT_EQ(outputOf(model).lossWeight, 1);
  EXPECT_EQ(outputOf(model).target.dtype, graph::DType::I32);
  EXPECT_EQ(outputOf(model).target.shape, (Shape{None}));

  Tensor sequence = Input({5, 8});
  Model steps(sequence, Dense(3)(sequence));
  steps.compile({.loss = SparseCategoricalCrossentropy({.from_logits = true})});
  EXPECT_EQ(outputOf(steps).target.shape, (Shape{None, 5}));
  EXPECT_TRUE(outputOf(steps).loss->fromLogits);
}

TEST_F(CompileTest, OtherTargetsAreNumbers) {
  const std::pair<Loss, const char *> cases[] = {
      {"categorical_crossentropy", "categorical_crossentropy"},
      {"mse", "mean_squared_error"},
      {"MeanAbsoluteError", "mean_absolute_error"},
      {MeanSquaredError(), "mean_squared_error"},
      {MeanAbsoluteError(), "mean_absolute_error"},
      {BinaryCrossentropy(), "binary_crossentropy"},
      {CategoricalCrossentropy(), "categorical_crossentropy"}};
  for (const auto &[loss, name] : cases) {
    Model model = single(10);
    model.compile({.loss = loss});
    EXPECT_EQ(outputOf(model).loss->name, name);
    EXPECT_EQ(outputOf(model).target.dtype, graph::DType::F32);
    EXPECT_EQ(outputOf(model).target.shape, (Shape{None, 10}));
  }
}

TEST_F(CompileTest, LossArguments) {
  Model model = single(10, "linear");
  model.compile({.loss = CategoricalCrossentropy({.from_logits = true, .label_smoothing = 0.25})});
  EXPECT_TRUE(outputOf(model).loss->fromLogits);
  EXPECT_EQ(outputOf(model).loss->labelSmoothing, 0.25);
}

TEST_F(CompileTest, AccuracyFollowsFromShapes) {
  Model sparse = single(10), dense = single(10), binary = single(1, "sigmoid");
  sparse.compile({.loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  EXPECT_THAT(keys(sparse), ElementsAre("accuracy=sparse_categorical_accuracy"));
  // The shape decides, not the loss.
  dense.compile({.loss = "mse", .metrics = {"acc"}});
  EXPECT_THAT(keys(dense), ElementsAre("acc=categorical_accuracy"));
  binary.compile({.loss = "mse", .metrics = {"accuracy"}});
  EXPECT_THAT(keys(binary), ElementsAre("accuracy=binary_accuracy"));
}

TEST_F(CompileTest, KeysAreAsSpelt) {
  Model model = single(10);
  model.compile({.loss = "mse",
                 .metrics = {"mae", "mean_absolute_error", "mse", "mae", metrics::BinaryAccuracy(),
                             metrics::CategoricalAccuracy({.name = "right"})}});
  EXPECT_THAT(keys(model),
              ElementsAre("mae=mean_absolute_error", "mean_absolute_error=mean_absolute_error",
                          "mse=mean_squared_error", "mae_1=mean_absolute_error",
                          "binary_accuracy=binary_accuracy", "right=categorical_accuracy"));
}

TEST_F(CompileTest, SeveralOutputsByOrder) {
  Model model = pair();
  model.compile({.loss = {"mse", "mae"}, .loss_weights = {1, 0.25}, .metrics = {"mae", {"mse", "accuracy"}}});
  EXPECT_EQ(outputOf(model, 0).loss->name, "mean_squared_error");
  EXPECT_EQ(outputOf(model, 1).loss->name, "mean_absolute_error");
  EXPECT_EQ(outputOf(model, 0).lossWeight, 1);
  EXPECT_EQ(outputOf(model, 1).lossWeight, 0.25);
  EXPECT_THAT(keys(model), ElementsAre("a_mae=mean_absolute_error", "b_mse=mean_squared_error",
                                       "b_accuracy=binary_accuracy"));
}

TEST_F(CompileTest, SeveralOutputsByName) {
  Model model = pair();
  model.compile({.loss = {{"b", "mae"}, {"a", "mse"}},
                 .loss_weights = {{"b", 0.5}},
                 .metrics = {{"b", "mse"}, {"a", "mae", "mse"}}});
  EXPECT_EQ(outputOf(model, 0).loss->name, "mean_squared_error");
  EXPECT_EQ(outputOf(model, 1).loss->name, "mean_absolute_error");
  EXPECT_EQ(outputOf(model, 0).lossWeight, 1);
  EXPECT_EQ(outputOf(model, 1).lossWeight, 0.5);
  EXPECT_THAT(keys(model), ElementsAre("a_mae=mean_absolute_error", "a_mse=mean_squared_error",
                                       "b_mse=mean_squared_error"));
}

TEST_F(CompileTest, OneLossForAllAndNoneForOne) {
  Model model = pair();
  model.compile({.loss = "mse"});
  EXPECT_EQ(outputOf(model, 1).loss->name, "mean_squared_error");
  model.compile({.loss = {"mae", {}}});
  EXPECT_EQ(outputOf(model, 0).loss->name, "mean_absolute_error");
  EXPECT_FALSE(outputOf(model, 1).loss);
  model.compile({.loss = {{"a", {}}, {"b", "mse"}}});
  EXPECT_FALSE(outputOf(model, 0).loss);
}

TEST_F(CompileTest, OneValueForAllOutputs) {
  Model model = pair();
  model.compile({.loss = "mse", .loss_weights = 0.5, .metrics = "mae"});
  EXPECT_EQ(outputOf(model, 0).lossWeight, 0.5);
  EXPECT_EQ(outputOf(model, 1).lossWeight, 0.5);
  EXPECT_THAT(keys(model), ElementsAre("a_mae=mean_absolute_error", "b_mae=mean_absolute_error"));
  // An output without a loss has no target to compare with.
  model.compile({.loss = {{}, "mse"}, .metrics = metrics::MeanAbsoluteError()});
  EXPECT_THAT(keys(model), ElementsAre("b_mean_absolute_error=mean_absolute_error"));
}

TEST_F(CompileTest, SomeOutputsWithoutMetrics) {
  Model model = pair();
  model.compile({.loss = "mse", .metrics = {{}, {"mae", "mse"}}});
  EXPECT_THAT(keys(model), ElementsAre("b_mae=mean_absolute_error", "b_mse=mean_squared_error"));
  model.compile({.loss = "mse", .metrics = {{"b", "mae"}}});
  EXPECT_THAT(keys(model), ElementsAre("b_mae=mean_absolute_error"));
}

TEST_F(CompileTest, OutputsThatAreCalledAsMetricsAre) {
  Model model(x, {Dense(4, {.name = "mae"})(x), Dense(1, {.name = "b"})(x)});
  // No output is called mse, so this is by order.
  model.compile({.loss = "mse", .metrics = {{"mae"}, {"mse"}}});
  EXPECT_THAT(keys(model), ElementsAre("mae_mae=mean_absolute_error", "b_mse=mean_squared_error"));
  // One list is too few for two outputs, so this is by name.
  model.compile({.loss = "mse", .metrics = {{"mae", "mse"}}});
  EXPECT_THAT(keys(model), ElementsAre("mae_mse=mean_squared_error"));
}

TEST_F(CompileTest, KeysOfMetricsAreNotThoseOfLosses) {
  Model model = single(10);
  model.compile({.loss = "mse", .metrics = metrics::MeanAbsoluteError({.name = "loss"})});
  EXPECT_THAT(keys(model), ElementsAre("loss_1=mean_absolute_error"));
  Model two = pair();
  two.compile({.loss = "mse", .metrics = metrics::MeanAbsoluteError({.name = "loss"})});
  EXPECT_THAT(keys(two), ElementsAre("a_loss_1=mean_absolute_error", "b_loss_1=mean_absolute_error"));
}

// Keras 3.5 applied losses that were given by name in alphabetical order of the
// names (keras#20596).
TEST_F(CompileTest, NamesAndNotTheirAlphabetDecide) {
  Model model(x, {Dense(1, {.activation = "sigmoid", .name = "output_small"})(x),
                  Dense(64, {.activation = "softmax", .name = "output_big"})(x)});
  auto check = [&] {
    EXPECT_EQ(outputOf(model, 0).name, "output_small");
    EXPECT_EQ(outputOf(model, 0).loss->name, "binary_crossentropy");
    EXPECT_EQ(outputOf(model, 0).lossWeight, 1);
    EXPECT_EQ(outputOf(model, 1).loss->name, "categorical_crossentropy");
    EXPECT_EQ(outputOf(model, 1).lossWeight, 0.25);
    EXPECT_THAT(keys(model), ElementsAre("output_small_accuracy=binary_accuracy",
                                         "output_big_accuracy=categorical_accuracy"));
  };
  model.compile({.loss = {{"output_small", "binary_crossentropy"}, {"output_big", "categorical_crossentropy"}},
                 .loss_weights = {{"output_small", 1}, {"output_big", 0.25}},
                 .metrics = {{"output_small", "accuracy"}, {"output_big", "accuracy"}}});
  check();
  model.compile({.loss = {{"output_big", "categorical_crossentropy"}, {"output_small", "binary_crossentropy"}},
                 .loss_weights = {{"output_big", 0.25}, {"output_small", 1}},
                 .metrics = {{"output_big", "accuracy"}, {"output_small", "accuracy"}}});
  check();
  model.compile({.loss = {"binary_crossentropy", "categorical_crossentropy"},
                 .loss_weights = {1, 0.25},
                 .metrics = {"accuracy", "accuracy"}});
  check();
}

TEST_F(CompileTest, OneOutputInEveryForm) {
  Model model = single(10);
  model.compile({.loss = {"mse"}, .loss_weights = {2}, .metrics = {{"mae", "mse"}}});
  EXPECT_EQ(outputOf(model).lossWeight, 2);
  EXPECT_THAT(keys(model), ElementsAre("mae=mean_absolute_error", "mse=mean_squared_error"));
  model.compile({.loss = {{"y", "mse"}}, .loss_weights = {{"y", 3}}, .metrics = {{"y", "mae"}}});
  EXPECT_EQ(outputOf(model).lossWeight, 3);
  EXPECT_THAT(keys(model), ElementsAre("mae=mean_absolute_error"));
  model.compile({.loss = "mse", .loss_weights = 4, .metrics = "mae"});
  EXPECT_EQ(outputOf(model).lossWeight, 4);
  EXPECT_THAT(keys(model), ElementsAre("mae=mean_absolute_error"));
}

} // namespace
