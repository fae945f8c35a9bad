// RUN: ingot-opt %s --ingot-differentiate --canonicalize --cse | FileCheck %s

ingot.variable @w : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}

// The backward pass draws the same bits again: no mask is kept.
// CHECK-LABEL: ingot.entry @mask
// CHECK-SAME: (%[[MIX:.*]]: tensor<?x3xf32>, %[[KEY:.*]]: tensor<2xi32>)
ingot.entry @mask(%mix: tensor<?x3xf32>, %key: tensor<2xi32>) -> tensor<f32> attributes {kind = "gradients"} {
  %n = ingot.batch
  // CHECK: %[[W:.*]] = ingot.broadcast
  // CHECK: %[[Y:.*]] = ingot.random_mask %[[W]] key %[[KEY]] rate 5.000000e-01 salt 3 {shared = array<i64: 1>}
  %w = ingot.read @w : tensor<3xf32>
  %0 = ingot.broadcast %w dims [1] batch %n : tensor<3xf32> -> tensor<?x3xf32>
  %1 = ingot.random_mask %0 key %key rate 0.5 salt 3 {shared = array<i64: 1>} : tensor<?x3xf32>
  %2 = ingot.mul %1, %mix : tensor<?x3xf32>
  %loss = ingot.reduce_sum %2 axes [0, 1] : tensor<?x3xf32> -> tensor<f32>
  // CHECK: ingot.reduce_sum
  // CHECK: %[[DY:.*]] = ingot.mul %{{.*}}, %[[MIX]]
  // CHECK: %[[G:.*]] = ingot.random_mask %[[DY]] key %[[KEY]] rate 5.000000e-01 salt 3 {shared = array<i64: 1>}
  // CHECK: ingot.reduce_sum %[[G]] axes [0]
  %dw = ingot.gradients %loss wrt [@w] : (tensor<f32>) -> tensor<3xf32>
  ingot.gradient_write %dw to @w : tensor<3xf32>
  ingot.return %loss : tensor<f32>
}
