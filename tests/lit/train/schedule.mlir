// RUN: ingot-opt %s --ingot-schedule | FileCheck %s

ingot.variable @w : tensor<4x4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @v : tensor<4x4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @v.m : tensor<4x4xf32> init {kind = "constant", a = 0.0 : f64} of @v {role = "slot"}
ingot.variable @steps : tensor<i32> init {kind = "constant", a = 0.0 : f64} {role = "counter"}

// Two layers; @v is that of the second one. Its gradient comes first and dies at its
// update, which stands behind the last reader of @v: the gradient of its input.
// CHECK-LABEL: ingot.entry @m.train_step
ingot.entry @m.train_step(%x: tensor<?x4xf32>, %rate: tensor<f32>) attributes {kind = "train_step"} {
  // CHECK: %[[STEPS:.*]] = ingot.read @steps
  // CHECK: %[[NEXT:.*]] = ingot.add %[[STEPS]],
  // CHECK-NEXT: ingot.write %[[NEXT]] to @steps
  %steps = ingot.read @steps : tensor<i32>
  %one = ingot.fill 1 : i32 : tensor<i32>
  %next = ingot.add %steps, %one : tensor<i32>
  %w = ingot.read @w : tensor<4x4xf32>
  %v = ingot.read @v : tensor<4x4xf32>
  %h = ingot.contract "bi,io->bo" %x, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  %y = ingot.contract "bi,io->bo" %h, %v : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  // CHECK: %[[DH:.*]] = ingot.contract "bo,io->bi"
  %dh = ingot.contract "bo,io->bi" %y, %v : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
  // CHECK-NEXT: %[[DV:.*]] = ingot.contract "bi,bo->io" %{{.*}}, %{{.*}}
  %dv = ingot.contract "bi,bo->io" %h, %y : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<4x4xf32>
  // CHECK-NEXT: %[[M:.*]] = ingot.read @v.m
  // CHECK-NEXT: %[[V1:.*]], %[[M1:.*]] = ingot.apply_sgd %{{.*}}, %[[DV]] rate %{{.*}} slots %[[M]]
  // CHECK-DAG: ingot.write %[[V1]] to @v :
  // CHECK-DAG: ingot.write %[[M1]] to @v.m :
  // CHECK: %[[DW:.*]] = ingot.contract "bi,bo->io" %{{.*}}, %[[DH]]
  %dw = ingot.contract "bi,bo->io" %x, %dh : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<4x4xf32>
  // CHECK-NEXT: %[[W1:.*]] = ingot.apply_sgd %{{.*}}, %[[DW]]
  // CHECK-NEXT: ingot.write %[[W1]] to @w :
  // CHECK-NEXT: ingot.return
  %m = ingot.read @v.m : tensor<4x4xf32>
  %v1, %m1 = ingot.apply_sgd %v, %dv rate %rate slots %m {momentum = 0.5 : f32}
    : (tensor<4x4xf32>, tensor<4x4xf32>, tensor<f32>, tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>)
  %w1 = ingot.apply_sgd %w, %dw rate %rate {momentum = 0.0 : f32} : (tensor<4x4xf32>, tensor<4x4xf32>, tensor<f32>) -> tensor<4x4xf32>
  ingot.write %next to @steps : tensor<i32>
  ingot.write %v1 to @v : tensor<4x4xf32>
  ingot.write %m1 to @v.m : tensor<4x4xf32>
  ingot.write %w1 to @w : tensor<4x4xf32>
  ingot.return
}

// A late reader holds the update back: here the regularization of @w.
// CHECK-LABEL: ingot.entry @m.gradients
ingot.entry @m.gradients(%g: tensor<4x4xf32>, %rate: tensor<f32>) -> tensor<f32> attributes {kind = "gradients"} {
  %w = ingot.read @w : tensor<4x4xf32>
  %w1 = ingot.apply_sgd %w, %g rate %rate {momentum = 0.0 : f32} : (tensor<4x4xf32>, tensor<4x4xf32>, tensor<f32>) -> tensor<4x4xf32>
  // CHECK: ingot.mul
  // CHECK-NEXT: %[[W1:.*]] = ingot.apply_sgd
  // CHECK-NEXT: ingot.write %[[W1]] to @w
  %square = ingot.mul %w, %w : tensor<4x4xf32>
  %sum = ingot.reduce_sum %square axes [0, 1] : tensor<4x4xf32> -> tensor<f32>
  ingot.write %w1 to @w : tensor<4x4xf32>
  ingot.return %sum : tensor<f32>
}

// A recurrence reads what its body reads.
// CHECK-LABEL: ingot.entry @recurrent.train_step
ingot.entry @recurrent.train_step(%g: tensor<4x4xf32>, %x: tensor<3x?x4xf32>, %rate: tensor<f32>) -> tensor<3x?x4xf32> attributes {kind = "train_step"} {
  %w = ingot.read @w : tensor<4x4xf32>
  %w1 = ingot.apply_sgd %w, %g rate %rate {momentum = 0.0 : f32} : (tensor<4x4xf32>, tensor<4x4xf32>, tensor<f32>) -> tensor<4x4xf32>
  // CHECK: ingot.scan
  // CHECK: }
  // CHECK-NEXT: %[[W1:.*]] = ingot.apply_sgd
  // CHECK-NEXT: ingot.write %[[W1]] to @w
  %y = ingot.scan 3 xs(%x : tensor<3x?x4xf32>) -> (tensor<3x?x4xf32>) {
  ^bb0(%step: tensor<?x4xf32>):
    %0 = ingot.contract "bi,io->bo" %step, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
    ingot.yield %0 : tensor<?x4xf32>
  }
  ingot.write %w1 to @w : tensor<4x4xf32>
  ingot.return %y : tensor<3x?x4xf32>
}

// An update of rows stands behind what reads the table, what its body takes, and its
// own rows.
ingot.variable @t sparse : tensor<9x4xf32> init {kind = "constant", a = 0.0 : f64}
// CHECK-LABEL: ingot.entry @m.rows
ingot.entry @m.rows(%i: tensor<?xi32>, %rate: tensor<f32>) attributes {kind = "train_step"} {
  // CHECK: %[[T:.*]] = ingot.read @t
  // CHECK: %[[G:.*]] = ingot.gather_rows %[[T]]
  // CHECK: %[[HALF:.*]] = ingot.mul %{{.*}}, %{{.*}} : tensor<f32>
  // CHECK-NEXT: %[[NEXT:.*]] = ingot.update_rows %{{.*}}, %[[G]]
  // CHECK: ingot.apply_sgd %{{.*}}, %{{.*}} rate %[[HALF]]
  // CHECK: ingot.write %[[NEXT]] to @t
  // CHECK-NEXT: ingot.fill
  %t = ingot.read @t : tensor<9x4xf32>
  %g = ingot.gather_rows %t, %i : tensor<9x4xf32>, tensor<?xi32> -> tensor<?x4xf32>
  %half = ingot.mul %rate, %rate : tensor<f32>
  %other = ingot.fill 0.0 : f32 : tensor<f32>
  %next = ingot.update_rows %i, %g : tensor<?xi32>, tensor<?x4xf32> tables(%t : tensor<9x4xf32>) -> (tensor<9x4xf32>) {
  ^bb0(%sum: tensor<4xf32>, %row: tensor<4xf32>):
    %0 = ingot.apply_sgd %row, %sum rate %half {momentum = 0.0 : f32} : (tensor<4xf32>, tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
    ingot.yield %0 : tensor<4xf32>
  }
  ingot.write %next to @t : tensor<9x4xf32>
  ingot.return
}
