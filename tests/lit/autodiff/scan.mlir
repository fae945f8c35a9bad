// RUN: ingot-opt %s --ingot-differentiate --canonicalize --cse | FileCheck %s

ingot.variable @u : tensor<8x8xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @fixed : tensor<8x8xf32> init {kind = "constant", a = 0.0 : f64}

// The loss is on the last state; one weight is trained, one is not.
// CHECK-LABEL: ingot.entry @rnn
// CHECK-SAME: (%[[X:.*]]: tensor<20x?x8xf32>)
ingot.entry @rnn(%x: tensor<20x?x8xf32>) attributes {kind = "gradients"} {
  %n = ingot.batch
  %u = ingot.read @u : tensor<8x8xf32>
  %fixed = ingot.read @fixed : tensor<8x8xf32>
  %zero = ingot.fill 0.0 : f32 batch %n : tensor<?x8xf32>
  // CHECK-DAG: %[[U:.*]] = ingot.read @u
  // The forward recurrence stacks what the backward one needs: its output and the
  // state before each step.
  // CHECK: %[[FORWARD:.*]]:3 = ingot.scan 20 inits(%{{.*}}) xs(%[[X]] : tensor<20x?x8xf32>) -> (tensor<?x8xf32>, tensor<20x?x8xf32>, tensor<20x?x8xf32>)
  // CHECK: ^bb0(%[[BEFORE:.*]]: tensor<?x8xf32>, %{{.*}}: tensor<?x8xf32>):
  // CHECK: %[[AFTER:.*]] = ingot.tanh
  // CHECK: ingot.yield %[[AFTER]], %[[AFTER]], %[[BEFORE]]
  %h = ingot.scan 20 inits(%zero : tensor<?x8xf32>) xs(%x : tensor<20x?x8xf32>) -> (tensor<?x8xf32>) {
  ^bb0(%before: tensor<?x8xf32>, %step: tensor<?x8xf32>):
    %0 = ingot.contract "bi,io->bo" %step, %fixed : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32>
    %1 = ingot.contract "bi,io->bo" %before, %u : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32>
    %2 = ingot.add %0, %1 : tensor<?x8xf32>
    %3 = ingot.tanh %2 : tensor<?x8xf32>
    ingot.yield %3 : tensor<?x8xf32>
  }
  %loss = ingot.reduce_sum %h axes [0, 1] : tensor<?x8xf32> -> tensor<f32>
  // CHECK: %[[NONE:.*]] = ingot.fill 0.0{{.*}} : tensor<8x8xf32>
  // CHECK: %[[BACKWARD:.*]]:2 = ingot.scan 20 reverse inits(%{{.*}}, %[[NONE]] : tensor<?x8xf32>, tensor<8x8xf32>) xs(%[[FORWARD]]#1, %[[FORWARD]]#2 :
  // CHECK: ^bb0(%[[G:.*]]: tensor<?x8xf32>, %[[SUM:.*]]: tensor<8x8xf32>, %[[Y:.*]]: tensor<?x8xf32>, %[[H:.*]]: tensor<?x8xf32>):
  // CHECK: ingot.mul %[[G]], %[[Y]]
  // CHECK: %[[DZ:.*]] = ingot.sub %[[G]]
  // No code for the weight that is not trained, nor for the input.
  // CHECK-NEXT: %[[DH:.*]] = ingot.contract "bo,io->bi" %[[DZ]], %[[U]]
  // CHECK-NEXT: %[[DU:.*]] = ingot.contract "bi,bo->io" %[[H]], %[[DZ]]
  // CHECK-NEXT: %[[MORE:.*]] = ingot.add %[[SUM]], %[[DU]]
  // CHECK-NEXT: ingot.yield %[[DH]], %[[MORE]]
  %du = ingot.gradients %loss wrt [@u] : (tensor<f32>) -> tensor<8x8xf32>
  // CHECK: ingot.gradient_write %[[BACKWARD]]#1 to @u
  ingot.gradient_write %du to @u : tensor<8x8xf32>
  ingot.return
}

// The inner residuals are stacks of stacks in the outer recurrence.
// CHECK-LABEL: ingot.entry @nested
// CHECK-SAME: (%[[X:.*]]: tensor<6x3x?x8xf32>)
// CHECK: %[[FORWARD:.*]]:3 = ingot.scan 6 inits({{.*}}) xs(%[[X]] : {{.*}}) -> (tensor<?x8xf32>, tensor<6x3x?x8xf32>, tensor<6x3x?x8xf32>)
// CHECK: %[[INNER:.*]]:3 = ingot.scan 3 reverse {{.*}} -> (tensor<?x8xf32>, tensor<3x?x8xf32>, tensor<3x?x8xf32>)
// CHECK: ingot.yield %[[INNER]]#0, %[[INNER]]#1, %[[INNER]]#2
// CHECK: ingot.scan 6 reverse inits({{.*}}) xs(%[[FORWARD]]#1, %[[X]], %[[FORWARD]]#2
// CHECK: ^bb0(%{{.*}}: tensor<?x8xf32>, %{{.*}}: tensor<8x8xf32>, %[[Y:.*]]: tensor<3x?x8xf32>, %[[XS:.*]]: tensor<3x?x8xf32>, %[[H:.*]]: tensor<3x?x8xf32>):
// CHECK: ingot.scan 3 inits({{.*}}) xs(%[[Y]], %[[XS]], %[[H]] :
ingot.entry @nested(%x: tensor<6x3x?x8xf32>) attributes {kind = "gradients"} {
  %n = ingot.batch
  %u = ingot.read @u : tensor<8x8xf32>
  %one = ingot.fill 1.0 : f32 batch %n : tensor<?x8xf32>
  %h = ingot.scan 6 inits(%one : tensor<?x8xf32>) xs(%x : tensor<6x3x?x8xf32>) -> (tensor<?x8xf32>) {
  ^bb0(%outer: tensor<?x8xf32>, %steps: tensor<3x?x8xf32>):
    %last = ingot.scan 3 reverse inits(%outer : tensor<?x8xf32>) xs(%steps : tensor<3x?x8xf32>) -> (tensor<?x8xf32>) {
    ^bb0(%inner: tensor<?x8xf32>, %step: tensor<?x8xf32>):
      %0 = ingot.contract "bi,io->bo" %inner, %u : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32>
      %1 = ingot.mul %0, %step : tensor<?x8xf32>
      %2 = ingot.relu %1 : tensor<?x8xf32>
      ingot.yield %2 : tensor<?x8xf32>
    }
    ingot.yield %last : tensor<?x8xf32>
  }
  %loss = ingot.reduce_sum %h axes [0, 1] : tensor<?x8xf32> -> tensor<f32>
  %du = ingot.gradients %loss wrt [@u] : (tensor<f32>) -> tensor<8x8xf32>
  ingot.gradient_write %du to @u : tensor<8x8xf32>
  ingot.return
}

// What only repeats elements is computed again instead of being stacked, and a
// comparison whose operands are there.
// CHECK-LABEL: ingot.entry @again
ingot.entry @again(%x: tensor<20x4x8xf32>) attributes {kind = "gradients"} {
  %u = ingot.read @u : tensor<8x8xf32>
  %zero = ingot.fill 0.0 : f32 : tensor<4x8xf32>
  %row = ingot.reduce_sum %x axes [0, 1] : tensor<20x4x8xf32> -> tensor<8xf32>
  // CHECK: ingot.scan 20 {{.*}} -> (tensor<4x8xf32>, tensor<20x4x8xf32>) {
  %h = ingot.scan 20 inits(%zero : tensor<4x8xf32>) xs(%x : tensor<20x4x8xf32>) -> (tensor<4x8xf32>) {
  ^bb0(%before: tensor<4x8xf32>, %step: tensor<4x8xf32>):
    %0 = ingot.contract "bi,io->bo" %step, %u : tensor<4x8xf32>, tensor<8x8xf32> -> tensor<4x8xf32>
    %1 = ingot.add %0, %before : tensor<4x8xf32>
    %2 = ingot.tanh %1 : tensor<4x8xf32>
    %3 = ingot.broadcast %row dims [1] : tensor<8xf32> -> tensor<4x8xf32>
    %4 = ingot.mul %2, %3 : tensor<4x8xf32>
    %5 = ingot.compare "gt" %2, %step : tensor<4x8xf32> -> tensor<4x8xi1>
    %6 = ingot.select %5, %4, %2 : tensor<4x8xi1>, tensor<4x8xf32>
    ingot.yield %6 : tensor<4x8xf32>
  }
  %loss = ingot.reduce_sum %h axes [0, 1] : tensor<4x8xf32> -> tensor<f32>
  // CHECK: ingot.scan 20 reverse
  // CHECK: ingot.broadcast %{{.*}} dims [1] : tensor<8xf32> -> tensor<4x8xf32>
  // CHECK: ingot.compare "gt"
  // CHECK: ingot.yield
  %du = ingot.gradients %loss wrt [@u] : (tensor<f32>) -> tensor<8x8xf32>
  ingot.gradient_write %du to @u : tensor<8x8xf32>
  ingot.return
}
