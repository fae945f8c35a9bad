//===- RulesTest.cpp - the batching rule of every primitive --------------===//
//
// Each case is one op. With a new dimension in some of its operands, it must give
// what it gives for each slice alone; the sum, if it has one, what those add up to.
// A primitive that has neither a rule nor a reason here fails the build's tests.
//
//===----------------------------------------------------------------------===//

#include "Interpreter.h"
#include "batching/Rules.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>
#include <map>
#include <random>
#include <set>

using namespace ingot;
using namespace ingot::interpreter;
using mlir::Value;

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

struct OpCase {
  std::string op;      ///< the mnemonic under test
  std::string variant; ///< when an op has several cases
  std::vector<std::string> operands; ///< types of %a, %b, %c
  std::string type;                  ///< of the result
  std::string body;                  ///< what stands behind the mnemonic; %n is the batch, %key a key
  bool hasSum = false;               ///< if all operands are mapped
  std::set<size_t> fixed = {};       ///< operands that the rule refuses to map
  bool hasSumAlone = false;          ///< there is no rule for slices

  friend void PrintTo(const OpCase &test, std::ostream *out) { *out << test.op << test.variant; }
};

const std::string matrix = "tensor<?x4xf32>";

OpCase unary(const std::string &op) { return {op, "", {matrix}, matrix, "%a : " + matrix}; }
OpCase binary(const std::string &op, const std::string &type = matrix, const std::string &variant = "") {
  return {op, variant, {type, type}, type, "%a, %b : " + type};
}

OpCase contract(const std::string &variant, const std::string &equation, const std::string &lhs, const std::string &rhs,
                const std::string &type) {
  return {"contract", variant, {lhs, rhs}, type, "\"" + equation + "\" %a, %b : " + lhs + ", " + rhs + " -> " + type, true};
}

/// "a to b" for an op of one operand: attributes stand between.
OpCase shaped(const std::string &op, const std::string &variant, const std::string &attributes, const std::string &from,
              const std::string &to, bool hasSum = false) {
  return {op, variant, {from}, to, "%a " + attributes + " : " + from + " -> " + to, hasSum};
}

std::vector<OpCase> allCases() {
  const std::string integers = "tensor<?x4xi32>", flags = "tensor<?x4xi1>";
  return {
      unary("neg"),
      unary("exp"),
      unary("log"),
      unary("sqrt"),
      unary("tanh"),
      unary("sigmoid"),
      unary("softplus"),
      unary("relu"),
      unary("abs"),
      unary("sign"),
      unary("erf"),
      binary("add"),
      binary("add", integers, "_integers"),
      binary("add", "tensor<f32>", "_scalar"),
      binary("sub"),
      binary("mul"),
      binary("div"),
      binary("max"),
      binary("min"),
      binary("mask_pos"),
      {"random_mask", "", {"tensor<?x3x4xf32>"}, "tensor<?x3x4xf32>", "%a key %key rate 0.4 salt 3 : tensor<?x3x4xf32>"},
      {"random_mask", "_shared", {"tensor<?x3x4xf32>"}, "tensor<?x3x4xf32>",
       "%a key %key rate 0.4 salt 3 {shared = array<i64: 0, 2>} : tensor<?x3x4xf32>"},
      {"compare", "", {matrix, matrix}, flags, "\"gt\" %a, %b : " + matrix + " -> " + flags},
      {"compare", "_integers", {integers, integers}, flags, "\"eq\" %a, %b : " + integers + " -> " + flags},
      {"select", "", {flags, matrix, matrix}, matrix, "%a, %b, %c : " + flags + ", " + matrix},
      {"div_size", "", {matrix}, matrix, "%a, %n times 3 : " + matrix},
      {"mul_size", "", {matrix}, matrix, "%a, %n : " + matrix},
      shaped("broadcast", "", "dims [0, 2]", "tensor<?x4xf32>", "tensor<?x3x4xf32>"),
      shaped("broadcast", "_to_batch", "dims [2, 3] batch %n", "tensor<4x5xf32>", "tensor<2x?x4x5xf32>"),
      shaped("broadcast", "_last", "dims [1]", "tensor<4xf32>", "tensor<3x4xf32>"),
      shaped("broadcast", "_flags", "dims [1]", "tensor<4xi1>", "tensor<3x4xi1>"),
      shaped("reduce_sum", "_first", "axes [0]", "tensor<?x3x4xf32>", "tensor<3x4xf32>", true),
      shaped("reduce_sum", "_outer", "axes [0, 2]", "tensor<?x3x4xf32>", "tensor<3xf32>", true),
      shaped("reduce_sum", "_last", "axes [2]", "tensor<?x3x4xf32>", "tensor<?x3xf32>", true),
      shaped("reduce_max", "", "axes [0, 2]", "tensor<?x3x4xf32>", "tensor<3xf32>"),
      shaped("windows", "", "size [3] strides [2] dilation [1] pad [1] [0] with -9.0", "tensor<?x4x2xf32>", "tensor<?x2x3x2xf32>"),
      shaped("windows", "_stack", "size [2, 1] strides [1, 1] dilation [1, 1] pad [0, 0] [0, 0]", "tensor<5x?x4x3x2xf32>",
             "tensor<5x?x3x3x2x1x2xf32>"),
      shaped("overlap_add", "", "size [3] strides [2] dilation [1] pad [1] [0]", "tensor<?x2x3x2xf32>", "tensor<?x4x2xf32>"),
      shaped("view_as", "", "", "tensor<?x6x4xf32>", "tensor<?x2x3x2x2xf32>"),
      shaped("view_as", "_stack", "", "tensor<5x?x6xf32>", "tensor<5x?x2x3xf32>"),
      shaped("view_as", "_across", "", "tensor<2x3x?x4xi32>", "tensor<6x?x2x2xi32>"),
      shaped("transpose", "", "perm [0, 2, 1]", "tensor<?x3x4xf32>", "tensor<?x4x3xf32>"),
      shaped("transpose", "_batch", "perm [2, 0, 1]", "tensor<?x3x4xi32>", "tensor<4x?x3xi32>"),
      {"reverse", "", {"tensor<?x3x4xf32>"}, "tensor<?x3x4xf32>", "%a axis 1 : tensor<?x3x4xf32>"},
      {"reverse", "_first", {"tensor<3x?xi32>"}, "tensor<3x?xi32>", "%a axis 0 : tensor<3x?xi32>"},
      {"concat",
       "",
       {"tensor<?x2x3xf32>", "tensor<?x1x3xf32>"},
       "tensor<?x3x3xf32>",
       "%a, %b axis 1 : tensor<?x2x3xf32>, tensor<?x1x3xf32> -> tensor<?x3x3xf32>"},
      {"concat", "_first", {"tensor<2xi32>", "tensor<3xi32>"}, "tensor<5xi32>",
       "%a, %b axis 0 : tensor<2xi32>, tensor<3xi32> -> tensor<5xi32>"},
      shaped("slice", "", "axis 1 from 1 size 2", "tensor<?x5x3xf32>", "tensor<?x2x3xf32>"),
      shaped("slice", "_first", "axis 0 from 2 size 1", "tensor<3x4xf32>", "tensor<1x4xf32>"),
      contract("_dense", "bi,io->bo", "tensor<?x4xf32>", "tensor<4x5xf32>", "tensor<?x5xf32>"),
      contract("_weight", "bi,bo->io", "tensor<?x4xf32>", "tensor<?x5xf32>", "tensor<4x5xf32>"),
      contract("_labels", "tij,tjs->tsi", "tensor<2x3x4xf32>", "tensor<2x4x5xf32>", "tensor<2x5x3xf32>"),
      contract("_dot", "ij,ij->", "tensor<?x4xf32>", "tensor<?x4xf32>", "tensor<f32>"),
      unary("softmax"),
      {"softmax", "_row", {"tensor<4xf32>"}, "tensor<4xf32>", "%a : tensor<4xf32>"},
      shaped("logsumexp", "", "", "tensor<?x3x4xf32>", "tensor<?x3xf32>"),
      shaped("argmax", "", "", "tensor<?x3x4xf32>", "tensor<?x3xi32>"),
      {"pick", "", {"tensor<?x4xf32>", "tensor<?xi32>"}, "tensor<?xf32>",
       "%a, %b : tensor<?x4xf32>, tensor<?xi32> -> tensor<?xf32>"},
      shaped("one_hot", "", "", "tensor<?xi32>", "tensor<?x4xf32>"),
      {"gather_rows", "", {"tensor<4x5xf32>", "tensor<?x3xi32>"}, "tensor<?x3x5xf32>",
       "%a, %b : tensor<4x5xf32>, tensor<?x3xi32> -> tensor<?x3x5xf32>", false, {0}},
      {"scatter_rows", "", {"tensor<?x3xi32>", "tensor<?x3x5xf32>"}, "tensor<4x5xf32>",
       "%a, %b : tensor<?x3xi32>, tensor<?x3x5xf32> -> tensor<4x5xf32>", true, {}, true},
      // A carry, a stack, and a stack that no slice has a part in.
      {"scan",
       "_carry",
       {matrix, "tensor<3x?x4xf32>"},
       matrix,
       "3 inits(%a : " + matrix + ") xs(%b : tensor<3x?x4xf32>) -> (" + matrix + ") {\n^bb0(%h: " + matrix + ", %s: " + matrix +
           "):\n%u = ingot.tanh %s : " + matrix + "\n%v = ingot.mul %h, %u : " + matrix + "\ningot.yield %v : " + matrix + "\n}"},
      {"scan",
       "_stack",
       {"tensor<3x?x4xf32>", "tensor<3x?x4xf32>"},
       "tensor<3x?x4xf32>",
       "3 reverse xs(%a, %b : tensor<3x?x4xf32>, tensor<3x?x4xf32>) -> (tensor<3x?x4xf32>) {\n^bb0(%s: " + matrix + ", %t: " +
           matrix + "):\n%v = ingot.sub %s, %t : " + matrix + "\ningot.yield %v : " + matrix + "\n}"},
      {"scan",
       "_constant",
       {"tensor<3x?x4xf32>"},
       "tensor<3x?x4xf32>",
       "3 xs(%a : tensor<3x?x4xf32>) -> (tensor<3x?x4xf32>) {\n^bb0(%s: " + matrix + "):\n%u = ingot.fill 2.0 : f32 batch %n : " + matrix +
           "\ningot.yield %u : " + matrix + "\n}"},
  };
}

constexpr int64_t batch = 3, size = 2;

/// `%y`, the op's result, as the entry's.
mlir::OwningOpRef<mlir::ModuleOp> parse(const OpCase &test) {
  std::string arguments;
  for (size_t i = 0; i < test.operands.size(); ++i)
    arguments += std::string(i ? ", " : "") + "%" + "abc"[i] + ": " + test.operands[i];
  return mlir::parseSourceString<mlir::ModuleOp>(
      "ingot.entry @f(" + arguments + ") -> (" + test.type + ") attributes {kind = \"predict\"} {\n  %n = ingot.batch\n"
          "  %key = ingot.seed_key {fixedSeed = 5 : i64}\n" +
          "  %y = ingot." + test.op + " " + test.body + "\n  ingot.return %y : " + test.type + "\n}\n",
      &context());
}

Shape shapeInCall(mlir::Type type) {
  Shape shape = shapeOf(type);
  std::replace(shape.begin(), shape.end(), shape::kDynamic, batch);
  return shape;
}

Tensor<double> randomTensor(mlir::Type type, std::mt19937 &random) {
  Shape shape = shapeInCall(type);
  const auto count = static_cast<size_t>(elementCount(shape));
  mlir::Type element = mlir::cast<mlir::RankedTensorType>(type).getElementType();
  if (element.isInteger(1)) {
    std::vector<uint8_t> flags(count);
    std::generate(flags.begin(), flags.end(), [&] { return random() % 2; });
    return {shape, flags};
  }
  if (element.isInteger()) {
    std::vector<int32_t> labels(count);
    std::generate(labels.begin(), labels.end(), [&] { return static_cast<int32_t>(random() % 4); });
    return {shape, labels};
  }
  std::vector<double> elements(count);
  std::generate(elements.begin(), elements.end(),
                [&] { return std::uniform_real_distribution<double>(0.1, 1.5)(random); });
  return {shape, elements};
}

/// Slices of equal shape, the new dimension at `axis`.
Tensor<double> stack(const std::vector<Tensor<double>> &slices, int64_t axis) {
  Shape shape = slices[0].shape;
  const auto inner = static_cast<size_t>(elementCount(Shape(shape.begin() + axis, shape.end())));
  const auto outer = static_cast<size_t>(elementCount(Shape(shape.begin(), shape.begin() + axis)));
  shape.insert(shape.begin() + axis, static_cast<int64_t>(slices.size()));
  Tensor<double> result = {shape, slices[0].data};
  std::visit(
      [&](auto &elements) {
        using Elements = std::decay_t<decltype(elements)>;
        elements.clear();
        for (size_t i = 0; i < outer; ++i)
          for (const Tensor<double> &slice : slices) {
            auto from = std::get<Elements>(slice.data).begin() + static_cast<ptrdiff_t>(i * inner);
            elements.insert(elements.end(), from, from + static_cast<ptrdiff_t>(inner));
          }
      },
      result.data);
  return result;
}

Tensor<double> run(mlir::ModuleOp module, const std::vector<Tensor<double>> &inputs) {
  Call<double> call;
  call.batch = batch;
  call.inputs = inputs;
  auto result = interpret((*module.getOps<EntryOp>().begin()).block(), call);
  if (failed(result)) {
    ADD_FAILURE() << "the interpreter refuses the entry";
    return {};
  }
  return result->outputs.at(0);
}

void expectEqual(const Tensor<double> &actual, const Tensor<double> &expected) {
  ASSERT_EQ(actual.shape, expected.shape);
  ASSERT_EQ(actual.data.index(), expected.data.index());
  std::visit(
      [&](const auto &elements) {
        const auto &wanted = std::get<std::decay_t<decltype(elements)>>(expected.data);
        ASSERT_EQ(elements.size(), wanted.size());
        // Sums of a few products, in another order at most.
        for (size_t i = 0; i < elements.size(); ++i)
          EXPECT_NEAR(static_cast<double>(elements[i]), static_cast<double>(wanted[i]), 1e-12) << "element " << i;
      },
      actual.data);
}

/// The entry with the new dimension in those arguments and in its result, as the
/// rule has it; null if the rule refuses.
mlir::OwningOpRef<mlir::ModuleOp> rewrite(const OpCase &test, llvm::ArrayRef<bool> mapped, int64_t axis, bool isSum) {
  auto module = parse(test);
  EntryOp entry = *module->getOps<EntryOp>().begin();
  mlir::Block &block = entry.block();
  mlir::Operation *end = block.getTerminator(), *op = end->getPrevNode();
  mlir::OpBuilder builder(op);
  const auto count = static_cast<unsigned>(mapped.size());
  llvm::SmallVector<Value> operands(op->getOperands());
  llvm::SmallVector<bool> isMapped(operands.size(), false);
  for (unsigned i = 0; i < count; ++i) {
    mlir::Type type = operands[i].getType();
    isMapped[i] = mapped[i];
    operands[i] = block.addArgument(mapped[i] ? withDim(type, axis, size) : type, op->getLoc());
  }
  auto batchable = mlir::cast<BatchableOpInterface>(op);
  Value result;
  if (isSum)
    result = batchable.buildBatchedSum(builder, operands, isMapped, axis, size);
  else if (auto results = batchable.buildBatched(builder, operands, isMapped, axis, size); succeeded(results))
    result = results->front();
  if (!result)
    return {};
  end->setOperand(0, result);
  op->erase();
  block.eraseArguments(0, count);
  entry.setFunctionType(builder.getFunctionType(block.getArgumentTypes(), result.getType()));
  return module;
}

class BatchingRules : public ::testing::TestWithParam<OpCase> {
protected:
  /// Compares for one choice of operands and one axis. Does the rule take them?
  bool check(llvm::ArrayRef<bool> mapped, int64_t axis, bool isSum) {
    auto module = rewrite(GetParam(), mapped, axis, isSum);
    if (!module)
      return false;
    std::string text;
    llvm::raw_string_ostream(text) << *module;
    SCOPED_TRACE(text);
    EXPECT_TRUE(succeeded(mlir::verify(*module)));
    auto single = parse(GetParam());
    EntryOp entry = *single->getOps<EntryOp>().begin();

    std::vector<std::vector<Tensor<double>>> slices(size);
    std::vector<Tensor<double>> inputs;
    for (auto [argument, isMapped] : llvm::zip_equal(entry.getArguments(), mapped)) {
      std::vector<Tensor<double>> own;
      for (int64_t i = 0; i < size; ++i) {
        own.push_back(i && !isMapped ? own[0] : randomTensor(argument.getType(), random));
        slices[static_cast<size_t>(i)].push_back(own.back());
      }
      inputs.push_back(isMapped ? stack(own, axis) : own[0]);
    }
    std::vector<Tensor<double>> expected;
    for (const auto &slice : slices)
      expected.push_back(run(*single, slice));
    if (isSum)
      for (size_t i = 0; i < expected[0].reals().size(); ++i)
        expected[0].reals()[i] += expected[1].reals()[i];
    expectEqual(run(*module, inputs), isSum ? expected[0] : stack(expected, axis));
    return true;
  }

  std::mt19937 random{1};
};

int64_t rankOf(const std::string &type) {
  return mlir::cast<mlir::RankedTensorType>(mlir::parseType(type, &context())).getRank();
}

TEST_P(BatchingRules, AgreeWithTheOpOnEachSlice) {
  const OpCase &test = GetParam();
  ASSERT_TRUE(parse(test));
  const size_t count = test.operands.size();
  int64_t last = 3;
  for (const std::string &type : test.operands)
    last = std::min(last, rankOf(type));
  for (int64_t axis = 0; axis <= last; ++axis)
    for (size_t choice = 1; choice < size_t{1} << count; ++choice) {
      SCOPED_TRACE("axis " + std::to_string(axis) + ", choice " + std::to_string(choice));
      llvm::SmallVector<bool> mapped;
      for (size_t i = 0; i < count; ++i)
        mapped.push_back(choice >> i & 1);
      // Behind the last axis there is no place where that is reduced, or normalized.
      // Nor is there behind what is stacked, where a slice has one less.
      const bool isStacked = test.op == "scan" && test.variant != "_carry";
      const bool hasPlace = axis <= rankOf(test.type) - (test.op == "softmax" || isStacked);
      const bool isFixed = llvm::any_of(test.fixed, [&](size_t i) { return mapped[i]; });
      EXPECT_EQ(check(mapped, axis, false), hasPlace && !isFixed && !test.hasSumAlone);
      if (llvm::all_of(mapped, [](bool m) { return m; })) {
        EXPECT_EQ(check(mapped, axis, true), test.hasSum);
      }
    }
}

INSTANTIATE_TEST_SUITE_P(, BatchingRules, ::testing::ValuesIn(allCases()),
                         [](const auto &info) { return info.param.op + info.param.variant; });

/// The op with a new dimension of rows that are calls of their own.
Tensor<double> runCalls(const OpCase &test, int64_t axis, const Tensor<double> &x) {
  auto module = parse(test);
  EntryOp entry = *module->getOps<EntryOp>().begin();
  mlir::Block &block = entry.block();
  mlir::Operation *end = block.getTerminator(), *op = end->getPrevNode();
  mlir::OpBuilder builder(op);
  mlir::BlockArgument argument = block.addArgument(withDim(op->getOperand(0).getType(), axis, size), op->getLoc());
  llvm::SmallVector<Value> operands(op->getOperands());
  llvm::SmallVector<bool> mapped(operands.size(), false);
  operands[0] = argument;
  mapped[0] = true;
  auto results = mlir::cast<BatchableOpInterface>(op).buildCalls(builder, operands, mapped, axis, size);
  if (failed(results))
    return {};
  end->setOperand(0, results->front());
  op->erase();
  block.eraseArgument(0);
  entry.setFunctionType(builder.getFunctionType(block.getArgumentTypes(), results->front().getType()));
  return run(*module, {x});
}

/// Each row draws for itself: what one op on all of them draws. Other ops do what
/// they always do.
TEST(BatchedCalls, DrawAnew) {
  const OpCase mask = {"random_mask", "", {"tensor<?x20xf32>"}, "tensor<?x20xf32>", "%a key %key rate 0.5 salt 3 : tensor<?x20xf32>"};
  const OpCase whole = {"random_mask", "", {"tensor<?x2x20xf32>"}, "tensor<?x2x20xf32>",
                        "%a key %key rate 0.5 salt 3 : tensor<?x2x20xf32>"};
  const auto ones = Tensor<double>::filled({batch, size, 20}, 1);
  const Tensor<double> drawn = runCalls(mask, 1, ones);
  expectEqual(drawn, run(*parse(whole), {ones}));
  const auto row = [&](ptrdiff_t i) {
    return std::vector<double>(drawn.reals().begin() + 20 * i, drawn.reals().begin() + 20 * (i + 1));
  };
  std::set<std::vector<double>> rows;
  for (ptrdiff_t i = 0; i < batch * size; ++i)
    rows.insert(row(i));
  EXPECT_EQ(rows.size(), static_cast<size_t>(batch * size));
  // One decision for each row of 20, and none shared between rows.
  const OpCase shared = {"random_mask", "", {"tensor<?x20xf32>"}, "tensor<?x20xf32>",
                         "%a key %key rate 0.5 salt 3 {shared = array<i64: 1>} : tensor<?x20xf32>"};
  const OpCase sharedWhole = {"random_mask", "", {"tensor<?x2x20xf32>"}, "tensor<?x2x20xf32>",
                              "%a key %key rate 0.5 salt 3 {shared = array<i64: 2>} : tensor<?x2x20xf32>"};
  expectEqual(runCalls(shared, 1, ones), run(*parse(sharedWhole), {ones}));
  expectEqual(runCalls(unary("neg"), 1, Tensor<double>::filled({batch, size, 4}, 1)),
              Tensor<double>::filled({batch, size, 4}, -1));
}

/// The list of ops is the dialect's own.
TEST(BatchingRuleList, EveryRuleHasACase) {
  std::set<std::string> tested, rules;
  for (const OpCase &test : allCases())
    tested.insert("ingot." + test.op);
  for (mlir::RegisteredOperationName name : context().getRegisteredOperationsByDialect("ingot"))
    if (name.hasInterface<BatchableOpInterface>())
      rules.insert(name.getStringRef().str());
  EXPECT_EQ(tested, rules);
}

TEST(BatchingRuleList, EveryPrimitiveHasARuleOrAReason) {
  const std::map<std::string, std::set<std::string>> reasons = {
      {"has one result for all rows", {"ingot.count"}},
      {"has no tensor to map", {"ingot.batch", "ingot.fill", "ingot.read", "ingot.gradient_read", "ingot.random", "ingot.seed_key"}},
      {"is once an entry, at its begin", {"ingot.step_key"}},
      {"is once an entry, at its end",
       {"ingot.write", "ingot.update", "ingot.accumulate", "ingot.gradient_write", "ingot.gradients", "ingot.adam_rate",
        "ingot.apply_sgd", "ingot.apply_adam", "ingot.apply_rmsprop", "ingot.apply_adagrad", "ingot.update_rows", "ingot.decay",
        "ingot.assign", "ingot.return"}},
      {"ends a body, whose ops are batched", {"ingot.yield"}},
      {"is an initial value", {"ingot.orthogonalize"}},
      {"is a symbol", {"ingot.variable", "ingot.model", "ingot.entry", "ingot.compile"}},
      {"is replaced by primitives before",
       {"ingot.dense", "ingot.activation", "ingot.flatten", "ingot.reshape", "ingot.call", "ingot.loss", "ingot.metric",
        "ingot.merge", "ingot.permute", "ingot.concatenate", "ingot.dot", "ingot.masking", "ingot.mean_loss",
        "ingot.repeat_vector", "ingot.lstm", "ingot.embedding", "ingot.time_distributed", "ingot.conv", "ingot.pool",
        "ingot.global_pool", "ingot.dropout"}}};
  std::set<std::string> exempt;
  for (const auto &[reason, ops] : reasons)
    exempt.insert(ops.begin(), ops.end());
  for (mlir::RegisteredOperationName name : context().getRegisteredOperationsByDialect("ingot")) {
    const std::string op = name.getStringRef().str();
    EXPECT_NE(name.hasInterface<BatchableOpInterface>(), exempt.contains(op)) << op;
  }
}

} // namespace
