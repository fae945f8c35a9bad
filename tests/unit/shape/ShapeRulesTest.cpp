//===- ShapeRulesTest.cpp -------------------------------------------------===//

#include "ingot/Shape/ShapeRules.h"

#include <gtest/gtest.h>

using namespace ingot::shape;

namespace {

constexpr int64_t N = kDynamic;

std::string show(const Inferred &inferred) {
  return inferred ? toString(*inferred) : inferred.message();
}

TEST(ShapeRules, ToStringIsPythons) {
  EXPECT_EQ(toString({}), "()");
  EXPECT_EQ(toString({N}), "(None,)");
  EXPECT_EQ(toString({N, 28, 28}), "(None, 28, 28)");
}

TEST(ShapeRules, ElementsPerSample) {
  EXPECT_EQ(elementsPerSample({N}), 1);
  EXPECT_EQ(elementsPerSample({N, 28, 28}), 784);
  constexpr int64_t large = int64_t{1} << 40;
  EXPECT_EQ(elementsPerSample({N, large, large}), std::numeric_limits<int64_t>::max());
}

TEST(ShapeRules, Dense) {
  EXPECT_EQ(show(dense({N, 784}, 64)), "(None, 64)");
  EXPECT_EQ(show(dense({N, 5, 7}, 3)), "(None, 5, 3)");
  EXPECT_EQ(show(dense({N, 784}, 0)), "`units` is 0; must be positive");
  EXPECT_EQ(show(dense({N, 784}, -2)), "`units` is -2; must be positive");
  EXPECT_EQ(show(dense({N}, 64)), "input has shape (None,); rank must be at least 2");
  EXPECT_EQ(show(dense({4, N}, 64)), "input has shape (4, None); the last dimension must be known");
}

TEST(ShapeRules, Flatten) {
  EXPECT_EQ(show(flatten({N, 28, 28})), "(None, 784)");
  EXPECT_EQ(show(flatten({N})), "(None, 1)");
  EXPECT_EQ(show(flatten({})), "input has shape (); must have a batch dimension");
  EXPECT_EQ(show(flatten({N, N, 2})), "input has shape (None, None, 2); only the batch may be dynamic");
}

TEST(ShapeRules, Reshape) {
  EXPECT_EQ(show(reshape({N, 784}, {28, 28})), "(None, 28, 28)");
  EXPECT_EQ(show(reshape({N, 784}, {-1, 28})), "(None, 28, 28)");
  EXPECT_EQ(show(reshape({N, 28, 28}, {-1})), "(None, 784)");
  EXPECT_EQ(show(reshape({N, 1}, {})), "(None,)");
  EXPECT_EQ(show(reshape({N, 784}, {28, 29})),
            "cannot reshape (None, 784) to (28, 29): a sample has 784 elements, `target_shape` 812");
  EXPECT_EQ(show(reshape({N, 784}, {-1, 29})),
            "cannot reshape (None, 784) to (-1, 29): a sample has 784 elements, `target_shape` a multiple of 29");
  EXPECT_EQ(show(reshape({N, 784}, {-1, -1})), "`target_shape` is (-1, -1); at most one size may be -1");
  EXPECT_EQ(show(reshape({N, 784}, {0, 784})), "`target_shape` is (0, 784); sizes must be positive or -1");
}

TEST(ShapeRules, Softmax) {
  EXPECT_EQ(show(softmax({N, 3, 10})), "(None, 3, 10)");
  EXPECT_EQ(show(softmax({N})), "input has shape (None,); rank must be at least 2 for softmax");
}

TEST(ShapeRules, ParseEquation) {
  auto equation = parseEquation("bti,io->bto");
  ASSERT_TRUE(equation);
  EXPECT_EQ(equation->lhs, "bti");
  EXPECT_EQ(equation->rhs, "io");
  EXPECT_EQ(equation->result, "bto");
  for (const char *bad : {"", "bi->b", "bi,io", "bi,io,oj->bj", "b1,1o->bo", "bi->bo,io", "bi,io->bo->b"})
    EXPECT_FALSE(parseEquation(bad)) << bad;
}

TEST(ShapeRules, Contract) {
  EXPECT_EQ(show(contract("bi,io->bo", {N, 784}, {784, 64})), "(None, 64)");
  EXPECT_EQ(show(contract("bi,bo->io", {N, 784}, {N, 64})), "(784, 64)");
  EXPECT_EQ(show(contract("bti,io->tbo", {N, 5, 7}, {7, 3})), "(5, None, 3)");
  EXPECT_EQ(show(contract("b,b->", {N}, {N})), "()");
}

TEST(ShapeRules, ContractRefuses) {
  EXPECT_EQ(show(contract("bi io", {N, 2}, {2, 3})),
            "equation is \"bi io\"; must be of the form \"A,B->C\", with letters");
  EXPECT_EQ(show(contract("bi,io->bo", {N, 2, 2}, {2, 3})),
            "term `bi` has 2 labels for an operand of shape (None, 2, 2)");
  EXPECT_EQ(show(contract("bi,io->bo", {N, 2}, {3, 3})),
            "label `i` is 2 in the first operand and 3 in the second");
  EXPECT_EQ(show(contract("bi,bo->io", {N, 2}, {4, 3})),
            "label `b` is None in the first operand and 4 in the second");
  EXPECT_EQ(show(contract("bb,bo->o", {2, 2}, {2, 3})), "label `b` occurs twice in term `bb`");
  EXPECT_EQ(show(contract("bi,io->boo", {N, 2}, {2, 3})), "label `o` occurs twice in term `boo`");
  EXPECT_EQ(show(contract("bi,io->o", {N, 2}, {2, 3})),
            "label `b` occurs in one term only; must occur in another operand or in the result");
  EXPECT_EQ(show(contract("bi,io->bx", {N, 2}, {2, 3})),
            "label `o` occurs in one term only; must occur in another operand or in the result");
  EXPECT_EQ(show(contract("bi,io->box", {N, 2}, {2, 3})), "label `x` of the result occurs in no operand");
}

TEST(ShapeRules, Reduce) {
  EXPECT_EQ(show(reduce({N, 3, 4}, {0, 2})), "(3,)");
  EXPECT_EQ(show(reduce({N, 3}, {})), "(None, 3)");
  EXPECT_EQ(show(reduce({N, 3}, {2})), "axis 2 of an input of rank 2");
  EXPECT_EQ(show(reduce({N, 3}, {-1})), "axis -1 of an input of rank 2");
  EXPECT_EQ(show(reduce({N, 3}, {1, 1})), "axes are (1, 1); must be strictly increasing");
}

} // namespace
