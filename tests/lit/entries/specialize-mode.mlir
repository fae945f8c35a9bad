// RUN: ingot-opt %s --ingot-build-entries --ingot-inline --ingot-specialize-mode | FileCheck %s
// RUN: ingot-opt %s --ingot-build-entries=entries=init | FileCheck %s --check-prefix=STATE

// The state is the same whatever entries are built.
// STATE: ingot.variable @optimizer.iterations : tensor<i32> init {a = 0.000000e+00 : f64, kind = "constant"} {role = "counter"}
// STATE-NEXT: ingot.variable @random.key : tensor<2xi32> init {kind = "seed_key"} {role = "counter"}
// STATE-NEXT: ingot.compile

ingot.variable @k : tensor<3x3xf32> init {kind = "constant", a = 0.0 : f64}
ingot.model @inner(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %0 = ingot.dense %x units(3) kernel(@k) {use_bias = false} : tensor<?x3xf32> -> tensor<?x3xf32>
  %1 = ingot.dropout %0 rate 0.25 {noise_shape = array<i64: 1, 3>} : tensor<?x3xf32> -> tensor<?x3xf32>
  ingot.return %1 : tensor<?x3xf32>
}
ingot.model @m(%x: tensor<?x3xf32> {ingot.name = "x"}) -> (tensor<?x3xf32> {ingot.name = "y"}) {
  %0 = ingot.dropout %x rate 0.0 : tensor<?x3xf32> -> tensor<?x3xf32>
  %1 = ingot.call @inner(%0) : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %2 = ingot.call @inner(%1) : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %3 = ingot.dropout %2 rate 0.5 {seed = 7 : i64} : tensor<?x3xf32> -> tensor<?x3xf32>
  ingot.return %3 : tensor<?x3xf32>
}
ingot.compile @m optimizer {class_name = "SGD", learning_rate = 0.01 : f64, momentum = 0.0 : f64, nesterov = false}
  outputs [{name = "y", loss = "mean_squared_error", target = tensor<?x3xf32>}]

// CHECK-LABEL: ingot.entry @m.predict
// CHECK-NOT: ingot.dropout
// CHECK-NOT: ingot.random_mask
// CHECK-LABEL: ingot.entry @m.evaluate
// CHECK-NOT: ingot.random_mask

// The dropout of rate 0 is gone, and counts. Each call of the inner model has a salt
// of its own; the layer with a seed of its own has another key.
// CHECK-LABEL: ingot.entry @m.train_step
// CHECK-NOT: "stream"
// CHECK: %[[BASE:.*]] = ingot.read @random.key : tensor<2xi32>
// CHECK-NEXT: %[[STEP:.*]] = ingot.read @optimizer.iterations : tensor<i32>
// CHECK-NEXT: %[[KEY:.*]] = ingot.step_key %[[BASE]], %[[STEP]] : tensor<i32>
// CHECK-NEXT: %[[OWN:.*]] = ingot.seed_key {fixedSeed = 7 : i64}
// CHECK-NEXT: %[[OWN_KEY:.*]] = ingot.step_key %[[OWN]], %[[STEP]] : tensor<i32>
// CHECK: %[[A:.*]] = ingot.dense
// CHECK-NEXT: %[[B:.*]] = ingot.random_mask %[[A]] key %[[KEY]] rate 2.500000e-01 salt 1 {shared = array<i64: 0>}
// CHECK-NEXT: %[[C:.*]] = ingot.dense %[[B]]
// CHECK-NEXT: %[[D:.*]] = ingot.random_mask %[[C]] key %[[KEY]] rate 2.500000e-01 salt 2 {shared = array<i64: 0>}
// CHECK-NEXT: ingot.random_mask %[[D]] key %[[OWN_KEY]] rate 5.000000e-01 salt 3 : tensor<?x3xf32>

// CHECK-LABEL: ingot.entry @m.gradients
// CHECK-SAME: %[[STREAM:[^ :]*]]: i32 {ingot.name = "stream", ingot.role = "stream"})
// CHECK: ingot.step_key %{{.*}}, %{{.*}} stream %[[STREAM]] : tensor<i32>
// CHECK: ingot.step_key %{{.*}}, %{{.*}} stream %[[STREAM]] : tensor<i32>
// CHECK: ingot.random_mask %{{.*}} salt 1
