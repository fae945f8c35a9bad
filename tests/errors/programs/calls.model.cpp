//===- calls.model.cpp - layers called on what does not fit ---------------===//

#include "Mistake.h"

using namespace ingot;

MISTAKE(dense_on_a_scalar) {
  Tensor x = Input({});
  return Model(x, Dense(3)(x));
}
//: calls.model.cpp:@3:27: error: `dense`: input has shape (None,); rank must be at least 2
//:   calls.model.cpp:@2:14: note: `input_layer` of shape (None,) is made here

MISTAKE(dense_on_indices) {
  Tensor words = Input({4}, {.dtype = "int32", .name = "words"});
  return Model(words, Dense(3)(words));
}
//: calls.model.cpp:@3:31: error: `dense` is called on an int32 tensor; Dense takes float32
//:   calls.model.cpp:@2:18: note: `words` of shape (None, 4) is made here

MISTAKE(dense_on_two) {
  Tensor a = Input({4}), b = Input({4});
  return Model({a, b}, Dense(3)({a, b}));
}
//: calls.model.cpp:@3:32: error: `dense` is called on 2 tensors; Dense takes one

MISTAKE(dense_shared_by_two_sizes) {
  Tensor a = Input({784}, {.name = "image"}), b = Input({32}, {.name = "caption"});
  Dense shared(64);
  Tensor left = shared(a);
  Tensor right = shared(b);
  return Model({a, b}, concatenate({left, right}));
}
//: calls.model.cpp:@5:24: error: `dense` is called on shape (None, 32), but its kernel is (784, 64); the last dimension must be 784
//:   calls.model.cpp:@4:23: note: `dense` was first called here
//:   calls.model.cpp:@3:9: note: `dense` is made here
//:   calls.model.cpp:@2:51: note: `caption` of shape (None, 32) is made here

MISTAKE(tensor_without_a_value) {
  Tensor x = Input({4}), y;
  return Model(x, Dense(3)(y));
}
//: calls.model.cpp:@3:27: error: `dense` is called on a tensor without a value; it is not the result of a layer

MISTAKE(input_called) {
  Tensor x = Input({4});
  Model model(x, Dense(3)(x));
  return Model(x, model.get_layer(0)(x));
}
//: calls.model.cpp:@4:37: error: `input_layer` is an input; it cannot be called
//:   calls.model.cpp:@2:14: note: `input_layer` is made here

MISTAKE(embedding_of_floats) {
  Tensor words = Input({100}, {.name = "words"});
  return Model(words, Embedding(10000, 512)(words));
}
//: calls.model.cpp:@3:44: error: `embedding` is called on a float32 tensor; Embedding takes int32 indices; an input has them by `dtype = "int32"`
//:   calls.model.cpp:@2:18: note: `words` of shape (None, 100) is made here

MISTAKE(embedding_length) {
  Tensor words = Input({80}, {.dtype = "int32"});
  return Model(words, Embedding(10000, 8, {.input_length = 100})(words));
}
//: calls.model.cpp:@3:65: error: `embedding`: input has shape (None, 80); must be (None, 100) by `input_length`
//:   calls.model.cpp:@2:18: note: `input_layer` of shape (None, 80) is made here

MISTAKE(lstm_on_a_vector) {
  Tensor x = Input({64}, {.name = "x"});
  Tensor h = Dense(32, {.activation = "relu", .name = "hidden"})(x);
  LSTM lstm(16);
  return Model(x, lstm(h));
}
//: calls.model.cpp:@5:23: error: `lstm`: input has shape (None, 32), of rank 2; must be (batch, steps, features), of rank 3
//:   calls.model.cpp:@4:8: note: `lstm` is made here
//:   calls.model.cpp:@3:65: note: `hidden` of shape (None, 32) is made here

MISTAKE(lstm_with_one_state) {
  Tensor x = Input({10, 4}), h = Input({16});
  return Model({x, h}, LSTM(16)({x, h}));
}
//: calls.model.cpp:@3:32: error: `lstm` is called on 2 tensors; LSTM takes one, or three: the sequence and the initial states h and c

MISTAKE(lstm_state_size) {
  Tensor x = Input({10, 4}), h = Input({16}), c = Input({8});
  return Model({x, h, c}, LSTM(16)({x, h, c}));
}
//: calls.model.cpp:@3:35: error: `lstm` is called with initial state c of shape (None, 8); must be (None, 16)
//:   calls.model.cpp:@2:14: note: input 0, `input_layer` of shape (None, 10, 4) is made here
//:   calls.model.cpp:@2:34: note: input 1, `input_layer_1` of shape (None, 16) is made here
//:   calls.model.cpp:@2:51: note: input 2, `input_layer_2` of shape (None, 8) is made here

MISTAKE(lstm_states_as_one_tensor) {
  Tensor x = Input({10, 4});
  Tensor h = LSTM(16, {.return_state = true})(x);
  return Model(x, h);
}
//: calls.model.cpp:@3:46: error: the result of `lstm` has 3 tensors; where one is needed, take it by `[i]`

MISTAKE(conv_on_a_vector) {
  Tensor x = Input({784}, {.name = "pixels"});
  Conv2D conv(64, 3);
  return Model(x, conv(x));
}
//: calls.model.cpp:@4:23: error: `conv2d`: input has shape (None, 784), of rank 2; must be (batch, rows, columns, channels), of rank 4
//:   calls.model.cpp:@3:10: note: `conv2d` is made here
//:   calls.model.cpp:@2:14: note: `pixels` of shape (None, 784) is made here

MISTAKE(conv_window) {
  Tensor x = Input({2, 2, 1});
  return Model(x, Conv2D(8, 3)(x));
}
//: calls.model.cpp:@3:31: error: `conv2d`: input has shape (None, 2, 2, 1), and a window covers 3 elements of axis 1; it must fit, or `padding` be "same"
//:   calls.model.cpp:@2:14: note: `input_layer` of shape (None, 2, 2, 1) is made here

MISTAKE(conv_shared_by_other_channels) {
  Tensor a = Input({8, 8, 1}), b = Input({8, 8, 3});
  Conv2D conv(8, 3);
  return Model({a, b}, add({conv(a), conv(b)}));
}
//: calls.model.cpp:@4:42: error: `conv2d` is called on shape (None, 8, 8, 3), but its kernel is (3, 3, 1, 8); there must be 1 channel
//:   calls.model.cpp:@4:33: note: `conv2d` was first called here
//:   calls.model.cpp:@3:10: note: `conv2d` is made here
//:   calls.model.cpp:@2:36: note: `input_layer_1` of shape (None, 8, 8, 3) is made here

MISTAKE(pooling_window) {
  Tensor x = Input({4, 4, 1});
  return Model(x, MaxPooling2D(5)(x));
}
//: calls.model.cpp:@3:34: error: `max_pooling2d`: input has shape (None, 4, 4, 1), and a window covers 5 elements of axis 1; it must fit, or `padding` be "same"
//:   calls.model.cpp:@2:14: note: `input_layer` of shape (None, 4, 4, 1) is made here

MISTAKE(global_pooling_rank) {
  Tensor x = Input({4, 4});
  return Model(x, GlobalAveragePooling2D()(x));
}
//: calls.model.cpp:@3:43: error: `global_average_pooling2d`: input has shape (None, 4, 4), of rank 3; must be of rank 4
//:   calls.model.cpp:@2:14: note: `input_layer` of shape (None, 4, 4) is made here

MISTAKE(softmax_of_a_scalar) {
  Tensor x = Input({});
  return Model(x, Activation("softmax")(x));
}
//: calls.model.cpp:@3:40: error: `activation`: input has shape (None,); rank must be at least 2 for softmax
//:   calls.model.cpp:@2:14: note: `input_layer` of shape (None,) is made here

MISTAKE(add_of_other_sizes) {
  Tensor x = Input({8});
  Tensor a = Dense(3)(x);
  Tensor b = Dense(4)(x);
  return Model(x, add({a, b}));
}
//: calls.model.cpp:@5:19: error: `add`: inputs 0 and 1 have shapes (None, 3) and (None, 4); sizes must be equal, or one of them 1
//:   calls.model.cpp:@3:22: note: input 0, `dense` of shape (None, 3) is made here
//:   calls.model.cpp:@4:22: note: input 1, `dense_1` of shape (None, 4) is made here

MISTAKE(average_of_other_ranks) {
  Tensor a = Input({8}), b = Input({8, 2});
  return Model({a, b}, average({a, b}));
}
//: calls.model.cpp:@3:24: error: `average`: inputs 0 and 1 have shapes (None, 8) and (None, 8, 2); ranks must be equal
//:   calls.model.cpp:@2:14: note: input 0, `input_layer` of shape (None, 8) is made here
//:   calls.model.cpp:@2:30: note: input 1, `input_layer_1` of shape (None, 8, 2) is made here

MISTAKE(subtract_of_one) {
  Tensor x = Input({8});
  return Model(x, Subtract()(x));
}
//: calls.model.cpp:@3:29: error: `subtract`: there is 1 input; must be 2
//:   calls.model.cpp:@2:14: note: `input_layer` of shape (None, 8) is made here

MISTAKE(concatenate_shapes) {
  Tensor image = Input({7, 7, 32}, {.name = "image"});
  Tensor small = Input({5, 7, 32}, {.name = "small"});
  Tensor other = Input({7, 7, 16}, {.name = "other"});
  return Model({image, small, other}, concatenate({image, other, small}));
}
//: calls.model.cpp:@5:39: error: `concatenate`: inputs 0 and 2 have shapes (None, 7, 7, 32) and (None, 5, 7, 32); all sizes but that of axis 3 must be equal
//:   calls.model.cpp:@2:18: note: input 0, `image` of shape (None, 7, 7, 32) is made here
//:   calls.model.cpp:@4:18: note: input 1, `other` of shape (None, 7, 7, 16) is made here
//:   calls.model.cpp:@3:18: note: input 2, `small` of shape (None, 5, 7, 32) is made here

MISTAKE(concatenate_axis) {
  Tensor a = Input({8}), b = Input({8});
  return Model({a, b}, concatenate({a, b}, {.axis = 2}));
}
//: calls.model.cpp:@3:24: error: `concatenate`: `axis` is 2 for shape (None, 8); must be at least -2 and below 2
//:   calls.model.cpp:@2:14: note: input 0, `input_layer` of shape (None, 8) is made here
//:   calls.model.cpp:@2:30: note: input 1, `input_layer_1` of shape (None, 8) is made here

MISTAKE(concatenate_batches) {
  Tensor a = Input({8}), b = Input({8});
  return Model({a, b}, concatenate({a, b}, {.axis = 0}));
}
//: calls.model.cpp:@3:24: error: `concatenate`: `axis` is 0 for shape (None, 8), the batch; must be another axis
//:   calls.model.cpp:@2:14: note: input 0, `input_layer` of shape (None, 8) is made here
//:   calls.model.cpp:@2:30: note: input 1, `input_layer_1` of shape (None, 8) is made here

MISTAKE(concatenate_types) {
  Tensor a = Input({8}), b = Input({8}, {.dtype = "int32"});
  return Model({a, b}, concatenate({a, b}));
}
//: calls.model.cpp:@3:24: error: `concatenate` is called on float32 and int32 tensors; all must be of one type
//:   calls.model.cpp:@2:14: note: input 0, `input_layer` of shape (None, 8) is made here
//:   calls.model.cpp:@2:30: note: input 1, `input_layer_1` of shape (None, 8) is made here

MISTAKE(dot_sizes) {
  Tensor a = Input({5, 3}), b = Input({5, 4});
  return Model({a, b}, dot({a, b}, 2));
}
//: calls.model.cpp:@3:24: error: `dot`: `axes` is (2, 2) for shapes (None, 5, 3) and (None, 5, 4), of sizes 3 and 4; must be equal
//:   calls.model.cpp:@2:14: note: input 0, `input_layer` of shape (None, 5, 3) is made here
//:   calls.model.cpp:@2:33: note: input 1, `input_layer_1` of shape (None, 5, 4) is made here

MISTAKE(dot_axis) {
  Tensor a = Input({5}), b = Input({5});
  return Model({a, b}, dot({a, b}, {1, 2}));
}
//: calls.model.cpp:@3:24: error: `dot`: `axes` is (1, 2) for shapes (None, 5) and (None, 5); each must be an axis of its input
//:   calls.model.cpp:@2:14: note: input 0, `input_layer` of shape (None, 5) is made here
//:   calls.model.cpp:@2:30: note: input 1, `input_layer_1` of shape (None, 5) is made here

MISTAKE(reshape_sizes) {
  Tensor x = Input({784}, {.name = "pixels"});
  return Model(x, Reshape({28, 29})(x));
}
//: calls.model.cpp:@3:36: error: `reshape`: cannot reshape (None, 784) to (28, 29): a sample has 784 elements, `target_shape` 812
//:   calls.model.cpp:@2:14: note: `pixels` of shape (None, 784) is made here

MISTAKE(permute_rank) {
  Tensor x = Input({4});
  return Model(x, Permute({2, 1})(x));
}
//: calls.model.cpp:@3:34: error: `permute`: input has shape (None, 4); rank must be 3 for `dims` (2, 1)
//:   calls.model.cpp:@2:14: note: `input_layer` of shape (None, 4) is made here

MISTAKE(repeat_vector_rank) {
  Tensor x = Input({4, 3});
  return Model(x, RepeatVector(3)(x));
}
//: calls.model.cpp:@3:34: error: `repeat_vector`: input has shape (None, 4, 3); rank must be 2
//:   calls.model.cpp:@2:14: note: `input_layer` of shape (None, 4, 3) is made here

MISTAKE(masking_rank) {
  Tensor x = Input({});
  return Model(x, Masking()(x));
}
//: calls.model.cpp:@3:28: error: `masking`: input has shape (None,); rank must be at least 2
//:   calls.model.cpp:@2:14: note: `input_layer` of shape (None,) is made here

MISTAKE(dropout_noise_shape) {
  Tensor x = Input({4, 8});
  return Model(x, Dropout(0.5, {.noise_shape = {None, 3, 8}})(x));
}
//: calls.model.cpp:@3:62: error: `dropout`: `noise_shape` is (None, 3, 8) for an input of shape (None, 4, 8); each size must be 1, None or that of the input
//:   calls.model.cpp:@2:14: note: `input_layer` of shape (None, 4, 8) is made here

MISTAKE(time_distributed_rank) {
  Tensor x = Input({8});
  return Model(x, TimeDistributed(Dense(3))(x));
}
//: calls.model.cpp:@3:44: error: `time_distributed`: input has shape (None, 8); rank must be at least 3: batch, time, and what a step has
//:   calls.model.cpp:@2:14: note: `input_layer` of shape (None, 8) is made here

MISTAKE(time_distributed_inner) {
  Tensor x = Input({10, 8});
  Conv2D conv(4, 3);
  return Model(x, TimeDistributed(conv)(x));
}
//: calls.model.cpp:@4:40: error: `conv2d`: input has shape (None, 8), of rank 2; must be (batch, rows, columns, channels), of rank 4
//:   calls.model.cpp:@3:10: note: `conv2d` is made here

MISTAKE(nested_inputs) {
  Tensor a = Input({4}, {.name = "a"}), b = Input({4}, {.name = "b"});
  Model pair({a, b}, add({a, b}), {.name = "pair"});
  Tensor x = Input({4});
  return Model(x, pair(x));
}
//: calls.model.cpp:@5:23: error: `pair` is called on 1 tensor but has 2 inputs, `a`, `b`
//:   calls.model.cpp:@3:9: note: `pair` is made here

MISTAKE(nested_shape) {
  Tensor image = Input({27, 27, 1}, {.name = "digit"});
  Model vision(image, Flatten()(image), {.name = "vision"});
  Tensor x = Input({28, 28, 1}, {.name = "photo"});
  return Model(x, vision(x));
}
//: calls.model.cpp:@5:25: error: `vision` is called on a tensor of float32 (None, 28, 28, 1) but its input `digit` is float32 (None, 27, 27, 1); they must be equal
//:   calls.model.cpp:@3:9: note: `vision` is made here
//:   calls.model.cpp:@4:14: note: `photo` of shape (None, 28, 28, 1) is made here
