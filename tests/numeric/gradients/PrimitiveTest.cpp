//===- PrimitiveTest.cpp - the gradient rule of every primitive ----------===//
//
// Each case is an op between weights and a scalar. Its gradient, as
// `ingot-differentiate` writes it, is evaluated in double and compared with central
// differences. A rule without a case here fails the build's tests.
//
//===----------------------------------------------------------------------===//

#include "OpCase.h"
#include "Program.h"

#include <gtest/gtest.h>
#include <set>

using namespace ingot;
using namespace ingot::numeric;

namespace {

const std::string matrix = "tensor<3x4xf32>";

OpCase unary(const std::string &op) {
  return {op, "", {{"a", matrix}}, matrix, "%y = ingot." + op + " %a : " + matrix};
}

/// The operand is positive.
OpCase ofPositive(const std::string &op) {
  return {op, "", {{"a", matrix}}, matrix, "%p = ingot.mul %a, %a : " + matrix + "\n%y = ingot." + op + " %p : " + matrix};
}

OpCase binary(const std::string &op) {
  return {op, "", {{"a", matrix}, {"b", matrix}}, matrix, "%y = ingot." + op + " %a, %b : " + matrix};
}

/// Both operands are the same weight.
OpCase square(const std::string &op) {
  return {op, "_same", {{"a", matrix}}, matrix, "%y = ingot." + op + " %a, %a : " + matrix};
}

std::vector<OpCase> allCases() {
  std::vector<OpCase> cases = {
      unary("neg"),
      unary("exp"),
      ofPositive("log"),
      ofPositive("sqrt"),
      unary("tanh"),
      unary("sigmoid"),
      unary("softplus"),
      unary("relu"),
      unary("abs"),
      unary("sign"),
      unary("erf"),
      binary("add"),
      square("add"),
      binary("sub"),
      square("sub"),
      binary("mul"),
      square("mul"),
      binary("div"),
      square("div"),
      binary("max"),
      square("max"),
      binary("min"),
      square("min"),
      // Linear in its second operand alone.
      {"mask_pos", "", {{"a", matrix}}, matrix, "%y = ingot.mask_pos %x, %a : " + matrix, {{"x", matrix}}},
      {"select",
       "",
       {{"a", matrix}, {"b", matrix}},
       matrix,
       "%c = ingot.compare \"gt\" %x, %a : tensor<3x4xf32> -> tensor<3x4xi1>\n"
       "%y = ingot.select %c, %a, %b : tensor<3x4xi1>, tensor<3x4xf32>",
       {{"x", matrix}}},
      {"random_mask",
       "",
       {{"a", "tensor<2x3x4xf32>"}},
       "tensor<2x3x4xf32>",
       "%key = ingot.seed_key {fixedSeed = 5 : i64}\n"
       "%y = ingot.random_mask %a key %key rate 0.4 salt 3 {shared = array<i64: 1>} : tensor<2x3x4xf32>"},
      {"div_size", "", {{"a", matrix}}, matrix, "%y = ingot.div_size %a, %n times 5 : " + matrix},
      {"mul_size", "", {{"a", matrix}}, matrix, "%y = ingot.mul_size %a, %n : " + matrix},
      {"broadcast",
       "_batch",
       {{"a", "tensor<4xf32>"}},
       "tensor<?x2x4xf32>",
       "%y = ingot.broadcast %a dims [2] batch %n : tensor<4xf32> -> tensor<?x2x4xf32>"},
      {"broadcast",
       "_inner",
       {{"a", "tensor<3x4xf32>"}},
       "tensor<3x2x4xf32>",
       "%y = ingot.broadcast %a dims [0, 2] : tensor<3x4xf32> -> tensor<3x2x4xf32>"},
      {"broadcast",
       "_scalar",
       {{"a", "tensor<f32>"}},
       "tensor<3x4xf32>",
       "%y = ingot.broadcast %a dims [] : tensor<f32> -> tensor<3x4xf32>"},
      {"reduce_sum",
       "_first",
       {{"a", matrix}},
       "tensor<4xf32>",
       "%y = ingot.reduce_sum %a axes [0] : tensor<3x4xf32> -> tensor<4xf32>"},
      {"reduce_sum",
       "_outer",
       {{"a", "tensor<2x3x4xf32>"}},
       "tensor<3xf32>",
       "%y = ingot.reduce_sum %a axes [0, 2] : tensor<2x3x4xf32> -> tensor<3xf32>"},
      {"reduce_max",
       "",
       {{"a", "tensor<2x3x4xf32>"}},
       "tensor<3xf32>",
       "%y = ingot.reduce_max %a axes [0, 2] : tensor<2x3x4xf32> -> tensor<3xf32>"},
      // Both maxima are one weight: together they get all of its gradient.
      {"reduce_max",
       "_tie",
       {{"a", matrix}},
       matrix,
       "%r = ingot.broadcast %a dims [0, 1] : " + matrix + " -> tensor<3x4x2xf32>\n"
       "%y = ingot.reduce_max %r axes [2] : tensor<3x4x2xf32> -> " + matrix},
      {"windows",
       "",
       {{"a", "tensor<2x5x4x3xf32>"}},
       "tensor<2x2x2x3x2x3xf32>",
       "%y = ingot.windows %a size [3, 2] strides [2, 3] dilation [1, 1] pad [0, 1] [1, 0] with -3.0 : "
       "tensor<2x5x4x3xf32> -> tensor<2x2x2x3x2x3xf32>"},
      {"windows",
       "_stacked",
       {{"a", "tensor<6x2xf32>"}},
       "tensor<4x?x4x3x2xf32>",
       "%w = ingot.broadcast %a dims [2, 3] batch %n : tensor<6x2xf32> -> tensor<4x?x6x2xf32>\n"
       "%s = ingot.mul %w, %x : tensor<4x?x6x2xf32>\n"
       "%y = ingot.windows %s size [3] strides [1] dilation [2] pad [2] [0] : tensor<4x?x6x2xf32> -> tensor<4x?x4x3x2xf32>",
       {{"x", "tensor<4x?x6x2xf32>"}}},
      {"overlap_add",
       "",
       {{"a", "tensor<2x2x2x3x2x3xf32>"}},
       "tensor<2x5x4x3xf32>",
       "%y = ingot.overlap_add %a size [3, 2] strides [2, 3] dilation [1, 1] pad [0, 1] [1, 0] : "
       "tensor<2x2x2x3x2x3xf32> -> tensor<2x5x4x3xf32>"},
      {"view_as",
       "",
       {{"a", "tensor<2x3x4xf32>"}},
       "tensor<2x2x6xf32>",
       "%y = ingot.view_as %a : tensor<2x3x4xf32> -> tensor<2x2x6xf32>"},
      {"transpose",
       "",
       {{"a", "tensor<2x3x4xf32>"}},
       "tensor<4x2x3xf32>",
       "%y = ingot.transpose %a perm [2, 0, 1] : tensor<2x3x4xf32> -> tensor<4x2x3xf32>"},
      {"reverse",
       "",
       {{"a", "tensor<2x3x4xf32>"}},
       "tensor<2x3x4xf32>",
       "%y = ingot.reverse %a axis 1 : tensor<2x3x4xf32>"},
      {"concat",
       "_last",
       {{"a", "tensor<3x2xf32>"}, {"b", "tensor<3x4xf32>"}},
       "tensor<3x6xf32>",
       "%y = ingot.concat %a, %b axis 1 : tensor<3x2xf32>, tensor<3x4xf32> -> tensor<3x6xf32>"},
      {"concat",
       "_same",
       {{"a", "tensor<2x2x3xf32>"}},
       "tensor<2x6x3xf32>",
       "%y = ingot.concat %a, %a, %x axis 1 : tensor<2x2x3xf32>, tensor<2x2x3xf32>, tensor<2x2x3xf32> -> "
       "tensor<2x6x3xf32>",
       {{"x", "tensor<2x2x3xf32>"}}},
      {"slice",
       "_middle",
       {{"a", "tensor<2x5x3xf32>"}},
       "tensor<2x2x3xf32>",
       "%y = ingot.slice %a axis 1 from 1 size 2 : tensor<2x5x3xf32> -> tensor<2x2x3xf32>"},
      {"slice", "_first", {{"a", matrix}}, "tensor<3x1xf32>", "%y = ingot.slice %a axis 1 from 0 size 1 : " + matrix + " -> tensor<3x1xf32>"},
      {"slice", "_last", {{"a", matrix}}, "tensor<1x4xf32>", "%y = ingot.slice %a axis 0 from 2 size 1 : " + matrix + " -> tensor<1x4xf32>"},
      {"contract",
       "_dense",
       {{"a", "tensor<4x5xf32>"}},
       "tensor<?x5xf32>",
       "%y = ingot.contract \"bi,io->bo\" %x, %a : tensor<?x4xf32>, tensor<4x5xf32> -> tensor<?x5xf32>",
       {{"x", "tensor<?x4xf32>"}}},
      {"contract",
       "_both",
       {{"a", "tensor<2x3x4xf32>"}, {"b", "tensor<2x4x5xf32>"}},
       "tensor<2x5x3xf32>",
       "%y = ingot.contract \"bij,bjk->bki\" %a, %b : tensor<2x3x4xf32>, tensor<2x4x5xf32> -> tensor<2x5x3xf32>"},
      {"contract",
       "_outer",
       {{"a", "tensor<3xf32>"}, {"b", "tensor<4xf32>"}},
       "tensor<3x4xf32>",
       "%y = ingot.contract \"i,j->ij\" %a, %b : tensor<3xf32>, tensor<4xf32> -> tensor<3x4xf32>"},
      {"contract",
       "_dot",
       {{"a", "tensor<3x4xf32>"}, {"b", "tensor<3x4xf32>"}},
       "tensor<f32>",
       "%y = ingot.contract \"ij,ij->\" %a, %b : tensor<3x4xf32>, tensor<3x4xf32> -> tensor<f32>"},
      {"contract",
       "_same",
       {{"a", "tensor<3x4xf32>"}},
       "tensor<3x3xf32>",
       "%y = ingot.contract \"ij,kj->ik\" %a, %a : tensor<3x4xf32>, tensor<3x4xf32> -> tensor<3x3xf32>"},
      unary("softmax"),
      {"logsumexp",
       "",
       {{"a", "tensor<2x3x4xf32>"}},
       "tensor<2x3xf32>",
       "%y = ingot.logsumexp %a : tensor<2x3x4xf32> -> tensor<2x3xf32>"},
      {"pick",
       "",
       {{"a", "tensor<2x5x4xf32>"}},
       "tensor<2x5xf32>",
       "%y = ingot.pick %a, %x : tensor<2x5x4xf32>, tensor<2x5xi32> -> tensor<2x5xf32>",
       {{"x", "tensor<2x5xi32>"}}},
      // Of four rows some are not looked up, one is several times.
      {"gather_rows",
       "",
       {{"a", "tensor<4x3xf32>"}},
       "tensor<?x5x3xf32>",
       "%y = ingot.gather_rows %a, %x : tensor<4x3xf32>, tensor<?x5xi32> -> tensor<?x5x3xf32>",
       {{"x", "tensor<?x5xi32>"}}},
      {"scatter_rows",
       "",
       {{"a", "tensor<2x5x3xf32>"}},
       "tensor<4x3xf32>",
       "%y = ingot.scatter_rows %x, %a : tensor<2x5xi32>, tensor<2x5x3xf32> -> tensor<4x3xf32>",
       {{"x", "tensor<2x5xi32>"}}},
  };
  const std::vector<OpCase> scans = scanCases();
  cases.insert(cases.end(), scans.begin(), scans.end());
  return cases;
}

/// The entry with the op, a weighted sum of its result, and the gradients of that.
std::string programOf(const OpCase &test) {
  std::string variables, arguments, reads, symbols, names, types, writes;
  for (const auto &[name, type] : test.inputs)
    arguments += "%" + name + ": " + type + ", ";
  for (const auto &[name, type] : test.variables) {
    const std::string comma = names.empty() ? "" : ", ";
    variables += "ingot.variable @" + name + " : " + type + " init {kind = \"constant\", a = 0.0 : f64}\n";
    reads += "  %" + name + " = ingot.read @" + name + " : " + type + "\n";
    symbols += comma + "@" + name;
    names += comma + "%d" + name;
    types += comma + type;
    writes += "  ingot.gradient_write %d" + name + " to @" + name + " : " + type + "\n";
  }
  std::string axes;
  auto rank = std::count(test.type.begin(), test.type.end(), 'x');
  for (int64_t i = 0; i < rank; ++i)
    axes += (i ? ", " : "") + std::to_string(i);
  return variables + "ingot.entry @f(" + arguments + "%mix: " + test.type +
         ") -> (tensor<f32>) attributes {kind = \"gradients\"} {\n  %n = ingot.batch\n" + reads + test.body +
         "\n  %weighted = ingot.mul %y, %mix : " + test.type + "\n  %loss = ingot.reduce_sum %weighted axes [" + axes +
         "] : " + test.type + " -> tensor<f32>\n  " + names + " = ingot.gradients %loss wrt [" + symbols +
         "] : (tensor<f32>) -> (" + types + ")\n" + writes + "  ingot.return %loss : tensor<f32>\n}\n";
}

class PrimitiveGradient : public ::testing::TestWithParam<OpCase> {};

TEST_P(PrimitiveGradient, AgreesWithCentralDifferences) {
  const std::string text = programOf(GetParam());
  SCOPED_TRACE(text);
  Program program(text, "ingot-differentiate");
  ASSERT_TRUE(program);
  std::mt19937 random(1);
  auto call = program.randomCall<double>(program.entry("gradients"), 3, random);
  auto result = program.run("gradients", call);
  ASSERT_EQ(result.gradients.size(), GetParam().variables.size());
  expectGradients(result.gradients, call, [&](const interpreter::Call<double> &moved) {
    return program.run("gradients", moved).outputs.at(0).reals().at(0);
  });
}

INSTANTIATE_TEST_SUITE_P(, PrimitiveGradient, ::testing::ValuesIn(allCases()),
                         [](const auto &info) { return info.param.op + info.param.variant; });

/// The list of ops is the dialect's own.
TEST(PrimitiveGradients, EveryRuleHasACase) {
  std::set<std::string> tested, rules;
  for (const OpCase &test : allCases())
    tested.insert("ingot." + test.op);
  for (mlir::RegisteredOperationName name : context().getRegisteredOperationsByDialect("ingot"))
    if (name.hasInterface<DifferentiableOpInterface>())
      rules.insert(name.getStringRef().str());
  EXPECT_EQ(tested, rules);
}

/// Ops without a rule: those whose results are no floats, have no operand to
/// differentiate, or end the backward pass. Whatever else a model computes with must have one.
TEST(PrimitiveGradients, EveryFloatPrimitiveHasARule) {
  const std::set<std::string> none = {"ingot.fill",      "ingot.read",      "ingot.random",        "ingot.one_hot",
                                      "ingot.gradients", "ingot.adam_rate", "ingot.gradient_read", "ingot.apply_sgd",
                                      "ingot.apply_adam", "ingot.apply_rmsprop", "ingot.apply_adagrad", "ingot.update_rows",
                                      "ingot.decay", "ingot.assign", "ingot.argmax", "ingot.compare",
                                      "ingot.batch",     "ingot.orthogonalize", "ingot.count", "ingot.seed_key", "ingot.step_key"};
  const std::set<std::string> replaced = {"ingot.dense", "ingot.activation", "ingot.flatten", "ingot.reshape",
                                          "ingot.call",  "ingot.loss",       "ingot.metric",  "ingot.merge",
                                          "ingot.permute", "ingot.concatenate", "ingot.dot", "ingot.masking",
                                          "ingot.mean_loss", "ingot.repeat_vector", "ingot.lstm", "ingot.embedding",
                                          "ingot.conv", "ingot.pool", "ingot.global_pool", "ingot.dropout",
                                          "ingot.time_distributed"};
  const std::set<std::string> withoutResult = {"ingot.variable", "ingot.model",      "ingot.entry",
                                               "ingot.return",   "ingot.compile",    "ingot.write",
                                               "ingot.update",   "ingot.accumulate", "ingot.gradient_write", "ingot.yield"};
  for (mlir::RegisteredOperationName name : context().getRegisteredOperationsByDialect("ingot")) {
    const std::string op = name.getStringRef().str();
    const bool exempt = none.contains(op) || replaced.contains(op) || withoutResult.contains(op);
    EXPECT_NE(name.hasInterface<DifferentiableOpInterface>(), exempt) << op;
  }
}

} // namespace
