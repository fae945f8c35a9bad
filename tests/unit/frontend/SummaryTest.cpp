//===- SummaryTest.cpp - Keras' table -------------------------------------===//

#include "ExpectError.h"

using namespace ingot;

namespace {

class SummaryTest : public FrontendTest {};

TEST_F(SummaryTest, Chain) {
  Tensor x = Input({784}, {.name = "pixels"});
  Tensor h = Dense(64, {.activation = "relu"})(x);
  h = Dense(64, {.activation = "relu"})(h);
  Model model(x, Dense(10, {.activation = "softmax", .name = "digit"})(h), {.name = "mnist"});
  const char *expected =
      R"(Model: "mnist"
________________________________________________________________
 Layer (type)                Output Shape             Param #
================================================================
 pixels (InputLayer)         (None, 784)              0
 dense (Dense)               (None, 64)               50,240
 dense_1 (Dense)             (None, 64)               4,160
 digit (Dense)               (None, 10)               650
================================================================
Total params: 55,050
Trainable params: 55,050
Non-trainable params: 0
________________________________________________________________
)";
  EXPECT_EQ(model.summary_text(), expected);
  testing::internal::CaptureStdout();
  model.summary();
  EXPECT_EQ(testing::internal::GetCapturedStdout(), expected);
}

TEST_F(SummaryTest, SharedAndFrozen) {
  Tensor a = Input({5, 4}, {.name = "a"}), b = Input({7, 4}, {.name = "b"});
  Dense shared(3, {.trainable = false, .name = "shared"});
  Tensor y = shared(a), z = Dense(1, {.name = "a_layer_with_a_rather_long_name"})(shared(b));
  Model model({a, b}, {y, z}, {.name = "two"});
  EXPECT_EQ(model.summary_text(),
            R"(Model: "two"
_________________________________________________________________________________________________
 Layer (type)                             Output Shape             Param #   Connected to
=================================================================================================
 a (InputLayer)                           (None, 5, 4)             0
 b (InputLayer)                           (None, 7, 4)             0
 shared (Dense)                           multiple                 15        a[0][0]
                                                                             b[0][0]
 a_layer_with_a_rather_long_name (Dense)  (None, 7, 1)             4         shared[1][0]
=================================================================================================
Total params: 19
Trainable params: 4
Non-trainable params: 15
_________________________________________________________________________________________________
)");
}

} // namespace
