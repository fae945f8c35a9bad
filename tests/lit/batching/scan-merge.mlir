// RUN: ingot-opt %s -ingot-scan-merge -canonicalize | FileCheck %s

// Two calls of one cell: what differs is put side by side behind the batch, what is the
// same is not; a step has one product. Where the second needs something that comes
// behind the first, that goes before both.
// CHECK-LABEL: ingot.entry @gated
// CHECK-SAME: (%[[A:.*]]: tensor<20x?x8xf32>, %[[B:.*]]: tensor<20x?x8xf32>, %[[H:.*]]: tensor<?x8xf32>, %[[G:.*]]: tensor<?x8xf32>, %[[U:.*]]: tensor<8x8xf32>)
ingot.entry @gated(%a: tensor<20x?x8xf32>, %b: tensor<20x?x8xf32>, %h0: tensor<?x8xf32>, %g: tensor<?x8xf32>, %u: tensor<8x8xf32>)
    -> (tensor<?x8xf32>, tensor<20x?x8xf32>, tensor<20x?x8xf32>) attributes {kind = "predict"} {
  // CHECK-DAG: %[[T:.*]] = ingot.tanh %[[B]]
  // CHECK-DAG: %[[A1:.*]] = ingot.view_as %[[A]] : tensor<20x?x8xf32> -> tensor<20x?x1x8xf32>
  // CHECK-DAG: %[[T1:.*]] = ingot.view_as %[[T]] : tensor<20x?x8xf32> -> tensor<20x?x1x8xf32>
  // CHECK: %[[X:.*]] = ingot.concat %[[A1]], %[[T1]] axis 2
  // CHECK: %[[H2:.*]] = ingot.broadcast %[[H]] dims [0, 2] {{.*}} : tensor<?x8xf32> -> tensor<?x2x8xf32>
  // CHECK: %[[S:.*]]:2 = ingot.scan 20 inits(%[[H2]] : tensor<?x2x8xf32>) xs(%[[X]] : tensor<20x?x2x8xf32>) -> (tensor<?x2x8xf32>, tensor<20x?x2x8xf32>)
  // CHECK-NEXT: ^bb0(%[[BEFORE:.*]]: tensor<?x2x8xf32>, %[[STEP:.*]]: tensor<?x2x8xf32>):
  // CHECK-NEXT: %[[HU:.*]] = ingot.contract "bti,io->bto" %[[BEFORE]], %[[U]]
  // CHECK-NEXT: %[[Z:.*]] = ingot.add %[[STEP]], %[[HU]]
  // CHECK-NEXT: %[[GATE:.*]] = ingot.sigmoid %[[Z]]
  // CHECK-NEXT: %[[AFTER:.*]] = ingot.mul %[[GATE]], %[[BEFORE]]
  // CHECK-NEXT: ingot.yield %[[AFTER]], %[[GATE]]
  // CHECK: ingot.slice %[[S]]#0 axis 1 from 1 size 1 : tensor<?x2x8xf32> -> tensor<?x1x8xf32>
  // CHECK-DAG: ingot.slice %[[S]]#1 axis 2 from 0 size 1 : tensor<20x?x2x8xf32> -> tensor<20x?x1x8xf32>
  // CHECK-DAG: ingot.slice %[[S]]#1 axis 2 from 1 size 1
  // CHECK-NOT: ingot.scan
  // CHECK: ingot.return
  %h, %ys = ingot.scan 20 inits(%h0 : tensor<?x8xf32>) xs(%a : tensor<20x?x8xf32>) -> (tensor<?x8xf32>, tensor<20x?x8xf32>) {
  ^bb0(%before: tensor<?x8xf32>, %step: tensor<?x8xf32>):
    %hu = ingot.contract "bi,io->bo" %before, %u : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32>
    %z = ingot.add %step, %hu : tensor<?x8xf32>
    %gate = ingot.sigmoid %z : tensor<?x8xf32>
    %after = ingot.mul %gate, %before : tensor<?x8xf32>
    ingot.yield %after, %gate : tensor<?x8xf32>, tensor<?x8xf32>
  }
  %t = ingot.tanh %b : tensor<20x?x8xf32>
  %k, %zs = ingot.scan 20 inits(%h0 : tensor<?x8xf32>) xs(%t : tensor<20x?x8xf32>) -> (tensor<?x8xf32>, tensor<20x?x8xf32>) {
  ^bb0(%before: tensor<?x8xf32>, %step: tensor<?x8xf32>):
    %hu = ingot.contract "bi,io->bo" %before, %u : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32>
    %z = ingot.add %step, %hu : tensor<?x8xf32>
    %gate = ingot.sigmoid %z : tensor<?x8xf32>
    %after = ingot.mul %gate, %before : tensor<?x8xf32>
    ingot.yield %after, %gate : tensor<?x8xf32>, tensor<?x8xf32>
  }
  ingot.return %k, %ys, %zs : tensor<?x8xf32>, tensor<20x?x8xf32>, tensor<20x?x8xf32>
}

// The second begins with what the first ends in; the third has another weight, the fourth
// another direction.
// CHECK-LABEL: ingot.entry @apart
// CHECK-COUNT-4: ingot.scan
ingot.entry @apart(%a: tensor<20x?x8xf32>, %b: tensor<20x?x8xf32>, %h0: tensor<?x8xf32>, %u: tensor<?x8xf32>, %v: tensor<?x8xf32>)
    -> (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>) attributes {kind = "predict"} {
  %h = ingot.scan 20 inits(%h0 : tensor<?x8xf32>) xs(%a : tensor<20x?x8xf32>) -> (tensor<?x8xf32>) {
  ^bb0(%before: tensor<?x8xf32>, %step: tensor<?x8xf32>):
    %z = ingot.add %step, %u : tensor<?x8xf32>
    %after = ingot.mul %z, %before : tensor<?x8xf32>
    ingot.yield %after : tensor<?x8xf32>
  }
  %twice = ingot.add %h, %h : tensor<?x8xf32>
  %i = ingot.scan 20 inits(%twice : tensor<?x8xf32>) xs(%b : tensor<20x?x8xf32>) -> (tensor<?x8xf32>) {
  ^bb0(%before: tensor<?x8xf32>, %step: tensor<?x8xf32>):
    %z = ingot.add %step, %u : tensor<?x8xf32>
    %after = ingot.mul %z, %before : tensor<?x8xf32>
    ingot.yield %after : tensor<?x8xf32>
  }
  %j = ingot.scan 20 inits(%h0 : tensor<?x8xf32>) xs(%b : tensor<20x?x8xf32>) -> (tensor<?x8xf32>) {
  ^bb0(%before: tensor<?x8xf32>, %step: tensor<?x8xf32>):
    %z = ingot.add %step, %v : tensor<?x8xf32>
    %after = ingot.mul %z, %before : tensor<?x8xf32>
    ingot.yield %after : tensor<?x8xf32>
  }
  %k = ingot.scan 20 reverse inits(%h0 : tensor<?x8xf32>) xs(%b : tensor<20x?x8xf32>) -> (tensor<?x8xf32>) {
  ^bb0(%before: tensor<?x8xf32>, %step: tensor<?x8xf32>):
    %z = ingot.add %step, %u : tensor<?x8xf32>
    %after = ingot.mul %z, %before : tensor<?x8xf32>
    ingot.yield %after : tensor<?x8xf32>
  }
  ingot.return %i, %j, %k : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>
}

// Three become one; a carry without the batch has the new dimension in front.
// CHECK-LABEL: ingot.entry @three
// CHECK: ingot.scan 4 inits({{.*}} : tensor<3x2xf32>) xs({{.*}} : tensor<4x3x2xf32>)
// CHECK-NOT: ingot.scan
ingot.entry @three(%a: tensor<4x2xf32>, %b: tensor<4x2xf32>, %c: tensor<4x2xf32>, %s: tensor<2xf32>)
    -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) attributes {kind = "predict"} {
  %x = ingot.scan 4 inits(%s : tensor<2xf32>) xs(%a : tensor<4x2xf32>) -> (tensor<2xf32>) {
  ^bb0(%before: tensor<2xf32>, %step: tensor<2xf32>):
    %after = ingot.mul %before, %step : tensor<2xf32>
    ingot.yield %after : tensor<2xf32>
  }
  %y = ingot.scan 4 inits(%s : tensor<2xf32>) xs(%b : tensor<4x2xf32>) -> (tensor<2xf32>) {
  ^bb0(%before: tensor<2xf32>, %step: tensor<2xf32>):
    %after = ingot.mul %before, %step : tensor<2xf32>
    ingot.yield %after : tensor<2xf32>
  }
  %z = ingot.scan 4 inits(%s : tensor<2xf32>) xs(%c : tensor<4x2xf32>) -> (tensor<2xf32>) {
  ^bb0(%before: tensor<2xf32>, %step: tensor<2xf32>):
    %after = ingot.mul %before, %step : tensor<2xf32>
    ingot.yield %after : tensor<2xf32>
  }
  ingot.return %x, %y, %z : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// One key draws one mask for all steps, and for both.
// CHECK-LABEL: ingot.entry @masks
// CHECK: ingot.scan 4 inits({{.*}} : tensor<?x2x2xf32>)
// CHECK: ingot.random_mask {{.*}} {shared = array<i64: 1>} : tensor<?x2x2xf32>
// CHECK-NOT: ingot.scan
ingot.entry @masks(%a: tensor<4x?x2xf32>, %b: tensor<4x?x2xf32>, %s: tensor<?x2xf32>, %key: tensor<2xi32>)
    -> (tensor<?x2xf32>, tensor<?x2xf32>) attributes {kind = "evaluate"} {
  %x = ingot.scan 4 inits(%s : tensor<?x2xf32>) xs(%a : tensor<4x?x2xf32>) -> (tensor<?x2xf32>) {
  ^bb0(%before: tensor<?x2xf32>, %step: tensor<?x2xf32>):
    %masked = ingot.random_mask %before key %key rate 0.5 salt 7 : tensor<?x2xf32>
    %after = ingot.mul %masked, %step : tensor<?x2xf32>
    ingot.yield %after : tensor<?x2xf32>
  }
  %y = ingot.scan 4 inits(%s : tensor<?x2xf32>) xs(%b : tensor<4x?x2xf32>) -> (tensor<?x2xf32>) {
  ^bb0(%before: tensor<?x2xf32>, %step: tensor<?x2xf32>):
    %masked = ingot.random_mask %before key %key rate 0.5 salt 7 : tensor<?x2xf32>
    %after = ingot.mul %masked, %step : tensor<?x2xf32>
    ingot.yield %after : tensor<?x2xf32>
  }
  ingot.return %x, %y : tensor<?x2xf32>, tensor<?x2xf32>
}

ingot.variable @w : tensor<2x2xf32> init {kind = "constant", a = 0.0 : f64}

// What has gradients keeps its steps apart.
// CHECK-LABEL: ingot.entry @trained
// CHECK-COUNT-2: ingot.scan
ingot.entry @trained(%a: tensor<4x?x2xf32>, %b: tensor<4x?x2xf32>, %s: tensor<?x2xf32>) -> (tensor<f32>) attributes {kind = "gradients"} {
  %w = ingot.read @w : tensor<2x2xf32>
  %x = ingot.scan 4 inits(%s : tensor<?x2xf32>) xs(%a : tensor<4x?x2xf32>) -> (tensor<?x2xf32>) {
  ^bb0(%before: tensor<?x2xf32>, %step: tensor<?x2xf32>):
    %hu = ingot.contract "bi,io->bo" %before, %w : tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x2xf32>
    %after = ingot.mul %hu, %step : tensor<?x2xf32>
    ingot.yield %after : tensor<?x2xf32>
  }
  %y = ingot.scan 4 inits(%s : tensor<?x2xf32>) xs(%b : tensor<4x?x2xf32>) -> (tensor<?x2xf32>) {
  ^bb0(%before: tensor<?x2xf32>, %step: tensor<?x2xf32>):
    %hu = ingot.contract "bi,io->bo" %before, %w : tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x2xf32>
    %after = ingot.mul %hu, %step : tensor<?x2xf32>
    ingot.yield %after : tensor<?x2xf32>
  }
  %sum = ingot.add %x, %y : tensor<?x2xf32>
  %loss = ingot.reduce_sum %sum axes [0, 1] : tensor<?x2xf32> -> tensor<f32>
  %d = ingot.gradients %loss wrt [@w] : (tensor<f32>) -> (tensor<2x2xf32>)
  ingot.gradient_write %d to @w : tensor<2x2xf32>
  ingot.return %loss : tensor<f32>
}
