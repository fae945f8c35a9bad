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

ingot.variable @table : tensor<9x4xf32> init {kind = "constant", a = 0.0 : f64}

// CHECK-LABEL: ingot.model @lookup
// CHECK-SAME: (%[[I:.*]]: tensor<?x2xi32>)
ingot.model @lookup(%i: tensor<?x2xi32>) -> (tensor<?x2x4xf32>, tensor<?x2x4xf32>) {
  // CHECK: ingot.embedding %[[I]] table(@table) rows(9) width(4) : tensor<?x2xi32> -> tensor<?x2x4xf32>
  %0 = ingot.embedding %i table(@table) rows(9) width(4) : tensor<?x2xi32> -> tensor<?x2x4xf32>
  // CHECK: ingot.embedding %[[I]] table(@table) rows(9) width(4) {input_length = 2 : i64, mask_zero = true} : tensor<?x2xi32> -> tensor<?x2x4xf32>
  %1 = ingot.embedding %i table(@table) rows(9) width(4) {input_length = 2, mask_zero = true} : tensor<?x2xi32> -> tensor<?x2x4xf32>
  ingot.return %0, %1 : tensor<?x2x4xf32>, tensor<?x2x4xf32>
}

// CHECK-LABEL: ingot.model @dot
// CHECK-SAME: (%[[A:.*]]: tensor<?x3x4xf32>, %[[B:.*]]: tensor<?x4xf32>)
ingot.model @dot(%a: tensor<?x3x4xf32>, %b: tensor<?x4xf32>) -> (tensor<?x3xf32>, tensor<?x1xf32>) {
  // CHECK: ingot.dot %[[A]], %[[B]] axes [2, -1] : tensor<?x3x4xf32>, tensor<?x4xf32> -> tensor<?x3xf32>
  %0 = ingot.dot %a, %b axes [2, -1] {normalize = false} : tensor<?x3x4xf32>, tensor<?x4xf32> -> tensor<?x3xf32>
  // CHECK: ingot.dot %[[B]], %[[B]] axes [1, 1] {normalize = true} : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x1xf32>
  %1 = ingot.dot %b, %b axes [1, 1] {normalize = true} : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x1xf32>
  ingot.return %0, %1 : tensor<?x3xf32>, tensor<?x1xf32>
}

ingot.variable @lstm.kernel : tensor<5x12xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @lstm.recurrent_kernel : tensor<3x12xf32> init {kind = "constant", a = 0.0 : f64}
// CHECK: ingot.variable @lstm.bias : tensor<12xf32> init {kind = "concat", parts = [
ingot.variable @lstm.bias : tensor<12xf32> init {kind = "concat", sizes = array<i64: 3, 9>, parts = [{kind = "constant", a = 0.0 : f64}, {kind = "constant", a = 1.0 : f64}]}

// The states and the mask are operands if they are there.
// CHECK-LABEL: ingot.model @recurrent
// CHECK-SAME: (%[[X:.*]]: tensor<?x7x5xf32>, %[[M:.*]]: tensor<?x7xi1>)
ingot.model @recurrent(%x: tensor<?x7x5xf32>, %m: tensor<?x7xi1>) -> tensor<?x7x3xf32> {
  // CHECK: %[[R:.*]]:3 = ingot.lstm %[[X]], %[[M]] units(3) kernel(@lstm.kernel) recurrent(@lstm.recurrent_kernel) bias(@lstm.bias) {return_state = true} : tensor<?x7x5xf32>, tensor<?x7xi1> -> tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>
  %y, %h, %c = ingot.lstm %x, %m units(3) kernel(@lstm.kernel) recurrent(@lstm.recurrent_kernel) bias(@lstm.bias) {return_state = true} : tensor<?x7x5xf32>, tensor<?x7xi1> -> tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>
  // CHECK: ingot.lstm %[[X]], %[[R]]#1, %[[R]]#2, %[[M]] units(3)
  %0 = ingot.lstm %x, %h, %c, %m units(3) kernel(@lstm.kernel) recurrent(@lstm.recurrent_kernel) bias(@lstm.bias) {return_sequences = true, activation = "relu"} : tensor<?x7x5xf32>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x7xi1> -> tensor<?x7x3xf32>
  ingot.return %0 : tensor<?x7x3xf32>
}

// CHECK-LABEL: ingot.model @dropped
ingot.model @dropped(%x: tensor<?x3x4xf32>) -> tensor<?x3x4xf32> {
  // CHECK: ingot.dropout %{{.*}} rate 5.000000e-01 : tensor<?x3x4xf32> -> tensor<?x3x4xf32>
  %0 = ingot.dropout %x rate 0.5 : tensor<?x3x4xf32> -> tensor<?x3x4xf32>
  // CHECK: ingot.dropout %{{.*}} rate 0.000000e+00 {noise_shape = array<i64: -1, 1, 4>, seed = 5 : i64} : tensor<?x3x4xf32> -> tensor<?x3x4xf32>
  %1 = ingot.dropout %0 rate 0.0 {noise_shape = array<i64: -1, 1, 4>, seed = 5 : i64} : tensor<?x3x4xf32> -> tensor<?x3x4xf32>
  ingot.return %1 : tensor<?x3x4xf32>
}

// CHECK-LABEL: ingot.entry @losses
ingot.entry @losses(%p: tensor<?x3xf32>, %l: tensor<?xi32>, %t: tensor<?x3xf32>) -> tensor<f32> attributes {kind = "evaluate"} {
  // CHECK: ingot.loss "sparse_categorical_crossentropy" from_logits %{{.*}}, %{{.*}} : tensor<?x3xf32>, tensor<?xi32> -> tensor<?xf32>
  %0 = ingot.loss "sparse_categorical_crossentropy" from_logits %p, %l : tensor<?x3xf32>, tensor<?xi32> -> tensor<?xf32>
  // CHECK: ingot.loss "binary_crossentropy" %{{.*}}, %{{.*}} {label_smoothing = 1.000000e-01 : f64} : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?xf32>
  %1 = ingot.loss "binary_crossentropy" %p, %t {label_smoothing = 0.1 : f64} : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?xf32>
  // CHECK: ingot.metric "sparse_categorical_accuracy" %{{.*}}, %{{.*}} : tensor<?x3xf32>, tensor<?xi32> -> tensor<f32>
  %2, %n = ingot.metric "sparse_categorical_accuracy" %p, %l : tensor<?x3xf32>, tensor<?xi32> -> tensor<f32>
  ingot.return %2 : tensor<f32>
}

// CHECK-LABEL: ingot.entry @masked
// CHECK-SAME: (%[[P:[^:]*]]: tensor<?x5x3xf32>, %[[L:[^:]*]]: tensor<?x5xi32>, %[[W:[^:]*]]: tensor<?xf32>, %[[M:[^:]*]]: tensor<?x5xi1>)
ingot.entry @masked(%p: tensor<?x5x3xf32>, %l: tensor<?x5xi32>, %w: tensor<?xf32>, %m: tensor<?x5xi1>) -> tensor<f32> attributes {kind = "evaluate"} {
  // CHECK: %[[X:.*]] = ingot.masking %[[P]] : tensor<?x5x3xf32> -> tensor<?x5x3xf32>
  %x = ingot.masking %p {mask_value = 0.0 : f64} : tensor<?x5x3xf32> -> tensor<?x5x3xf32>
  // CHECK: %[[V:.*]] = ingot.loss
  %0 = ingot.loss "sparse_categorical_crossentropy" %x, %l : tensor<?x5x3xf32>, tensor<?x5xi32> -> tensor<?x5xf32>
  // CHECK: ingot.mean_loss %[[V]] weights %[[W]] : tensor<?x5xf32>, tensor<?xf32> -> tensor<f32>
  %1 = ingot.mean_loss %0 weights %w : tensor<?x5xf32>, tensor<?xf32> -> tensor<f32>
  // CHECK: ingot.mean_loss %[[V]] weights %[[W]] mask %[[M]] : tensor<?x5xf32>, tensor<?xf32>, tensor<?x5xi1> -> tensor<f32>
  %2 = ingot.mean_loss %0 weights %w mask %m : tensor<?x5xf32>, tensor<?xf32>, tensor<?x5xi1> -> tensor<f32>
  // CHECK: ingot.metric "sparse_categorical_accuracy" %[[X]], %[[L]] mask %[[M]] : tensor<?x5x3xf32>, tensor<?x5xi32>, tensor<?x5xi1> -> tensor<f32>
  %3, %n = ingot.metric "sparse_categorical_accuracy" %x, %l mask %m : tensor<?x5x3xf32>, tensor<?x5xi32>, tensor<?x5xi1> -> tensor<f32>
  ingot.return %3 : tensor<f32>
}
