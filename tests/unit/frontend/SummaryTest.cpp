//===- SummaryTest.cpp - Keras' table -------------------------------------===//

#include "ExpectError.h"

#include "graph/Graph.h"

#include <gmock/gmock.h>

using namespace ingot;
using testing::HasSubstr;
using testing::Not;

namespace {

class SummaryTest : public FrontendTest {
protected:
  /// Two inputs share a layer that does not train.
  Model shared() {
    Tensor a = Input({5, 4}, {.name = "a"}), b = Input({7, 4}, {.name = "b"});
    Dense dense(3, {.trainable = false, .name = "shared"});
    Tensor y = dense(a), z = Dense(1, {.name = "a_layer_with_a_rather_long_name"})(dense(b));
    return Model({a, b}, {y, z}, {.name = "two"});
  }

  /// 784-64-64-10.
  Model mlp() {
    Tensor x = Input({784}, {.name = "pixels"});
    Tensor h = Dense(64, {.activation = "relu"})(x);
    h = Dense(64, {.activation = "relu"})(h);
    return Model(x, Dense(10, {.activation = "softmax", .name = "digit"})(h), {.name = "mnist"});
  }
};

TEST_F(SummaryTest, Chain) {
  Model model = mlp();
  const char *expected =
      R"(Model: "mnist"
_______________________________________________________________
 Layer (type)                Output Shape             Param #
===============================================================
 pixels (InputLayer)         (None, 784)              0
 dense (Dense)               (None, 64)               50,240
 dense_1 (Dense)             (None, 64)               4,160
 digit (Dense)               (None, 10)               650
===============================================================
Total params: 55,050 (215.04 KB)
Trainable params: 55,050 (215.04 KB)
Non-trainable params: 0 (0.00 B)
_______________________________________________________________
)";
  EXPECT_EQ(model.summary_text(), expected);
  testing::internal::CaptureStdout();
  model.summary();
  EXPECT_EQ(testing::internal::GetCapturedStdout(), expected);
}

TEST_F(SummaryTest, SharedAndFrozen) {
  EXPECT_EQ(shared().summary_text({.show_trainable = true}),
            R"(Model: "two"
___________________________________________________________________________________________________________
 Layer (type)                             Output Shape             Param #   Connected to         Trainable
===========================================================================================================
 a (InputLayer)                           (None, 5, 4)             0                              -
 b (InputLayer)                           (None, 7, 4)             0                              -
 shared (Dense)                           multiple                 15        a[0][0]              N
                                                                             b[0][0]
 a_layer_with_a_rather_long_name (Dense)  (None, 7, 1)             4         shared[1][0]         Y
===========================================================================================================
Total params: 19 (76.00 B)
Trainable params: 4 (16.00 B)
Non-trainable params: 15 (60.00 B)
___________________________________________________________________________________________________________
)");
}

/// A cell that does not fit goes on in the next line.
TEST_F(SummaryTest, LineLength) {
  EXPECT_EQ(shared().summary_text({.line_length = 70}),
            R"(Model: "two"
______________________________________________________________________
 Layer (type)                Output Shape      Param #  Connected to
======================================================================
 a (InputLayer)              (None, 5, 4)      0
 b (InputLayer)              (None, 7, 4)      0
 shared (Dense)              multiple          15       a[0][0]
                                                        b[0][0]
 a_layer_with_a_rather_long_ (None, 7, 1)      4        shared[1][0]
 name (Dense)
======================================================================
Total params: 19 (76.00 B)
Trainable params: 4 (16.00 B)
Non-trainable params: 15 (60.00 B)
______________________________________________________________________
)");
  EXPECT_THAT(mlp().summary_text({.line_length = 100}), HasSubstr(std::string(100, '=') + "\n"));
  EXPECT_ERROR(mlp().summary({.line_length = -1}), "`line_length` is -1; must not be negative");
}

/// Layers with several results, and one of them that is not the first.
TEST_F(SummaryTest, SeveralResults) {
  Tensor x = Input({7, 5}, {.name = "x"});
  Results lstm = LSTM(6, {.return_sequences = true, .return_state = true, .name = "lstm"})(x);
  Model model(x, Dense(2, {.name = "head"})(lstm[2]), {.name = "states"});
  EXPECT_EQ(model.summary_text(),
            R"(Model: "states"
_________________________________________________________________________________________________
 Layer (type)                Output Shape                          Param #   Connected to
=================================================================================================
 x (InputLayer)              (None, 7, 5)                          0
 lstm (LSTM)                 [(None, 7, 6), (None, 6), (None, 6)]  288       x[0][0]
 head (Dense)                (None, 2)                             14        lstm[0][2]
=================================================================================================
Total params: 302 (1.18 KB)
Trainable params: 302 (1.18 KB)
Non-trainable params: 0 (0.00 B)
_________________________________________________________________________________________________
)");
}

TEST_F(SummaryTest, NestedTwiceAndDeep) {
  Tensor x = Input({4}, {.name = "x"});
  Model inner(x, Dense(3, {.name = "code"})(x), {.name = "inner"});
  Tensor p = Input({4}, {.name = "p"}), q = Input({4}, {.name = "q"});
  Model pair({p, q}, Concatenate({.name = "both"})({inner(p), inner(q)}), {.name = "pair"});
  Tensor a = Input({4}, {.name = "a"});
  Model model(a, Dense(2, {.name = "head"})(pair({a, a})), {.name = "outer"});
  EXPECT_EQ(model.summary_text({.expand_nested = true, .show_trainable = true}),
            R"(Model: "outer"
______________________________________________________________________________________________
 Layer (type)                Output Shape             Param #   Connected to         Trainable
==============================================================================================
 a (InputLayer)              (None, 4)                0                              -
 pair (Functional)           (None, 6)                15        a[0][0]              Y
                                                                a[0][0]
    └ p (InputLayer)         (None, 4)                0                              -
    └ q (InputLayer)         (None, 4)                0                              -
    └ inner (Functional)     (None, 3)                15        p[0][0]              Y
                                                                q[0][0]
       └ x (InputLayer)      (None, 4)                0                              -
       └ code (Dense)        (None, 3)                15        x[0][0]              Y
    └ both (Concatenate)     (None, 6)                0         inner[1][0]          -
                                                                inner[2][0]
 head (Dense)                (None, 2)                14        pair[1][0]           Y
==============================================================================================
Total params: 29 (116.00 B)
Trainable params: 29 (116.00 B)
Non-trainable params: 0 (0.00 B)
______________________________________________________________________________________________
)");
  EXPECT_THAT(model.summary_text(), Not(HasSubstr("code (Dense)")));
}

/// A wrapper has the weights of what it applies, to each step.
TEST_F(SummaryTest, Wrappers) {
  Tensor x = Input({4}, {.name = "x"});
  Model inner(x, Dense(3, {.name = "code"})(x), {.name = "inner"});
  Tensor a = Input({6, 4}, {.name = "a"});
  Tensor h = TimeDistributed(inner, {.name = "steps"})(a);
  Model model(a, TimeDistributed(Dense(2, {.name = "dense"}), {.name = "heads"})(h), {.name = "outer"});
  EXPECT_EQ(model.summary_text({.expand_nested = true}), R"(Model: "outer"
_______________________________________________________________
 Layer (type)                Output Shape             Param #
===============================================================
 a (InputLayer)              (None, 6, 4)             0
 steps (TimeDistributed)     (None, 6, 3)             15
    └ inner (Functional)     (None, 3)                15
       └ x (InputLayer)      (None, 4)                0
       └ code (Dense)        (None, 3)                15
 heads (TimeDistributed)     (None, 6, 2)             8
    └ dense (Dense)          (None, 2)                8
===============================================================
Total params: 23 (92.00 B)
Trainable params: 23 (92.00 B)
Non-trainable params: 0 (0.00 B)
_______________________________________________________________
)");
  EXPECT_THAT(model.summary_text(), Not(HasSubstr("inner")));
}

/// A nested chain in a chain needs no connections; one that is no chain does,
/// where its layers are shown.
TEST_F(SummaryTest, ConnectionsWhereTheGraphIsNoChain) {
  Tensor x = Input({4}, {.name = "x"});
  Model twice(x, Add()({x, x}), {.name = "twice"});
  Tensor a = Input({4}, {.name = "a"});
  Model model(a, twice(a));
  EXPECT_THAT(model.summary_text(), Not(HasSubstr("Connected to")));
  EXPECT_THAT(model.summary_text({.expand_nested = true}), HasSubstr("Connected to"));
}

TEST_F(SummaryTest, SizesOfTotals) {
  Tensor x = Input({1}, {.name = "x"});
  EXPECT_THAT(Model(x, Flatten()(x)).summary_text(), HasSubstr("Total params: 0 (0.00 B)\n"));
  Model large(x, Dense(1 << 20, {.use_bias = false, .trainable = false})(x));
  EXPECT_THAT(large.summary_text(), HasSubstr("Non-trainable params: 1,048,576 (4.00 MB)\n"));
}

//===----------------------------------------------------------------------===//
// Parameters that Keras counts
//===----------------------------------------------------------------------===//

TEST_F(SummaryTest, ParametersOfTheMLP) { EXPECT_EQ(mlp().count_params(), 55050); }

TEST_F(SummaryTest, ParametersOfTwoTweets) {
  Tensor a = Input({280, 256}), b = Input({280, 256});
  LSTM lstm(64);
  Model model({a, b}, Dense(1, {.activation = "sigmoid"})(concatenate({lstm(a), lstm(b)})));
  EXPECT_EQ(model.count_params(), 82305);
}

/// 10000 words of 512 numbers, read by an LSTM; two inputs, two outputs.
TEST_F(SummaryTest, ParametersOfTheHeadlineModel) {
  Tensor words = Input({100}, {.dtype = "int32", .name = "main_input"}), hour = Input({5}, {.name = "aux_input"});
  Tensor h = LSTM(32)(Embedding(10000, 512)(words));
  Tensor aux = Dense(1, {.activation = "sigmoid", .name = "aux_output"})(h);
  h = concatenate({h, hour});
  for (int i = 0; i < 3; ++i)
    h = Dense(64, {.activation = "relu"})(h);
  Model model({words, hour}, {Dense(1, {.activation = "sigmoid", .name = "main_output"})(h), aux});
  EXPECT_EQ(model.count_params(), 5200610);
  EXPECT_THAT(model.summary_text(), HasSubstr("Total params: 5,200,610 (19.84 MB)\n"));
}

TEST_F(SummaryTest, ParametersOfSharedVision) {
  Tensor digit = Input({27, 27, 1});
  Tensor h = Conv2D(64, {3, 3})(digit);
  h = Conv2D(64, {3, 3})(h);
  h = MaxPooling2D({2, 2})(h);
  Model vision(digit, Flatten()(h), {.name = "vision"});
  Tensor a = Input({27, 27, 1}), b = Input({27, 27, 1});
  Model classifier({a, b}, Dense(1, {.activation = "sigmoid"})(concatenate({vision(a), vision(b)})));
  EXPECT_EQ(vision.count_params(), 37568);
  EXPECT_EQ(classifier.count_params(), 53057);
  EXPECT_THAT(classifier.summary_text(), HasSubstr("Total params: 53,057 (207.25 KB)\n"));
}

/// Simonyan and Zisserman, 2014; the sizes of keras.applications.
TEST_F(SummaryTest, ParametersOfVGG16) {
  Tensor image = Input({224, 224, 3}), h = image;
  for (auto [filters, layers] : {std::pair(64, 2), {128, 2}, {256, 3}, {512, 3}, {512, 3}}) {
    for (int i = 0; i < layers; ++i)
      h = Conv2D(filters, {3, 3}, {.padding = "same", .activation = "relu"})(h);
    h = MaxPooling2D({2, 2})(h);
  }
  h = Flatten()(h);
  for (int i = 0; i < 2; ++i)
    h = Dense(4096, {.activation = "relu"})(h);
  EXPECT_EQ(Model(image, Dense(1000, {.activation = "softmax"})(h)).count_params(), 138357544);
}

} // namespace
