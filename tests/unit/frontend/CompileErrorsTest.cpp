//===- CompileErrorsTest.cpp - mistakes in compile, at the user's line ----===//

#include "ExpectError.h"

#include "graph/Graph.h"

using namespace ingot;

namespace {

class CompileErrorsTest : public FrontendTest {
protected:
  Tensor x = Input({8}, {.name = "x"});
  Model model{x, Dense(10, {.activation = "softmax", .name = "y"})(x)};
  Model pair{x, {Dense(4, {.name = "a"})(x), Dense(1, {.name = "b"})(x)}};
};

TEST_F(CompileErrorsTest, UnknownNames) {
  EXPECT_ERROR(model.compile({.optimizer = "rmsporp", .loss = "mse"}),
               "there is no optimizer `rmsporp`; did you mean `RMSprop`?");
  EXPECT_ERROR(model.compile({.loss = "categorical_crossentrpy"}),
               "there is no loss `categorical_crossentrpy`; did you mean `categorical_crossentropy`?");
  EXPECT_ERROR(model.compile({.loss = "mse", .metrics = {"acuracy"}}),
               "there is no metric `acuracy`; did you mean `accuracy`?");
  EXPECT_ERROR(model.compile({.optimizer = SGD({.momentum = 2}), .loss = "mse"}),
               "`momentum` is 2; must be in [0, 1)");
}

TEST_F(CompileErrorsTest, Losses) {
  EXPECT_ERROR(model.compile({}), "`loss` is missing; at least one output must have one");
  EXPECT_ERROR(pair.compile({.loss = {"mse"}}),
               "`loss` has 1 entry and the model 2 outputs: `a`, `b`; there must be one for each");
  EXPECT_ERROR(pair.compile({.loss = {{"a", "mse"}}}),
               "`loss` says nothing about `b`; all outputs must be named, those without a loss with `{}`");
  EXPECT_ERROR(pair.compile({.loss = {{"a", "mse"}, {"c", "mse"}}}),
               "`loss` names `c`, which is no output; outputs are `a`, `b`");
  EXPECT_ERROR(pair.compile({.loss = {{"a", "mse"}, {"a", "mae"}}}), "`loss` names `a` twice; each output must be named once");
  EXPECT_ERROR(model.compile({.loss = BinaryCrossentropy({.label_smoothing = 1.5})}),
               "`label_smoothing` is 1.5; must be in [0, 1]");
}

TEST_F(CompileErrorsTest, LossesAndShapes) {
  EXPECT_ERROR(pair.compile({.loss = {"mse", "sparse_categorical_crossentropy"}}),
               "output `b` has shape (None, 1); `sparse_categorical_crossentropy` takes at least 2 classes; use "
               "`binary_crossentropy`");
  Tensor scalar = Input({}, {.name = "scalar"});
  Model flat(scalar, Activation("relu", {.name = "r"})(scalar));
  EXPECT_ERROR(flat.compile({.loss = "mse"}),
               "output `r` has shape (None,); `mean_squared_error` takes a rank of at least 2");
  Tensor labels = Input({3}, {.dtype = "int32"});
  Model integers(labels, Flatten({.name = "f"})(labels));
  EXPECT_ERROR(integers.compile({.loss = "mse"}),
               "output `f` is int32; `mean_squared_error` takes float32");
}

TEST_F(CompileErrorsTest, LogitsOfProbabilities) {
  EXPECT_ERROR(model.compile({.loss = SparseCategoricalCrossentropy({.from_logits = true})}),
               "`from_logits` is true, but output `y` ends in softmax; take one of the two away");
}

TEST_F(CompileErrorsTest, LossWeights) {
  EXPECT_ERROR(pair.compile({.loss = "mse", .loss_weights = {1.0}}),
               "`loss_weights` has 1 entry and the model 2 outputs: `a`, `b`; there must be one for each");
  EXPECT_ERROR(pair.compile({.loss = "mse", .loss_weights = {{"c", 1}}}),
               "`loss_weights` names `c`, which is no output; outputs are `a`, `b`");
  EXPECT_ERROR(model.compile({.loss = "mse", .loss_weights = {-1}}), "loss weight of `y` is -1; must be at least 0");
}

TEST_F(CompileErrorsTest, Metrics) {
  EXPECT_ERROR(pair.compile({.loss = "mse", .metrics = {"mae"}}),
               "`metrics` has 1 entry and the model 2 outputs: `a`, `b`; there must be one for each");
  EXPECT_ERROR(pair.compile({.loss = {"mse", {}}, .metrics = {{"b", "mae"}}}),
               "output `b` has no loss, which says what the target is; metric `mae` must have one");
  EXPECT_ERROR(pair.compile({.loss = "mse", .metrics = {{"b", "mae"}, {"b", "mse"}}}), "`metrics` names `b` twice; each output must be named once");
  EXPECT_ERROR(model.compile({.loss = "sparse_categorical_crossentropy", .metrics = {"categorical_accuracy"}}),
               "metric `categorical_accuracy` takes a target of shape (None, 10), but the loss takes one of shape "
               "(None,)");
  EXPECT_ERROR(model.compile({.loss = "mse", .metrics = {"sparse_categorical_accuracy"}}),
               "metric `sparse_categorical_accuracy` takes a target of class labels, but the loss takes one of shape "
               "(None, 10)");
}

TEST_F(CompileErrorsTest, MisspeltOutputs) {
  Model named{x, {Dense(4, {.name = "main_output"})(x), Dense(1, {.name = "aux_output"})(x)}};
  EXPECT_ERROR(named.compile({.loss = {{"main_output", "mse"}, {"aux_ouput", "mse"}}}),
               "`loss` names `aux_ouput`, which is no output; outputs are `main_output`, `aux_output`; did you mean "
               "`aux_output`?");
  EXPECT_ERROR(named.compile({.loss = "mse", .loss_weights = {{"main", 1}, {"aux_out", 0.2}}}),
               "`loss_weights` names `main`, which is no output; outputs are `main_output`, `aux_output`; did you "
               "mean `main_output`?");
  EXPECT_ERROR(named.compile({.loss = "mse", .metrics = {{"main_output", "mae"}, {"aux_outptu", "mae"}}}),
               "`metrics` names `aux_outptu`, which is no output; outputs are `main_output`, `aux_output`; did you "
               "mean `aux_output`?");
  EXPECT_ERROR(named.compile({.loss = "mse", .metrics = {{"main_outptu", "mae"}}}),
               "`main_outptu` is neither an output nor a metric; outputs are `main_output`, `aux_output`; did you "
               "mean `main_output`?");
  EXPECT_ERROR(named.compile({.loss = "mse", .metrics = {{"main_output", "mae"}, "mse"}}),
               "`metrics` is by name for some outputs and by order for others; each list must begin with one of "
               "`main_output`, `aux_output`");
}

TEST_F(CompileErrorsTest, AnOutputWithTheNameOfAMetric) {
  Model named{x, {Dense(4, {.name = "mae"})(x), Dense(1, {.name = "mse"})(x)}};
  EXPECT_ERROR(named.compile({.loss = "mse", .metrics = {{"mae", "mse"}, {"mse"}}}),
               "`mae` begins a list of `metrics` and is both an output and a metric; give the output another name");
}

TEST_F(CompileErrorsTest, ARefusedCompileLeavesTheOldOne) {
  model.compile({.loss = "mse"});
  EXPECT_TRUE(errorOf([&] { model.compile({.loss = "msse"}); }));
  EXPECT_EQ(model.graph().compile->outputs[0].loss->name, "mean_squared_error");
}

} // namespace
