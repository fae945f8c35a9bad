// RUN: ingot-opt %s --ingot-differentiate --canonicalize --cse | FileCheck %s

ingot.variable @w : tensor<4x3xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @b : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @other : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}

// CHECK-LABEL: ingot.entry @dense
// CHECK-SAME: (%[[X:.*]]: tensor<?x4xf32>, %[[MIX:.*]]: tensor<?x3xf32>)
ingot.entry @dense(%x: tensor<?x4xf32>, %mix: tensor<?x3xf32>) attributes {kind = "gradients"} {
  // CHECK-NOT: ingot.gradients
  %n = ingot.batch
  %w = ingot.read @w : tensor<4x3xf32>
  %b = ingot.read @b : tensor<3xf32>
  %0 = ingot.contract "bi,io->bo" %x, %w : tensor<?x4xf32>, tensor<4x3xf32> -> tensor<?x3xf32>
  %1 = ingot.broadcast %b dims [1] batch %n : tensor<3xf32> -> tensor<?x3xf32>
  %2 = ingot.add %0, %1 : tensor<?x3xf32>
  // CHECK: %[[Y:.*]] = ingot.relu
  %y = ingot.relu %2 : tensor<?x3xf32>
  %3 = ingot.mul %y, %mix : tensor<?x3xf32>
  %loss = ingot.reduce_sum %3 axes [0, 1] : tensor<?x3xf32> -> tensor<f32>
  // The cotangent of y is mix; the mask comes from y, not from its operand.
  // CHECK: %[[DZ:.*]] = ingot.mask_pos %[[Y]], %{{.*}} : tensor<?x3xf32>
  // CHECK-DAG: %[[DB:.*]] = ingot.reduce_sum %[[DZ]] axes [0]
  // CHECK-DAG: %[[DW:.*]] = ingot.contract "bi,bo->io" %[[X]], %[[DZ]]
  // No gradient of the input is asked for.
  // CHECK-NOT: "bo,io->bi"
  %dw, %db, %do = ingot.gradients %loss wrt [@w, @b, @other] : (tensor<f32>) -> (tensor<4x3xf32>, tensor<3xf32>, tensor<3xf32>)
  // What the loss does not depend on has gradient zero.
  // CHECK: %[[ZERO:.*]] = ingot.fill 0.0{{.*}} : f32 : tensor<3xf32>
  // CHECK: ingot.gradient_write %[[DW]] to @w
  ingot.gradient_write %dw to @w : tensor<4x3xf32>
  // CHECK: ingot.gradient_write %[[DB]] to @b
  ingot.gradient_write %db to @b : tensor<3xf32>
  // CHECK: ingot.gradient_write %[[ZERO]] to @other
  ingot.gradient_write %do to @other : tensor<3xf32>
  ingot.return
}

// Two layers: the gradient of a layer's input comes before that of its weight.
// CHECK-LABEL: ingot.entry @two
ingot.entry @two(%x: tensor<?x4xf32>, %v: tensor<3x4xf32>) attributes {kind = "gradients"} {
  %w = ingot.read @w : tensor<4x3xf32>
  %0 = ingot.contract "bi,io->bo" %x, %w : tensor<?x4xf32>, tensor<4x3xf32> -> tensor<?x3xf32>
  %1 = ingot.contract "bi,io->bo" %0, %v : tensor<?x3xf32>, tensor<3x4xf32> -> tensor<?x4xf32>
  %2 = ingot.contract "bi,io->bo" %1, %w : tensor<?x4xf32>, tensor<4x3xf32> -> tensor<?x3xf32>
  %loss = ingot.reduce_sum %2 axes [0, 1] : tensor<?x3xf32> -> tensor<f32>
  // CHECK: ingot.contract "bo,io->bi"
  // CHECK: %[[LAST:.*]] = ingot.contract "bi,bo->io"
  // The constant matrix between gets no gradient.
  // CHECK: ingot.contract "bo,io->bi"
  // CHECK-NOT: tensor<?x3xf32>, tensor<?x4xf32> -> tensor<3x4xf32>
  // CHECK: %[[FIRST:.*]] = ingot.contract "bi,bo->io"
  // Both uses of the one weight.
  // CHECK: %[[DW:.*]] = ingot.add %[[LAST]], %[[FIRST]] : tensor<4x3xf32>
  %dw = ingot.gradients %loss wrt [@w] : (tensor<f32>) -> tensor<4x3xf32>
  // CHECK: ingot.gradient_write %[[DW]] to @w
  ingot.gradient_write %dw to @w : tensor<4x3xf32>
  ingot.return
}

// A variable that is not named, a frozen one, leaves no backward code.
// CHECK-LABEL: ingot.entry @frozen
ingot.entry @frozen(%x: tensor<?x4xf32>) attributes {kind = "gradients"} {
  %n = ingot.batch
  %w = ingot.read @w : tensor<4x3xf32>
  %b = ingot.read @b : tensor<3xf32>
  %0 = ingot.contract "bi,io->bo" %x, %w : tensor<?x4xf32>, tensor<4x3xf32> -> tensor<?x3xf32>
  %1 = ingot.tanh %0 : tensor<?x3xf32>
  %2 = ingot.broadcast %b dims [1] batch %n : tensor<3xf32> -> tensor<?x3xf32>
  %3 = ingot.mul %1, %2 : tensor<?x3xf32>
  %loss = ingot.reduce_sum %3 axes [0, 1] : tensor<?x3xf32> -> tensor<f32>
  // CHECK: ingot.contract "bi,io->bo"
  // CHECK-NOT: ingot.contract
  %db = ingot.gradients %loss wrt [@b] : (tensor<f32>) -> tensor<3xf32>
  ingot.gradient_write %db to @b : tensor<3xf32>
  ingot.return
}

// The gradient of a concat is a slice, that of a slice a concat with zeros.
// CHECK-LABEL: ingot.entry @joined
// CHECK-SAME: (%[[MIX:.*]]: tensor<2x3xf32>)
ingot.entry @joined(%mix: tensor<2x3xf32>) attributes {kind = "gradients"} {
  %b = ingot.read @b : tensor<3xf32>
  %1 = ingot.broadcast %b dims [1] : tensor<3xf32> -> tensor<2x3xf32>
  %2 = ingot.concat %mix, %1 axis 0 : tensor<2x3xf32>, tensor<2x3xf32> -> tensor<4x3xf32>
  %3 = ingot.slice %2 axis 0 from 2 size 1 : tensor<4x3xf32> -> tensor<1x3xf32>
  %loss = ingot.reduce_sum %3 axes [0, 1] : tensor<1x3xf32> -> tensor<f32>
  // CHECK: %[[G:.*]] = ingot.concat %{{.*}}, %{{.*}}, %{{.*}} axis 0 : tensor<2x3xf32>, tensor<1x3xf32>, tensor<1x3xf32> -> tensor<4x3xf32>
  // CHECK: ingot.slice %[[G]] axis 0 from 2 size 2 : tensor<4x3xf32> -> tensor<2x3xf32>
  %db = ingot.gradients %loss wrt [@b] : (tensor<f32>) -> tensor<3xf32>
  ingot.gradient_write %db to @b : tensor<3xf32>
  ingot.return
}
