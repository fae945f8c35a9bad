// RUN: ingot-opt %s --ingot-expand-losses --canonicalize | FileCheck %s

// CHECK-LABEL: ingot.entry @sparse_logits
// CHECK-SAME: (%[[X:[^:]*]]: tensor<?x3xf32>, %[[L:[^:]*]]: tensor<?xi32>)
ingot.entry @sparse_logits(%x: tensor<?x3xf32>, %l: tensor<?xi32>) -> tensor<?xf32> attributes {kind = "evaluate"} {
  // CHECK: %[[LSE:.*]] = ingot.logsumexp %[[X]]
  // CHECK: %[[AT:.*]] = ingot.pick %[[X]], %[[L]]
  // CHECK: ingot.sub %[[LSE]], %[[AT]]
  %0 = ingot.loss "sparse_categorical_crossentropy" from_logits %x, %l : tensor<?x3xf32>, tensor<?xi32> -> tensor<?xf32>
  ingot.return %0 : tensor<?xf32>
}

// Normalised, clipped by Keras' epsilon, then the logarithm.
// CHECK-LABEL: ingot.entry @sparse_clipped
// CHECK-SAME: (%[[P:[^:]*]]: tensor<?x3xf32>, %[[L:[^:]*]]: tensor<?xi32>)
ingot.entry @sparse_clipped(%p: tensor<?x3xf32>, %l: tensor<?xi32>) -> tensor<?xf32> attributes {kind = "evaluate"} {
  // CHECK: %[[SUM:.*]] = ingot.reduce_sum %[[P]] axes [1]
  // CHECK: %[[ROW:.*]] = ingot.broadcast %[[SUM]] dims [0]
  // CHECK: %[[Q:.*]] = ingot.div %[[P]], %[[ROW]]
  // CHECK: %[[LOW:.*]] = ingot.fill {{1.0*e-07|9.9.*e-08}} : f32
  // CHECK: %[[ABOVE:.*]] = ingot.max %[[Q]], %[[LOW]]
  // CHECK: %[[HIGH:.*]] = ingot.fill 0.99999988{{.*}} : f32
  // CHECK: %[[INSIDE:.*]] = ingot.min %[[ABOVE]], %[[HIGH]]
  // CHECK: %[[LOG:.*]] = ingot.log %[[INSIDE]]
  // CHECK: %[[AT:.*]] = ingot.pick %[[LOG]], %[[L]]
  // CHECK: ingot.neg %[[AT]]
  %0 = ingot.loss "sparse_categorical_crossentropy" %p, %l : tensor<?x3xf32>, tensor<?xi32> -> tensor<?xf32>
  ingot.return %0 : tensor<?xf32>
}

// The mean over the last axis, as in Keras: softplus(x) - x t.
// CHECK-LABEL: ingot.entry @binary_logits
// CHECK-SAME: (%[[X:[^:]*]]: tensor<?x4xf32>, %[[T:[^:]*]]: tensor<?x4xf32>)
ingot.entry @binary_logits(%x: tensor<?x4xf32>, %t: tensor<?x4xf32>) -> tensor<?xf32> attributes {kind = "evaluate"} {
  // CHECK: %[[S:.*]] = ingot.softplus %[[X]]
  // CHECK: %[[XT:.*]] = ingot.mul %[[X]], %[[T]]
  // CHECK: %[[V:.*]] = ingot.sub %[[S]], %[[XT]]
  // CHECK: %[[SUM:.*]] = ingot.reduce_sum %[[V]] axes [1]
  // CHECK: %[[FOUR:.*]] = ingot.fill 4.0{{.*}} : f32
  // CHECK: ingot.div %[[SUM]], %[[FOUR]]
  %0 = ingot.loss "binary_crossentropy" from_logits %x, %t : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?xf32>
  ingot.return %0 : tensor<?xf32>
}

// CHECK-LABEL: ingot.entry @squared
// CHECK-SAME: (%[[P:[^:]*]]: tensor<?x1xf32>, %[[T:[^:]*]]: tensor<?x1xf32>)
ingot.entry @squared(%p: tensor<?x1xf32>, %t: tensor<?x1xf32>) -> tensor<?xf32> attributes {kind = "evaluate"} {
  // CHECK: %[[E:.*]] = ingot.sub %[[P]], %[[T]]
  // CHECK: %[[E2:.*]] = ingot.mul %[[E]], %[[E]]
  // CHECK: %[[S:.*]] = ingot.reduce_sum %[[E2]] axes [1]
  // CHECK-NEXT: ingot.return %[[S]]
  %0 = ingot.loss "mean_squared_error" %p, %t : tensor<?x1xf32>, tensor<?x1xf32> -> tensor<?xf32>
  ingot.return %0 : tensor<?xf32>
}

// A sample with several steps counts with the mean over them.
// CHECK-LABEL: ingot.entry @accuracy
// CHECK-SAME: (%[[P:[^:]*]]: tensor<?x5x3xf32>, %[[L:[^:]*]]: tensor<?x5xi32>)
ingot.entry @accuracy(%p: tensor<?x5x3xf32>, %l: tensor<?x5xi32>) -> tensor<f32> attributes {kind = "evaluate"} {
  // CHECK: %[[A:.*]] = ingot.argmax %[[P]]
  // CHECK: %[[C:.*]] = ingot.compare "eq" %[[A]], %[[L]]
  // CHECK: %[[H:.*]] = ingot.select %[[C]],
  // CHECK: %[[S:.*]] = ingot.reduce_sum %[[H]] axes [1]
  // CHECK: %[[FIVE:.*]] = ingot.fill 5.0{{.*}} : f32
  // CHECK: %[[M:.*]] = ingot.div %[[S]], %[[FIVE]]
  // CHECK: ingot.reduce_sum %[[M]] axes [0]
  %0, %n = ingot.metric "sparse_categorical_accuracy" %p, %l : tensor<?x5x3xf32>, tensor<?x5xi32> -> tensor<f32>
  ingot.return %0 : tensor<f32>
}

// Strictly above a half, as in Keras.
// CHECK-LABEL: ingot.entry @binary_accuracy
// CHECK-SAME: (%[[P:[^:]*]]: tensor<?x1xf32>
ingot.entry @binary_accuracy(%p: tensor<?x1xf32>, %t: tensor<?x1xf32>) -> tensor<f32> attributes {kind = "evaluate"} {
  // CHECK-DAG: %[[HALF:.*]] = ingot.fill 5.0{{.*}}e-01 : f32
  // CHECK: ingot.compare "gt" %[[P]], %[[HALF]]
  %0, %n = ingot.metric "binary_accuracy" %p, %t : tensor<?x1xf32>, tensor<?x1xf32> -> tensor<f32>
  ingot.return %0 : tensor<f32>
}

// The divisor is the number of values, not the sum of the weights.
// CHECK-LABEL: ingot.entry @mean
// CHECK-SAME: (%[[V:[^:]*]]: tensor<?x5xf32>, %[[W:[^:]*]]: tensor<?xf32>)
ingot.entry @mean(%v: tensor<?x5xf32>, %w: tensor<?xf32>) -> tensor<f32> attributes {kind = "evaluate"} {
  // CHECK: %[[ROWS:.*]] = ingot.broadcast %[[W]] dims [0]
  // CHECK: %[[WV:.*]] = ingot.mul %[[V]], %[[ROWS]]
  // CHECK: %[[SUM:.*]] = ingot.reduce_sum %[[WV]] axes [0, 1]
  // CHECK: %[[N:.*]] = ingot.batch
  // CHECK: ingot.div_size %[[SUM]], %[[N]] times 5
  %0 = ingot.mean_loss %v weights %w : tensor<?x5xf32>, tensor<?xf32> -> tensor<f32>
  ingot.return %0 : tensor<f32>
}

// With a mask it is the number of those that it leaves.
// CHECK-LABEL: ingot.entry @masked_mean
// CHECK-SAME: (%[[V:[^:]*]]: tensor<?x5xf32>, %{{.*}}: tensor<?xf32>, %[[M:[^:]*]]: tensor<?x5xi1>)
ingot.entry @masked_mean(%v: tensor<?x5xf32>, %w: tensor<?xf32>, %m: tensor<?x5xi1>) -> tensor<f32> attributes {kind = "evaluate"} {
  // CHECK: %[[WV:.*]] = ingot.mul %[[V]],
  // CHECK: %[[LEFT:.*]] = ingot.select %[[M]], %[[WV]], %{{.*}} : tensor<?x5xi1>, tensor<?x5xf32>
  // CHECK: %[[SUM:.*]] = ingot.reduce_sum %[[LEFT]] axes [0, 1]
  // CHECK: %[[N:.*]] = ingot.count %[[M]] : tensor<?x5xi1>
  // CHECK: ingot.div_size %[[SUM]], %[[N]] : tensor<f32>
  %0 = ingot.mean_loss %v weights %w mask %m : tensor<?x5xf32>, tensor<?xf32>, tensor<?x5xi1> -> tensor<f32>
  ingot.return %0 : tensor<f32>
}

// Each step that is left counts, with the mean over the axes that the mask lacks.
// CHECK-LABEL: ingot.entry @masked_metric
// CHECK-SAME: (%{{.*}}: tensor<?x5x2xf32>, %{{.*}}: tensor<?x5x2xf32>, %[[M:[^:]*]]: tensor<?x5xi1>)
ingot.entry @masked_metric(%p: tensor<?x5x2xf32>, %t: tensor<?x5x2xf32>, %m: tensor<?x5xi1>) -> tensor<f32> attributes {kind = "evaluate"} {
  // CHECK: %[[ABS:.*]] = ingot.abs
  // CHECK: %[[S:.*]] = ingot.reduce_sum %[[ABS]] axes [2]
  // CHECK: %[[MEAN:.*]] = ingot.div %[[S]],
  // CHECK: %[[LEFT:.*]] = ingot.select %[[M]], %[[MEAN]],
  // CHECK: %[[SUM:.*]] = ingot.reduce_sum %[[LEFT]] axes [0, 1]
  // CHECK: %[[N:.*]] = ingot.count %[[M]]
  // CHECK: ingot.accumulate "mae" %[[SUM]], %[[N]]
  %0, %n = ingot.metric "mean_absolute_error" %p, %t mask %m : tensor<?x5x2xf32>, tensor<?x5x2xf32>, tensor<?x5xi1> -> tensor<f32>
  ingot.accumulate "mae" %0, %n : tensor<f32>
  ingot.return %0 : tensor<f32>
}
