//===- DistributeTimeTest.cpp - all steps at once, and one by one --------===//
//
// The interpreter applies the body of `ingot.time_distributed` to each step. What the
// pass makes of it must give the same.
//
//===----------------------------------------------------------------------===//

#include "Interpreter.h"
#include "batching/Passes.h"
#include "batching/Rules.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>
#include <random>

using namespace ingot;
using namespace ingot::interpreter;

namespace {

mlir::MLIRContext &context() {
  static mlir::MLIRContext &instance = *[] {
    mlir::DialectRegistry registry;
    registry.insert<IngotDialect>();
    registerBatchingRules(registry);
    auto *created = new mlir::MLIRContext(registry);
    created->loadAllAvailableDialects();
    return created;
  }();
  return instance;
}

Tensor<double> randomTensor(Shape shape, std::mt19937 &random) {
  std::replace(shape.begin(), shape.end(), shape::kDynamic, int64_t{3});
  std::vector<double> elements(static_cast<size_t>(elementCount(shape)));
  std::generate(elements.begin(), elements.end(), [&] { return std::uniform_real_distribution<double>(-1, 1)(random); });
  return {std::move(shape), std::move(elements)};
}

/// `%y` of type `to` from `%x` of type `from`, with weights @w (4x4) and @b (4).
/// Returns the number of scans in what the pass makes.
size_t check(const std::string &from, const std::string &to, const std::string &body) {
  const std::string text =
      "ingot.variable @w : tensor<4x4xf32> init {kind = \"constant\", a = 0.0 : f64}\n"
      "ingot.variable @b : tensor<4xf32> init {kind = \"constant\", a = 0.0 : f64}\n"
      "ingot.entry @f(%x: " + from + ") -> (" + to + ") attributes {kind = \"predict\"} {\n" + body +
      "\n  ingot.return %y : " + to + "\n}\n";
  SCOPED_TRACE(text);
  auto before = mlir::parseSourceString<mlir::ModuleOp>(text, &context());
  auto after = mlir::parseSourceString<mlir::ModuleOp>(text, &context());
  mlir::PassManager passes(&context());
  passes.addPass(createDistributeTimePass());
  if (!before || !after || failed(passes.run(*after))) {
    ADD_FAILURE() << "the pass fails";
    return 0;
  }
  size_t scans = 0;
  after->walk([&](mlir::Operation *op) {
    EXPECT_FALSE(mlir::isa<TimeDistributedOp>(op));
    scans += mlir::isa<ScanOp>(op);
  });

  std::mt19937 random(1);
  Call<double> call;
  call.batch = 3;
  for (VariableOp variable : before->getOps<VariableOp>())
    call.variables[variable.getSymName().str()] = randomTensor(shapeOf(variable.getType()), random);
  auto entryOf = [](mlir::ModuleOp module) { return *module.getOps<EntryOp>().begin(); };
  call.inputs = {randomTensor(shapeOf(entryOf(*before).getArgumentTypes()[0]), random)};
  auto expected = interpret(entryOf(*before).block(), call), actual = interpret(entryOf(*after).block(), call);
  if (failed(expected) || failed(actual)) {
    ADD_FAILURE() << "the interpreter refuses the entry";
    return 0;
  }
  EXPECT_EQ(actual->outputs[0].shape, expected->outputs[0].shape);
  // The same sums in the same order, but for the blocks of the interpreter's loops.
  for (size_t i = 0; i < expected->outputs[0].reals().size(); ++i)
    EXPECT_NEAR(actual->outputs[0].reals()[i], expected->outputs[0].reals()[i], 1e-12) << "element " << i;
  return scans;
}

const std::string step = "tensor<?x4xf32>";

/// What a dense layer is.
const std::string dense = R"(
    %n = ingot.batch
    %w = ingot.read @w : tensor<4x4xf32>
    %b = ingot.read @b : tensor<4xf32>
    %0 = ingot.contract "bi,io->bo" %s, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
    %1 = ingot.broadcast %b dims [1] batch %n : tensor<4xf32> -> tensor<?x4xf32>
    %2 = ingot.add %0, %1 : tensor<?x4xf32>
    %3 = ingot.softmax %2 : tensor<?x4xf32>
)";

TEST(DistributeTime, RowsThatDoNotMeet) {
  EXPECT_EQ(check("tensor<?x5x4xf32>", "tensor<?x5x4xf32>",
                  "  %y = ingot.time_distributed %x : tensor<?x5x4xf32> -> tensor<?x5x4xf32> {\n  ^bb0(%s: " + step + "):" + dense +
                      "    ingot.yield %3 : " + step + "\n  }"),
            0u);
}

TEST(DistributeTime, StepsOfSteps) {
  const std::string inner = "tensor<?x2x4xf32>", outer = "tensor<?x5x2x4xf32>";
  EXPECT_EQ(check(outer, outer,
                  "  %y = ingot.time_distributed %x : " + outer + " -> " + outer + " {\n  ^bb0(%t: " + inner + "):\n" +
                      "    %u = ingot.time_distributed %t : " + inner + " -> " + inner + " {\n    ^bb0(%s: " + step + "):" + dense +
                      "      ingot.yield %3 : " + step + "\n    }\n    %v = ingot.mul %u, %t : " + inner + "\n    ingot.yield %v : " +
                      inner + "\n  }"),
            0u);
}

/// A recurrence that sees a value of its step, a weight and another recurrence's.
const std::string recurrence = R"(
    %n = ingot.batch
    %w = ingot.read @w : tensor<4x4xf32>
    %zero = ingot.fill 0.0 : f32 batch %n : tensor<?x4xf32>
    %xs = ingot.transpose %t perm [1, 0, 2] : tensor<?x2x4xf32> -> tensor<2x?x4xf32>
    %first = ingot.reduce_sum %xs axes [0] : tensor<2x?x4xf32> -> tensor<?x4xf32>
    %h, %hs = ingot.scan 2 reverse inits(%zero : tensor<?x4xf32>) xs(%xs : tensor<2x?x4xf32>) -> (tensor<?x4xf32>, tensor<2x?x4xf32>) {
    ^bb0(%before: tensor<?x4xf32>, %s: tensor<?x4xf32>):
      %0 = ingot.contract "bi,io->bo" %before, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
      %twice = ingot.add %s, %s : tensor<?x4xf32>
      %last = ingot.scan 2 inits(%0 : tensor<?x4xf32>) xs(%xs : tensor<2x?x4xf32>) -> (tensor<?x4xf32>) {
      ^bb0(%inner: tensor<?x4xf32>, %r: tensor<?x4xf32>):
        %1 = ingot.mul %inner, %first : tensor<?x4xf32>
        %2 = ingot.add %1, %twice : tensor<?x4xf32>
        %3 = ingot.sub %2, %r : tensor<?x4xf32>
        ingot.yield %3 : tensor<?x4xf32>
      }
      %5 = ingot.tanh %last : tensor<?x4xf32>
      ingot.yield %5, %0 : tensor<?x4xf32>, tensor<?x4xf32>
    }
    %back = ingot.transpose %hs perm [1, 0, 2] : tensor<2x?x4xf32> -> tensor<?x2x4xf32>
    %row = ingot.broadcast %h dims [0, 2] : tensor<?x4xf32> -> tensor<?x2x4xf32>
    %u = ingot.add %back, %row : tensor<?x2x4xf32>
)";

TEST(DistributeTime, RecurrencesOfEachStep) {
  const std::string inner = "tensor<?x2x4xf32>", outer = "tensor<?x5x2x4xf32>";
  EXPECT_EQ(check(outer, outer,
                  "  %y = ingot.time_distributed %x : " + outer + " -> " + outer + " {\n  ^bb0(%t: " + inner + "):" + recurrence +
                      "    ingot.yield %u : " + inner + "\n  }"),
            2u);
}

/// A sum over the batch of one step has no dimension behind which the time could stand.
const std::string mean = R"(
    %rows = ingot.batch
    %sum = ingot.reduce_sum %s axes [0, 1] : tensor<?x4xf32> -> tensor<f32>
    %mean = ingot.div_size %sum, %rows times 4 : tensor<f32>
    %all = ingot.broadcast %mean dims [] batch %rows : tensor<f32> -> tensor<?x4xf32>
    %off = ingot.sub %s, %all : tensor<?x4xf32>
)";

TEST(DistributeTime, RowsThatMeetAreTakenStepByStep) {
  EXPECT_EQ(check("tensor<?x5x4xf32>", "tensor<?x5x4xf32>",
                  "  %y = ingot.time_distributed %x : tensor<?x5x4xf32> -> tensor<?x5x4xf32> {\n  ^bb0(%s: " + step + "):" + mean +
                      "    ingot.yield %off : " + step + "\n  }"),
            1u);
  // So is what is around, and a recurrence in it stays whole.
  const std::string inner = "tensor<?x2x4xf32>", outer = "tensor<?x5x2x4xf32>";
  EXPECT_EQ(check(outer, outer,
                  "  %y = ingot.time_distributed %x : " + outer + " -> " + outer + " {\n  ^bb0(%t: " + inner + "):" + recurrence +
                      "    %z = ingot.time_distributed %u : " + inner + " -> " + inner + " {\n    ^bb0(%s: " + step + "):" + mean +
                      "      ingot.yield %off : " + step + "\n    }\n    ingot.yield %z : " + inner + "\n  }"),
            4u);
}

/// What does not depend on the step is the same in all.
TEST(DistributeTime, AResultThatIsAWeight) {
  EXPECT_EQ(check("tensor<?x5x4xf32>", "tensor<?x5x4xf32>", R"(
  %y = ingot.time_distributed %x : tensor<?x5x4xf32> -> tensor<?x5x4xf32> {
  ^bb0(%s: tensor<?x4xf32>):
    %n = ingot.batch
    %b = ingot.read @b : tensor<4xf32>
    %0 = ingot.broadcast %b dims [1] batch %n : tensor<4xf32> -> tensor<?x4xf32>
    ingot.yield %0 : tensor<?x4xf32>
  })"),
            0u);
}

} // namespace
