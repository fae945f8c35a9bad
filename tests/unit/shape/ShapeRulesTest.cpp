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

TEST(ShapeRules, Embedding) {
  EXPECT_EQ(show(embedding({N, 7}, 20, 5)), "(None, 7, 5)");
  EXPECT_EQ(show(embedding({N}, 20, 5)), "(None, 5)");
  EXPECT_EQ(show(embedding({N, 7}, 20, 5, 7)), "(None, 7, 5)");
  EXPECT_EQ(show(embedding({N, 7}, 0, 5)), "`input_dim` is 0; must be positive");
  EXPECT_EQ(show(embedding({N, 7}, 20, -5)), "`output_dim` is -5; must be positive");
  EXPECT_EQ(show(embedding({N, N}, 20, 5)), "input has shape (None, None); only the batch may be dynamic");
  EXPECT_EQ(show(embedding({N, 6}, 20, 5, 7)), "input has shape (None, 6); must be (None, 7) by `input_length`");
  EXPECT_EQ(show(embedding({N, 7, 1}, 20, 5, 7)), "input has shape (None, 7, 1); must be (None, 7) by `input_length`");
}

TEST(ShapeRules, GatherRows) {
  EXPECT_EQ(show(gatherRows({20, 5}, {N, 7})), "(None, 7, 5)");
  EXPECT_EQ(show(gatherRows({20}, {3, N})), "(3, None)");
  EXPECT_EQ(show(gatherRows({}, {N})), "table has shape (); must have rows, and sizes must be known");
  EXPECT_EQ(show(gatherRows({N, 5}, {N})), "table has shape (None, 5); must have rows, and sizes must be known");
  EXPECT_EQ(show(gatherRows({20, 5}, {})), "indices have rank 0; must be at least 1");
}

TEST(ShapeRules, Recurrent) {
  EXPECT_EQ(show(recurrent({N, 20, 5}, 3, false)), "(None, 3)");
  EXPECT_EQ(show(recurrent({N, 20, 5}, 3, true)), "(None, 20, 3)");
  EXPECT_EQ(show(recurrent({N, 20, 5}, 0, true)), "`units` is 0; must be positive");
  EXPECT_EQ(show(recurrent({N, 784}, 3, false)),
            "input has shape (None, 784), of rank 2; must be (batch, steps, features), of rank 3");
  EXPECT_EQ(show(recurrent({N, N, 5}, 3, false)), "input has shape (None, None, 5); only the batch may be dynamic");
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

TEST(ShapeRules, Masking) {
  EXPECT_EQ(show(masking({N, 3, 4})), "(None, 3, 4)");
  EXPECT_EQ(show(masking({N})), "input has shape (None,); rank must be at least 2");
}

TEST(ShapeRules, Permute) {
  EXPECT_EQ(show(permute({N, 3, 4, 5}, {3, 1, 2})), "(None, 5, 3, 4)");
  EXPECT_EQ(show(permute({N}, {})), "(None,)");
  EXPECT_EQ(show(permute({N, 3}, {2, 1})), "input has shape (None, 3); rank must be 3 for `dims` (2, 1)");
  EXPECT_EQ(show(permute({N, 3, 4}, {0, 1})), "`dims` is (0, 1); must have each of 1 to 2 once");
  EXPECT_EQ(show(permute({N, 3, 4}, {1, 1})), "`dims` is (1, 1); must have each of 1 to 2 once");
}

TEST(ShapeRules, RepeatVector) {
  EXPECT_EQ(show(repeatVector({N, 3}, 5)), "(None, 5, 3)");
  EXPECT_EQ(show(repeatVector({N, 3}, 0)), "`n` is 0; must be positive");
  EXPECT_EQ(show(repeatVector({N, 3, 4}, 5)), "input has shape (None, 3, 4); rank must be 2");
}

TEST(ShapeRules, TimeStep) {
  EXPECT_EQ(show(timeStep({N, 20, 3})), "(None, 3)");
  EXPECT_EQ(show(timeStep({N, 20, 5, 3})), "(None, 5, 3)");
  EXPECT_EQ(show(timeStep({N, 20})),
            "input has shape (None, 20); rank must be at least 3: batch, time, and what a step has");
  EXPECT_EQ(show(timeStep({N, N, 3})),
            "input has shape (None, None, 3); the number of steps, axis 1, must be known");
}

TEST(ShapeRules, Dropout) {
  EXPECT_EQ(show(dropout({N, 3, 4}, {})), "(None, 3, 4)");
  EXPECT_EQ(show(dropout({N, 3, 4}, {1, -1, 4})), "(None, 3, 4)");
  EXPECT_EQ(show(dropout({N, 3, 4}, {-1, 3, 2})), "`noise_shape` is (None, 3, 2) for an input of shape (None, 3, 4); each "
                                                  "size must be 1, None or that of the input");
  EXPECT_EQ(show(dropout({N, 3}, {7, 3})), "`noise_shape` is (7, 3) for an input of shape (None, 3); each size must be 1, "
                                           "None or that of the input");
  EXPECT_EQ(show(dropout({N, 3, N}, {})), "input has shape (None, 3, None); only the batch may be dynamic");
}

TEST(ShapeRules, Merge) {
  EXPECT_EQ(show(merge("add", {{N, 3}})), "(None, 3)");
  EXPECT_EQ(show(merge("add", {{N, 3}, {N, 3}, {N, 3}})), "(None, 3)");
  EXPECT_EQ(show(merge("subtract", {{N, 1, 4}, {N, 3, 1}})), "(None, 3, 4)");
  EXPECT_EQ(show(merge("add", {})), "there are 0 inputs; must be at least 1");
  EXPECT_EQ(show(merge("subtract", {{N, 3}})), "there is 1 input; must be 2");
  EXPECT_EQ(show(merge("subtract", {{N, 3}, {N, 3}, {N, 3}})), "there are 3 inputs; must be 2");
  EXPECT_EQ(show(merge("add", {{N, 1}, {N, 3}, {N, 4}})),
            "inputs 1 and 2 have shapes (None, 3) and (None, 4); sizes must be equal, or one of them 1");
  EXPECT_EQ(show(merge("add", {{N, 3}, {N, 3, 1}})),
            "inputs 0 and 1 have shapes (None, 3) and (None, 3, 1); ranks must be equal");
  EXPECT_EQ(show(merge("add", {{N, 3}, {1, 3}})),
            "inputs 0 and 1 have shapes (None, 3) and (1, 3); sizes must be equal in the batch");
  EXPECT_EQ(show(merge("add", {{N, N}})), "input has shape (None, None); only the batch may be dynamic");
}

TEST(ShapeRules, Concatenate) {
  EXPECT_EQ(show(concatenate({{N, 3}, {N, 4}, {N, 5}}, -1)), "(None, 12)");
  EXPECT_EQ(show(concatenate({{N, 3, 4}, {N, 1, 4}}, 1)), "(None, 4, 4)");
  EXPECT_EQ(show(concatenate({{N, 3}}, 1)), "(None, 3)");
  EXPECT_EQ(show(concatenate({}, 1)), "there are 0 inputs; must be at least 1");
  EXPECT_EQ(show(concatenate({{N, 3}, {N, 3}}, 0)),
            "`axis` is 0 for shape (None, 3), the batch; must be another axis");
  EXPECT_EQ(show(concatenate({{N, 3}, {N, 3}}, -2)),
            "`axis` is -2 for shape (None, 3), the batch; must be another axis");
  EXPECT_EQ(show(concatenate({{N, 3}, {N, 3}}, 2)), "`axis` is 2 for shape (None, 3); must be at least -2 and below 2");
  EXPECT_EQ(show(concatenate({{N, 3}, {N, 3}}, -3)),
            "`axis` is -3 for shape (None, 3); must be at least -2 and below 2");
  EXPECT_EQ(show(concatenate({{N, 3, 4}, {N, 3, 4}, {N, 2, 4}}, -1)),
            "inputs 0 and 2 have shapes (None, 3, 4) and (None, 2, 4); all sizes but that of axis 2 must be equal");
  EXPECT_EQ(show(concatenate({{N, 3}, {N, 3, 4}}, 1)),
            "inputs 0 and 1 have shapes (None, 3) and (None, 3, 4); all sizes but that of axis 1 must be equal");
}

TEST(ShapeRules, Dot) {
  EXPECT_EQ(show(dot({{N, 3}, {N, 3}}, {1, 1})), "(None, 1)");
  EXPECT_EQ(show(dot({{N, 3, 4}, {N, 5, 3}}, {1, 2})), "(None, 4, 5)");
  EXPECT_EQ(show(dot({{N, 3, 4}, {N, 4}}, {-1, -1})), "(None, 3)");
  EXPECT_EQ(show(dot({{N, 2, 3, 4}, {N, 3, 5, 6}}, {2, -3})), "(None, 2, 4, 5, 6)");
  EXPECT_EQ(show(dot({{N, 3}}, {1, 1})), "there is 1 input; must be 2");
  EXPECT_EQ(show(dot({{N, 3}, {N, 3}}, {1})), "`axes` is (1,); must have 2 axes");
  EXPECT_EQ(show(dot({{N}, {N, 3}}, {1, 1})),
            "`axes` is (1, 1) for shapes (None,) and (None, 3); each must be an axis of its input");
  EXPECT_EQ(show(dot({{N, 3}, {N, 3}}, {1, -3})),
            "`axes` is (1, -3) for shapes (None, 3) and (None, 3); each must be an axis of its input");
  EXPECT_EQ(show(dot({{N, 3}, {N, 3}}, {1, -2})),
            "`axes` is (1, -2) for shapes (None, 3) and (None, 3), and one of them the batch; must be other axes");
  EXPECT_EQ(show(dot({{N, 3, 4}, {N, 4}}, {1, 1})),
            "`axes` is (1, 1) for shapes (None, 3, 4) and (None, 4), of sizes 3 and 4; must be equal");
  EXPECT_EQ(show(dot({{N, 3}, {2, 3}}, {1, 1})),
            "inputs 0 and 1 have shapes (None, 3) and (2, 3); sizes must be equal in the batch");
  EXPECT_EQ(show(dot({{N, N}, {N, 3}}, {1, 1})), "input has shape (None, None); only the batch may be dynamic");
}

TEST(ShapeRules, ConcatAndSlice) {
  EXPECT_EQ(show(concat({{2, 3}, {5, 3}}, 0)), "(7, 3)");
  EXPECT_EQ(show(concat({{N, 3}, {N, 3}}, 0)), "axis 0 of (None, 3) is dynamic; must be known");
  EXPECT_EQ(show(concat({{2, 3}, {N, 3}}, 0)), "axis 0 of (None, 3) is dynamic; must be known");
  EXPECT_EQ(show(concat({{2, 3}}, 2)), "axis 2 of an input of rank 2");
  EXPECT_EQ(show(slice({N, 5}, 1, 2, 3)), "(None, 3)");
  EXPECT_EQ(show(slice({N, 5}, 1, 3, 3)), "3 elements from 3 of axis 1 of (None, 5); must be inside, and at least one");
  EXPECT_EQ(show(slice({N, 5}, 1, -1, 3)), "3 elements from -1 of axis 1 of (None, 5); must be inside, and at least one");
  EXPECT_EQ(show(slice({N, 5}, 1, 0, 0)), "0 elements from 0 of axis 1 of (None, 5); must be inside, and at least one");
  EXPECT_EQ(show(slice({N, 5}, 0, 0, 1)), "axis 0 of (None, 5) is dynamic; must be known");
  EXPECT_EQ(show(slice({N, 5}, -1, 0, 1)), "axis -1 of an input of rank 2");
}

TEST(ShapeRules, Transpose) {
  EXPECT_EQ(show(transpose({N, 3, 4}, {0, 2, 1})), "(None, 4, 3)");
  EXPECT_EQ(show(transpose({3, 4}, {1, 0})), "(4, 3)");
  EXPECT_EQ(show(transpose({N, 3}, {1, 0})), "(3, None)");
  EXPECT_EQ(show(transpose({N, 3}, {0})), "permutation is (0,) for shape (None, 3); must have each dimension once");
  EXPECT_EQ(show(transpose({N, 3}, {0, 0})), "permutation is (0, 0) for shape (None, 3); must have each dimension once");
}

TEST(ShapeRules, CanView) {
  EXPECT_TRUE(canView({N, 6, 4}, {N, 2, 12}));
  EXPECT_TRUE(canView({5, N, 6}, {5, N, 2, 3}));
  EXPECT_TRUE(canView({2, 3, N, 4}, {6, N, 4}));
  EXPECT_TRUE(canView({N}, {N, 1}));
  EXPECT_TRUE(canView({2, 3}, {3, 2}));
  EXPECT_TRUE(canView({}, {1}));
  EXPECT_FALSE(canView({5, N}, {N, 5}));
  EXPECT_FALSE(canView({2, N, 3}, {3, N, 2}));
  EXPECT_FALSE(canView({N, 6}, {N, 5}));
  EXPECT_FALSE(canView({N}, {1}));
  EXPECT_FALSE(canView({N, N}, {N, N}));
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
