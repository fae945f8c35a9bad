// RUN: ingot-opt %s | ingot-opt | FileCheck %s

ingot.variable @k : tensor<4x2xf32> init {kind = "constant", a = 0.0 : f64}

// CHECK-LABEL: ingot.model @layers
// CHECK-SAME: (%[[X:.*]]: tensor<?x8xf32>
ingot.model @layers(%x: tensor<?x8xf32>) -> tensor<?x4xf32> {
  // CHECK: %[[R:.*]] = ingot.reshape %[[X]] to [2, 4] : tensor<?x8xf32> -> tensor<?x2x4xf32>
  %0 = ingot.reshape %x to [2, 4] : tensor<?x8xf32> -> tensor<?x2x4xf32>
  // The activation of Keras' default is not printed, nor is a missing bias.
  // CHECK: %[[D:.*]] = ingot.dense %[[R]] units(2) kernel(@k) {use_bias = false} : tensor<?x2x4xf32> -> tensor<?x2x2xf32>
  %1 = ingot.dense %0 units(2) act("linear") kernel(@k) {use_bias = false} : tensor<?x2x4xf32> -> tensor<?x2x2xf32>
  // CHECK: %[[A:.*]] = ingot.activation "tanh" %[[D]] : tensor<?x2x2xf32> -> tensor<?x2x2xf32>
  %2 = ingot.activation "tanh" %1 : tensor<?x2x2xf32> -> tensor<?x2x2xf32>
  // CHECK: ingot.flatten %[[A]] : tensor<?x2x2xf32> -> tensor<?x4xf32>
  %3 = ingot.flatten %2 : tensor<?x2x2xf32> -> tensor<?x4xf32>
  ingot.return %3 : tensor<?x4xf32>
}

// CHECK-LABEL: ingot.model @merges
// CHECK-SAME: (%[[A:.*]]: tensor<?x3xf32>, %[[B:.*]]: tensor<?x3xf32>, %[[I:.*]]: tensor<?x2xi32>)
ingot.model @merges(%a: tensor<?x3xf32>, %b: tensor<?x3xf32>, %i: tensor<?x2xi32>) -> (tensor<?x3x4xf32>, tensor<?x4xi32>) {
  // CHECK: %[[S:.*]] = ingot.merge "subtract" %[[A]], %[[B]] : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?x3xf32>
  %0 = ingot.merge "subtract" %a, %b : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?x3xf32>
  // CHECK: %[[R:.*]] = ingot.repeat_vector %[[S]] times 2 : tensor<?x3xf32> -> tensor<?x2x3xf32>
  %1 = ingot.repeat_vector %0 times 2 : tensor<?x3xf32> -> tensor<?x2x3xf32>
  // CHECK: %[[C:.*]] = ingot.concatenate %[[R]], %[[R]] axis 1 : tensor<?x2x3xf32>, tensor<?x2x3xf32> -> tensor<?x4x3xf32>
  %2 = ingot.concatenate %1, %1 axis 1 : tensor<?x2x3xf32>, tensor<?x2x3xf32> -> tensor<?x4x3xf32>
  // CHECK: ingot.permute %[[C]] dims [2, 1] : tensor<?x4x3xf32> -> tensor<?x3x4xf32>
  %3 = ingot.permute %2 dims [2, 1] : tensor<?x4x3xf32> -> tensor<?x3x4xf32>
  // CHECK: ingot.concatenate %[[I]], %[[I]] axis -1 : tensor<?x2xi32>, tensor<?x2xi32> -> tensor<?x4xi32>
  %4 = ingot.concatenate %i, %i axis -1 : tensor<?x2xi32>, tensor<?x2xi32> -> tensor<?x4xi32>
  ingot.return %3, %4 : tensor<?x3x4xf32>, tensor<?x4xi32>
}

// CHECK-LABEL: ingot.entry @losses
ingot.entry @losses(%p: tensor<?x3xf32>, %l: tensor<?xi32>, %t: tensor<?x3xf32>) -> tensor<f32> attributes {kind = "evaluate"} {
  // CHECK: ingot.loss "sparse_categorical_crossentropy" from_logits %{{.*}}, %{{.*}} : tensor<?x3xf32>, tensor<?xi32> -> tensor<?xf32>
  %0 = ingot.loss "sparse_categorical_crossentropy" from_logits %p, %l : tensor<?x3xf32>, tensor<?xi32> -> tensor<?xf32>
  // CHECK: ingot.loss "binary_crossentropy" %{{.*}}, %{{.*}} {label_smoothing = 1.000000e-01 : f64} : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?xf32>
  %1 = ingot.loss "binary_crossentropy" %p, %t {label_smoothing = 0.1 : f64} : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?xf32>
  // CHECK: ingot.metric "sparse_categorical_accuracy" %{{.*}}, %{{.*}} : tensor<?x3xf32>, tensor<?xi32> -> tensor<f32>
  %2 = ingot.metric "sparse_categorical_accuracy" %p, %l : tensor<?x3xf32>, tensor<?xi32> -> tensor<f32>
  ingot.return %2 : tensor<f32>
}
