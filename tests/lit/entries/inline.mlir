// RUN: ingot-opt %s --ingot-inline | FileCheck %s

ingot.variable @k : tensor<4x4xf32> init {kind = "constant", a = 0.0 : f64}

// No model is left.
// CHECK-NOT: ingot.model
ingot.model @inner(%x: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %0 = ingot.dense %x units(4) act("tanh") kernel(@k) {use_bias = false} : tensor<?x4xf32> -> tensor<?x4xf32>
  ingot.return %0, %x : tensor<?x4xf32>, tensor<?x4xf32>
}
ingot.model @outer(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0:2 = ingot.call @inner(%x) : (tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>)
  %1:2 = ingot.call @inner(%0#0) : (tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>)
  ingot.return %1#0 : tensor<?x4xf32>
}

// Both calls name the same weight.
// CHECK-LABEL: ingot.entry @outer.predict
// CHECK-SAME: (%[[X:.*]]: tensor<?x4xf32>)
ingot.entry @outer.predict(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {kind = "predict"} {
  // CHECK-NEXT: %[[A:.*]] = ingot.dense %[[X]] {{.*}} kernel(@k)
  // CHECK-NEXT: %[[B:.*]] = ingot.dense %[[A]] {{.*}} kernel(@k)
  // CHECK-NEXT: ingot.return %[[B]]
  %0 = ingot.call @outer(%x) : (tensor<?x4xf32>) -> tensor<?x4xf32>
  ingot.return %0 : tensor<?x4xf32>
}
