// RUN: ingot-opt %s --ingot-propagate-masks | FileCheck %s

ingot.variable @table : tensor<9x3xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @k : tensor<3x12xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @r : tensor<3x12xf32> init {kind = "constant", a = 0.0 : f64}

// A mask that tells which steps count is that of the results, and none of a step.
// CHECK-LABEL: ingot.entry @steps
ingot.entry @steps(%i: tensor<?x4xi32>) -> tensor<?x3xf32> attributes {kind = "predict"} {
  // CHECK: %[[M:.*]] = ingot.compare "ne"
  %0 = ingot.embedding %i table(@table) rows(9) width(3) {mask_zero = true} : tensor<?x4xi32> -> tensor<?x4x3xf32>
  // CHECK: %[[Y:.*]] = ingot.time_distributed %{{[^,]*}} : tensor<?x4x3xf32> -> tensor<?x4x3xf32>
  %1 = ingot.time_distributed %0 : tensor<?x4x3xf32> -> tensor<?x4x3xf32> {
  ^bb0(%s: tensor<?x3xf32>):
    %3 = ingot.activation "tanh" %s : tensor<?x3xf32> -> tensor<?x3xf32>
    ingot.yield %3 : tensor<?x3xf32>
  }
  // CHECK: ingot.lstm %[[Y]], %[[M]] units(3)
  %2 = ingot.lstm %1 units(3) kernel(@k) recurrent(@r) {use_bias = false} : tensor<?x4x3xf32> -> tensor<?x3xf32>
  ingot.return %2 : tensor<?x3xf32>
}

// One that tells more is cut into steps; without its places in the result, a step
// counts if any of it does.
// CHECK-LABEL: ingot.entry @steps_of_steps
ingot.entry @steps_of_steps(%i: tensor<?x4x5xi32>) -> tensor<?x3xf32> attributes {kind = "predict"} {
  // CHECK: %[[M:.*]] = ingot.compare "ne" {{.*}} -> tensor<?x4x5xi1>
  %0 = ingot.embedding %i table(@table) rows(9) width(3) {mask_zero = true} : tensor<?x4x5xi32> -> tensor<?x4x5x3xf32>
  // CHECK: %[[MOVED:.*]] = ingot.time_distributed %{{.*}}, %[[M]] : tensor<?x4x5x3xf32>, tensor<?x4x5xi1> -> tensor<?x4x5x3xf32>
  %1 = ingot.time_distributed %0 : tensor<?x4x5x3xf32> -> tensor<?x4x5x3xf32> {
  ^bb0(%s: tensor<?x5x3xf32>):
    %4 = ingot.activation "tanh" %s : tensor<?x5x3xf32> -> tensor<?x5x3xf32>
    ingot.yield %4 : tensor<?x5x3xf32>
  }
  // CHECK: %[[ANY:.*]] = ingot.reduce_max {{.*}} axes [2]
  // CHECK: %[[STEPS:.*]] = ingot.compare "gt" %[[ANY]], {{.*}} -> tensor<?x4xi1>
  // CHECK: %[[Y:.*]] = ingot.time_distributed %[[MOVED]], %[[M]] : tensor<?x4x5x3xf32>, tensor<?x4x5xi1> -> tensor<?x4x3xf32>
  // CHECK-NEXT: ^bb0(%[[S:.*]]: tensor<?x5x3xf32>, %[[STEP:.*]]: tensor<?x5xi1>):
  // CHECK-NEXT: ingot.lstm %[[S]], %[[STEP]] units(3)
  %2 = ingot.time_distributed %1 : tensor<?x4x5x3xf32> -> tensor<?x4x3xf32> {
  ^bb0(%s: tensor<?x5x3xf32>):
    %4 = ingot.lstm %s units(3) kernel(@k) recurrent(@r) {use_bias = false} : tensor<?x5x3xf32> -> tensor<?x3xf32>
    ingot.yield %4 : tensor<?x3xf32>
  }
  // CHECK: ingot.lstm %[[Y]], %[[STEPS]] units(3)
  %3 = ingot.lstm %2 units(3) kernel(@k) recurrent(@r) {use_bias = false} : tensor<?x4x3xf32> -> tensor<?x3xf32>
  ingot.return %3 : tensor<?x3xf32>
}
