// RUN: ingot-opt %s -split-input-file -verify-diagnostics | FileCheck %s

// CHECK-LABEL: ingot.model @frames
// CHECK: ingot.time_distributed %{{.*}}, %{{.*}} : tensor<?x20x8xf32>, tensor<?x20x3xi32> -> tensor<?x20x8xf32> {
// CHECK-NEXT: ^bb0(%[[STEP:.*]]: tensor<?x8xf32>, %{{.*}}: tensor<?x3xi32>):
// CHECK-NEXT: ingot.yield %[[STEP]] : tensor<?x8xf32>
ingot.model @frames(%x: tensor<?x20x8xf32>, %n: tensor<?x20x3xi32>) -> tensor<?x20x8xf32> {
  %0 = ingot.time_distributed %x, %n : tensor<?x20x8xf32>, tensor<?x20x3xi32> -> tensor<?x20x8xf32> {
  ^bb0(%step: tensor<?x8xf32>, %numbers: tensor<?x3xi32>):
    ingot.yield %step : tensor<?x8xf32>
  }
  ingot.return %0 : tensor<?x20x8xf32>
}

// -----

ingot.model @nothing() {
  // time_distributed_c1
  // expected-error @+1 {{has 0 inputs and 0 results; must have at least one of each}}
  "ingot.time_distributed"() ({
    ingot.yield
  }) : () -> ()
  ingot.return
}

// -----

ingot.model @no_time(%x: tensor<8x?xf32>) {
  // time_distributed_c1
  // expected-error @+1 {{has an input or result of type 'tensor<8x?xf32>'; axis 1 must be of known size}}
  %0 = ingot.time_distributed %x : tensor<8x?xf32> -> tensor<8x?xf32> {
  ^bb0(%step: tensor<8xf32>):
    ingot.yield %step : tensor<8xf32>
  }
  ingot.return
}

// -----

ingot.model @steps(%x: tensor<?x20x8xf32>) {
  // time_distributed_c1
  // expected-error @+1 {{has 20 steps but an input or result of type 'tensor<?x19x8xf32>'}}
  %0 = ingot.time_distributed %x : tensor<?x20x8xf32> -> tensor<?x19x8xf32> {
  ^bb0(%step: tensor<?x8xf32>):
    ingot.yield %step : tensor<?x8xf32>
  }
  ingot.return
}

// -----

ingot.model @arguments(%x: tensor<?x20x8xf32>) {
  // time_distributed_c2
  // expected-error @+1 {{has a body that takes ('tensor<?x20x8xf32>'), must be ('tensor<?x8xf32>')}}
  %0 = ingot.time_distributed %x : tensor<?x20x8xf32> -> tensor<?x20x8xf32> {
  ^bb0(%step: tensor<?x20x8xf32>):
    ingot.yield %step : tensor<?x20x8xf32>
  }
  ingot.return
}

// -----

ingot.model @results(%x: tensor<?x20x8xf32>) {
  // time_distributed_c2
  // expected-error @+1 {{has a body that yields ('tensor<?x8xf32>'), must be ('tensor<?x4xf32>')}}
  %0 = ingot.time_distributed %x : tensor<?x20x8xf32> -> tensor<?x20x4xf32> {
  ^bb0(%step: tensor<?x8xf32>):
    ingot.yield %step : tensor<?x8xf32>
  }
  ingot.return
}
