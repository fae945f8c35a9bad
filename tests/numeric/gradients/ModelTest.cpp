//===- ModelTest.cpp - gradients of whole models -------------------------===//
//
// Models as the front end writes them, through every pass up to the train step.
// The gradient of the total loss, regularizers and sample weights included, is compared
// with central differences of the loss that the entry `evaluate` reports.
//
//===----------------------------------------------------------------------===//

#include "Program.h"

#include <cmath>
#include <gtest/gtest.h>
#include <set>

using namespace ingot;
using namespace ingot::numeric;

namespace {

/// To the train step; a loss takes logits where it can, or never.
std::string pipeline(bool fuse) {
  return std::string("ingot-build-entries,ingot-inline,ingot-propagate-masks,ingot-specialize-mode,ingot-expand-layers,ingot-distribute-time,") + (fuse ? "ingot-fuse-loss," : "") +
         "ingot-expand-losses,canonicalize,cse,ingot-differentiate,ingot-build-train-step,canonicalize,cse,ingot-schedule";
}

/// `kernel` and `bias` of a dense layer.
std::string dense(const std::string &name, int in, int units, const std::string &attributes = "") {
  const std::string init = " init {kind = \"constant\", a = 0.0 : f64}";
  return "ingot.variable @" + name + ".kernel : tensor<" + std::to_string(in) + "x" + std::to_string(units) + "xf32>" + init +
         attributes + "\ningot.variable @" + name + ".bias : tensor<" + std::to_string(units) + "xf32>" + init + "\n";
}

/// One output's dictionary in `ingot.compile`.
struct Output {
  std::string name, loss, target;
  std::string more = {};
  std::string text() const {
    return "{name = \"" + name + "\", loss = \"" + loss + "\", target = " + target + (more.empty() ? "" : ", " + more) + "}";
  }
};

std::string compile(const std::string &outputs) {
  return "ingot.compile @m optimizer {class_name = \"SGD\", learning_rate = 0.01 : f64, momentum = 0.0 : f64} outputs [" +
         outputs + "]\n";
}

/// Two dense layers with these activations, and a loss.
std::string chain(const std::string &hidden, const std::string &last, const Output &output) {
  return dense("h", 4, 5, " {l1 = 0.02 : f64, l2 = 0.03 : f64}") + dense("y", 5, 3) +
         "ingot.model @m(%x: tensor<?x4xf32> {ingot.name = \"x\"}) -> (tensor<?x3xf32> {ingot.name = \"y\"}) {\n"
         "  %0 = ingot.dense %x units(5) act(\"" + hidden + "\") kernel(@h.kernel) bias(@h.bias) : tensor<?x4xf32> -> tensor<?x5xf32>\n"
         "  %1 = ingot.dense %0 units(3) act(\"" + last + "\") kernel(@y.kernel) bias(@y.bias) : tensor<?x5xf32> -> tensor<?x3xf32>\n"
         "  ingot.return %1 : tensor<?x3xf32>\n}\n" + compile(output.text());
}

const std::string labels = "tensor<?xi32>", numbers = "tensor<?x3xf32>";

/// Gradients of the entry `gradients` against differences of the loss of `evaluate`.
/// Returns the program for further checks.
Program expectModelGradients(const std::string &text, bool fuse, size_t trainable) {
  SCOPED_TRACE(text + pipeline(fuse));
  Program program(text, pipeline(fuse));
  if (!program)
    return program;
  std::mt19937 random(7);
  auto call = program.randomCall<double>(program.entry("gradients"), 3, random);
  auto result = program.run("gradients", call);
  auto gradients = result.gradients;
  std::erase_if(gradients, [&](const auto &item) {
    return std::ranges::all_of(item.second.reals(), [](double g) { return g == 0; });
  });
  EXPECT_EQ(gradients.size(), trainable);
  auto loss = [&](const interpreter::Call<double> &moved) { return program.run("evaluate", moved).metrics.at("loss").value(); };
  EXPECT_DOUBLE_EQ(result.metrics.at("loss").value(), loss(call));
  expectGradients(gradients, call, loss);
  return program;
}

//===----------------------------------------------------------------------===//
// Every activation
//===----------------------------------------------------------------------===//

class ActivationGradient : public ::testing::TestWithParam<const char *> {};

TEST_P(ActivationGradient, InADenseChain) {
  ASSERT_TRUE(isActivation(GetParam()));
  expectModelGradients(chain(GetParam(), GetParam(), {"y", "mean_squared_error", numbers}), true, 4);
}

INSTANTIATE_TEST_SUITE_P(, ActivationGradient,
                         ::testing::Values("linear", "relu", "relu6", "tanh", "sigmoid", "softmax", "elu", "selu", "silu",
                                           "gelu", "softplus", "softsign", "exponential", "leaky_relu", "hard_sigmoid"),
                         [](const auto &info) { return std::string(info.param); });

//===----------------------------------------------------------------------===//
// Every loss, on probabilities, on logits, and fused
//===----------------------------------------------------------------------===//

struct LossCase {
  std::string name, activation;
  Output output;
  bool fuse;
  friend void PrintTo(const LossCase &test, std::ostream *out) { *out << test.name; }
};

std::vector<LossCase> lossCases() {
  const std::string metric = "metrics = [{kind = \"mean_absolute_error\", key = \"mae\"}]";
  const std::string smooth = "label_smoothing = 0.1 : f64";
  return {
      {"mse", "tanh", {"y", "mean_squared_error", numbers, metric}, true},
      {"mae", "tanh", {"y", "mean_absolute_error", numbers, metric}, true},
      {"sparse_clipped", "softmax", {"y", "sparse_categorical_crossentropy", labels}, false},
      {"sparse_fused", "softmax", {"y", "sparse_categorical_crossentropy", labels}, true},
      {"sparse_logits", "linear", {"y", "sparse_categorical_crossentropy", labels, "from_logits"}, true},
      {"categorical_clipped", "softmax", {"y", "categorical_crossentropy", numbers}, false},
      {"categorical_clipped_smooth", "softmax", {"y", "categorical_crossentropy", numbers, smooth}, false},
      {"categorical_fused", "softmax", {"y", "categorical_crossentropy", numbers, smooth}, true},
      {"categorical_logits", "linear", {"y", "categorical_crossentropy", numbers, "from_logits"}, true},
      {"binary_clipped", "sigmoid", {"y", "binary_crossentropy", numbers}, false},
      {"binary_clipped_smooth", "sigmoid", {"y", "binary_crossentropy", numbers, smooth}, false},
      {"binary_fused", "sigmoid", {"y", "binary_crossentropy", numbers, smooth}, true},
      {"binary_logits", "linear", {"y", "binary_crossentropy", numbers, "from_logits"}, true},
  };
}

class LossGradient : public ::testing::TestWithParam<LossCase> {};

TEST_P(LossGradient, OfADenseChain) {
  ASSERT_TRUE(isLoss(GetParam().output.loss));
  expectModelGradients(chain("tanh", GetParam().activation, GetParam().output), GetParam().fuse, 4);
}

INSTANTIATE_TEST_SUITE_P(, LossGradient, ::testing::ValuesIn(lossCases()), [](const auto &info) { return info.param.name; });

/// Both forms of a cross-entropy are the same function away from saturation.
TEST(LossForms, FusedAndClippedAgree) {
  for (const Output &output : {Output{"y", "sparse_categorical_crossentropy", labels},
                               Output{"y", "categorical_crossentropy", numbers}, Output{"y", "binary_crossentropy", numbers}}) {
    SCOPED_TRACE(output.loss);
    const std::string text = chain("tanh", output.loss == "binary_crossentropy" ? "sigmoid" : "softmax", output);
    Program fused(text, pipeline(true)), clipped(text, pipeline(false));
    ASSERT_TRUE(fused && clipped);
    std::mt19937 random(7);
    auto call = fused.randomCall<double>(fused.entry("evaluate"), 3, random);
    EXPECT_NEAR(fused.run("evaluate", call).metrics.at("loss").value(), clipped.run("evaluate", call).metrics.at("loss").value(),
                1e-9);
  }
}

//===----------------------------------------------------------------------===//
// Shapes of models
//===----------------------------------------------------------------------===//

/// A layer called twice, steps of rank 3, two outputs with weights, and a frozen kernel.
TEST(ModelGradient, SharedFrozenAndSeveralOutputs) {
  const std::string text =
      dense("shared", 4, 4, " {l2 = 0.05 : f64}") + "ingot.variable @fixed.kernel frozen : tensor<4x3xf32> init "
      "{kind = \"constant\", a = 0.0 : f64} {l2 = 0.7 : f64}\n" + dense("flat", 6, 1) +
      "ingot.model @inner(%x: tensor<?x2x4xf32>) -> tensor<?x2x4xf32> {\n"
      "  %0 = ingot.dense %x units(4) act(\"tanh\") kernel(@shared.kernel) bias(@shared.bias) : tensor<?x2x4xf32> -> tensor<?x2x4xf32>\n"
      "  %1 = ingot.dense %0 units(4) act(\"silu\") kernel(@shared.kernel) bias(@shared.bias) : tensor<?x2x4xf32> -> tensor<?x2x4xf32>\n"
      "  ingot.return %1 : tensor<?x2x4xf32>\n}\n"
      "ingot.model @m(%x: tensor<?x8xf32> {ingot.name = \"x\"}) -> (tensor<?x2x3xf32> {ingot.name = \"steps\"}, "
      "tensor<?x1xf32> {ingot.name = \"flat\"}) {\n"
      "  %0 = ingot.reshape %x to [2, 4] : tensor<?x8xf32> -> tensor<?x2x4xf32>\n"
      "  %1 = ingot.call @inner(%0) : (tensor<?x2x4xf32>) -> tensor<?x2x4xf32>\n"
      "  %2 = ingot.dense %1 units(3) act(\"softmax\") kernel(@fixed.kernel) {use_bias = false} : tensor<?x2x4xf32> -> tensor<?x2x3xf32>\n"
      "  %3 = ingot.flatten %2 : tensor<?x2x3xf32> -> tensor<?x6xf32>\n"
      "  %4 = ingot.dense %3 units(1) act(\"sigmoid\") kernel(@flat.kernel) bias(@flat.bias) : tensor<?x6xf32> -> tensor<?x1xf32>\n"
      "  ingot.return %2, %4 : tensor<?x2x3xf32>, tensor<?x1xf32>\n}\n" +
      compile(Output{"steps", "sparse_categorical_crossentropy", "tensor<?x2xi32>",
                     "loss_weight = 0.25 : f64, metrics = [{kind = \"sparse_categorical_accuracy\", key = \"steps_accuracy\"}]"}
                  .text() +
              ", " + Output{"flat", "binary_crossentropy", "tensor<?x1xf32>", "loss_weight = 2.0 : f64"}.text());
  Program program = expectModelGradients(text, true, 4);
  ASSERT_TRUE(program);

  std::mt19937 random(3);
  auto call = program.randomCall<double>(program.entry("evaluate"), 3, random);
  auto metrics = program.run("evaluate", call).metrics;
  // The total is the weighted losses and the regularization of what is trained.
  double squares = 0;
  for (double w : call.variables.at("shared.kernel").reals())
    squares += w * w;
  EXPECT_NEAR(metrics.at("loss").value(),
              0.25 * metrics.at("steps_loss").value() + 2 * metrics.at("flat_loss").value() + 0.05 * squares, 1e-6);
  EXPECT_EQ(metrics.at("steps_accuracy").count, 3);

  // The whole block is written; the frozen part is zero, and training leaves it alone.
  auto gradients = program.run("gradients", call).gradients;
  ASSERT_TRUE(gradients.contains("fixed.kernel"));
  EXPECT_EQ(gradients.at("fixed.kernel").reals(), std::vector<double>(12, 0.0));
  EXPECT_FALSE(program.run("train_step", call).variables.contains("fixed.kernel"));
}

/// Every merge, with sizes of 1 that repeat, and layers that only move elements.
TEST(ModelGradient, Merges) {
  const std::string a = "tensor<?x2x3xf32>", row = "tensor<?x1x3xf32>";
  const std::string text =
      dense("a", 4, 6) + dense("b", 4, 3) + dense("y", 11, 2) +
      "ingot.model @m(%x: tensor<?x4xf32> {ingot.name = \"x\"}) -> (tensor<?x3x2xf32> {ingot.name = \"y\"}) {\n"
      "  %0 = ingot.dense %x units(6) act(\"tanh\") kernel(@a.kernel) bias(@a.bias) : tensor<?x4xf32> -> tensor<?x6xf32>\n"
      "  %1 = ingot.dense %x units(3) act(\"sigmoid\") kernel(@b.kernel) bias(@b.bias) : tensor<?x4xf32> -> tensor<?x3xf32>\n"
      "  %2 = ingot.reshape %0 to [2, 3] : tensor<?x6xf32> -> " + a + "\n"
      "  %3 = ingot.repeat_vector %1 times 1 : tensor<?x3xf32> -> " + row + "\n"
      "  %4 = ingot.repeat_vector %1 times 2 : tensor<?x3xf32> -> " + a + "\n"
      "  %5 = ingot.merge \"add\" %2, %3, %4 : " + a + ", " + row + ", " + a + " -> " + a + "\n"
      "  %6 = ingot.merge \"subtract\" %3, %2 : " + row + ", " + a + " -> " + a + "\n"
      "  %7 = ingot.merge \"multiply\" %2, %3 : " + a + ", " + row + " -> " + a + "\n"
      "  %8 = ingot.merge \"average\" %2, %4, %7 : " + a + ", " + a + ", " + a + " -> " + a + "\n"
      "  %9 = ingot.merge \"maximum\" %2, %3 : " + a + ", " + row + " -> " + a + "\n"
      "  %10 = ingot.merge \"minimum\" %6, %8 : " + a + ", " + a + " -> " + a + "\n"
      "  %11 = ingot.concatenate %5, %6, %3 axis 1 : " + a + ", " + a + ", " + row + " -> tensor<?x5x3xf32>\n"
      "  %12 = ingot.concatenate %9, %10, %8 axis -2 : " + a + ", " + a + ", " + a + " -> tensor<?x6x3xf32>\n"
      "  %13 = ingot.permute %11 dims [2, 1] : tensor<?x5x3xf32> -> tensor<?x3x5xf32>\n"
      "  %14 = ingot.permute %12 dims [2, 1] : tensor<?x6x3xf32> -> tensor<?x3x6xf32>\n"
      "  %15 = ingot.concatenate %13, %14 axis -1 : tensor<?x3x5xf32>, tensor<?x3x6xf32> -> tensor<?x3x11xf32>\n"
      "  %16 = ingot.dense %15 units(2) act(\"tanh\") kernel(@y.kernel) bias(@y.bias) : tensor<?x3x11xf32> -> tensor<?x3x2xf32>\n"
      "  ingot.return %16 : tensor<?x3x2xf32>\n}\n" +
      compile(Output{"y", "mean_squared_error", "tensor<?x3x2xf32>"}.text());
  expectModelGradients(text, true, 6);
}

/// Matrices, vectors, axes from either end, with norms and without.
TEST(ModelGradient, Dots) {
  const std::string a = "tensor<?x2x3xf32>", b = "tensor<?x3x4xf32>", v = "tensor<?x3xf32>", one = "tensor<?x1xf32>";
  const std::string text =
      dense("a", 4, 6) + dense("b", 4, 12) + dense("v", 4, 3) +
      "ingot.model @m(%x: tensor<?x4xf32> {ingot.name = \"x\"}) -> (tensor<?x18xf32> {ingot.name = \"y\"}) {\n"
      "  %0 = ingot.dense %x units(6) kernel(@a.kernel) bias(@a.bias) : tensor<?x4xf32> -> tensor<?x6xf32>\n"
      "  %1 = ingot.dense %x units(12) kernel(@b.kernel) bias(@b.bias) : tensor<?x4xf32> -> tensor<?x12xf32>\n"
      "  %v = ingot.dense %x units(3) kernel(@v.kernel) bias(@v.bias) : tensor<?x4xf32> -> " + v + "\n"
      "  %a = ingot.reshape %0 to [2, 3] : tensor<?x6xf32> -> " + a + "\n"
      "  %b = ingot.reshape %1 to [3, 4] : tensor<?x12xf32> -> " + b + "\n"
      "  %2 = ingot.dot %a, %b axes [2, 1] {normalize = true} : " + a + ", " + b + " -> tensor<?x2x4xf32>\n"
      "  %3 = ingot.dot %b, %v axes [-2, -1] : " + b + ", " + v + " -> tensor<?x4xf32>\n"
      "  %4 = ingot.dot %a, %a axes [2, 2] : " + a + ", " + a + " -> tensor<?x2x2xf32>\n"
      "  %5 = ingot.dot %v, %v axes [1, 1] : " + v + ", " + v + " -> " + one + "\n"
      "  %6 = ingot.dot %v, %v axes [1, 1] {normalize = true} : " + v + ", " + v + " -> " + one + "\n"
      "  %7 = ingot.flatten %2 : tensor<?x2x4xf32> -> tensor<?x8xf32>\n"
      "  %8 = ingot.flatten %4 : tensor<?x2x2xf32> -> tensor<?x4xf32>\n"
      "  %9 = ingot.concatenate %7, %3, %8, %5, %6 axis 1 : tensor<?x8xf32>, tensor<?x4xf32>, tensor<?x4xf32>, " + one + ", " + one +
      " -> tensor<?x18xf32>\n"
      "  ingot.return %9 : tensor<?x18xf32>\n}\n" +
      compile(Output{"y", "mean_squared_error", "tensor<?x18xf32>"}.text());
  expectModelGradients(text, true, 6);
}

/// Weights of a recurrent layer with four gates.
std::string lstm(const std::string &name, int in, int units) {
  const std::string init = " init {kind = \"constant\", a = 0.0 : f64}", gates = std::to_string(4 * units);
  auto variable = [&](const std::string &weight, const std::string &shape) {
    return "ingot.variable @" + name + "." + weight + " : tensor<" + shape + "xf32>" + init + "\n";
  };
  return variable("kernel", std::to_string(in) + "x" + gates) + variable("recurrent_kernel", std::to_string(units) + "x" + gates) +
         variable("bias", gates);
}

std::string weightsOf(const std::string &name) {
  return " kernel(@" + name + ".kernel) recurrent(@" + name + ".recurrent_kernel) bias(@" + name + ".bias)";
}

/// Sequences in both directions, states from one layer to another, and one layer on two inputs.
TEST(ModelGradient, RecurrentLayers) {
  const std::string sequence = "tensor<?x4x3xf32>", state = "tensor<?x3xf32>";
  const std::string text =
      lstm("a", 3, 3) + lstm("b", 3, 3) + dense("y", 6, 2) +
      "ingot.model @m(%x: " + sequence + " {ingot.name = \"x\"}) -> (tensor<?x2xf32> {ingot.name = \"y\"}) {\n"
      "  %0 = ingot.lstm %x units(3)" + weightsOf("a") + " {return_sequences = true} : " + sequence + " -> " + sequence + "\n"
      "  %1 = ingot.lstm %0 units(3)" + weightsOf("a") + " {return_sequences = true, go_backwards = true} : " + sequence + " -> " +
      sequence + "\n"
      "  %2, %h, %c = ingot.lstm %1 units(3)" + weightsOf("b") +
      " {return_state = true, go_backwards = true, activation = \"softsign\", recurrent_activation = \"hard_sigmoid\"} : " + sequence +
      " -> " + state + ", " + state + ", " + state + "\n"
      "  %3 = ingot.lstm %x, %h, %c units(3)" + weightsOf("b") + " : " + sequence + ", " + state + ", " + state + " -> " + state + "\n"
      "  %4 = ingot.concatenate %2, %3 axis -1 : " + state + ", " + state + " -> tensor<?x6xf32>\n"
      "  %5 = ingot.dense %4 units(2) act(\"tanh\") kernel(@y.kernel) bias(@y.bias) : tensor<?x6xf32> -> tensor<?x2xf32>\n"
      "  ingot.return %5 : tensor<?x2xf32>\n}\n" +
      compile(Output{"y", "mean_squared_error", "tensor<?x2xf32>"}.text());
  expectModelGradients(text, true, 8);
}

/// Steps that do not count, with the states zero and given.
TEST(ModelGradient, MaskedRecurrentLayers) {
  const std::string sequence = "tensor<?x4x3xf32>", state = "tensor<?x3xf32>", mask = "tensor<?x4xi1>";
  const std::string text =
      lstm("a", 3, 3) + lstm("b", 3, 3) + dense("y", 3, 2) +
      "ingot.model @m(%x: " + sequence + " {ingot.name = \"x\"}, %m: tensor<?x4xi32> {ingot.name = \"m\"}) -> "
      "(tensor<?x4x2xf32> {ingot.name = \"y\"}) {\n"
      "  %n = ingot.batch\n"
      "  %zero = ingot.fill 0 : i32 batch %n : tensor<?x4xi32>\n"
      "  %valid = ingot.compare \"gt\" %m, %zero : tensor<?x4xi32> -> " + mask + "\n"
      "  %0, %h, %c = ingot.lstm %x, %valid units(3)" + weightsOf("a") +
      " {return_sequences = true, return_state = true, go_backwards = true} : " + sequence + ", " + mask + " -> " + sequence + ", " + state +
      ", " + state + "\n"
      "  %1 = ingot.lstm %0, %h, %c, %valid units(3)" + weightsOf("b") + " {return_sequences = true} : " + sequence + ", " + state + ", " +
      state + ", " + mask + " -> " + sequence + "\n"
      "  %2 = ingot.dense %1 units(2) act(\"tanh\") kernel(@y.kernel) bias(@y.bias) : " + sequence + " -> tensor<?x4x2xf32>\n"
      "  ingot.return %2 : tensor<?x4x2xf32>\n}\n" +
      compile(Output{"y", "mean_squared_error", "tensor<?x4x2xf32>"}.text());
  expectModelGradients(text, true, 8);
}

/// A table that two inputs share, one of them moved before, and a row looked up
/// again and again; and a table for a single index.
TEST(ModelGradient, Embeddings) {
  const std::string init = " init {kind = \"constant\", a = 0.0 : f64}", ids = "tensor<?x3xi32>", rows = "tensor<?x3x2xf32>";
  const std::string text =
      "ingot.variable @shared : tensor<4x2xf32>" + init + " {l2 = 0.05 : f64}\n" +
      "ingot.variable @single : tensor<3x2xf32>" + init + "\n" + dense("y", 14, 3) +
      "ingot.model @m(%a: " + ids + " {ingot.name = \"a\"}, %b: tensor<?x1x3xi32> {ingot.name = \"b\"}, %c: tensor<?xi32> "
      "{ingot.name = \"c\"}) -> (tensor<?x3xf32> {ingot.name = \"y\"}) {\n"
      "  %0 = ingot.embedding %a table(@shared) rows(4) width(2) : " + ids + " -> " + rows + "\n"
      "  %1 = ingot.flatten %b : tensor<?x1x3xi32> -> " + ids + "\n"
      "  %2 = ingot.embedding %1 table(@shared) rows(4) width(2) {mask_zero = true} : " + ids + " -> " + rows + "\n"
      "  %3 = ingot.embedding %c table(@single) rows(3) width(2) : tensor<?xi32> -> tensor<?x2xf32>\n"
      "  %4 = ingot.flatten %0 : " + rows + " -> tensor<?x6xf32>\n"
      "  %5 = ingot.flatten %2 : " + rows + " -> tensor<?x6xf32>\n"
      "  %6 = ingot.concatenate %4, %5, %3 axis 1 : tensor<?x6xf32>, tensor<?x6xf32>, tensor<?x2xf32> -> tensor<?x14xf32>\n"
      "  %7 = ingot.dense %6 units(3) act(\"tanh\") kernel(@y.kernel) bias(@y.bias) : tensor<?x14xf32> -> tensor<?x3xf32>\n"
      "  ingot.return %7 : tensor<?x3xf32>\n}\n" +
      compile(Output{"y", "mean_squared_error", numbers}.text());
  expectModelGradients(text, true, 4);
}

/// Masks from layers, through others and merges, into recurrences, losses and metrics. The units of a relu that are all 0 mask
/// their step; no unit is so close to 0 that the differences would mask another one.
TEST(ModelGradient, PropagatedMasks) {
  const std::string x = "tensor<?x4x3xf32>", steps = "tensor<?x4x2xf32>", last = "tensor<?x3xf32>";
  auto masked = [&](const std::string &result, const std::string &name) {
    return "  %" + name + "0 = ingot.dense %x units(2) act(\"relu\") kernel(@" + name + ".kernel) bias(@" + name + ".bias) : " + x + " -> " +
           steps + "\n  %" + result + " = ingot.masking %" + name + "0 : " + steps + " -> " + steps + "\n";
  };
  auto merge = [&](const std::string &result, const std::string &kind, const std::string &inputs, size_t count) {
    std::string types = steps;
    while (--count)
      types += ", " + steps;
    return "  %" + result + " = ingot.merge \"" + kind + "\" " + inputs + " : " + types + " -> " + steps + "\n";
  };
  const std::string text =
      dense("a", 3, 2) + dense("b", 3, 2) + dense("c", 3, 2) + lstm("l", 2, 2) + lstm("m", 2, 3) + dense("y", 2, 3) +
      "ingot.model @m(%x: " + x + " {ingot.name = \"x\"}) -> (tensor<?x8x3xf32> {ingot.name = \"y\"}, " + last +
      " {ingot.name = \"z\"}) {\n" +
      masked("a", "a") + masked("b", "b") + masked("c", "c") + merge("product", "multiply", "%a, %b, %c", 3) +
      merge("most", "maximum", "%a, %b, %c", 3) + merge("least", "minimum", "%product, %a", 2) + merge("partly", "multiply", "%a, %c0", 2) +
      merge("sum", "add", "%product, %most, %least", 3) +
      "  %0 = ingot.lstm %a units(2)" + weightsOf("l") + " {return_sequences = true} : " + steps + " -> " + steps + "\n"
      "  %1 = ingot.lstm %0 units(2)" + weightsOf("l") + " {return_sequences = true, go_backwards = true} : " + steps + " -> " + steps + "\n"
      "  %2 = ingot.concatenate %1, %partly axis 1 : " + steps + ", " + steps + " -> tensor<?x8x2xf32>\n"
      "  %3 = ingot.dense %2 units(3) act(\"softmax\") kernel(@y.kernel) bias(@y.bias) : tensor<?x8x2xf32> -> tensor<?x8x3xf32>\n"
      "  %4 = ingot.lstm %sum units(3)" + weightsOf("m") + " : " + steps + " -> " + last + "\n"
      "  ingot.return %3, %4 : tensor<?x8x3xf32>, " + last + "\n}\n" +
      compile(Output{"y", "sparse_categorical_crossentropy", "tensor<?x8xi32>",
                     "metrics = [{kind = \"sparse_categorical_accuracy\", key = \"y_accuracy\"}]"}
                  .text() +
              ", " + Output{"z", "mean_squared_error", last, "loss_weight = 0.5 : f64"}.text());
  Program program = expectModelGradients(text, true, 14);
  ASSERT_TRUE(program);
  std::mt19937 random(7);
  auto call = program.randomCall<double>(program.entry("evaluate"), 3, random);
  auto metrics = program.run("evaluate", call).metrics;
  // Losses merge by samples, metrics by the steps that count: all those of what has no mask, and some of the others.
  EXPECT_EQ(metrics.at("y_loss").count, 3);
  EXPECT_GT(metrics.at("y_accuracy").count, 3 * 4);
  EXPECT_LT(metrics.at("y_accuracy").count, 3 * 8);
}

/// What is applied to each step of steps: a model with a recurrence in it, which is a layer elsewhere too; and what
/// takes its rows together, so that steps are taken one by one.
TEST(ModelGradient, TimeDistributed) {
  const std::string part = "tensor<?x3x4xf32>", all = "tensor<?x2x3x4xf32>", row = "tensor<?x4xf32>", word = "tensor<?x3xf32>";
  const std::string text =
      dense("d", 4, 4, " {l2 = 0.03 : f64}") + lstm("r", 4, 3) + dense("y", 3, 3) +
      "ingot.model @word(%x: " + part + ") -> (" + word + ", " + part + ") {\n"
      "  %0 = ingot.time_distributed %x : " + part + " -> " + part + " {\n"
      "  ^bb0(%s: " + row + "):\n"
      "    %1 = ingot.dense %s units(4) act(\"tanh\") kernel(@d.kernel) bias(@d.bias) : " + row + " -> " + row + "\n"
      "    ingot.yield %1 : " + row + "\n  }\n"
      "  %2 = ingot.lstm %0 units(3)" + weightsOf("r") + " {go_backwards = true} : " + part + " -> " + word + "\n"
      "  %3 = ingot.time_distributed %0 : " + part + " -> " + part + " {\n"
      "  ^bb0(%s: " + row + "):\n"
      "    %n = ingot.batch\n"
      "    %sum = ingot.reduce_sum %s axes [0, 1] : " + row + " -> tensor<f32>\n"
      "    %mean = ingot.div_size %sum, %n times 4 : tensor<f32>\n"
      "    %means = ingot.broadcast %mean dims [] batch %n : tensor<f32> -> " + row + "\n"
      "    %off = ingot.sub %s, %means : " + row + "\n"
      "    %square = ingot.mul %off, %off : " + row + "\n"
      "    %5 = ingot.dense %square units(4) act(\"tanh\") kernel(@d.kernel) bias(@d.bias) : " + row + " -> " + row + "\n"
      "    ingot.yield %5 : " + row + "\n  }\n"
      "  ingot.return %2, %3 : " + word + ", " + part + "\n}\n"
      "ingot.model @m(%x: " + all + " {ingot.name = \"x\"}, %p: " + part + " {ingot.name = \"p\"}) -> "
      "(tensor<?x2x3xf32> {ingot.name = \"y\"}, " + all + " {ingot.name = \"z\"}) {\n"
      "  %0, %1 = ingot.time_distributed %x : " + all + " -> tensor<?x2x3xf32>, " + all + " {\n"
      "  ^bb0(%s: " + part + "):\n"
      "    %2, %3 = ingot.call @word(%s) : (" + part + ") -> (" + word + ", " + part + ")\n"
      "    ingot.yield %2, %3 : " + word + ", " + part + "\n  }\n"
      "  %4, %5 = ingot.call @word(%p) : (" + part + ") -> (" + word + ", " + part + ")\n"
      "  %6 = ingot.repeat_vector %4 times 2 : " + word + " -> tensor<?x2x3xf32>\n"
      "  %7 = ingot.merge \"add\" %0, %6 : tensor<?x2x3xf32>, tensor<?x2x3xf32> -> tensor<?x2x3xf32>\n"
      "  %8 = ingot.time_distributed %7 : tensor<?x2x3xf32> -> tensor<?x2x3xf32> {\n"
      "  ^bb0(%s: " + word + "):\n"
      "    %9 = ingot.dense %s units(3) act(\"softmax\") kernel(@y.kernel) bias(@y.bias) : " + word + " -> " + word + "\n"
      "    ingot.yield %9 : " + word + "\n  }\n"
      "  ingot.return %8, %1 : tensor<?x2x3xf32>, " + all + "\n}\n" +
      compile(Output{"y", "sparse_categorical_crossentropy", "tensor<?x2xi32>",
                     "loss_weight = 0.5 : f64, metrics = [{kind = \"sparse_categorical_accuracy\", key = \"accuracy\"}]"}
                  .text() +
              ", " + Output{"z", "mean_squared_error", all}.text());
  expectModelGradients(text, true, 7);
}

/// A convolution with every option, one without windows, and every pooling.
TEST(ModelGradient, Convolutions) {
  const std::string init = " init {kind = \"constant\", a = 0.0 : f64}\n";
  const std::string a = "tensor<?x3x3x4xf32>";
  const std::string text =
      "ingot.variable @a.kernel : tensor<3x2x2x4xf32>" + init + "ingot.variable @a.bias : tensor<4xf32>" + init +
      "ingot.variable @b.kernel : tensor<2x2x4x4xf32>" + init + "ingot.variable @c.kernel : tensor<1x1x4x2xf32>" + init +
      dense("y", 12, 3) +
      "ingot.model @m(%x: tensor<?x5x6x2xf32> {ingot.name = \"x\"}) -> (tensor<?x3xf32> {ingot.name = \"y\"}) {\n"
      "  %0 = ingot.conv %x filters(4) size [3, 2] strides [2, 2] padding \"same\" dilation [1, 1] act(\"tanh\") kernel(@a.kernel) "
      "bias(@a.bias) : tensor<?x5x6x2xf32> -> " + a + "\n"
      "  %1 = ingot.conv %0 filters(4) size [2, 2] strides [1, 1] padding \"same\" dilation [2, 2] kernel(@b.kernel) "
      "{use_bias = false} : " + a + " -> " + a + "\n"
      "  %2 = ingot.pool \"max\" %1 size [2, 2] strides [1, 2] padding \"same\" : " + a + " -> tensor<?x3x2x4xf32>\n"
      "  %3 = ingot.pool \"average\" %2 size [2, 2] strides [2, 1] padding \"same\" : tensor<?x3x2x4xf32> -> tensor<?x2x2x4xf32>\n"
      "  %4 = ingot.conv %3 filters(2) size [1, 1] strides [1, 1] padding \"valid\" dilation [1, 1] act(\"tanh\") kernel(@c.kernel) "
      "{use_bias = false} : tensor<?x2x2x4xf32> -> tensor<?x2x2x2xf32>\n"
      "  %5 = ingot.pool \"average\" %1 size [2, 3] strides [1, 1] padding \"valid\" : " + a + " -> tensor<?x2x1x4xf32>\n"
      "  %6 = ingot.global_pool \"average\" %5 : tensor<?x2x1x4xf32> -> tensor<?x4xf32>\n"
      "  %7 = ingot.global_pool \"max\" %0 : " + a + " -> tensor<?x4xf32>\n"
      "  %8 = ingot.global_pool \"max\" %4 {keepdims = true} : tensor<?x2x2x2xf32> -> tensor<?x1x1x2xf32>\n"
      "  %9 = ingot.flatten %8 : tensor<?x1x1x2xf32> -> tensor<?x2xf32>\n"
      "  %10 = ingot.global_pool \"average\" %4 : tensor<?x2x2x2xf32> -> tensor<?x2xf32>\n"
      "  %11 = ingot.concatenate %6, %7, %9, %10 axis 1 : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x2xf32>, tensor<?x2xf32> -> tensor<?x12xf32>\n"
      "  %12 = ingot.dense %11 units(3) act(\"tanh\") kernel(@y.kernel) bias(@y.bias) : tensor<?x12xf32> -> tensor<?x3xf32>\n"
      "  ingot.return %12 : tensor<?x3xf32>\n}\n" +
      compile(Output{"y", "mean_squared_error", numbers}.text());
  expectModelGradients(text, true, 6);
}

/// Training has random masks: the loss is that of `gradients` itself, with the mask of
/// one step and one stream. The layer is shared, and beside one that decides by rows.
TEST(ModelGradient, Dropout) {
  const std::string x = "tensor<?x6xf32>";
  const std::string text =
      dense("a", 6, 6) + dense("y", 12, 2) + "ingot.model @inner(%x: " + x + ") -> " + x + " {\n"
      "  %0 = ingot.dropout %x rate 0.4 : " + x + " -> " + x + "\n"
      "  %1 = ingot.dense %0 units(6) act(\"tanh\") kernel(@a.kernel) bias(@a.bias) : " + x + " -> " + x + "\n"
      "  ingot.return %1 : " + x + "\n}\n"
      "ingot.model @m(%x: " + x + " {ingot.name = \"x\"}) -> (tensor<?x2xf32> {ingot.name = \"y\"}) {\n"
      "  %0 = ingot.call @inner(%x) : (" + x + ") -> " + x + "\n"
      "  %1 = ingot.call @inner(%0) : (" + x + ") -> " + x + "\n"
      "  %2 = ingot.dropout %0 rate 0.3 {noise_shape = array<i64: -1, 1>, seed = 5 : i64} : " + x + " -> " + x + "\n"
      "  %3 = ingot.concatenate %1, %2 axis -1 : " + x + ", " + x + " -> tensor<?x12xf32>\n"
      "  %4 = ingot.dense %3 units(2) act(\"tanh\") kernel(@y.kernel) bias(@y.bias) : tensor<?x12xf32> -> tensor<?x2xf32>\n"
      "  ingot.return %4 : tensor<?x2xf32>\n}\n" +
      compile(Output{"y", "mean_squared_error", "tensor<?x2xf32>"}.text());
  SCOPED_TRACE(text);
  Program program(text, pipeline(true));
  ASSERT_TRUE(program);
  std::mt19937 random(7);
  auto call = program.randomCall<double>(program.entry("gradients"), 5, random);
  auto loss = [&](const interpreter::Call<double> &moved) { return program.run("gradients", moved).metrics.at("loss").value(); };
  std::set<double> losses = {program.run("evaluate", call).metrics.at("loss").value()};
  for (const auto &[step, stream] : {std::pair{0, 0}, {1, 0}, {0, 1}}) {
    call.variables.at("optimizer.iterations") = {{}, std::vector<int32_t>{step}};
    call.stream = stream;
    losses.insert(loss(call));
    auto gradients = program.run("gradients", call).gradients;
    EXPECT_EQ(gradients.size(), 4u);
    expectGradients(gradients, call, loss);
    // A step is of stream 0.
    EXPECT_EQ(program.run("train_step", call).metrics.at("loss").value() == loss(call), stream == 0);
  }
  EXPECT_EQ(losses.size(), 4u);
}

/// The mean over the batch: two halves average to the whole.
TEST(ModelGradient, HalfBatchesAverage) {
  Program program(chain("tanh", "softmax", {"y", "sparse_categorical_crossentropy", labels}), pipeline(true));
  ASSERT_TRUE(program);
  std::mt19937 random(5);
  auto whole = program.randomCall<double>(program.entry("gradients"), 4, random);
  interpreter::Call<double> halves[] = {whole, whole};
  for (size_t half = 0; half < 2; ++half) {
    halves[half].batch = 2;
    for (auto &input : halves[half].inputs) {
      input.shape[0] = 2;
      std::visit(
          [&](auto &data) {
            const auto middle = data.begin() + static_cast<ptrdiff_t>(data.size() / 2);
            data = half ? std::decay_t<decltype(data)>(middle, data.end()) : std::decay_t<decltype(data)>(data.begin(), middle);
          },
          input.data);
    }
  }
  auto all = program.run("gradients", whole).gradients;
  auto first = program.run("gradients", halves[0]).gradients, second = program.run("gradients", halves[1]).gradients;
  for (const auto &[name, gradient] : all)
    for (size_t i = 0; i < gradient.reals().size(); ++i)
      EXPECT_NEAR(gradient.reals()[i], (first.at(name).reals()[i] + second.at(name).reals()[i]) / 2, 1e-12) << name;
}

} // namespace
