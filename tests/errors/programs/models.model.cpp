//===- models.model.cpp - graphs that are no model ------------------------===//

#include "Mistake.h"

using namespace ingot;

MISTAKE(no_outputs) {
  Tensor x = Input({4});
  return Model(x, std::vector<Tensor>{});
}
//: models.model.cpp:@3:10: error: the model has no outputs; there must be at least one

MISTAKE(no_inputs) {
  Tensor x = Input({4});
  return Model(std::vector<Tensor>{}, Dense(3)(x));
}
//: models.model.cpp:@3:10: error: the model has no inputs; there must be at least one

MISTAKE(output_without_a_value) {
  Tensor x = Input({4}), y;
  return Model(x, {Dense(3)(x), y});
}
//: models.model.cpp:@3:10: error: output 1 has no value; it is not the result of a layer

MISTAKE(input_unused) {
  Tensor a = Input({4}, {.name = "used"});
  Tensor b = Input({4}, {.name = "unused"});
  return Model({a, b}, Dense(3)(a));
}
//: models.model.cpp:@4:10: error: no output depends on input `unused`; each input must reach an output
//:   models.model.cpp:@3:14: note: `unused` is made here

MISTAKE(input_missing) {
  Tensor a = Input({4}, {.name = "main_input"});
  Tensor b = Input({5}, {.name = "aux_input"});
  Tensor y = Dense(3)(concatenate({a, b}));
  return Model(a, y);
}
//: models.model.cpp:@5:10: error: the outputs depend on `aux_input`, which is not among the inputs of the model; all that they depend on must be
//:   models.model.cpp:@3:14: note: `aux_input` is made here

MISTAKE(inputs_of_another_model) {
  Tensor a = Input({4}, {.name = "first"});
  Tensor h = Dense(8, {.name = "features"})(a);
  Model encoder(a, h);
  Tensor b = Input({4}, {.name = "second"});
  return Model(b, Dense(3)(h));
}
//: models.model.cpp:@6:10: error: the outputs depend on `first`, which is not among the inputs of the model; all that they depend on must be
//:   models.model.cpp:@2:14: note: `first` is made here

MISTAKE(input_is_a_result) {
  Tensor x = Input({4});
  Tensor h = Dense(8)(x);
  return Model(h, Dense(3)(h));
}
//: models.model.cpp:@4:10: error: input 0 is a result of `dense`; inputs must come from `Input`
//:   models.model.cpp:@3:14: note: `dense` is made here

MISTAKE(input_twice) {
  Tensor x = Input({4}, {.name = "x"});
  return Model({x, x}, Dense(3)(x));
}
//: models.model.cpp:@3:10: error: input `x` is listed twice; inputs must differ
//:   models.model.cpp:@2:14: note: `x` is made here

MISTAKE(one_name_for_two_layers) {
  Tensor x = Input({4});
  Tensor h = Dense(8, {.name = "hidden"})(x);
  h = Dense(8, {.name = "hidden"})(h);
  return Model(x, h);
}
//: models.model.cpp:@5:10: error: two layers are called `hidden`; names must differ within a model
//:   models.model.cpp:@3:14: note: one is made here
//:   models.model.cpp:@4:7: note: the other is made here

MISTAKE(one_name_across_models) {
  Tensor a = Input({4});
  Model inner(a, Dense(8, {.name = "features"})(a), {.name = "inner"});
  Tensor x = Input({4});
  return Model(x, Dense(8, {.name = "features"})(inner(x)));
}
//: models.model.cpp:@5:10: error: two layers are called `features`; names must differ within a model
//:   models.model.cpp:@3:18: note: one is made here
//:   models.model.cpp:@5:19: note: the other is made here

MISTAKE(model_named_as_its_part) {
  Tensor a = Input({4});
  Model inner(a, Dense(8)(a), {.name = "encoder"});
  Tensor x = Input({4});
  return Model(x, inner(x), {.name = "encoder"});
}
//: models.model.cpp:@5:10: error: the model and one nested in it are called `encoder`; names of models must differ
//:   models.model.cpp:@3:9: note: the nested one is made here

MISTAKE(model_name) {
  Tensor x = Input({4});
  return Model(x, Dense(3)(x), {.name = "my model!"});
}
//: models.model.cpp:@3:10: error: `name` is "my model!"; must consist of letters, digits, `_` and `-`, and not begin with `-`

MISTAKE(layer_that_is_not_there) {
  Tensor x = Input({4});
  Model model(x, Dense(3, {.name = "digits"})(Dense(8, {.name = "hidden"})(x)), {.name = "mnist"});
  return Model(x, model.get_layer("hiden").output());
}
//: models.model.cpp:@4:25: error: `mnist` has no layer `hiden`; its layers are `input_layer`, `hidden`, `digits`; did you mean `hidden`?

MISTAKE(layer_number_that_is_not_there) {
  Tensor x = Input({4});
  Model model(x, Dense(3)(x), {.name = "mnist"});
  return Model(x, model.get_layer(7).output());
}
//: models.model.cpp:@4:25: error: `mnist` has 2 layers; there is no layer 7, as they count from 0

MISTAKE(summary_line_length) {
  Tensor x = Input({4});
  Model model(x, Dense(3)(x));
  model.summary({.line_length = -80});
  return model;
}
//: models.model.cpp:@4:9: error: `line_length` is -80; must not be negative

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

MISTAKE(output_before_any_call) {
  Tensor x = Input({4});
  Dense dense(3);
  return Model(x, dense.output());
}
//: models.model.cpp:@4:25: error: `dense` was never called; it has no input or output
//:   models.model.cpp:@3:9: note: `dense` is made here

MISTAKE(node_that_is_not_there) {
  Tensor a = Input({140, 256}), b = Input({140, 256});
  LSTM lstm(32);
  Tensor encoded_a = lstm(a);
  Tensor encoded_b = lstm(b);
  return Model({a, b}, {encoded_a, lstm.get_output_at(2)});
}
//: models.model.cpp:@6:41: error: `lstm` has 2 nodes; there is no node 2, as they count from 0
//:   models.model.cpp:@4:26: note: node 0 is made here
//:   models.model.cpp:@5:26: note: node 1 is made here

MISTAKE(negative_node) {
  Tensor x = Input({4});
  Dense dense(3);
  return Model(x, {dense(x), dense.get_output_at(-1)});
}
//: models.model.cpp:@4:36: error: `dense` has 1 node; there is no node -1, as they count from 0
//:   models.model.cpp:@4:25: note: node 0 is made here

MISTAKE(shapes_of_nodes_differ) {
  Tensor a = Input({32, 32, 3}), b = Input({64, 64, 3});
  Conv2D conv(16, 3, {.padding = "same"});
  Tensor conved_a = conv(a);
  Tensor conved_b = conv(b);
  return Model({a, b}, {conved_a, Reshape(conv.input_shape())(conved_b)});
}
//: models.model.cpp:@6:48: error: `input_shape` of `conv2d` is (None, 32, 32, 3) at node 0 and (None, 64, 64, 3) at node 1; use `get_input_shape_at(i)`
//:   models.model.cpp:@4:25: note: node 0 is made here
//:   models.model.cpp:@5:25: note: node 1 is made here

MISTAKE(output_shape_of_nodes) {
  Tensor a = Input({32, 32, 3}), b = Input({64, 64, 3});
  Conv2D conv(16, 3, {.padding = "same"});
  conv(a);
  conv(b);
  return Model(a, Reshape(conv.output_shape())(a));
}
//: models.model.cpp:@6:32: error: `output_shape` of `conv2d` is (None, 32, 32, 16) at node 0 and (None, 64, 64, 16) at node 1; use `get_output_shape_at(i)`
//:   models.model.cpp:@4:7: note: node 0 is made here
//:   models.model.cpp:@5:7: note: node 1 is made here

MISTAKE(two_results_as_one) {
  Tensor a = Input({4}), b = Input({4});
  Model both({a, b}, {Dense(2)(a), Dense(3)(b)}, {.name = "both"});
  Tensor y = both({a, b});
  return Model({a, b}, y);
}
//: models.model.cpp:@4:18: error: the result of `both` has 2 tensors; where one is needed, take it by `[i]`

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

MISTAKE(too_many_calls) {
  Tensor x = Input({4}), y = x;
  Dense dense(4);
  for (int i = 0; i < 10001; ++i)
    y = dense(y);
  return Model(x, y);
}
//: models.model.cpp:@6:10: error: the model has more than 10000 calls of layers; fewer are possible

MISTAKE(result_too_large) {
  Tensor words = Input({1 << 20}, {.dtype = "int32", .name = "words"});
  return Model(words, Embedding(1000, 1 << 21)(words));
}
//: models.model.cpp:@3:47: error: the result of `embedding` has shape (None, 1048576, 2097152); at most 2^40 elements a sample are possible
//:   models.model.cpp:@2:18: note: `words` of shape (None, 1048576) is made here

MISTAKE(result_beyond_integers) {
  Tensor x = Input({1 << 30}, {.name = "x"});
  return Model(x, RepeatVector(int64_t{1} << 40)(x));
}
//: models.model.cpp:@3:49: error: the result of `repeat_vector` has shape (None, 1099511627776, 1073741824); at most 2^40 elements a sample are possible
//:   models.model.cpp:@2:14: note: `x` of shape (None, 1073741824) is made here
