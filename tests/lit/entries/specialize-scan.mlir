// RUN: ingot-opt %s --ingot-specialize-mode | FileCheck %s

ingot.variable @optimizer.iterations : tensor<i32> init {kind = "constant", a = 0.0 : f64} {role = "counter"}
ingot.variable @random.key : tensor<2xi32> init {kind = "seed_key"} {role = "counter"}

// Each step has a key of its own, which is a slice; two layers share it.
// CHECK-LABEL: ingot.entry @recurrent
// CHECK: %[[KEY:.*]] = ingot.step_key
// CHECK-COUNT-3: ingot.step_key %[[KEY]],
// CHECK: %[[KEYS:.*]] = ingot.concat {{.*}} axis 0 : tensor<1x2xi32>, tensor<1x2xi32>, tensor<1x2xi32> -> tensor<3x2xi32>
// CHECK: ingot.scan 3 inits(%{{.*}} : tensor<?x4xf32>) xs(%{{.*}}, %[[KEYS]] : tensor<3x?x4xf32>, tensor<3x2xi32>)
// CHECK-NEXT: ^bb0(%{{.*}}: tensor<?x4xf32>, %{{.*}}: tensor<?x4xf32>, %[[SLICE:.*]]: tensor<2xi32>):
// CHECK: ingot.random_mask %{{.*}} key %[[SLICE]] rate 5.000000e-01 salt 0
// CHECK: ingot.random_mask %{{.*}} key %[[SLICE]] rate 5.000000e-01 salt 1
ingot.entry @recurrent(%x: tensor<3x?x4xf32>, %h: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {kind = "train_step"} {
  %0 = ingot.scan 3 inits(%h : tensor<?x4xf32>) xs(%x : tensor<3x?x4xf32>) -> (tensor<?x4xf32>) {
  ^bb0(%before: tensor<?x4xf32>, %step: tensor<?x4xf32>):
    %1 = ingot.dropout %step rate 0.5 : tensor<?x4xf32> -> tensor<?x4xf32>
    %2 = ingot.dropout %before rate 0.5 : tensor<?x4xf32> -> tensor<?x4xf32>
    %3 = ingot.add %1, %2 : tensor<?x4xf32>
    ingot.yield %3 : tensor<?x4xf32>
  }
  ingot.return %0 : tensor<?x4xf32>
}
