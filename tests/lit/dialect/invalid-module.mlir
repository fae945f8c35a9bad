// RUN: ingot-opt %s -split-input-file -verify-diagnostics

// variable_c1
// expected-error @below {{'ingot.variable' op type is 'tensor<?x2xf32>'; must be static}}
ingot.variable @w : tensor<?x2xf32> init {kind = "constant", a = 0.0 : f64}

// -----

// variable_c2
// expected-error @below {{`init` of kind "concat" lacks `parts` and `sizes` that make up the last axis}}
ingot.variable @v : tensor<4xf32> init {kind = "concat", sizes = array<i64: 3>, parts = [{kind = "constant", a = 0.0 : f64}]}

// -----

// variable_c2
// expected-error @below {{'ingot.variable' op `init` has no `kind`}}
ingot.variable @w : tensor<2xf32> init {a = 0.0 : f64}

// -----

// variable_c2
// expected-error @below {{'ingot.variable' op `init` kind is "zeros"; must be constant, uniform, normal, truncated_normal, orthogonal, concat or seed_key}}
ingot.variable @w : tensor<2xf32> init {kind = "zeros", a = 0.0 : f64}

// -----

// expected-error @below {{'ingot.variable' op `init` kind is seed_key but the shape is (3); must be (2)}}
ingot.variable @k : tensor<3xi32> init {kind = "seed_key"} {role = "counter"}

// -----

// variable_c2
// expected-error @below {{'ingot.variable' op `init` of kind "uniform" lacks a number `a` or `b` of f64}}
ingot.variable @w : tensor<2xf32> init {kind = "uniform", a = 0.0 : f64}

// -----

// expected-error @below {{'ingot.variable' op `role` is "moment"; must be weight, slot or counter}}
ingot.variable @w : tensor<2xf32> init {kind = "constant", a = 0.0 : f64} {role = "moment"}

// -----

// variable_c3
// expected-error @below {{'ingot.variable' op belongs to @w, which is not a variable}}
ingot.variable @w.m : tensor<2xf32> init {kind = "constant", a = 0.0 : f64} of @w {role = "slot"}

// -----

// variable_c3
ingot.variable @w : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}
// expected-error @below {{'ingot.variable' op has shape (2) but belongs to @w of shape (3)}}
ingot.variable @w.m : tensor<2xf32> init {kind = "constant", a = 0.0 : f64} of @w {role = "slot"}

// -----

// expected-error @below {{'ingot.entry' op kind is "fit"; must be one of init, init_state, predict, evaluate, train_step, gradients, apply_gradients, prepare, predict_prepared}}
ingot.entry @e() attributes {kind = "fit"} {
  ingot.return
}

// -----

ingot.model @m(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  // expected-error @below {{'ingot.return' op returns ('tensor<?x4xf32>') from a function of results ('tensor<?x2xf32>')}}
  ingot.return %x : tensor<?x4xf32>
}

// -----

ingot.model @m(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // call_c1
  // expected-error @below {{'ingot.call' op calls @other, which is not a model}}
  %0 = ingot.call @other(%x) : (tensor<?x4xf32>) -> tensor<?x4xf32>
  ingot.return %0 : tensor<?x4xf32>
}

// -----

ingot.model @inner(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  ingot.return %x : tensor<?x4xf32>
}
ingot.model @m(%x: tensor<?x5xf32>) -> tensor<?x5xf32> {
  // call_c1
  // expected-error @below {{'ingot.call' op has types ('tensor<?x5xf32>') -> ('tensor<?x5xf32>') but the model is '(tensor<?x4xf32>) -> tensor<?x4xf32>'}}
  %0 = ingot.call @inner(%x) : (tensor<?x5xf32>) -> tensor<?x5xf32>
  ingot.return %0 : tensor<?x5xf32>
}

// -----

// expected-error @below {{'ingot.compile' op `optimizer` has no `class_name`}}
ingot.compile @m optimizer {learning_rate = 0.1 : f64} outputs []

// -----

// expected-error @below {{'ingot.compile' op an output has no `name`}}
ingot.compile @m optimizer {class_name = "SGD"} outputs [{loss = "mean_squared_error"}]

// -----

// expected-error @below {{'ingot.compile' op loss "huber" of output "y" is unknown}}
ingot.compile @m optimizer {class_name = "SGD"} outputs [{name = "y", loss = "huber", target = tensor<?x2xf32>}]

// -----

// expected-error @below {{'ingot.compile' op output "y" has a loss but no `target` type}}
ingot.compile @m optimizer {class_name = "SGD"} outputs [{name = "y", loss = "mean_squared_error"}]

// -----

// expected-error @below {{'ingot.compile' op metric {key = "auc", kind = "auc"} of output "y" is not {key, kind} with a known kind}}
ingot.compile @m optimizer {class_name = "SGD"} outputs [{name = "y", metrics = [{kind = "auc", key = "auc"}]}]

// -----

// expected-error @below {{'ingot.variable' op `init` kind is orthogonal but the rank is 1; must be at least 2}}
ingot.variable @vector : tensor<4xf32> init {kind = "orthogonal", a = 1.0 : f64}
