//===- ConvLayersTest.cpp - convolution and pooling -----------------------===//

#include "ExpectError.h"

#include "frontend/LayerRegistry.h"
#include "graph/Graph.h"

#include <cmath>

using namespace ingot;

namespace {

class ConvLayersTest : public FrontendTest {
protected:
  Tensor x = Input({9, 10, 3}, {.name = "x"});
};

TEST_F(ConvLayersTest, Conv2D) {
  Conv2D conv(16, {3, 2});
  Tensor y = conv(x);
  EXPECT_EQ(y.shape(), (Shape{None, 7, 9, 16}));
  EXPECT_EQ(conv.name(), "conv2d");
  const graph::Layer &layer = *conv.recorded();
  EXPECT_EQ(layer.op, "conv");
  ASSERT_EQ(layer.variables.size(), 2u);
  EXPECT_EQ(layer.variables[0].name, "kernel");
  EXPECT_EQ(layer.variables[0].shape, (Shape{3, 2, 3, 16}));
  EXPECT_EQ(layer.variables[1].shape, (Shape{16}));
  // Fans have the receptive field: 6 * 3 in, 6 * 16 out.
  EXPECT_DOUBLE_EQ(layer.variables[0].initializer.b, std::sqrt(6.0 / (18 + 96)));
  EXPECT_EQ(conv.count_params(), 6 * 3 * 16 + 16);
}

TEST_F(ConvLayersTest, Conv2DOptions) {
  EXPECT_EQ(Conv2D(4, 3, {.padding = "same"})(x).shape(), (Shape{None, 9, 10, 4}));
  EXPECT_EQ(Conv2D(4, 3, {.strides = 2, .padding = "same"})(x).shape(), (Shape{None, 5, 5, 4}));
  EXPECT_EQ(Conv2D(4, {3, 3}, {.strides = {2, 3}})(x).shape(), (Shape{None, 4, 3, 4}));
  EXPECT_EQ(Conv2D(4, 3, {.dilation_rate = {2, 1}})(x).shape(), (Shape{None, 5, 8, 4}));
  Conv2D plain(4, 1, {.use_bias = false, .trainable = false, .name = "plain"});
  plain(x);
  EXPECT_EQ(plain.recorded()->variables.size(), 1u);
  EXPECT_FALSE(plain.trainable());
}

TEST_F(ConvLayersTest, Pooling) {
  EXPECT_EQ(MaxPooling2D()(x).shape(), (Shape{None, 4, 5, 3}));
  EXPECT_EQ(MaxPooling2D({3, 2}, {.strides = 1})(x).shape(), (Shape{None, 7, 9, 3}));
  EXPECT_EQ(AveragePooling2D(2, {.padding = "same"})(x).shape(), (Shape{None, 5, 5, 3}));
  EXPECT_EQ(GlobalAveragePooling2D()(x).shape(), (Shape{None, 3}));
  EXPECT_EQ(GlobalMaxPooling2D({.keepdims = true})(x).shape(), (Shape{None, 1, 1, 3}));
  MaxPooling2D pool;
  EXPECT_EQ(pool.name(), "max_pooling2d_2");
  EXPECT_EQ(GlobalAveragePooling2D().name(), "global_average_pooling2d_1");
}

TEST_F(ConvLayersTest, WrongArguments) {
  EXPECT_ERROR(Conv2D(0, 3), "`filters` is 0; must be positive");
  EXPECT_ERROR(Conv2D(4, 0), "`kernel_size` is (0, 0); must be positive and below 2^31");
  EXPECT_ERROR(Conv2D(4, {3, 3, 3}), "`kernel_size` has 3 integers; must be one, or 2");
  EXPECT_ERROR(Conv2D(4, 3, {.padding = "causal"}), "`padding` is \"causal\"; must be \"valid\" or \"same\"");
  EXPECT_ERROR(Conv2D(4, 3, {.strides = 2, .dilation_rate = 2}),
               "`strides` is (2, 2) and `dilation_rate` is (2, 2); only one of them may be above 1");
  EXPECT_ERROR(Conv2D(4, 3, {.data_format = "channels_first"}),
               "`data_format` of `Conv2D` is \"channels_first\"; only \"channels_last\" is supported");
  EXPECT_ERROR(MaxPooling2D(-1), "`pool_size` is (-1, -1); must be positive and below 2^31");
  EXPECT_ERROR(GlobalMaxPooling2D({.data_format = "channels_first"}),
               "`data_format` of `GlobalMaxPooling2D` is \"channels_first\"; only \"channels_last\" is supported");
}

TEST_F(ConvLayersTest, WrongInputs) {
  Tensor small = Input({2, 9, 3}), flat = Input({9, 3}), labels = Input({9, 9, 3}, {.dtype = "int32"});
  Conv2D conv(4, 3);
  EXPECT_ERROR(conv(small), "`conv2d`: input has shape (None, 2, 9, 3), and a window covers 3 elements of axis 1; it "
                            "must fit, or `padding` be \"same\"");
  EXPECT_ERROR(conv(flat), "`conv2d`: input has shape (None, 9, 3), of rank 3; must be (batch, rows, columns, channels), of rank 4");
  EXPECT_ERROR(conv(labels), "`conv2d` is called on an int32 tensor; Conv2D takes float32");
  EXPECT_ERROR(GlobalAveragePooling2D()(flat),
               "`global_average_pooling2d`: input has shape (None, 9, 3), of rank 3; must be of rank 4");
  const unsigned line = __LINE__ + 1;
  conv(x);
  Tensor deep = Input({9, 9, 4});
  EXPECT_ERROR(conv(deep), "`conv2d` is called on shape (None, 9, 9, 4), but its kernel is (3, 3, 3, 4); there must be 3 "
                           "channels");
  EXPECT_EQ(errorOf([&] { conv(deep); })->notes().at(0).location.line, line);
}

TEST_F(ConvLayersTest, ByClassName) {
  const SourceLocation loc{"model.json", 3, 0};
  Layer json = makeLayer("Conv2D",
                         {.attributes = {{"filters", int64_t{4}},
                                         {"kernel_size", std::vector<int64_t>{3, 3}},
                                         {"strides", std::vector<int64_t>{1, 1}},
                                         {"groups", int64_t{1}},
                                         {"activation", std::string("relu")}}},
                         loc);
  EXPECT_EQ(json.recorded()->config, Conv2D(4, 3, {.activation = "relu"}).recorded()->config);
  auto error = errorOf([&] {
    makeLayer("Conv2D", {.attributes = {{"filters", int64_t{4}}, {"kernel_size", int64_t{3}}, {"groups", int64_t{2}}}}, loc);
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), "`groups` of `Conv2D` is 2; only 1 is supported");
  EXPECT_EQ(errorOf([&] { makeLayer("Conv2D", {.attributes = {{"filters", int64_t{4}}}}, loc); })->message(),
            "`Conv2D` has no `kernel_size`");
  const std::vector<int64_t> size = {3, 2};
  Layer pool = makeLayer("AveragePooling2D",
                         {.attributes = {{"pool_size", size}, {"strides", size}, {"padding", std::string("same")}}}, loc);
  EXPECT_EQ(pool.recorded()->config, AveragePooling2D({3, 2}, {.padding = "same"}).recorded()->config);
  EXPECT_NE(pool.recorded()->config, MaxPooling2D({3, 2}, {.padding = "same"}).recorded()->config);
}

} // namespace
