// RUN: ingot-opt %s -ingot-distribute-time | FileCheck %s

ingot.variable @w : tensor<4x3xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @r : tensor<3x3xf32> init {kind = "constant", a = 0.0 : f64}

// The products of all steps are one, and weights are read once.
// CHECK-LABEL: ingot.entry @rows
// CHECK-SAME: (%[[X:.*]]: tensor<?x5x4xf32>)
ingot.entry @rows(%x: tensor<?x5x4xf32>) -> (tensor<?x5x3xf32>) attributes {kind = "predict"} {
  // CHECK-NEXT: %[[W:.*]] = ingot.read @w : tensor<4x3xf32>
  // CHECK-NEXT: %[[XW:.*]] = ingot.contract "bti,io->bto" %[[X]], %[[W]] : tensor<?x5x4xf32>, tensor<4x3xf32> -> tensor<?x5x3xf32>
  // CHECK-NEXT: %[[Y:.*]] = ingot.softmax %[[XW]] : tensor<?x5x3xf32>
  // CHECK-NEXT: ingot.return %[[Y]]
  %y = ingot.time_distributed %x : tensor<?x5x4xf32> -> tensor<?x5x3xf32> {
  ^bb0(%step: tensor<?x4xf32>):
    %w = ingot.read @w : tensor<4x3xf32>
    %0 = ingot.contract "bi,io->bo" %step, %w : tensor<?x4xf32>, tensor<4x3xf32> -> tensor<?x3xf32>
    %1 = ingot.softmax %0 : tensor<?x3xf32>
    ingot.yield %1 : tensor<?x3xf32>
  }
  ingot.return %y : tensor<?x5x3xf32>
}

// Inside and outside, one after the other: two dimensions.
// CHECK-LABEL: ingot.entry @steps_of_steps
// CHECK-NOT: ingot.scan
// CHECK: ingot.contract "bsti,io->bsto" %{{.*}}, %{{.*}} : tensor<?x2x5x4xf32>, tensor<4x3xf32> -> tensor<?x2x5x3xf32>
ingot.entry @steps_of_steps(%x: tensor<?x2x5x4xf32>) -> (tensor<?x2x5x3xf32>) attributes {kind = "predict"} {
  %y = ingot.time_distributed %x : tensor<?x2x5x4xf32> -> tensor<?x2x5x3xf32> {
  ^bb0(%part: tensor<?x5x4xf32>):
    %z = ingot.time_distributed %part : tensor<?x5x4xf32> -> tensor<?x5x3xf32> {
    ^bb0(%step: tensor<?x4xf32>):
      %w = ingot.read @w : tensor<4x3xf32>
      %0 = ingot.contract "bi,io->bo" %step, %w : tensor<?x4xf32>, tensor<4x3xf32> -> tensor<?x3xf32>
      ingot.yield %0 : tensor<?x3xf32>
    }
    ingot.yield %z : tensor<?x5x3xf32>
  }
  ingot.return %y : tensor<?x2x5x3xf32>
}

// A recurrence in each step is one recurrence, of as many rows as there are in all steps.
// CHECK-LABEL: ingot.entry @recurrence
ingot.entry @recurrence(%x: tensor<?x6x5x3xf32>) -> (tensor<?x6x3xf32>) attributes {kind = "predict"} {
  // CHECK: %[[ZEROS:.*]] = ingot.fill 0.000000e+00 : f32 batch %{{.*}} : tensor<?x6x3xf32>
  // CHECK: %[[H:.*]] = ingot.scan 5 inits(%[[ZEROS]] : tensor<?x6x3xf32>) xs(%{{.*}} : tensor<5x?x6x3xf32>) -> (tensor<?x6x3xf32>) {
  // CHECK-NEXT: ^bb0(%[[BEFORE:.*]]: tensor<?x6x3xf32>, %{{.*}}: tensor<?x6x3xf32>):
  // CHECK-NEXT: ingot.contract "bti,io->bto" %[[BEFORE]], %{{.*}} : tensor<?x6x3xf32>, tensor<3x3xf32> -> tensor<?x6x3xf32>
  // CHECK: ingot.return %[[H]] : tensor<?x6x3xf32>
  %y = ingot.time_distributed %x : tensor<?x6x5x3xf32> -> tensor<?x6x3xf32> {
  ^bb0(%part: tensor<?x5x3xf32>):
    %n = ingot.batch
    %r = ingot.read @r : tensor<3x3xf32>
    %zero = ingot.fill 0.0 : f32 batch %n : tensor<?x3xf32>
    %xs = ingot.transpose %part perm [1, 0, 2] : tensor<?x5x3xf32> -> tensor<5x?x3xf32>
    %h = ingot.scan 5 inits(%zero : tensor<?x3xf32>) xs(%xs : tensor<5x?x3xf32>) -> (tensor<?x3xf32>) {
    ^bb0(%before: tensor<?x3xf32>, %step: tensor<?x3xf32>):
      %0 = ingot.contract "bi,io->bo" %before, %r : tensor<?x3xf32>, tensor<3x3xf32> -> tensor<?x3xf32>
      %1 = ingot.add %0, %step : tensor<?x3xf32>
      ingot.yield %1 : tensor<?x3xf32>
    }
    ingot.yield %h : tensor<?x3xf32>
  }
  ingot.return %y : tensor<?x6x3xf32>
}

// The rows of a step meet in a number: one step after the other.
// CHECK-LABEL: ingot.entry @rows_that_meet
// CHECK-SAME: (%[[X:.*]]: tensor<?x5x4xf32>)
ingot.entry @rows_that_meet(%x: tensor<?x5x4xf32>) -> (tensor<?x5x4xf32>) attributes {kind = "predict"} {
  // CHECK: %[[XS:.*]] = ingot.transpose %[[X]] perm [1, 0, 2] : tensor<?x5x4xf32> -> tensor<5x?x4xf32>
  // CHECK-NEXT: %[[YS:.*]] = ingot.scan 5 xs(%[[XS]] : tensor<5x?x4xf32>) -> (tensor<5x?x4xf32>) {
  // CHECK: ingot.reduce_sum
  // CHECK: %[[Y:.*]] = ingot.transpose %[[YS]] perm [1, 0, 2] : tensor<5x?x4xf32> -> tensor<?x5x4xf32>
  // CHECK-NEXT: ingot.return %[[Y]]
  %y = ingot.time_distributed %x : tensor<?x5x4xf32> -> tensor<?x5x4xf32> {
  ^bb0(%step: tensor<?x4xf32>):
    %n = ingot.batch
    %doubled = ingot.add %step, %step : tensor<?x4xf32>
    %sum = ingot.reduce_sum %doubled axes [0, 1] : tensor<?x4xf32> -> tensor<f32>
    %all = ingot.broadcast %sum dims [] batch %n : tensor<f32> -> tensor<?x4xf32>
    %0 = ingot.sub %step, %all : tensor<?x4xf32>
    ingot.yield %0 : tensor<?x4xf32>
  }
  ingot.return %y : tensor<?x5x4xf32>
}

// Each step draws for itself, in both ways.
// CHECK-LABEL: ingot.entry @random
// CHECK-SAME: (%[[X:.*]]: tensor<?x5x4xf32>, %[[KEY:.*]]: tensor<2xi32>)
ingot.entry @random(%x: tensor<?x5x4xf32>, %key: tensor<2xi32>) -> (tensor<?x5x4xf32>, tensor<?x5x4xf32>) attributes {kind = "predict"} {
  // CHECK: %[[Y:.*]] = ingot.random_mask %[[X]] key %[[KEY]] rate 5.000000e-01 salt 0 : tensor<?x5x4xf32>
  %y = ingot.time_distributed %x : tensor<?x5x4xf32> -> tensor<?x5x4xf32> {
  ^bb0(%step: tensor<?x4xf32>):
    %0 = ingot.random_mask %step key %key rate 0.5 salt 0 : tensor<?x4xf32>
    ingot.yield %0 : tensor<?x4xf32>
  }
  // CHECK: %[[ONES:.*]] = ingot.fill 1.000000e+00 : f32 {{.*}} : tensor<5x?x4xf32>
  // CHECK: %[[MASKS:.*]] = ingot.random_mask %[[ONES]] key %[[KEY]] rate 5.000000e-01 salt 1 : tensor<5x?x4xf32>
  // CHECK: ingot.scan 5 xs(%{{.*}}, %[[MASKS]] : tensor<5x?x4xf32>, tensor<5x?x4xf32>)
  // CHECK: ^bb0(%[[STEP:.*]]: tensor<?x4xf32>, %[[MASK:.*]]: tensor<?x4xf32>):
  // CHECK: ingot.mul %[[STEP]], %[[MASK]]
  %z = ingot.time_distributed %x : tensor<?x5x4xf32> -> tensor<?x5x4xf32> {
  ^bb0(%step: tensor<?x4xf32>):
    %n = ingot.batch
    %0 = ingot.random_mask %step key %key rate 0.5 salt 1 : tensor<?x4xf32>
    %sum = ingot.reduce_sum %0 axes [0, 1] : tensor<?x4xf32> -> tensor<f32>
    %all = ingot.broadcast %sum dims [] batch %n : tensor<f32> -> tensor<?x4xf32>
    %1 = ingot.sub %0, %all : tensor<?x4xf32>
    ingot.yield %1 : tensor<?x4xf32>
  }
  ingot.return %y, %z : tensor<?x5x4xf32>, tensor<?x5x4xf32>
}
