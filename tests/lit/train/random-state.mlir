// RUN: ingot-opt %s --ingot-build-entries --ingot-inline --ingot-specialize-mode --ingot-build-train-step | FileCheck %s

// Counters keep their order: steps, learning rate, key.
// CHECK: ingot.variable @optimizer.iterations : tensor<i32>
// CHECK-NEXT: ingot.variable @optimizer.learning_rate : tensor<f32>
// CHECK-NEXT: ingot.variable @random.key : tensor<2xi32>
// CHECK-NEXT: ingot.variable @k.momentum : tensor<3x3xf32>

ingot.variable @k : tensor<3x3xf32> init {kind = "constant", a = 0.0 : f64}
ingot.model @m(%x: tensor<?x3xf32> {ingot.name = "x"}) -> (tensor<?x3xf32> {ingot.name = "y"}) {
  %0 = ingot.dropout %x rate 0.5 : tensor<?x3xf32> -> tensor<?x3xf32>
  ingot.return %0 : tensor<?x3xf32>
}
ingot.compile @m optimizer {class_name = "SGD", learning_rate = 0.01 : f64, momentum = 0.9 : f64, nesterov = false}
  outputs [{name = "y", loss = "mean_squared_error", target = tensor<?x3xf32>}]

// CHECK-LABEL: ingot.entry @m.init_state
// CHECK-SAME: (%[[SEED:.*]]: i64 {ingot.name = "seed", ingot.role = "seed"})
// CHECK: %[[KEY:.*]] = ingot.seed_key %[[SEED]]
// CHECK-NEXT: ingot.write %[[KEY]] to @random.key : tensor<2xi32>

// The optimizer counts the steps: both halves of a step see the same number.
// CHECK-LABEL: ingot.entry @m.train_step
// CHECK: ingot.write %{{.*}} to @optimizer.iterations
// CHECK-LABEL: ingot.entry @m.gradients
// CHECK-NOT: ingot.write
// CHECK-LABEL: ingot.entry @m.apply_gradients
// CHECK: ingot.write %{{.*}} to @optimizer.iterations
