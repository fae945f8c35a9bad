//===- ScansTest.cpp - hoisting and sinking keep the meaning -------------===//
//
// Recurrences, forward and with their gradients, as they are and after the passes,
// on the same random numbers.
//
//===----------------------------------------------------------------------===//

#include "Interpreter.h"
#include "autodiff/Passes.h"
#include "autodiff/Rules.h"
#include "batching/Passes.h"
#include "batching/Rules.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

#include <gtest/gtest.h>
#include <random>

using namespace ingot;
using namespace ingot::interpreter;

namespace {

mlir::MLIRContext &context() {
  static mlir::MLIRContext &instance = *[] {
    registerBatchingPasses();
    registerAutodiffPasses();
    mlir::registerTransformsPasses();
    mlir::DialectRegistry registry;
    registry.insert<IngotDialect>();
    registerBatchingRules(registry);
    registerGradientRules(registry);
    auto *created = new mlir::MLIRContext(registry);
    created->loadAllAvailableDialects();
    return created;
  }();
  return instance;
}

/// What the passes of the compiler do around differentiation.
const std::string plain = "canonicalize,cse,ingot-differentiate,canonicalize,cse";
const std::string rewritten = "canonicalize,cse,ingot-scan-hoist,ingot-differentiate,canonicalize,cse,ingot-scan-sink,"
                              "ingot-scan-hoist,canonicalize,ingot-scan-sum,cse";

/// A gated recurrence whose steps end in a layer of their own, and the gradients of a loss
/// of its stack and its last carry.
std::string programOf(const std::string &direction) {
  return R"(
ingot.variable @w : tensor<3x4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @u : tensor<4x4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @v : tensor<4x2xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @b : tensor<4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.entry @f(%x: tensor<5x?x3xf32>, %mix: tensor<5x?x2xf32>) -> (tensor<f32>, tensor<5x?x2xf32>)
    attributes {kind = "gradients"} {
  %n = ingot.batch
  %w = ingot.read @w : tensor<3x4xf32>
  %u = ingot.read @u : tensor<4x4xf32>
  %v = ingot.read @v : tensor<4x2xf32>
  %b = ingot.read @b : tensor<4xf32>
  %zero = ingot.fill 0.0 : f32 batch %n : tensor<?x4xf32>
  %last, %ys = ingot.scan 5 )" +
         direction + R"( inits(%zero : tensor<?x4xf32>) xs(%x : tensor<5x?x3xf32>) -> (tensor<?x4xf32>, tensor<5x?x2xf32>) {
  ^bb0(%before: tensor<?x4xf32>, %step: tensor<?x3xf32>):
    %m = ingot.batch
    %squashed = ingot.tanh %step : tensor<?x3xf32>
    %xw = ingot.contract "bi,io->bo" %squashed, %w : tensor<?x3xf32>, tensor<3x4xf32> -> tensor<?x4xf32>
    %bias = ingot.broadcast %b dims [1] batch %m : tensor<4xf32> -> tensor<?x4xf32>
    %z0 = ingot.add %xw, %bias : tensor<?x4xf32>
    %hu = ingot.contract "bi,io->bo" %before, %u : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
    %z = ingot.add %z0, %hu : tensor<?x4xf32>
    %gate = ingot.sigmoid %xw : tensor<?x4xf32>
    %new = ingot.tanh %z : tensor<?x4xf32>
    %after = ingot.mul %gate, %new : tensor<?x4xf32>
    %y = ingot.contract "bi,io->bo" %after, %v : tensor<?x4xf32>, tensor<4x2xf32> -> tensor<?x2xf32>
    %norm = ingot.softmax %y : tensor<?x2xf32>
    ingot.yield %after, %norm : tensor<?x4xf32>, tensor<?x2xf32>
  }
  %mixed = ingot.mul %ys, %mix : tensor<5x?x2xf32>
  %one = ingot.reduce_sum %mixed axes [0, 1, 2] : tensor<5x?x2xf32> -> tensor<f32>
  %two = ingot.reduce_sum %last axes [0, 1] : tensor<?x4xf32> -> tensor<f32>
  %loss = ingot.add %one, %two : tensor<f32>
  %d:4 = ingot.gradients %loss wrt [@w, @u, @v, @b]
      : (tensor<f32>) -> (tensor<3x4xf32>, tensor<4x4xf32>, tensor<4x2xf32>, tensor<4xf32>)
  ingot.gradient_write %d#0 to @w : tensor<3x4xf32>
  ingot.gradient_write %d#1 to @u : tensor<4x4xf32>
  ingot.gradient_write %d#2 to @v : tensor<4x2xf32>
  ingot.gradient_write %d#3 to @b : tensor<4xf32>
  ingot.return %loss, %ys : tensor<f32>, tensor<5x?x2xf32>
}
)";
}

Tensor<double> randomTensor(Shape shape, std::mt19937 &random) {
  std::vector<double> elements(static_cast<size_t>(elementCount(shape)));
  std::generate(elements.begin(), elements.end(),
                [&] { return std::uniform_real_distribution<double>(-1, 1)(random); });
  return {std::move(shape), std::move(elements)};
}

mlir::OwningOpRef<mlir::ModuleOp> compile(const std::string &text, const std::string &pipeline) {
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context());
  mlir::PassManager passes(&context());
  if (!module || failed(mlir::parsePassPipeline(pipeline, passes)) || failed(passes.run(*module)))
    return {};
  return module;
}

void expectNear(const Tensor<double> &actual, const Tensor<double> &expected) {
  ASSERT_EQ(actual.shape, expected.shape);
  // Sums of some dozen numbers of magnitude 1, in another order.
  for (size_t i = 0; i < expected.reals().size(); ++i)
    EXPECT_NEAR(actual.reals()[i], expected.reals()[i], 1e-12) << "element " << i;
}

/// Contractions inside scans.
size_t countInSteps(mlir::ModuleOp module) {
  size_t count = 0;
  module.walk([&](ContractOp op) { count += op->getParentOfType<ScanOp>() != nullptr; });
  return count;
}

class ScanRewrites : public ::testing::TestWithParam<std::string> {};

TEST_P(ScanRewrites, KeepValuesAndGradients) {
  const std::string text = programOf(GetParam());
  auto before = compile(text, plain), after = compile(text, rewritten);
  ASSERT_TRUE(before && after);
  std::string shown;
  llvm::raw_string_ostream(shown) << *after;
  SCOPED_TRACE(shown);

  std::mt19937 random(1);
  Call<double> call;
  call.batch = 3;
  for (VariableOp variable : before->getOps<VariableOp>())
    call.variables[variable.getSymName().str()] = randomTensor(shapeOf(variable.getType()), random);
  call.inputs = {randomTensor({5, 3, 3}, random), randomTensor({5, 3, 2}, random)};
  auto run = [&](mlir::ModuleOp module) { return interpret((*module.getOps<EntryOp>().begin()).block(), call); };
  auto expected = run(*before), actual = run(*after);
  ASSERT_TRUE(succeeded(expected) && succeeded(actual));
  for (size_t i = 0; i < expected->outputs.size(); ++i)
    expectNear(actual->outputs[i], expected->outputs[i]);
  ASSERT_EQ(expected->gradients.size(), 4u);
  for (const auto &[name, gradient] : expected->gradients) {
    SCOPED_TRACE(name);
    expectNear(actual->gradients.at(name), gradient);
  }

  // In a step: h . U, and dz . U^T on the way back. Nothing else.
  EXPECT_GT(countInSteps(*before), 2u);
  EXPECT_EQ(countInSteps(*after), 2u);
}

INSTANTIATE_TEST_SUITE_P(, ScanRewrites, ::testing::Values("", "reverse"),
                         [](const auto &info) { return info.param.empty() ? "forward" : info.param; });

/// Three calls of one cell, with a recurrence in each step, on sequences and states of their
/// own and one sequence that all have; the third waits for the first.
std::string callsOf(const std::string &direction) {
  auto call = [&](const std::string &result, const std::string &init, const std::string &x) {
    return "  %" + result + ":2 = ingot.scan 5 " + direction + " inits(" + init + R"( : tensor<?x4xf32>) xs()" + x +
           R"(, %shared : tensor<5x?x4xf32>, tensor<5x?x4xf32>) -> (tensor<?x4xf32>, tensor<5x?x4xf32>) {
  ^bb0(%before: tensor<?x4xf32>, %step: tensor<?x4xf32>, %other: tensor<?x4xf32>):
    %hu = ingot.contract "bi,io->bo" %before, %u : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
    %z = ingot.add %hu, %step : tensor<?x4xf32>
    %inner = ingot.scan 2 inits(%z : tensor<?x4xf32>) xs(%pair : tensor<2x4x4xf32>) -> (tensor<?x4xf32>) {
    ^bb0(%now: tensor<?x4xf32>, %p: tensor<4x4xf32>):
      %wide = ingot.contract "bi,io->bo" %now, %p : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
      %mixed = ingot.mul %wide, %step : tensor<?x4xf32>
      ingot.yield %mixed : tensor<?x4xf32>
    }
    %after = ingot.tanh %inner : tensor<?x4xf32>
    %y = ingot.mul %after, %other : tensor<?x4xf32>
    ingot.yield %after, %y : tensor<?x4xf32>, tensor<?x4xf32>
  }
)";
  };
  return R"(
ingot.entry @f(%u: tensor<4x4xf32>, %pair: tensor<2x4x4xf32>, %a: tensor<5x?x4xf32>, %b: tensor<5x?x4xf32>,
               %shared: tensor<5x?x4xf32>, %g: tensor<?x4xf32>, %h: tensor<?x4xf32>)
    -> (tensor<?x4xf32>, tensor<5x?x4xf32>, tensor<?x4xf32>, tensor<5x?x4xf32>, tensor<5x?x4xf32>)
    attributes {kind = "predict"} {
)" + call("first", "%g", "%a") +
         call("second", "%h", "%b") + call("third", "%first#0", "%b") + R"(
  ingot.return %first#0, %first#1, %second#0, %second#1, %third#1
      : tensor<?x4xf32>, tensor<5x?x4xf32>, tensor<?x4xf32>, tensor<5x?x4xf32>, tensor<5x?x4xf32>
}
)";
}

class ScanMerges : public ::testing::TestWithParam<std::string> {};

TEST_P(ScanMerges, KeepValues) {
  const std::string text = callsOf(GetParam());
  auto before = compile(text, "cse"), after = compile(text, "ingot-scan-merge,canonicalize,ingot-scan-hoist,canonicalize,cse");
  ASSERT_TRUE(before && after);
  std::string shown;
  llvm::raw_string_ostream(shown) << *after;
  SCOPED_TRACE(shown);

  std::mt19937 random(2);
  Call<double> call;
  call.batch = 3;
  call.inputs = {randomTensor({4, 4}, random),    randomTensor({2, 4, 4}, random), randomTensor({5, 3, 4}, random),
                 randomTensor({5, 3, 4}, random), randomTensor({5, 3, 4}, random), randomTensor({3, 4}, random),
                 randomTensor({3, 4}, random)};
  auto run = [&](mlir::ModuleOp module) { return interpret((*module.getOps<EntryOp>().begin()).block(), call); };
  auto expected = run(*before), actual = run(*after);
  ASSERT_TRUE(succeeded(expected) && succeeded(actual));
  // The same sums in the same order.
  for (size_t i = 0; i < expected->outputs.size(); ++i)
    EXPECT_EQ(actual->outputs[i].reals(), expected->outputs[i].reals()) << "output " << i;

  auto countOuter = [](mlir::ModuleOp module) {
    size_t count = 0;
    module.walk([&](ScanOp scan) { count += !scan->getParentOfType<ScanOp>(); });
    return count;
  };
  EXPECT_EQ(countOuter(*before), 3u);
  EXPECT_EQ(countOuter(*after), 2u);
}

INSTANTIATE_TEST_SUITE_P(, ScanMerges, ::testing::Values("", "reverse"),
                         [](const auto &info) { return info.param.empty() ? "forward" : info.param; });

} // namespace
