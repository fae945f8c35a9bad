// RUN: ingot-opt %s -split-input-file -verify-diagnostics

ingot.entry @e() attributes {kind = "train_step"} {
  // expected-error @below {{'ingot.read' op names @w, which is not a variable}}
  %0 = ingot.read @w : tensor<3xf32>
  ingot.return
}

// -----

// expected-note @below {{declared here}}
ingot.variable @w : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}
ingot.entry @e() attributes {kind = "train_step"} {
  // expected-error @below {{'ingot.read' op has type 'tensor<4xf32>' but @w is 'tensor<3xf32>'}}
  %0 = ingot.read @w : tensor<4xf32>
  ingot.return
}

// -----

// expected-note @below {{declared here}}
ingot.variable @w : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}
ingot.entry @e(%x: tensor<4xf32>) attributes {kind = "train_step"} {
  // expected-error @below {{'ingot.write' op has type 'tensor<4xf32>' but @w is 'tensor<3xf32>'}}
  ingot.write %x to @w : tensor<4xf32>
  ingot.return
}

// -----

// expected-note @below {{declared here}}
ingot.variable @w : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}
ingot.entry @e() attributes {kind = "train_step"} {
  // expected-error @below {{'ingot.gradient_read' op has type 'tensor<4xf32>' but @w is 'tensor<3xf32>'}}
  %0 = ingot.gradient_read @w : tensor<4xf32>
  ingot.return
}

// -----

// expected-note @below {{declared here}}
ingot.variable @w : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}
ingot.entry @e(%x: tensor<4xf32>) attributes {kind = "train_step"} {
  // expected-error @below {{'ingot.gradient_write' op has type 'tensor<4xf32>' but @w is 'tensor<3xf32>'}}
  ingot.gradient_write %x to @w : tensor<4xf32>
  ingot.return
}

// -----

// expected-note @below {{declared here}}
ingot.variable @w : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}
ingot.entry @e(%x: tensor<4xf32>) attributes {kind = "train_step"} {
  // expected-error @below {{'ingot.update' op has type 'tensor<4xf32>' but @w is 'tensor<3xf32>'}}
  ingot.update %x to @w : tensor<4xf32>
  ingot.return
}

// -----

ingot.variable @w : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}
ingot.entry @e(%l: tensor<f32>) attributes {kind = "train_step"} {
  // expected-error @below {{'ingot.gradients' op names 1 variables but has 2 results}}
  %0:2 = ingot.gradients %l wrt [@w] : (tensor<f32>) -> (tensor<3xf32>, tensor<3xf32>)
  ingot.return
}

// -----

// expected-note @below {{declared here}}
ingot.variable @w : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}
ingot.entry @e(%l: tensor<f32>) attributes {kind = "train_step"} {
  // expected-error @below {{'ingot.gradients' op has type 'tensor<4xf32>' but @w is 'tensor<3xf32>'}}
  %0 = ingot.gradients %l wrt [@w] : (tensor<f32>) -> tensor<4xf32>
  ingot.return
}

// -----

ingot.entry @e(%w: tensor<3xf32>, %r: tensor<f32>) attributes {kind = "train_step"} {
  // expected-error @below {{'ingot.apply_sgd' op has 0 slots in and 0 out; needs 1}}
  %0 = ingot.apply_sgd %w, %w rate %r {momentum = 0.9 : f32} : (tensor<3xf32>, tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  ingot.return
}

// -----

ingot.entry @e(%w: tensor<3xf32>, %g: tensor<4xf32>, %r: tensor<f32>) attributes {kind = "train_step"} {
  // expected-error @below {{'ingot.apply_sgd' op weight is 'tensor<3xf32>'; gradient, slots and results must be the same}}
  %0 = ingot.apply_sgd %w, %g rate %r {momentum = 0.0 : f32} : (tensor<3xf32>, tensor<4xf32>, tensor<f32>) -> tensor<3xf32>
  ingot.return
}

// -----

ingot.entry @e(%w: tensor<3xf32>, %r: tensor<f32>) attributes {kind = "train_step"} {
  // expected-error @below {{'ingot.apply_rmsprop' op has 1 slots in and 1 out; needs 2}}
  %0:2 = ingot.apply_rmsprop %w, %w rate %r slots %w {rho = 0.9 : f32, momentum = 0.0 : f32, epsilon = 1.0e-7 : f32, centered} : (tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  ingot.return
}

// -----

ingot.entry @e(%w: tensor<3xf32>, %r: tensor<f32>) attributes {kind = "train_step"} {
  // expected-error @below {{'ingot.apply_adam' op has 2 slots in and 2 out; needs 3}}
  %0:3 = ingot.apply_adam %w, %w rate %r slots %w, %w {beta_1 = 0.9 : f32, beta_2 = 0.99 : f32, epsilon = 1.0e-7 : f32, amsgrad} : (tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)
  ingot.return
}

// -----

ingot.entry @e(%s: i64) attributes {kind = "train_step"} {
  // seed_key_c1
  // expected-error @below {{'ingot.seed_key' op needs a seed, as operand or as `fixedSeed`}}
  %0 = ingot.seed_key %s {fixedSeed = 7 : i64}
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>, %k: tensor<2xi32>) attributes {kind = "train_step"} {
  // random_mask_c1
  // expected-error @below {{'ingot.random_mask' op `rate` is 0.000000e+00; must be in (0, 1)}}
  %0 = ingot.random_mask %x key %k rate 0.0 salt 0 : tensor<?x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>, %k: tensor<2xi32>) attributes {kind = "train_step"} {
  // random_mask_c2
  // expected-error @below {{'ingot.random_mask' op `shared` is not strictly increasing below rank 2}}
  %0 = ingot.random_mask %x key %k rate 0.5 salt 0 {shared = array<i64: 2>} : tensor<?x3xf32>
  ingot.return
}
