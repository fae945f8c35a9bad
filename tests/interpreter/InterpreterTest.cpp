//===- InterpreterTest.cpp - the reference against numbers by hand -------===//

#include "Interpreter.h"
#include "Random.h"

#include "mlir/Parser/Parser.h"

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace ingot::interpreter;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

/// Runs the one entry of a module in double.
class InterpreterTest : public ::testing::Test {
protected:
  InterpreterTest() { context.loadDialect<ingot::IngotDialect>(); }

  mlir::FailureOr<Result<double>> tryRun(const std::string &text, const Call<double> &call) {
    auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    if (!module)
      return mlir::failure();
    return interpret((*module->getOps<ingot::EntryOp>().begin()).block(), call);
  }

  /// The outputs of an entry with one static input `%x` and the lines `body`.
  std::vector<Tensor<double>> run(const std::string &argument, const std::string &results, const std::string &body,
                                  Tensor<double> x) {
    Call<double> call;
    call.batch = x.shape.empty() ? 1 : x.shape[0];
    call.inputs = {std::move(x)};
    auto result = tryRun("ingot.entry @f(%x: " + argument + ") -> (" + results + ") attributes {kind = \"predict\"} {\n" +
                             body + "\n}",
                         call);
    return mlir::succeeded(result) ? result->outputs : std::vector<Tensor<double>>();
  }

  mlir::MLIRContext context;
};

/// Ops of tier 1 and those that a pass replaces.
bool isReplaced(llvm::StringRef name) {
  static constexpr llvm::StringLiteral replaced[] = {
      "ingot.variable", "ingot.model",   "ingot.entry", "ingot.compile", "ingot.dense",     "ingot.activation", "ingot.flatten",
      "ingot.reshape",  "ingot.call",    "ingot.loss",  "ingot.metric",  "ingot.gradients", "ingot.update",
      "ingot.permute", "ingot.merge", "ingot.concatenate", "ingot.dot", "ingot.masking", "ingot.mean_loss",
      "ingot.repeat_vector", "ingot.lstm", "ingot.embedding", "ingot.conv", "ingot.pool", "ingot.global_pool", "ingot.dropout"};
  return llvm::is_contained(replaced, name);
}

TEST_F(InterpreterTest, KnowsEveryOpOfTier2) {
  size_t known = 0;
  for (mlir::RegisteredOperationName name : context.getRegisteredOperationsByDialect("ingot")) {
    EXPECT_EQ(interprets(name.getStringRef()), !isReplaced(name.getStringRef())) << name.getStringRef().str();
    known += interprets(name.getStringRef());
  }
  EXPECT_GT(known, 30u);
}

TEST_F(InterpreterTest, RefusesAnOpOfTier1) {
  std::string message;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) { message = diagnostic.str(); });
  EXPECT_TRUE(run("tensor<?x2xf32>", "tensor<?x2xf32>",
                  "%0 = ingot.activation \"relu\" %x : tensor<?x2xf32> -> tensor<?x2xf32>\n"
                  "ingot.return %0 : tensor<?x2xf32>",
                  {{1, 2}, std::vector<double>{1, 2}})
                  .empty());
  EXPECT_THAT(message, HasSubstr("does not know `ingot.activation`"));
}

TEST_F(InterpreterTest, RefusesALabelOutOfRange) {
  std::string message;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) { message = diagnostic.str(); });
  EXPECT_TRUE(run("tensor<1x2xf32>", "tensor<1xf32>",
                  "%l = ingot.fill 2 : i32 : tensor<1xi32>\n"
                  "%0 = ingot.pick %x, %l : tensor<1x2xf32>, tensor<1xi32> -> tensor<1xf32>\n"
                  "ingot.return %0 : tensor<1xf32>",
                  {{1, 2}, std::vector<double>{1, 2}})
                  .empty());
  EXPECT_THAT(message, HasSubstr("label 2 of row 0 is not below 2"));
}

TEST_F(InterpreterTest, GathersAndScattersRows) {
  auto y = run("tensor<3x2xf32>", "tensor<2x2x2xf32>, tensor<3x2xf32>",
               "%one = ingot.fill 1 : i32 : tensor<2x1xi32>\n"
               "%two = ingot.fill 2 : i32 : tensor<2x1xi32>\n"
               "%i = ingot.concat %one, %two axis 1 : tensor<2x1xi32>, tensor<2x1xi32> -> tensor<2x2xi32>\n"
               "%0 = ingot.gather_rows %x, %i : tensor<3x2xf32>, tensor<2x2xi32> -> tensor<2x2x2xf32>\n"
               "%1 = ingot.scatter_rows %i, %0 : tensor<2x2xi32>, tensor<2x2x2xf32> -> tensor<3x2xf32>\n"
               "ingot.return %0, %1 : tensor<2x2x2xf32>, tensor<3x2xf32>",
               {{3, 2}, std::vector<double>{1, 2, 3, 4, 5, 6}});
  ASSERT_EQ(y.size(), 2u);
  EXPECT_THAT(y[0].reals(), ElementsAre(3, 4, 5, 6, 3, 4, 5, 6));
  EXPECT_THAT(y[1].reals(), ElementsAre(0, 0, 6, 8, 10, 12));
}

/// Equal indices are added up before the body sees them, and other rows stay.
TEST_F(InterpreterTest, UpdatesRowsOnce) {
  auto y = run("tensor<3x2xf32>", "tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>",
               "%one = ingot.fill 1 : i32 : tensor<2xi32>\n"
               "%two = ingot.fill 2 : i32 : tensor<1xi32>\n"
               "%i = ingot.concat %one, %two axis 0 : tensor<2xi32>, tensor<1xi32> -> tensor<3xi32>\n"
               "%0 = ingot.update_rows %i, %x : tensor<3xi32>, tensor<3x2xf32> tables(%x : tensor<3x2xf32>) -> (tensor<3x2xf32>) {\n"
               "^bb0(%sum: tensor<2xf32>, %row: tensor<2xf32>):\n"
               "  %s = ingot.mul %sum, %sum : tensor<2xf32>\n"
               "  %t = ingot.add %s, %row : tensor<2xf32>\n"
               "  ingot.yield %t : tensor<2xf32>\n"
               "}\n"
               "%now = ingot.fill 4 : i32 : tensor<i32>\n"
               "%1 = ingot.decay %x since %i until %now by 0.5 : (tensor<3x2xf32>, tensor<3xi32>, tensor<i32>) -> tensor<3x2xf32>\n"
               "%seven = ingot.fill 7.0 : f32 : tensor<f32>\n"
               "%2 = ingot.assign %seven to %x : (tensor<3x2xf32>, tensor<f32>) -> tensor<3x2xf32>\n"
               "ingot.return %0, %1, %2 : tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>",
               {{3, 2}, std::vector<double>{1, 2, 3, 4, 5, 6}});
  ASSERT_EQ(y.size(), 3u);
  EXPECT_THAT(y[0].reals(), ElementsAre(1, 2, 3 + 16, 4 + 36, 5 + 25, 6 + 36));
  EXPECT_THAT(y[1].reals(), ElementsAre(0.125, 0.25, 0.375, 0.5, 1.25, 1.5));
  EXPECT_THAT(y[2].reals(), ElementsAre(7, 7, 7, 7, 7, 7));
}

TEST_F(InterpreterTest, RefusesAnIndexOutOfRange) {
  std::string message;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) { message = diagnostic.str(); });
  EXPECT_TRUE(run("tensor<3x2xf32>", "tensor<1x2xf32>",
                  "%i = ingot.fill 3 : i32 : tensor<1xi32>\n"
                  "%0 = ingot.gather_rows %x, %i : tensor<3x2xf32>, tensor<1xi32> -> tensor<1x2xf32>\n"
                  "ingot.return %0 : tensor<1x2xf32>",
                  {{3, 2}, std::vector<double>{1, 2, 3, 4, 5, 6}})
                  .empty());
  EXPECT_THAT(message, HasSubstr("index 3 is not in [0, 3)"));
}

TEST_F(InterpreterTest, ContractsAsWritten) {
  auto y = run("tensor<?x3xf32>", "tensor<3x?xf32>, tensor<3x3xf32>",
               "%b = ingot.batch\n"
               "%w = ingot.fill 2.0 : f32 : tensor<3x3xf32>\n"
               "%0 = ingot.contract \"bi,io->ob\" %x, %w : tensor<?x3xf32>, tensor<3x3xf32> -> tensor<3x?xf32>\n"
               "%1 = ingot.contract \"bi,bo->io\" %x, %x : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<3x3xf32>\n"
               "ingot.return %0, %1 : tensor<3x?xf32>, tensor<3x3xf32>",
               {{2, 3}, std::vector<double>{1, 2, 3, 4, 5, 6}});
  ASSERT_EQ(y.size(), 2u);
  EXPECT_THAT(y[0].shape, ElementsAre(3, 2));
  EXPECT_THAT(y[0].reals(), ElementsAre(12, 30, 12, 30, 12, 30));
  EXPECT_THAT(y[1].reals(), ElementsAre(17, 22, 27, 22, 29, 36, 27, 36, 45));
}

TEST_F(InterpreterTest, BroadcastsAndReducesByAxis) {
  auto y = run("tensor<?x2xf32>", "tensor<?x3x2xf32>, tensor<2xf32>, tensor<?xf32>",
               "%0 = ingot.broadcast %x dims [0, 2] : tensor<?x2xf32> -> tensor<?x3x2xf32>\n"
               "%1 = ingot.reduce_sum %x axes [0] : tensor<?x2xf32> -> tensor<2xf32>\n"
               "%2 = ingot.reduce_sum %x axes [1] : tensor<?x2xf32> -> tensor<?xf32>\n"
               "ingot.return %0, %1, %2 : tensor<?x3x2xf32>, tensor<2xf32>, tensor<?xf32>",
               {{2, 2}, std::vector<double>{1, 2, 3, 4}});
  ASSERT_EQ(y.size(), 3u);
  EXPECT_THAT(y[0].reals(), ElementsAre(1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4));
  EXPECT_THAT(y[1].reals(), ElementsAre(4, 6));
  EXPECT_THAT(y[2].reals(), ElementsAre(3, 7));
}

/// Masks are united and counted; the mean of what no mask leaves is 0.
TEST_F(InterpreterTest, MasksAreValues) {
  auto outputs = run("tensor<?x3xf32>", "tensor<?x3xf32>, tensor<f32>, tensor<f32>",
                     "%n = ingot.batch\n"
                     "%zero = ingot.fill 0.0 : f32 batch %n : tensor<?x3xf32>\n"
                     "%one = ingot.fill 1.0 : f32 batch %n : tensor<?x3xf32>\n"
                     "%a = ingot.compare \"gt\" %x, %one : tensor<?x3xf32> -> tensor<?x3xi1>\n"
                     "%b = ingot.compare \"lt\" %x, %zero : tensor<?x3xf32> -> tensor<?x3xi1>\n"
                     "%c = ingot.select %a, %a, %b : tensor<?x3xi1>, tensor<?x3xi1>\n"
                     "%0 = ingot.select %c, %x, %zero : tensor<?x3xi1>, tensor<?x3xf32>\n"
                     "%some = ingot.count %c : tensor<?x3xi1>\n"
                     "%no = ingot.fill false batch %n : tensor<?x3xi1>\n"
                     "%none = ingot.count %no : tensor<?x3xi1>\n"
                     "%sum = ingot.reduce_sum %0 axes [0, 1] : tensor<?x3xf32> -> tensor<f32>\n"
                     "%1 = ingot.div_size %sum, %some : tensor<f32>\n"
                     "%s = ingot.fill 0.0 : f32 : tensor<f32>\n"
                     "%2 = ingot.div_size %s, %none : tensor<f32>\n"
                     "ingot.return %0, %1, %2 : tensor<?x3xf32>, tensor<f32>, tensor<f32>",
                     {{2, 3}, std::vector<double>{2, 0.5, -1, 1, 4, 0}});
  ASSERT_EQ(outputs.size(), 3u);
  EXPECT_EQ(outputs[0].reals(), (std::vector<double>{2, 0, -1, 0, 4, 0}));
  EXPECT_DOUBLE_EQ(outputs[1].reals()[0], 5.0 / 3);
  EXPECT_EQ(outputs[2].reals()[0], 0);
}

TEST_F(InterpreterTest, JoinsCutsAndReorders) {
  auto y = run("tensor<?x3xf32>", "tensor<?x5xf32>, tensor<?x1x3xf32>, tensor<?x3x2xf32>, tensor<5xi32>",
               "%0 = ingot.slice %x axis 1 from 1 size 2 : tensor<?x3xf32> -> tensor<?x2xf32>\n"
               "%1 = ingot.concat %0, %x axis 1 : tensor<?x2xf32>, tensor<?x3xf32> -> tensor<?x5xf32>\n"
               "%2 = ingot.view_as %x : tensor<?x3xf32> -> tensor<?x1x3xf32>\n"
               "%3 = ingot.concat %2, %2 axis 1 : tensor<?x1x3xf32>, tensor<?x1x3xf32> -> tensor<?x2x3xf32>\n"
               "%4 = ingot.transpose %3 perm [0, 2, 1] : tensor<?x2x3xf32> -> tensor<?x3x2xf32>\n"
               "%5 = ingot.fill 7 : i32 : tensor<2xi32>\n"
               "%6 = ingot.fill 8 : i32 : tensor<3xi32>\n"
               "%7 = ingot.concat %5, %6 axis 0 : tensor<2xi32>, tensor<3xi32> -> tensor<5xi32>\n"
               "ingot.return %1, %2, %4, %7 : tensor<?x5xf32>, tensor<?x1x3xf32>, tensor<?x3x2xf32>, tensor<5xi32>",
               {{2, 3}, std::vector<double>{1, 2, 3, 4, 5, 6}});
  ASSERT_EQ(y.size(), 4u);
  EXPECT_THAT(y[0].reals(), ElementsAre(2, 3, 1, 2, 3, 5, 6, 4, 5, 6));
  EXPECT_THAT(y[2].shape, ElementsAre(2, 3, 2));
  EXPECT_THAT(y[2].reals(), ElementsAre(1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6));
  EXPECT_THAT(y[3].integers(), ElementsAre(7, 7, 8, 8, 8));
}

/// In the other direction, slices stand at the index of their step.
TEST_F(InterpreterTest, ScansBothWays) {
  for (bool reverse : {false, true}) {
    auto y = run("tensor<3x2xf32>", "tensor<2xf32>, tensor<3x2xf32>",
                 "%0 = ingot.fill 10.0 : f32 : tensor<2xf32>\n"
                 "%1, %2 = ingot.scan 3 " + std::string(reverse ? "reverse " : "") +
                     "inits(%0 : tensor<2xf32>) xs(%x : tensor<3x2xf32>) -> (tensor<2xf32>, tensor<3x2xf32>) {\n"
                     "^bb0(%h: tensor<2xf32>, %step: tensor<2xf32>):\n"
                     "  %3 = ingot.sub %step, %h : tensor<2xf32>\n"
                     "  ingot.yield %3, %h : tensor<2xf32>, tensor<2xf32>\n"
                     "}\n"
                     "ingot.return %1, %2 : tensor<2xf32>, tensor<3x2xf32>",
                 {{3, 2}, std::vector<double>{1, 2, 3, 4, 5, 6}});
    ASSERT_EQ(y.size(), 2u);
    if (reverse) {
      EXPECT_THAT(y[0].reals(), ElementsAre(1 - (3 - (5 - 10)), 2 - (4 - (6 - 10))));
      EXPECT_THAT(y[1].reals(), ElementsAre(3 - (5 - 10), 4 - (6 - 10), 5 - 10, 6 - 10, 10, 10));
    } else {
      EXPECT_THAT(y[0].reals(), ElementsAre(5 - (3 - (1 - 10)), 6 - (4 - (2 - 10))));
      EXPECT_THAT(y[1].reals(), ElementsAre(10, 10, 1 - 10, 2 - 10, 3 - (1 - 10), 4 - (2 - 10)));
    }
  }
}

/// The inner body sees what the outer step has.
TEST_F(InterpreterTest, ScansInAScan) {
  auto y = run("tensor<2x3x1xf32>", "tensor<2x1xf32>",
               "%0 = ingot.fill 0.0 : f32 : tensor<1xf32>\n"
               "%1 = ingot.scan 2 xs(%x : tensor<2x3x1xf32>) -> (tensor<2x1xf32>) {\n"
               "^bb0(%row: tensor<3x1xf32>):\n"
               "  %first = ingot.slice %row axis 0 from 0 size 1 : tensor<3x1xf32> -> tensor<1x1xf32>\n"
               "  %scale = ingot.reduce_sum %first axes [0] : tensor<1x1xf32> -> tensor<1xf32>\n"
               "  %2 = ingot.scan 3 inits(%0 : tensor<1xf32>) xs(%row : tensor<3x1xf32>) -> (tensor<1xf32>) {\n"
               "  ^bb0(%sum: tensor<1xf32>, %element: tensor<1xf32>):\n"
               "    %3 = ingot.mul %element, %scale : tensor<1xf32>\n"
               "    %4 = ingot.add %sum, %3 : tensor<1xf32>\n"
               "    ingot.yield %4 : tensor<1xf32>\n"
               "  }\n"
               "  ingot.yield %2 : tensor<1xf32>\n"
               "}\n"
               "ingot.return %1 : tensor<2x1xf32>",
               {{2, 3, 1}, std::vector<double>{1, 2, 3, 4, 5, 6}});
  ASSERT_EQ(y.size(), 1u);
  EXPECT_THAT(y[0].reals(), ElementsAre(6, 60));
}

TEST_F(InterpreterTest, WindowsAndBack) {
  auto y = run("tensor<?x4x1xf32>", "tensor<?x2x3x1xf32>, tensor<?x4x1xf32>, tensor<?xf32>",
               "%0 = ingot.windows %x size [3] strides [2] dilation [1] pad [1] [0] with -9.0 : tensor<?x4x1xf32> -> tensor<?x2x3x1xf32>\n"
               "%1 = ingot.overlap_add %0 size [3] strides [2] dilation [1] pad [1] [0] : tensor<?x2x3x1xf32> -> tensor<?x4x1xf32>\n"
               "%2 = ingot.reduce_max %1 axes [1, 2] : tensor<?x4x1xf32> -> tensor<?xf32>\n"
               "ingot.return %0, %1, %2 : tensor<?x2x3x1xf32>, tensor<?x4x1xf32>, tensor<?xf32>",
               {{2, 4, 1}, std::vector<double>{1, 2, 3, 4, -5, -6, -7, -8}});
  ASSERT_EQ(y.size(), 3u);
  EXPECT_THAT(y[0].reals(), ElementsAre(-9, 1, 2, 2, 3, 4, -9, -5, -6, -6, -7, -8));
  EXPECT_THAT(y[1].reals(), ElementsAre(1, 4, 3, 4, -5, -12, -7, -8));
  EXPECT_THAT(y[2].reals(), ElementsAre(4, -5));
}

TEST_F(InterpreterTest, TheFirstMaximumWins) {
  auto y = run("tensor<?x3xf32>", "tensor<?xi32>, tensor<?xf32>",
               "%0 = ingot.argmax %x : tensor<?x3xf32> -> tensor<?xi32>\n"
               "%1 = ingot.logsumexp %x : tensor<?x3xf32> -> tensor<?xf32>\n"
               "ingot.return %0, %1 : tensor<?xi32>, tensor<?xf32>",
               {{2, 3}, std::vector<double>{1, 7, 7, 1000, 1000, 0}});
  ASSERT_EQ(y.size(), 2u);
  EXPECT_THAT(y[0].integers(), ElementsAre(1, 0));
  EXPECT_NEAR(y[1].reals()[1], 1000 + std::log(2.0), 1e-12);
}

TEST_F(InterpreterTest, ReadsTheValueOfTheBeginning) {
  Call<double> call;
  call.variables["w"] = {{2}, std::vector<double>{1, 2}};
  auto result = tryRun("ingot.variable @w : tensor<2xf32> init {kind = \"constant\", a = 0.0 : f64}\n"
                       "ingot.entry @f() -> (tensor<2xf32>) attributes {kind = \"train_step\"} {\n"
                       "  %0 = ingot.read @w : tensor<2xf32>\n"
                       "  %1 = ingot.add %0, %0 : tensor<2xf32>\n"
                       "  ingot.write %1 to @w : tensor<2xf32>\n"
                       "  %2 = ingot.read @w : tensor<2xf32>\n"
                       "  ingot.return %2 : tensor<2xf32>\n"
                       "}",
                       call);
  ASSERT_TRUE(mlir::succeeded(result));
  EXPECT_THAT(result->variables.at("w").reals(), ElementsAre(2, 4));
  EXPECT_THAT(result->outputs[0].reals(), ElementsAre(1, 2));
}

/// Known answers of Random123 (kat_vectors, threefry2x32 20).
TEST(Threefry, KnownAnswers) {
  EXPECT_THAT(threefry({0, 0}, {0, 0}), ElementsAre(0x6b200159u, 0x99ba4efeu));
  EXPECT_THAT(threefry({0xffffffffu, 0xffffffffu}, {0xffffffffu, 0xffffffffu}), ElementsAre(0x1cb996fcu, 0xbb002be7u));
  EXPECT_THAT(threefry({0x13198a2eu, 0x03707344u}, {0x243f6a88u, 0x85a308d3u}), ElementsAre(0xc4923a9cu, 0x483df7a0u));
}

TEST_F(InterpreterTest, RandomKindsHaveTheirMoments) {
  Call<double> call;
  call.seed = 0x123456789abcdef;
  auto result = tryRun("ingot.entry @f(%seed: i64) -> (tensor<5000xf32>, tensor<5000xf32>, tensor<5000xf32>)\n"
                       "    attributes {kind = \"init\"} {\n"
                       "  %0 = ingot.random \"uniform\" %seed {a = -1.0 : f64, b = 3.0 : f64, stream = 0 : i64} : tensor<5000xf32>\n"
                       "  %1 = ingot.random \"normal\" %seed {a = 1.0 : f64, b = 2.0 : f64, stream = 1 : i64} : tensor<5000xf32>\n"
                       "  %2 = ingot.random \"truncated_normal\" %seed {a = 1.0 : f64, b = 2.0 : f64, stream = 2 : i64} : tensor<5000xf32>\n"
                       "  ingot.return %0, %1, %2 : tensor<5000xf32>, tensor<5000xf32>, tensor<5000xf32>\n"
                       "}",
                       call);
  ASSERT_TRUE(mlir::succeeded(result));
  // Standard deviations; that of a normal cut at 2 is 0.8796 of the uncut one.
  const double wanted[] = {4 / std::sqrt(12.0), 2, 2 * 0.87962566103423978};
  for (size_t kind = 0; kind < 3; ++kind) {
    const auto &x = result->outputs[kind].reals();
    double mean = 0, variance = 0;
    for (double value : x)
      mean += value / static_cast<double>(x.size());
    for (double value : x)
      variance += (value - mean) * (value - mean) / static_cast<double>(x.size());
    // Four standard errors of 5000 samples.
    EXPECT_NEAR(mean, 1, 4 * wanted[kind] / std::sqrt(5000.0)) << kind;
    EXPECT_NEAR(std::sqrt(variance), wanted[kind], 4 * wanted[kind] / std::sqrt(2 * 5000.0)) << kind;
  }
  const auto &cut = result->outputs[2].reals();
  EXPECT_GE(*std::min_element(cut.begin(), cut.end()), 1 - 2 * 2.0);
  EXPECT_LE(*std::max_element(cut.begin(), cut.end()), 1 + 2 * 2.0);
}

} // namespace
