// RUN: ingot-opt %s -ingot-scan-hoist | FileCheck %s

// x . W and its bias leave; the product with the state stays.
// CHECK-LABEL: ingot.entry @rnn
// CHECK-SAME: (%[[X:.*]]: tensor<20x?x4xf32>, %[[H:.*]]: tensor<?x8xf32>, %[[W:.*]]: tensor<4x8xf32>, %[[U:.*]]: tensor<8x8xf32>, %[[B:.*]]: tensor<8xf32>)
ingot.entry @rnn(%x: tensor<20x?x4xf32>, %h0: tensor<?x8xf32>, %w: tensor<4x8xf32>, %u: tensor<8x8xf32>, %b: tensor<8xf32>)
    -> (tensor<?x8xf32>) attributes {kind = "predict"} {
  // CHECK: %[[N:.*]] = ingot.batch
  // CHECK: %[[BIAS:.*]] = ingot.broadcast %[[B]] dims [1] batch %[[N]] : tensor<8xf32> -> tensor<?x8xf32>
  // CHECK: %[[XW:.*]] = ingot.contract "tbi,io->tbo" %[[X]], %[[W]] : tensor<20x?x4xf32>, tensor<4x8xf32> -> tensor<20x?x8xf32>
  // CHECK: %[[BIASES:.*]] = ingot.broadcast %[[BIAS]] dims [1, 2] {{.*}} : tensor<?x8xf32> -> tensor<20x?x8xf32>
  // CHECK: %[[Z:.*]] = ingot.add %[[XW]], %[[BIASES]] : tensor<20x?x8xf32>
  // CHECK: ingot.scan 20 inits(%[[H]] : tensor<?x8xf32>) xs(%[[Z]] : tensor<20x?x8xf32>) -> (tensor<?x8xf32>) {
  // CHECK-NEXT: ^bb0(%[[BEFORE:.*]]: tensor<?x8xf32>, %[[SLICE:.*]]: tensor<?x8xf32>):
  // CHECK-NEXT: %[[HU:.*]] = ingot.contract "bi,io->bo" %[[BEFORE]], %[[U]]
  // CHECK-NEXT: %[[SUM:.*]] = ingot.add %[[SLICE]], %[[HU]]
  // CHECK-NEXT: %[[AFTER:.*]] = ingot.tanh %[[SUM]]
  // CHECK-NEXT: ingot.yield %[[AFTER]] : tensor<?x8xf32>
  %h = ingot.scan 20 inits(%h0 : tensor<?x8xf32>) xs(%x : tensor<20x?x4xf32>) -> (tensor<?x8xf32>) {
  ^bb0(%before: tensor<?x8xf32>, %step: tensor<?x4xf32>):
    %n = ingot.batch
    %bias = ingot.broadcast %b dims [1] batch %n : tensor<8xf32> -> tensor<?x8xf32>
    %xw = ingot.contract "bi,io->bo" %step, %w : tensor<?x4xf32>, tensor<4x8xf32> -> tensor<?x8xf32>
    %z = ingot.add %xw, %bias : tensor<?x8xf32>
    %hu = ingot.contract "bi,io->bo" %before, %u : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32>
    %sum = ingot.add %z, %hu : tensor<?x8xf32>
    %after = ingot.tanh %sum : tensor<?x8xf32>
    ingot.yield %after : tensor<?x8xf32>
  }
  ingot.return %h : tensor<?x8xf32>
}

// What is needed by a contraction goes before it; its other readers get a slice.
// CHECK-LABEL: ingot.entry @needed
// CHECK-SAME: (%[[X:.*]]: tensor<20x?x4xf32>, %[[W:.*]]: tensor<4x4xf32>
ingot.entry @needed(%x: tensor<20x?x4xf32>, %w: tensor<4x4xf32>, %h0: tensor<?x4xf32>) -> (tensor<?x4xf32>)
    attributes {kind = "predict"} {
  // CHECK: %[[T:.*]] = ingot.tanh %[[X]] : tensor<20x?x4xf32>
  // CHECK: %[[TW:.*]] = ingot.contract "tbi,io->tbo" %[[T]], %[[W]]
  // CHECK: ingot.scan 20 reverse inits({{.*}}) xs(%[[T]], %[[TW]] : tensor<20x?x4xf32>, tensor<20x?x4xf32>)
  // CHECK-NEXT: ^bb0
  // CHECK-NEXT: ingot.mul
  // CHECK-NEXT: ingot.add
  // CHECK-NEXT: ingot.yield
  %h = ingot.scan 20 reverse inits(%h0 : tensor<?x4xf32>) xs(%x : tensor<20x?x4xf32>) -> (tensor<?x4xf32>) {
  ^bb0(%before: tensor<?x4xf32>, %step: tensor<?x4xf32>):
    %t = ingot.tanh %step : tensor<?x4xf32>
    %tw = ingot.contract "bi,io->bo" %t, %w : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>
    %gated = ingot.mul %before, %t : tensor<?x4xf32>
    %after = ingot.add %gated, %tw : tensor<?x4xf32>
    ingot.yield %after : tensor<?x4xf32>
  }
  ingot.return %h : tensor<?x4xf32>
}

// Elementwise ops alone stay: a stack of them would only cost memory.
// CHECK-LABEL: ingot.entry @cheap
ingot.entry @cheap(%x: tensor<20x?x4xf32>, %h0: tensor<?x4xf32>) -> (tensor<?x4xf32>) attributes {kind = "predict"} {
  // CHECK-NEXT: ingot.scan
  // CHECK-NEXT: ^bb0
  // CHECK-NEXT: ingot.tanh
  %h = ingot.scan 20 inits(%h0 : tensor<?x4xf32>) xs(%x : tensor<20x?x4xf32>) -> (tensor<?x4xf32>) {
  ^bb0(%before: tensor<?x4xf32>, %step: tensor<?x4xf32>):
    %t = ingot.tanh %step : tensor<?x4xf32>
    %after = ingot.add %before, %t : tensor<?x4xf32>
    ingot.yield %after : tensor<?x4xf32>
  }
  ingot.return %h : tensor<?x4xf32>
}

// Equal and unused xs, equal and unused stacks, a stack that is one of the xs, a
// carry that does not change.
// CHECK-LABEL: ingot.entry @tidy
// CHECK-SAME: (%[[X:.*]]: tensor<20x?x4xf32>, %[[H:.*]]: tensor<?x4xf32>, %[[C:.*]]: tensor<?x4xf32>)
ingot.entry @tidy(%x: tensor<20x?x4xf32>, %h0: tensor<?x4xf32>, %c0: tensor<?x4xf32>)
    -> (tensor<?x4xf32>, tensor<20x?x4xf32>, tensor<20x?x4xf32>, tensor<20x?x4xf32>) attributes {kind = "predict"} {
  // CHECK-NEXT: %[[S:.*]]:2 = ingot.scan 20 inits(%[[H]] : tensor<?x4xf32>) xs(%[[X]] : tensor<20x?x4xf32>) -> (tensor<?x4xf32>, tensor<20x?x4xf32>) {
  // CHECK-NEXT: ^bb0(%[[BEFORE:.*]]: tensor<?x4xf32>, %[[SLICE:.*]]: tensor<?x4xf32>):
  // CHECK-NEXT: %[[SUM:.*]] = ingot.add %[[BEFORE]], %[[SLICE]]
  // CHECK-NEXT: %[[AFTER:.*]] = ingot.mul %[[SUM]], %[[C]]
  // CHECK-NEXT: ingot.yield %[[AFTER]], %[[AFTER]]
  // CHECK: ingot.return %[[S]]#0, %[[S]]#1, %[[S]]#1, %[[X]]
  %c, %h, %a, %b, %same, %unused = ingot.scan 20 inits(%c0, %h0 : tensor<?x4xf32>, tensor<?x4xf32>)
      xs(%x, %x, %x : tensor<20x?x4xf32>, tensor<20x?x4xf32>, tensor<20x?x4xf32>)
      -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<20x?x4xf32>, tensor<20x?x4xf32>, tensor<20x?x4xf32>, tensor<20x?x4xf32>) {
  ^bb0(%constant: tensor<?x4xf32>, %before: tensor<?x4xf32>, %p: tensor<?x4xf32>, %q: tensor<?x4xf32>, %r: tensor<?x4xf32>):
    %dead = ingot.exp %p : tensor<?x4xf32>
    %sum = ingot.add %before, %q : tensor<?x4xf32>
    %after = ingot.mul %sum, %constant : tensor<?x4xf32>
    ingot.yield %constant, %after, %after, %after, %q, %sum
        : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
  }
  ingot.return %h, %a, %b, %same : tensor<?x4xf32>, tensor<20x?x4xf32>, tensor<20x?x4xf32>, tensor<20x?x4xf32>
}
