// RUN: ingot-opt %s --ingot-differentiate -verify-diagnostics

// An op on the path to the loss needs a rule.

ingot.variable @w : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}

ingot.entry @e(%rate: tensor<f32>, %g: tensor<3xf32>) attributes {kind = "gradients"} {
  %w = ingot.read @w : tensor<3xf32>
  // expected-error @below {{the loss depends on `ingot.apply_sgd`, which has no gradient rule}}
  %0 = ingot.apply_sgd %w, %g rate %rate {momentum = 0.0 : f32} : (tensor<3xf32>, tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  // Off the path, such an op is none of our business.
  %1 = ingot.apply_sgd %w, %w rate %rate {momentum = 0.0 : f32} : (tensor<3xf32>, tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %loss = ingot.reduce_sum %0 axes [0] : tensor<3xf32> -> tensor<f32>
  %dw = ingot.gradients %loss wrt [@w] : (tensor<f32>) -> tensor<3xf32>
  ingot.gradient_write %dw to @w : tensor<3xf32>
  ingot.return
}
