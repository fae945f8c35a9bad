// RUN: ingot-opt %s | ingot-opt | FileCheck %s

ingot.variable @w : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}

// CHECK-LABEL: ingot.entry @variables
ingot.entry @variables(%loss: tensor<f32>, %seed: i64) attributes {kind = "train_step"} {
  // CHECK: %[[N:.*]] = ingot.batch
  %n = ingot.batch
  // CHECK: %[[W:.*]] = ingot.read @w : tensor<3xf32>
  %w = ingot.read @w : tensor<3xf32>
  // CHECK: ingot.gradient_read @w : tensor<3xf32>
  %0 = ingot.gradient_read @w : tensor<3xf32>
  // CHECK: %[[G:.*]] = ingot.gradients %{{.*}} wrt [@w] : (tensor<f32>) -> tensor<3xf32>
  %g = ingot.gradients %loss wrt [@w] : (tensor<f32>) -> tensor<3xf32>
  // CHECK: ingot.gradient_write %[[G]] to @w : tensor<3xf32>
  ingot.gradient_write %g to @w : tensor<3xf32>
  // CHECK: ingot.accumulate "loss" %{{.*}}, %[[N]] : tensor<f32>
  ingot.accumulate "loss" %loss, %n : tensor<f32>
  // CHECK: ingot.update %[[G]] to @w : tensor<3xf32>
  ingot.update %g to @w : tensor<3xf32>
  // CHECK: ingot.random "uniform" %{{.*}} {a = 0.000000e+00 : f64, b = 1.000000e+00 : f64, fixedSeed = 3 : i64, stream = 2 : i64} : tensor<3xf32>
  %1 = ingot.random "uniform" %seed {a = 0.0 : f64, b = 1.0 : f64, stream = 2 : i64, fixedSeed = 3 : i64} : tensor<3xf32>
  // CHECK: ingot.write %[[W]] to @w : tensor<3xf32>
  ingot.write %w to @w : tensor<3xf32>
  ingot.return
}

// CHECK-LABEL: ingot.entry @steps
// CHECK-SAME: (%[[W:.*]]: tensor<3xf32>, %[[G:.*]]: tensor<3xf32>, %[[RATE:.*]]: tensor<f32>, %[[T:.*]]: tensor<i32>)
ingot.entry @steps(%w: tensor<3xf32>, %g: tensor<3xf32>, %rate: tensor<f32>, %t: tensor<i32>) attributes {kind = "train_step"} {
  // CHECK: ingot.apply_sgd %[[W]], %[[G]] rate %[[RATE]] {momentum = 0.000000e+00 : f32} : (tensor<3xf32>, tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %0 = ingot.apply_sgd %w, %g rate %rate {momentum = 0.0 : f32} : (tensor<3xf32>, tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  // CHECK: ingot.apply_sgd %[[W]], %[[G]] rate %[[RATE]] slots %[[G]] {momentum = {{.*}}, nesterov}
  %1:2 = ingot.apply_sgd %w, %g rate %rate slots %g {momentum = 0.9 : f32, nesterov}
    : (tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  // CHECK: ingot.apply_rmsprop %[[W]], %[[G]] rate %[[RATE]] slots %[[G]], %[[W]] {centered,
  %2:3 = ingot.apply_rmsprop %w, %g rate %rate slots %g, %w {rho = 0.9 : f32, momentum = 0.0 : f32, epsilon = 1.0e-7 : f32, centered}
    : (tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)
  // CHECK: ingot.apply_adagrad %[[W]], %[[G]] rate %[[RATE]] slots %[[G]] {epsilon = {{.*}} : f32}
  %5:2 = ingot.apply_adagrad %w, %g rate %rate slots %g {epsilon = 1.0e-7 : f32}
    : (tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  // CHECK: ingot.apply_adam %[[W]], %[[G]] rate %[[RATE]] slots %[[G]], %[[W]] {beta_1 =
  %3:3 = ingot.apply_adam %w, %g rate %rate slots %g, %w {beta_1 = 0.9 : f32, beta_2 = 0.999 : f32, epsilon = 1.0e-7 : f32}
    : (tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)
  // CHECK: ingot.adam_rate %[[RATE]], %[[T]] {beta_1 = {{.*}} : f64, beta_2 = {{.*}} : f64} : (tensor<f32>, tensor<i32>) -> tensor<f32>
  %4 = ingot.adam_rate %rate, %t {beta_1 = 0.9 : f64, beta_2 = 0.999 : f64} : (tensor<f32>, tensor<i32>) -> tensor<f32>
  ingot.return
}

// CHECK-LABEL: ingot.entry @masks
ingot.entry @masks(%x: tensor<?x3xf32>, %step: tensor<i32>, %seed: i64, %stream: i32) attributes {kind = "gradients"} {
  // CHECK: %[[BASE:.*]] = ingot.seed_key %{{.*}}
  %base = ingot.seed_key %seed
  // CHECK: %[[OWN:.*]] = ingot.seed_key {fixedSeed = 7 : i64}
  %own = ingot.seed_key {fixedSeed = 7 : i64}
  // CHECK: %[[KEY:.*]] = ingot.step_key %[[BASE]], %{{.*}} stream %{{.*}} : tensor<i32>
  %0 = ingot.step_key %base, %step stream %stream : tensor<i32>
  // CHECK: ingot.step_key %[[OWN]], %{{.*}} : tensor<i32>
  %1 = ingot.step_key %own, %step : tensor<i32>
  // CHECK: ingot.random_mask %{{.*}} key %[[KEY]] rate 2.500000e-01 salt 0 : tensor<?x3xf32>
  %2 = ingot.random_mask %x key %0 rate 0.25 salt 0 : tensor<?x3xf32>
  // CHECK: ingot.random_mask %{{.*}} rate 5.000000e-01 salt 1 {shared = array<i64: 0>} : tensor<?x3xf32>
  %3 = ingot.random_mask %x key %1 rate 0.5 salt 1 {shared = array<i64: 0>} : tensor<?x3xf32>
  ingot.return
}
