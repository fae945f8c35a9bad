// RUN: ingot-opt %s --ingot-build-entries | FileCheck %s

// Nothing is drawn where the object is to hold weights.

module attributes {ingot.frozen_weights} {
ingot.variable @h.kernel : tensor<4x5xf32> init {kind = "uniform", a = -0.5 : f64, b = 0.5 : f64, seed = 3 : i64}
ingot.model @m(%x: tensor<?x4xf32> {ingot.name = "x"}) -> (tensor<?x5xf32> {ingot.name = "y"}) {
  %0 = ingot.dense %x units(5) act("linear") kernel(@h.kernel) {use_bias = false} : tensor<?x4xf32> -> tensor<?x5xf32>
  ingot.return %0 : tensor<?x5xf32>
}

// CHECK-LABEL: ingot.entry @m.init(
// CHECK-NEXT: ingot.return
// CHECK-LABEL: ingot.entry @m.predict
}
