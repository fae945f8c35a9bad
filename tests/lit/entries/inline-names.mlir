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

// In what a wrapper applies too.
ingot.model @frames(%x: tensor<?x5x4xf32>) -> tensor<?x5x4xf32> {
  %0 = ingot.time_distributed %x : tensor<?x5x4xf32> -> tensor<?x5x4xf32> {
  ^bb0(%step: tensor<?x4xf32>):
    %1 = ingot.call @inner(%step) : (tensor<?x4xf32>) -> tensor<?x4xf32> loc("each/inner"("m.cpp":8:9))
    ingot.yield %1 : tensor<?x4xf32>
  } loc("each"("m.cpp":8:9))
  ingot.return %0 : tensor<?x5x4xf32>
}
ingot.model @film(%x: tensor<?x5x4xf32>) -> tensor<?x5x4xf32> {
  %0 = ingot.call @frames(%x) : (tensor<?x5x4xf32>) -> tensor<?x5x4xf32> loc("frames"("m.cpp":10:11))
  ingot.return %0 : tensor<?x5x4xf32>
}
// CHECK-LABEL: ingot.entry @film.predict
ingot.entry @film.predict(%x: tensor<?x5x4xf32>) -> tensor<?x5x4xf32> attributes {kind = "predict"} {
  // CHECK: ingot.time_distributed
  // CHECK: ingot.dense {{.*}} loc("frames/each/inner/code"(callsite(callsite("m.cpp":1:2 at "m.cpp":8:9) at "m.cpp":10:11)))
  // CHECK: loc("frames/each"(callsite("m.cpp":8:9 at "m.cpp":10:11)))
  %0 = ingot.call @film(%x) : (tensor<?x5x4xf32>) -> tensor<?x5x4xf32> loc("film"("m.cpp":12:13))
  ingot.return %0 : tensor<?x5x4xf32>
}
