// RUN: ingot-opt %s | ingot-opt | FileCheck %s

// What the front end writes survives printing and parsing.

// CHECK: ingot.variable @k : tensor<4x2xf32> init {a = -1.000000e-01 : f64, b = 1.000000e-01 : f64, kind = "uniform"} {l1 = 1.000000e-02 : f64, l2 = 2.000000e-02 : f64}
ingot.variable @k : tensor<4x2xf32> init {kind = "uniform", a = -0.1 : f64, b = 0.1 : f64} {l1 = 0.01 : f64, l2 = 0.02 : f64}
// CHECK: ingot.variable @b frozen : tensor<2xf32>
ingot.variable @b frozen : tensor<2xf32> init {kind = "constant", a = 0.0 : f64}
// CHECK: ingot.variable @t sparse : tensor<9x2xf32>
ingot.variable @t sparse : tensor<9x2xf32> init {kind = "constant", a = 0.0 : f64}
// CHECK: ingot.variable @t.last_step : tensor<9xi32> init {{.*}} of @t {role = "slot"}
ingot.variable @t.last_step : tensor<9xi32> init {kind = "constant", a = 0.0 : f64} of @t {role = "slot"}
// CHECK: ingot.variable @k.momentum : tensor<4x2xf32> init {{.*}} of @k {role = "slot"}
ingot.variable @k.momentum : tensor<4x2xf32> init {kind = "constant", a = 0.0 : f64} of @k {role = "slot"}
// CHECK: ingot.variable @steps : tensor<i32> {{.*}} {role = "counter"}
ingot.variable @steps : tensor<i32> init {kind = "constant", a = 0.0 : f64} {role = "counter"}

// CHECK-LABEL: ingot.model @inner
// CHECK-SAME: (%[[X:.*]]: tensor<?x4xf32> {ingot.name = "x"}) -> (tensor<?x2xf32> {ingot.name = "y"})
ingot.model @inner(%x: tensor<?x4xf32> {ingot.name = "x"}) -> (tensor<?x2xf32> {ingot.name = "y"}) {
  // CHECK: %[[Y:.*]] = ingot.dense %[[X]] units(2) act("relu") kernel(@k) bias(@b) : tensor<?x4xf32> -> tensor<?x2xf32>
  %0 = ingot.dense %x units(2) act("relu") kernel(@k) bias(@b) : tensor<?x4xf32> -> tensor<?x2xf32>
  // CHECK: ingot.return %[[Y]] : tensor<?x2xf32>
  ingot.return %0 : tensor<?x2xf32>
}

// CHECK-LABEL: ingot.model @outer
ingot.model @outer(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  // CHECK: ingot.call @inner(%{{.*}}) : (tensor<?x4xf32>) -> tensor<?x2xf32>
  %0 = ingot.call @inner(%x) : (tensor<?x4xf32>) -> tensor<?x2xf32>
  ingot.return %0 : tensor<?x2xf32>
}

// CHECK: ingot.compile @outer optimizer {class_name = "SGD", learning_rate = 1.000000e-02 : f64} outputs [{loss = "mean_squared_error", metrics = [{key = "mae", kind = "mean_absolute_error"}], name = "y", target = tensor<?x2xf32>}]
ingot.compile @outer optimizer {class_name = "SGD", learning_rate = 0.01 : f64}
  outputs [{name = "y", loss = "mean_squared_error", target = tensor<?x2xf32>,
            metrics = [{kind = "mean_absolute_error", key = "mae"}]}]

// CHECK-LABEL: ingot.entry @outer.init
// CHECK-SAME: (%{{.*}}: i64 {ingot.role = "seed"}) attributes {kind = "init"}
ingot.entry @outer.init(%seed: i64 {ingot.role = "seed"}) attributes {kind = "init"} {
  // CHECK: ingot.return{{$}}
  ingot.return
}
