//===- training.model.cpp - what compile() refuses ------------------------===//

#include "Mistake.h"

using namespace ingot;

static Model digits() {
  Tensor x = Input({784}, {.name = "pixels"});
  Tensor y = Dense(10, {.activation = "softmax", .name = "digit"})(x);
  return Model(x, y, {.name = "mnist"});
}

/// The two outputs of the tutorial.
static Model news() {
  Tensor x = Input({8}, {.name = "main_input"});
  Tensor main = Dense(1, {.activation = "sigmoid", .name = "main_output"})(x);
  Tensor aux = Dense(1, {.activation = "sigmoid", .name = "aux_output"})(x);
  return Model(x, {main, aux}, {.name = "news"});
}

MISTAKE(optimizer_name) {
  Model model = digits();
  model.compile({.optimizer = "rmsporp", .loss = "mse"});
  return model;
}
//: training.model.cpp:@3:31: error: there is no optimizer `rmsporp`; did you mean `RMSprop`?

MISTAKE(optimizer_of_no_likeness) {
  Model model = digits();
  model.compile({.optimizer = "lbfgs", .loss = "mse"});
  return model;
}
//: training.model.cpp:@3:31: error: there is no optimizer `lbfgs`; known are `SGD`, `RMSprop`, `Adagrad`, `Adam`

MISTAKE(optimizer_rate) {
  Model model = digits();
  model.compile({
      .optimizer = SGD({.learning_rate = 0}),
      .loss = "mse",
  });
  return model;
}
//: training.model.cpp:@4:20: error: `learning_rate` is 0; must be positive

MISTAKE(optimizer_momentum) {
  Model model = digits();
  model.compile({.optimizer = SGD({.momentum = 1}), .loss = "mse"});
  return model;
}
//: training.model.cpp:@3:31: error: `momentum` is 1; must be in [0, 1)

MISTAKE(loss_name) {
  Model model = digits();
  model.compile({.loss = "sparse_categorical_cross_entropi"});
  return model;
}
//: training.model.cpp:@3:26: error: there is no loss `sparse_categorical_cross_entropi`; did you mean `sparse_categorical_crossentropy`?

MISTAKE(loss_missing) {
  Model model = digits();
  model.compile({.optimizer = "adam"});
  return model;
}
//: training.model.cpp:@3:9: error: `loss` is missing; at least one output must have one

MISTAKE(metric_name) {
  Model model = digits();
  model.compile({.loss = "sparse_categorical_crossentropy", .metrics = {"acuracy"}});
  return model;
}
//: training.model.cpp:@3:73: error: there is no metric `acuracy`; did you mean `accuracy`?

MISTAKE(label_smoothing) {
  Model model = digits();
  model.compile({.loss = CategoricalCrossentropy({.label_smoothing = 2})});
  return model;
}
//: training.model.cpp:@3:26: error: `label_smoothing` is 2; must be in [0, 1]

MISTAKE(logits_of_probabilities) {
  Model model = digits();
  model.compile({.loss = SparseCategoricalCrossentropy({.from_logits = true})});
  return model;
}
//: training.model.cpp:@3:26: error: `from_logits` is true, but output `digit` ends in softmax; take one of the two away
//:   training.model.cpp:9:14: note: `digit` is made here

MISTAKE(classes_of_one_number) {
  Model model = news();
  model.compile({.loss = "sparse_categorical_crossentropy"});
  return model;
}
//: training.model.cpp:@3:26: error: output `main_output` has shape (None, 1); `sparse_categorical_crossentropy` takes at least 2 classes; use `binary_crossentropy`
//:   training.model.cpp:16:17: note: `main_output` is made here

MISTAKE(loss_of_a_scalar) {
  Tensor x = Input({});
  Model model(x, Activation("relu", {.name = "y"})(x));
  model.compile({.loss = "mse"});
  return model;
}
//: training.model.cpp:@4:26: error: output `y` has shape (None,); `mean_squared_error` takes a rank of at least 2
//:   training.model.cpp:@3:18: note: `y` is made here

MISTAKE(loss_of_indices) {
  Tensor x = Input({3, 2}, {.dtype = "int32"});
  Model model(x, Flatten({.name = "y"})(x));
  model.compile({.loss = "mse"});
  return model;
}
//: training.model.cpp:@4:26: error: output `y` is int32; `mean_squared_error` takes float32
//:   training.model.cpp:@3:18: note: `y` is made here

MISTAKE(metric_of_another_target) {
  Model model = digits();
  model.compile({.loss = "categorical_crossentropy", .metrics = {"sparse_categorical_accuracy"}});
  return model;
}
//: training.model.cpp:@3:66: error: metric `sparse_categorical_accuracy` takes a target of class labels, but the loss takes one of shape (None, 10)

MISTAKE(metric_of_classes) {
  Model model = digits();
  model.compile({.loss = "sparse_categorical_crossentropy", .metrics = {"mse"}});
  return model;
}
//: training.model.cpp:@3:73: error: metric `mse` takes a target of shape (None, 10), but the loss takes one of shape (None,)

//===----------------------------------------------------------------------===//
// Several outputs
//===----------------------------------------------------------------------===//

MISTAKE(losses_too_few) {
  Model model = news();
  model.compile({.loss = {"binary_crossentropy"}});
  return model;
}
//: training.model.cpp:@3:9: error: `loss` has 1 entry and the model 2 outputs: `main_output`, `aux_output`; there must be one for each

MISTAKE(losses_of_an_unknown_output) {
  Model model = news();
  model.compile({.loss = {{"main_out", "binary_crossentropy"}, {"aux_output", "binary_crossentropy"}}});
  return model;
}
//: training.model.cpp:@3:40: error: `loss` names `main_out`, which is no output; outputs are `main_output`, `aux_output`; did you mean `main_output`?

MISTAKE(losses_of_one_output_only) {
  Model model = news();
  model.compile({.loss = {{"main_output", "binary_crossentropy"}}});
  return model;
}
//: training.model.cpp:@3:9: error: `loss` says nothing about `aux_output`; all outputs must be named, those without a loss with `{}`

MISTAKE(losses_twice) {
  Model model = news();
  model.compile({.loss = {{"main_output", "mse"}, {"main_output", "mae"}}});
  return model;
}
//: training.model.cpp:@3:67: error: `loss` names `main_output` twice; each output must be named once

MISTAKE(losses_all_none) {
  Model model = news();
  model.compile({.loss = {{"main_output", Loss()}, {"aux_output", Loss()}}});
  return model;
}
//: training.model.cpp:@3:9: error: `loss` is missing; at least one output must have one

MISTAKE(loss_weights_too_few) {
  Model model = news();
  model.compile({.loss = "binary_crossentropy", .loss_weights = {1.0}});
  return model;
}
//: training.model.cpp:@3:9: error: `loss_weights` has 1 entry and the model 2 outputs: `main_output`, `aux_output`; there must be one for each

MISTAKE(loss_weights_too_many) {
  Model model = news();
  model.compile({.loss = "binary_crossentropy", .loss_weights = {1.0, 0.2, 0.1}});
  return model;
}
//: training.model.cpp:@3:9: error: `loss_weights` has 3 entries and the model 2 outputs: `main_output`, `aux_output`; there must be one for each

MISTAKE(loss_weights_of_an_unknown_output) {
  Model model = news();
  model.compile({.loss = "binary_crossentropy", .loss_weights = {{"main_output", 1.0}, {"aux", 0.2}}});
  return model;
}
//: training.model.cpp:@3:9: error: `loss_weights` names `aux`, which is no output; outputs are `main_output`, `aux_output`; did you mean `aux_output`?

MISTAKE(loss_weights_of_another_order) {
  Model model = news();
  model.compile({.loss = "binary_crossentropy", .loss_weights = {{"output_main", 1.0}}});
  return model;
}
//: training.model.cpp:@3:9: error: `loss_weights` names `output_main`, which is no output; outputs are `main_output`, `aux_output`; did you mean `main_output`?

MISTAKE(loss_weight_negative) {
  Model model = news();
  model.compile({.loss = "binary_crossentropy", .loss_weights = {1.0, -0.2}});
  return model;
}
//: training.model.cpp:@3:9: error: loss weight of `aux_output` is -0.2; must be at least 0

MISTAKE(metrics_too_many) {
  Model model = news();
  model.compile({.loss = "binary_crossentropy", .metrics = {{"mae"}, {"mse"}, {"accuracy"}}});
  return model;
}
//: training.model.cpp:@3:9: error: `metrics` has 3 entries and the model 2 outputs: `main_output`, `aux_output`; there must be one for each

MISTAKE(metrics_of_an_unknown_output) {
  Model model = news();
  model.compile({.loss = "binary_crossentropy", .metrics = {{"main_otput", "accuracy"}, {"aux_output", "accuracy"}}});
  return model;
}
//: training.model.cpp:@3:76: error: `metrics` names `main_otput`, which is no output; outputs are `main_output`, `aux_output`; did you mean `main_output`?

MISTAKE(metrics_by_name_and_by_order) {
  Model model = news();
  model.compile({.loss = "binary_crossentropy", .metrics = {{"main_output", "accuracy"}, "mse"}});
  return model;
}
//: training.model.cpp:@3:9: error: `metrics` is by name for some outputs and by order for others; each list must begin with one of `main_output`, `aux_output`

MISTAKE(metrics_without_a_loss) {
  Model model = news();
  model.compile({.loss = {"binary_crossentropy", {}}, .metrics = {{"aux_output", "accuracy"}}});
  return model;
}
//: training.model.cpp:@3:82: error: output `aux_output` has no loss, which says what the target is; metric `accuracy` must have one

MISTAKE(metrics_ambiguous) {
  Tensor x = Input({4});
  Model model(x, {Dense(1, {.name = "mae"})(x), Dense(1, {.name = "mse"})(x)});
  model.compile({.loss = "mse", .metrics = {{"mae", "mse"}, {"mse", "mae"}}});
  return model;
}
//: training.model.cpp:@4:46: error: `mae` begins a list of `metrics` and is both an output and a metric; give the output another name

//===----------------------------------------------------------------------===//
// Entries
//===----------------------------------------------------------------------===//

//! flags: --entries=predict,train_step
MISTAKE(training_without_compile) {
  return digits();
}
//: training.model.cpp:10:10: error: `mnist` was never compiled, so there is no entry `train_step`; `compile` gives it an optimizer and a loss

//! flags: --entries=evaluate
MISTAKE(evaluation_without_compile) {
  return digits();
}
//: training.model.cpp:10:10: error: `mnist` was never compiled, so there is no entry `evaluate`; `compile` gives it an optimizer and a loss
