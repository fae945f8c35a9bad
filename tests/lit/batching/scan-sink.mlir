// RUN: ingot-opt %s -ingot-scan-sink | FileCheck %s

// Gradients of a weight and a bias are summed behind the scan, over the steps too;
// what they need of the steps is stacked, once, and a slice not at all.
// CHECK-LABEL: ingot.entry @sums
// CHECK-SAME: (%[[X:.*]]: tensor<20x?x8xf32>, %[[G:.*]]: tensor<?x8xf32>, %[[W:.*]]: tensor<8x8xf32>, %[[B:.*]]: tensor<8xf32>)
ingot.entry @sums(%x: tensor<20x?x8xf32>, %g0: tensor<?x8xf32>, %w0: tensor<8x8xf32>, %b0: tensor<8xf32>)
    -> (tensor<8x8xf32>, tensor<8xf32>) attributes {kind = "gradients"} {
  // CHECK: %[[S:.*]]:2 = ingot.scan 20 reverse inits(%[[G]] : tensor<?x8xf32>) xs(%[[X]] : tensor<20x?x8xf32>) -> (tensor<?x8xf32>, tensor<20x?x8xf32>) {
  // CHECK-NEXT: ^bb0(%[[BEFORE:.*]]: tensor<?x8xf32>, %[[SLICE:.*]]: tensor<?x8xf32>):
  // CHECK-NEXT: %[[DZ:.*]] = ingot.mul %[[BEFORE]], %[[SLICE]]
  // CHECK-NEXT: ingot.yield %[[DZ]], %[[DZ]]
  // CHECK: %[[DW:.*]] = ingot.contract "tbi,tbo->io" %[[X]], %[[S]]#1 : tensor<20x?x8xf32>, tensor<20x?x8xf32> -> tensor<8x8xf32>
  // CHECK: %[[SUM:.*]] = ingot.add %[[W]], %[[DW]]
  // CHECK: %[[DB:.*]] = ingot.reduce_sum %[[S]]#1 axes [0, 1] : tensor<20x?x8xf32> -> tensor<8xf32>
  // CHECK: %[[SUMB:.*]] = ingot.add %[[B]], %[[DB]]
  // CHECK: ingot.return %[[SUM]], %[[SUMB]]
  %g, %w, %b = ingot.scan 20 reverse inits(%g0, %w0, %b0 : tensor<?x8xf32>, tensor<8x8xf32>, tensor<8xf32>)
      xs(%x : tensor<20x?x8xf32>) -> (tensor<?x8xf32>, tensor<8x8xf32>, tensor<8xf32>) {
  ^bb0(%before: tensor<?x8xf32>, %wsum: tensor<8x8xf32>, %bsum: tensor<8xf32>, %step: tensor<?x8xf32>):
    %dz = ingot.mul %before, %step : tensor<?x8xf32>
    %dw = ingot.contract "bi,bo->io" %step, %dz : tensor<?x8xf32>, tensor<?x8xf32> -> tensor<8x8xf32>
    %w = ingot.add %wsum, %dw : tensor<8x8xf32>
    %db = ingot.reduce_sum %dz axes [0] : tensor<?x8xf32> -> tensor<8xf32>
    %b = ingot.add %bsum, %db : tensor<8xf32>
    ingot.yield %dz, %w, %b : tensor<?x8xf32>, tensor<8x8xf32>, tensor<8xf32>
  }
  // The scan's own last carry is not returned but stays: it is what the next step needs.
  ingot.return %w, %b : tensor<8x8xf32>, tensor<8xf32>
}

// A stacked result that ends in a contraction and its bias.
// CHECK-LABEL: ingot.entry @stack
// CHECK-SAME: (%[[X:.*]]: tensor<20x?x8xf32>, %[[H:.*]]: tensor<?x8xf32>, %[[W:.*]]: tensor<8x3xf32>, %[[B:.*]]: tensor<?x3xf32>)
ingot.entry @stack(%x: tensor<20x?x8xf32>, %h0: tensor<?x8xf32>, %w: tensor<8x3xf32>, %b: tensor<?x3xf32>)
    -> (tensor<20x?x3xf32>) attributes {kind = "predict"} {
  // CHECK: %[[S:.*]]:2 = ingot.scan 20
  // CHECK: ingot.yield %[[AFTER:.*]], %[[AFTER]] : tensor<?x8xf32>, tensor<?x8xf32>
  // CHECK: %[[HW:.*]] = ingot.contract "tbi,io->tbo" %[[S]]#1, %[[W]] : tensor<20x?x8xf32>, tensor<8x3xf32> -> tensor<20x?x3xf32>
  // CHECK: %[[BIAS:.*]] = ingot.broadcast %[[B]] dims [1, 2] {{.*}} -> tensor<20x?x3xf32>
  // CHECK: %[[Y:.*]] = ingot.add %[[HW]], %[[BIAS]]
  // CHECK: ingot.return %[[Y]]
  %h, %ys = ingot.scan 20 inits(%h0 : tensor<?x8xf32>) xs(%x : tensor<20x?x8xf32>) -> (tensor<?x8xf32>, tensor<20x?x3xf32>) {
  ^bb0(%before: tensor<?x8xf32>, %step: tensor<?x8xf32>):
    %after = ingot.mul %before, %step : tensor<?x8xf32>
    %hw = ingot.contract "bi,io->bo" %after, %w : tensor<?x8xf32>, tensor<8x3xf32> -> tensor<?x3xf32>
    %y = ingot.add %hw, %b : tensor<?x3xf32>
    ingot.yield %after, %y : tensor<?x8xf32>, tensor<?x3xf32>
  }
  ingot.return %ys : tensor<20x?x3xf32>
}

// The next step reads the product: it stays, and so does a sum of what is no sum
// by itself.
// CHECK-LABEL: ingot.entry @stays
ingot.entry @stays(%x: tensor<20x?x8xf32>, %h0: tensor<?x8xf32>, %w: tensor<8x8xf32>)
    -> (tensor<?x8xf32>, tensor<20x?x8xf32>) attributes {kind = "predict"} {
  // CHECK-NEXT: ingot.scan
  // CHECK-NEXT: ^bb0
  // CHECK-NEXT: ingot.contract "bi,io->bo"
  // CHECK-NEXT: ingot.add
  // CHECK-NEXT: ingot.yield
  %s, %h, %hs = ingot.scan 20 inits(%h0, %h0 : tensor<?x8xf32>, tensor<?x8xf32>) xs(%x : tensor<20x?x8xf32>)
      -> (tensor<?x8xf32>, tensor<?x8xf32>, tensor<20x?x8xf32>) {
  ^bb0(%sum: tensor<?x8xf32>, %before: tensor<?x8xf32>, %step: tensor<?x8xf32>):
    %after = ingot.contract "bi,io->bo" %before, %w : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32>
    %next = ingot.add %sum, %step : tensor<?x8xf32>
    ingot.yield %next, %after, %after : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>
  }
  ingot.return %s, %hs : tensor<?x8xf32>, tensor<20x?x8xf32>
}
