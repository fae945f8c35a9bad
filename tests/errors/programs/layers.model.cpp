//===- layers.model.cpp - layers with arguments that cannot be ------------===//

#include "Mistake.h"

using namespace ingot;

MISTAKE(dense_units) {
  Tensor x = Input({4});
  return Model(x, Dense(0)(x));
}
//: layers.model.cpp:@3:19: error: `units` is 0; must be positive

MISTAKE(dense_activation) {
  Tensor x = Input({4});
  return Model(x, Dense(3, {.activation = "rleu"})(x));
}
//: layers.model.cpp:@3:43: error: there is no activation `rleu`; did you mean `relu`?

MISTAKE(activation_of_no_likeness) {
  Tensor x = Input({4});
  return Model(x, Activation("hello")(x));
}
//: layers.model.cpp:@3:30: error: there is no activation `hello`; known are `linear`, `relu`, `relu6`, `tanh`, `sigmoid`, `softmax`, `elu`, `selu`, `softplus`, `softsign`, `silu`, `gelu`, `exponential`, `leaky_relu`, `hard_sigmoid`

MISTAKE(initializer_name) {
  Tensor x = Input({4});
  return Model(x, Dense(3, {.kernel_initializer = "glorot_unifrom"})(x));
}
//: layers.model.cpp:@3:51: error: there is no initializer `glorot_unifrom`; did you mean `glorot_uniform`?

MISTAKE(initializer_stddev) {
  Tensor x = Input({4});
  return Model(x, Dense(3, {.kernel_initializer = RandomNormal({.stddev = -1})})(x));
}
//: layers.model.cpp:@3:51: error: `stddev` is -1; must be at least 0

MISTAKE(initializer_range) {
  Tensor x = Input({4});
  return Model(x, Dense(3, {.kernel_initializer = RandomUniform({.minval = 1, .maxval = 0})})(x));
}
//: layers.model.cpp:@3:51: error: `minval` is 1 and `maxval` is 0; the first must not be above the second

MISTAKE(initializer_mode) {
  Tensor x = Input({4});
  return Model(x, Dense(3, {.kernel_initializer = VarianceScaling({.mode = "fan_inn"})})(x));
}
//: layers.model.cpp:@3:51: error: there is no `mode` `fan_inn`; did you mean `fan_in`?

MISTAKE(initializer_seed) {
  Tensor x = Input({4});
  return Model(x, Dense(3, {.kernel_initializer = HeNormal({.seed = -1})})(x));
}
//: layers.model.cpp:@3:51: error: `seed` is -1; must be at least 0

MISTAKE(initializer_of_a_vector) {
  Tensor x = Input({4});
  return Model(x, Dense(3, {.bias_initializer = "orthogonal"})(x));
}
//: layers.model.cpp:@3:49: error: initializer `orthogonal` is given to a weight of rank 1; rank must be at least 2, rows and columns

MISTAKE(regularizer_name) {
  Tensor x = Input({4});
  return Model(x, Dense(3, {.kernel_regularizer = "l2_l1"})(x));
}
//: layers.model.cpp:@3:51: error: there is no regularizer `l2_l1`; did you mean `l1_l2`?

MISTAKE(regularizer_number) {
  Tensor x = Input({4});
  return Model(x, Dense(3, {.kernel_regularizer = L2(-0.1)})(x));
}
//: layers.model.cpp:@3:51: error: `l2` is -0.1; must be at least 0

MISTAKE(layer_name) {
  Tensor x = Input({4});
  return Model(x, Dense(3, {.name = "my layer"})(x));
}
//: layers.model.cpp:@3:19: error: `name` is "my layer"; must consist of letters, digits, `_` and `-`, and not begin with `-`

MISTAKE(weight_too_large) {
  Tensor x = Input({1 << 20});
  return Model(x, Dense(int64_t{1} << 40)(x));
}
//: layers.model.cpp:@3:42: error: `kernel` of `dense` has shape (1048576, 1099511627776); at most 2^40 elements are possible

MISTAKE(input_shape) {
  Tensor x = Input({0});
  return Model(x, Dense(3)(x));
}
//: layers.model.cpp:@2:14: error: `shape` is (0,); sizes must be positive, and the batch is not among them

MISTAKE(input_with_the_batch) {
  Tensor x = Input({None, 784});
  return Model(x, Dense(3)(x));
}
//: layers.model.cpp:@2:14: error: `shape` is (None, 784); every size must be known, the number of steps too; only the batch, which is not among them, varies

MISTAKE(input_dtype) {
  Tensor x = Input({4}, {.dtype = "float64"});
  return Model(x, Dense(3)(x));
}
//: layers.model.cpp:@2:14: error: `dtype` is "float64"; must be "float32" or "int32"

MISTAKE(input_too_large) {
  Tensor x = Input({1 << 30, 1 << 30});
  return Model(x, Flatten()(x));
}
//: layers.model.cpp:@2:14: error: `shape` is (1073741824, 1073741824); at most 2^40 elements are possible

MISTAKE(embedding_size) {
  Tensor x = Input({4}, {.dtype = "int32"});
  return Model(x, Embedding(0, 8)(x));
}
//: layers.model.cpp:@3:19: error: `input_dim` is 0; must be positive

MISTAKE(embedding_rows) {
  Tensor x = Input({4}, {.dtype = "int32"});
  return Model(x, Embedding(int64_t{1} << 31, 8)(x));
}
//: layers.model.cpp:@3:19: error: `input_dim` is 2147483648; must be at most 2147483647, as indices are int32

MISTAKE(lstm_units) {
  Tensor x = Input({4, 3});
  return Model(x, LSTM(0)(x));
}
//: layers.model.cpp:@3:19: error: `units` is 0; must be positive

MISTAKE(lstm_stateful) {
  Tensor x = Input({4, 3});
  return Model(x, LSTM(5, {.stateful = true})(x));
}
//: layers.model.cpp:@3:19: error: `stateful` of `LSTM` is true; only false is supported

MISTAKE(conv_filters) {
  Tensor x = Input({28, 28, 1});
  return Model(x, Conv2D(-1, 3)(x));
}
//: layers.model.cpp:@3:19: error: `filters` is -1; must be positive

MISTAKE(conv_padding) {
  Tensor x = Input({28, 28, 1});
  return Model(x, Conv2D(8, 3, {.padding = "smae"})(x));
}
//: layers.model.cpp:@3:19: error: `padding` is "smae"; must be "valid" or "same"

MISTAKE(conv_strides) {
  Tensor x = Input({28, 28, 1});
  return Model(x, Conv2D(8, 3, {.strides = 0})(x));
}
//: layers.model.cpp:@3:19: error: `strides` is (0, 0); must be positive and below 2^31

MISTAKE(conv_strides_and_dilation) {
  Tensor x = Input({28, 28, 1});
  return Model(x, Conv2D(8, 3, {.strides = 2, .dilation_rate = 2})(x));
}
//: layers.model.cpp:@3:19: error: `strides` is (2, 2) and `dilation_rate` is (2, 2); only one of them may be above 1

MISTAKE(conv_data_format) {
  Tensor x = Input({1, 28, 28});
  return Model(x, Conv2D(8, 3, {.data_format = "channels_first"})(x));
}
//: layers.model.cpp:@3:19: error: `data_format` of `Conv2D` is "channels_first"; only "channels_last" is supported

MISTAKE(conv_kernel_sizes) {
  Tensor x = Input({28, 28, 1});
  return Model(x, Conv2D(8, {3, 3, 3})(x));
}
//: layers.model.cpp:@3:19: error: `kernel_size` has 3 integers; must be one, or 2

MISTAKE(reshape_two_unknown) {
  Tensor x = Input({784});
  return Model(x, Reshape({-1, -1})(x));
}
//: layers.model.cpp:@3:19: error: `target_shape` is (-1, -1); at most one size may be -1

MISTAKE(reshape_zero) {
  Tensor x = Input({784});
  return Model(x, Reshape({784, 0})(x));
}
//: layers.model.cpp:@3:19: error: `target_shape` is (784, 0); sizes must be positive or -1

MISTAKE(permute_dims) {
  Tensor x = Input({4, 3});
  return Model(x, Permute({0, 1})(x));
}
//: layers.model.cpp:@3:19: error: `dims` is (0, 1); must have each of 1 to 2 once

MISTAKE(repeat_vector_n) {
  Tensor x = Input({4});
  return Model(x, RepeatVector(0)(x));
}
//: layers.model.cpp:@3:19: error: `n` is 0; must be positive

MISTAKE(dropout_rate) {
  Tensor x = Input({4});
  return Model(x, Dropout(1.5)(x));
}
//: layers.model.cpp:@3:19: error: `rate` is 1.5; must be in [0, 1)

MISTAKE(dropout_seed) {
  Tensor x = Input({4});
  return Model(x, Dropout(0.5, {.seed = -7})(x));
}
//: layers.model.cpp:@3:19: error: `seed` is -7; must be at least 0

MISTAKE(time_distributed_input) {
  Tensor x = Input({4, 3});
  Model inner(x, Dense(2)(x));
  return Model(x, TimeDistributed(inner.layers()[0])(x));
}
//: layers.model.cpp:@4:19: error: `layer` is the input `input_layer`; must be a layer or a model
//:   layers.model.cpp:@2:14: note: `input_layer` is made here
