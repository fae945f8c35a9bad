//===- LayerErrorsTest.cpp - mistakes in layers, at the user's line -------===//

#include "ExpectError.h"

#include "graph/Graph.h"

#include <cmath>

using namespace ingot;

namespace {

class LayerErrorsTest : public FrontendTest {
protected:
  Tensor x = Input({784}, {.name = "pixels"});
};

TEST_F(LayerErrorsTest, Input) {
  EXPECT_ERROR(Input({0}), "`shape` is (0,); sizes must be positive, and the batch is not among them");
  EXPECT_ERROR(Input({None, 3}), "`shape` is (None, 3); every size must be known, the number of steps too; only the batch, which is not among them, varies");
  EXPECT_ERROR(Input({3}, {.dtype = "float16"}), "`dtype` is \"float16\"; must be \"float32\" or \"int32\"");
  EXPECT_ERROR(Input({int64_t{1} << 40, 2}), "`shape` is (1099511627776, 2); at most 2^40 elements are possible");
}

TEST_F(LayerErrorsTest, Names) {
  EXPECT_ERROR(Input({3}, {.name = "a/b"}),
               "`name` is \"a/b\"; must consist of letters, digits, `_` and `-`, and not begin with `-`");
  EXPECT_ERROR(Dense(3, {.name = "-a"}),
               "`name` is \"-a\"; must consist of letters, digits, `_` and `-`, and not begin with `-`");
}

TEST_F(LayerErrorsTest, DenseArguments) {
  EXPECT_ERROR(Dense(0), "`units` is 0; must be positive");
  EXPECT_ERROR(Dense(-3), "`units` is -3; must be positive");
  EXPECT_ERROR(Dense(3, {.activation = "relux"}), "there is no activation `relux`; did you mean `relu`?");
  EXPECT_ERROR(Dense(3, {.kernel_initializer = "glorot_unifrom"}),
               "there is no initializer `glorot_unifrom`; did you mean `glorot_uniform`?");
  EXPECT_ERROR(Dense(3, {.bias_initializer = RandomNormal({.stddev = -1})}), "`stddev` is -1; must be at least 0");
  EXPECT_ERROR(Dense(3, {.kernel_initializer = RandomUniform({.minval = 1, .maxval = 0})}),
               "`minval` is 1 and `maxval` is 0; the first must not be above the second");
  EXPECT_ERROR(Dense(3, {.kernel_initializer = HeNormal({.seed = -1})}), "`seed` is -1; must be at least 0");
  EXPECT_ERROR(Dense(3, {.kernel_regularizer = "l3"}), "there is no regularizer `l3`; known are `l1`, `l2`, `l1_l2`");
  EXPECT_ERROR(Dense(3, {.kernel_regularizer = L2(-1)}), "`l2` is -1; must be at least 0");
  EXPECT_ERROR(Dense(3, {.bias_regularizer = L1L2({.l1 = -0.5})}), "`l1` is -0.5; must be at least 0");
}

// The argument's own line, not that of the statement.
TEST_F(LayerErrorsTest, AnArgumentOnAnotherLine) {
  const unsigned line = __LINE__ + 3;
  auto error = errorOf([] {
    Dense(3, {
      .activation = "sigmod",
      .use_bias = false,
    });
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), "there is no activation `sigmod`; did you mean `sigmoid`?");
  EXPECT_EQ(error->location().line, line);
}

TEST_F(LayerErrorsTest, UnknownWithoutAGuess) {
  EXPECT_ERROR(Activation("qqqqqqqqqq"),
               "there is no activation `qqqqqqqqqq`; known are `linear`, `relu`, `relu6`, `tanh`, `sigmoid`, "
               "`softmax`, `elu`, `selu`, `softplus`, `softsign`, `silu`, `gelu`, `exponential`, `leaky_relu`, "
               "`hard_sigmoid`");
}

TEST_F(LayerErrorsTest, DenseCalls) {
  Tensor scalar = Input({});
  Tensor labels = Input({3}, {.dtype = "int32"});
  EXPECT_ERROR(Dense(3)(scalar), "`dense`: input has shape (None,); rank must be at least 2");
  EXPECT_ERROR(Dense(3)(labels), "`dense_1` is called on an int32 tensor; Dense takes float32");
  EXPECT_ERROR(Dense(3)({x, x}), "`dense_2` is called on 2 tensors; Dense takes one");
  EXPECT_ERROR(Dense(3)(std::vector<Tensor>{}), "`dense_3` is called on 0 tensors; Dense takes one");
  EXPECT_ERROR(Dense(3)(Tensor()), "`dense_4` is called on a tensor without a value; it is not the result of a layer");
  EXPECT_ERROR(Dense(int64_t{1} << 40)(x),
               "`kernel` of `dense_5` has shape (784, 1099511627776); at most 2^40 elements are possible");
}

TEST_F(LayerErrorsTest, DenseOnAnotherLastDimension) {
  Dense dense(3);
  const unsigned first = __LINE__ + 1;
  dense(x);
  auto error = errorOf([&] { dense(Input({32})); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(),
            "`dense` is called on shape (None, 32), but its kernel is (784, 3); the last dimension must be 784");
  ASSERT_EQ(error->notes().size(), 2u);
  EXPECT_EQ(error->notes()[0].message, "`dense` was first called here");
  EXPECT_EQ(error->notes()[0].location.line, first);
  EXPECT_EQ(error->notes()[1].message, "`dense` is made here");
  EXPECT_EQ(dense.recorded()->nodes.size(), 1u);
}

TEST_F(LayerErrorsTest, ARefusedCallLeavesNoTrace) {
  Dense dense(3);
  EXPECT_TRUE(errorOf([&] { dense(Input({})); }));
  EXPECT_TRUE(dense.recorded()->nodes.empty());
  EXPECT_TRUE(dense.recorded()->variables.empty());
  EXPECT_EQ(dense(x).shape(), (Shape{None, 3}));
}

TEST_F(LayerErrorsTest, OtherLayers) {
  Tensor scalar = Input({});
  EXPECT_ERROR(Activation("softmax")(scalar),
               "`activation`: input has shape (None,); rank must be at least 2 for softmax");
  EXPECT_ERROR(Reshape({28, 29})(x), "`reshape`: cannot reshape (None, 784) to (28, 29): a sample has 784 elements, "
                                     "`target_shape` 812");
  EXPECT_ERROR(Reshape({-1, -1}), "`target_shape` is (-1, -1); at most one size may be -1");
  EXPECT_ERROR(Reshape({0}), "`target_shape` is (0,); sizes must be positive or -1");
}

TEST_F(LayerErrorsTest, Merges) {
  Tensor a = Input({3}), b = Input({4}), c = Input({3, 4}), labels = Input({3}, {.dtype = "int32"});
  EXPECT_ERROR(add({a, b}), "`add`: inputs 0 and 1 have shapes (None, 3) and (None, 4); sizes must be equal, or one of "
                            "them 1");
  EXPECT_ERROR(Average()({a, c}), "`average`: inputs 0 and 1 have shapes (None, 3) and (None, 3, 4); ranks must be equal");
  EXPECT_ERROR(subtract({a, a, a}), "`subtract`: there are 3 inputs; must be 2");
  EXPECT_ERROR(Subtract()(a), "`subtract_1`: there is 1 input; must be 2");
  EXPECT_ERROR(Multiply()(std::vector<Tensor>{}), "`multiply`: there are 0 inputs; must be at least 1");
  EXPECT_ERROR(maximum({a, labels}), "`maximum` is called on an int32 tensor; Maximum takes float32");
}

TEST_F(LayerErrorsTest, Concatenates) {
  Tensor a = Input({3, 4}), b = Input({2, 4}), labels = Input({3, 4}, {.dtype = "int32"});
  EXPECT_ERROR(concatenate({a, b}), "`concatenate`: inputs 0 and 1 have shapes (None, 3, 4) and (None, 2, 4); all "
                                    "sizes but that of axis 2 must be equal");
  EXPECT_ERROR(concatenate({a, b}, {.axis = 0}),
               "`concatenate_1`: `axis` is 0 for shape (None, 3, 4), the batch; must be another axis");
  EXPECT_ERROR(concatenate({a, b}, {.axis = 3}),
               "`concatenate_2`: `axis` is 3 for shape (None, 3, 4); must be at least -3 and below 3");
  EXPECT_ERROR(concatenate(std::vector<Tensor>{}), "`concatenate_3`: there are 0 inputs; must be at least 1");
  EXPECT_ERROR(concatenate({a, labels}),
               "`concatenate_4` is called on float32 and int32 tensors; all must be of one type");
}

TEST_F(LayerErrorsTest, Dots) {
  Tensor a = Input({3, 4}), b = Input({4, 5}), labels = Input({3, 4}, {.dtype = "int32"});
  EXPECT_ERROR(dot({a, b}), "`dot`: `axes` is (-1, -1) for shapes (None, 3, 4) and (None, 4, 5), of sizes 4 and 5; must be equal");
  EXPECT_ERROR(dot({a, b}, {0, 1}),
               "`dot_1`: `axes` is (0, 1) for shapes (None, 3, 4) and (None, 4, 5), and one of them the batch; must be other axes");
  EXPECT_ERROR(Dot(1)({a, b, a}), "`dot_2`: there are 3 inputs; must be 2");
  EXPECT_ERROR(Dot(1)(a), "`dot_3`: there is 1 input; must be 2");
  EXPECT_ERROR(dot({a, labels}, 1), "`dot_4` is called on an int32 tensor; Dot takes float32");
}

TEST_F(LayerErrorsTest, Maskings) {
  EXPECT_ERROR(Masking(NAN), "`mask_value` is nan; must be finite");
  EXPECT_ERROR(Masking()(Input({})), "`masking`: input has shape (None,); rank must be at least 2");
  EXPECT_ERROR(Masking()(Input({3}, {.dtype = "int32"})), "`masking_1` is called on an int32 tensor; Masking takes float32");
}

TEST_F(LayerErrorsTest, PermuteAndRepeatVector) {
  EXPECT_ERROR(Permute({1, 3}), "`dims` is (1, 3); must have each of 1 to 2 once");
  EXPECT_ERROR(Permute({2, 1})(x), "`permute`: input has shape (None, 784); rank must be 3 for `dims` (2, 1)");
  EXPECT_ERROR(RepeatVector(0), "`n` is 0; must be positive");
  EXPECT_ERROR(RepeatVector(2)(Input({3, 4})), "`repeat_vector`: input has shape (None, 3, 4); rank must be 2");
}

TEST_F(LayerErrorsTest, Dropout) {
  EXPECT_ERROR(Dropout(1), "`rate` is 1; must be in [0, 1)");
  EXPECT_ERROR(Dropout(-0.1), "`rate` is -0.1; must be in [0, 1)");
  EXPECT_ERROR(Dropout(0.5, {.seed = -1}), "`seed` is -1; must be at least 0");
  EXPECT_ERROR(Dropout(0.5)(Input({3}, {.dtype = "int32"})), "`dropout` is called on an int32 tensor; Dropout takes float32");
  EXPECT_ERROR(Dropout(0.5, {.noise_shape = {None, 2}})(Input({3, 4})),
               "`dropout_1`: `noise_shape` is (None, 2) for an input of shape (None, 3, 4); each size must be 1, None or "
               "that of the input");
}

TEST_F(LayerErrorsTest, AnInputIsNotCalled) {
  Model model(x, Dense(2)(x));
  Layer input = model.get_layer("pixels");
  EXPECT_ERROR(input(x), "`pixels` is an input; it cannot be called");
}

TEST_F(LayerErrorsTest, FormatIsTheCompilersOwn) {
  const Error error("`units` is 0; must be positive", {"m.cpp", 9, 14}, {{"first here", {"m.cpp", 3, 0}}});
  EXPECT_EQ(error.format(), "m.cpp:9:14: error: `units` is 0; must be positive\n  m.cpp:3: note: first here");
  EXPECT_STREQ(error.what(), error.format().c_str());
  EXPECT_EQ(Error("no place").format(), "ingot: error: no place");
  EXPECT_EQ(Error("no line", {"case.json", 0, 0}).format(), "case.json: error: no line");
}

} // namespace
