// RUN: ingot-opt %s -ingot-scan-sum | FileCheck %s

// Each step adds its slice; what else is summed is summed behind the steps, and the
// stack stays for its other reader.
// CHECK-LABEL: ingot.entry @bias
// CHECK-SAME: (%[[X:.*]]: tensor<20x?x8xf32>, %[[H:.*]]: tensor<?x8xf32>)
ingot.entry @bias(%x: tensor<20x?x8xf32>, %h0: tensor<?x8xf32>) -> (tensor<8xf32>, tensor<?x8xf32>, tensor<20x?x8xf32>)
    attributes {kind = "gradients"} {
  // CHECK: %[[ZEROS:.*]] = ingot.fill 0.0{{.*}} : tensor<?x8xf32>
  // CHECK: %[[S:.*]]:3 = ingot.scan 20 reverse inits(%[[H]], %[[ZEROS]] : tensor<?x8xf32>, tensor<?x8xf32>) xs(%[[X]] : tensor<20x?x8xf32>)
  // CHECK-NEXT: ^bb0(%[[BEFORE:.*]]: tensor<?x8xf32>, %[[SO_FAR:.*]]: tensor<?x8xf32>, %[[SLICE:.*]]: tensor<?x8xf32>):
  // CHECK-NEXT: %[[AFTER:.*]] = ingot.mul %[[BEFORE]], %[[SLICE]]
  // CHECK-NEXT: %[[SUM:.*]] = ingot.add %[[SO_FAR]], %[[AFTER]]
  // CHECK-NEXT: ingot.yield %[[AFTER]], %[[SUM]], %[[AFTER]]
  // CHECK: %[[ALL:.*]] = ingot.reduce_sum %[[S]]#1 axes [0] : tensor<?x8xf32> -> tensor<8xf32>
  // CHECK: ingot.return %[[ALL]], %[[S]]#1, %[[S]]#2
  %h, %ys = ingot.scan 20 reverse inits(%h0 : tensor<?x8xf32>) xs(%x : tensor<20x?x8xf32>) -> (tensor<?x8xf32>, tensor<20x?x8xf32>) {
  ^bb0(%before: tensor<?x8xf32>, %step: tensor<?x8xf32>):
    %after = ingot.mul %before, %step : tensor<?x8xf32>
    ingot.yield %after, %after : tensor<?x8xf32>, tensor<?x8xf32>
  }
  %all = ingot.reduce_sum %ys axes [0, 1] : tensor<20x?x8xf32> -> tensor<8xf32>
  %steps = ingot.reduce_sum %ys axes [0] : tensor<20x?x8xf32> -> tensor<?x8xf32>
  ingot.return %all, %steps, %ys : tensor<8xf32>, tensor<?x8xf32>, tensor<20x?x8xf32>
}

// Nothing else reads the stack: it goes. A sum along another dimension stays.
// CHECK-LABEL: ingot.entry @others
ingot.entry @others(%x: tensor<20x?x8xf32>, %h0: tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<20x?xf32>)
    attributes {kind = "predict"} {
  // CHECK: ingot.scan 20 {{.*}} -> (tensor<?x8xf32>, tensor<?x8xf32>, tensor<20x?x8xf32>) {
  // CHECK: ingot.reduce_sum {{.*}} axes [2]
  %h, %ys, %zs = ingot.scan 20 inits(%h0 : tensor<?x8xf32>) xs(%x : tensor<20x?x8xf32>)
      -> (tensor<?x8xf32>, tensor<20x?x8xf32>, tensor<20x?x8xf32>) {
  ^bb0(%before: tensor<?x8xf32>, %step: tensor<?x8xf32>):
    %after = ingot.mul %before, %step : tensor<?x8xf32>
    %squashed = ingot.tanh %after : tensor<?x8xf32>
    ingot.yield %after, %after, %squashed : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>
  }
  %sum = ingot.reduce_sum %ys axes [0] : tensor<20x?x8xf32> -> tensor<?x8xf32>
  %rows = ingot.reduce_sum %zs axes [2] : tensor<20x?x8xf32> -> tensor<20x?xf32>
  ingot.return %sum, %rows : tensor<?x8xf32>, tensor<20x?xf32>
}
