// RUN: ingot-opt %s --ingot-inline --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s

// What comes from a nested model has the path of calls as its name, and knows
// both places.
ingot.variable @k : tensor<4x4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.model @inner(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = ingot.dense %x units(4) act("tanh") kernel(@k) {use_bias = false} : tensor<?x4xf32> -> tensor<?x4xf32> loc("code"("m.cpp":1:2))
  ingot.return %0 : tensor<?x4xf32>
}
ingot.model @middle(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = ingot.call @inner(%x) : (tensor<?x4xf32>) -> tensor<?x4xf32> loc("encoder"("m.cpp":3:4))
  ingot.return %0 : tensor<?x4xf32>
}
ingot.model @outer(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = ingot.call @middle(%x) : (tensor<?x4xf32>) -> tensor<?x4xf32> loc("middle"("m.cpp":5:6))
  ingot.return %0 : tensor<?x4xf32>
}
// CHECK-LABEL: ingot.entry @outer.predict
ingot.entry @outer.predict(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {kind = "predict"} {
  // CHECK: ingot.dense {{.*}} loc("middle/encoder/code"(callsite(callsite("m.cpp":1:2 at "m.cpp":3:4) at "m.cpp":5:6)))
  %0 = ingot.call @outer(%x) : (tensor<?x4xf32>) -> tensor<?x4xf32> loc("outer"("m.cpp":7:8))
  ingot.return %0 : tensor<?x4xf32>
}
