// RUN: ingot-opt %s --ingot-differentiate | FileCheck %s

ingot.variable @t : tensor<9x4xf32> init {kind = "constant", a = 0.0 : f64}

// The gradient of a table is its indices and what came back for them.
// CHECK-LABEL: ingot.entry @lookup
// CHECK-SAME: (%[[I:.*]]: tensor<?x2xi32>, %[[M:.*]]: tensor<?x2x4xf32>)
ingot.entry @lookup(%i: tensor<?x2xi32>, %m: tensor<?x2x4xf32>) attributes {kind = "gradients"} {
  %t = ingot.read @t : tensor<9x4xf32>
  %r = ingot.gather_rows %t, %i : tensor<9x4xf32>, tensor<?x2xi32> -> tensor<?x2x4xf32>
  %y = ingot.mul %r, %m : tensor<?x2x4xf32>
  %loss = ingot.reduce_sum %y axes [0, 1, 2] : tensor<?x2x4xf32> -> tensor<f32>
  // CHECK: %[[ONES:.*]] = ingot.broadcast
  // CHECK: %[[G:.*]] = ingot.mul %[[ONES]], %[[M]]
  // CHECK: %[[D:.*]] = ingot.scatter_rows %[[I]], %[[G]] : tensor<?x2xi32>, tensor<?x2x4xf32> -> tensor<9x4xf32>
  %dt = ingot.gradients %loss wrt [@t] : (tensor<f32>) -> tensor<9x4xf32>
  // CHECK: ingot.gradient_write %[[D]] to @t
  ingot.gradient_write %dt to @t : tensor<9x4xf32>
  ingot.return
}

// And what was scattered is gathered.
// CHECK-LABEL: ingot.entry @scatter
// CHECK-SAME: (%[[I:.*]]: tensor<2xi32>, %[[M:.*]]: tensor<7x4xf32>)
ingot.variable @r : tensor<2x4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.entry @scatter(%i: tensor<2xi32>, %m: tensor<7x4xf32>) attributes {kind = "gradients"} {
  %r = ingot.read @r : tensor<2x4xf32>
  %t = ingot.scatter_rows %i, %r : tensor<2xi32>, tensor<2x4xf32> -> tensor<7x4xf32>
  %y = ingot.mul %t, %m : tensor<7x4xf32>
  %loss = ingot.reduce_sum %y axes [0, 1] : tensor<7x4xf32> -> tensor<f32>
  // CHECK: ingot.gather_rows %{{.*}}, %[[I]] : tensor<7x4xf32>, tensor<2xi32> -> tensor<2x4xf32>
  %dr = ingot.gradients %loss wrt [@r] : (tensor<f32>) -> tensor<2x4xf32>
  ingot.gradient_write %dr to @r : tensor<2x4xf32>
  ingot.return
}
