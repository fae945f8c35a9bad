// RUN: ingot-opt %s --ingot-distribute-time | FileCheck %s

// Each step is a call: along the time nothing is shared, but what the layer shares is.
// CHECK-LABEL: ingot.entry @steps
// CHECK-SAME: (%[[X:.*]]: tensor<?x7x4xf32>)
ingot.entry @steps(%x: tensor<?x7x4xf32>) -> tensor<?x7x4xf32> attributes {kind = "train_step"} {
  // CHECK-NEXT: %[[A:.*]] = ingot.dropout %[[X]] rate 5.000000e-01 {noise_shape = array<i64: -1, -1, -1>} : tensor<?x7x4xf32>
  // CHECK-NEXT: %[[B:.*]] = ingot.dropout %[[A]] rate 2.500000e-01 {noise_shape = array<i64: 1, -1, 4>, seed = 5 : i64}
  // CHECK-NEXT: ingot.return %[[B]]
  %0 = ingot.time_distributed %x : tensor<?x7x4xf32> -> tensor<?x7x4xf32> {
  ^bb0(%step: tensor<?x4xf32>):
    %1 = ingot.dropout %step rate 0.5 : tensor<?x4xf32> -> tensor<?x4xf32>
    %2 = ingot.dropout %1 rate 0.25 {noise_shape = array<i64: 1, 4>, seed = 5 : i64} : tensor<?x4xf32> -> tensor<?x4xf32>
    ingot.yield %2 : tensor<?x4xf32>
  }
  ingot.return %0 : tensor<?x7x4xf32>
}
