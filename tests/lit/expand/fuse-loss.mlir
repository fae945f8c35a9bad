// RUN: ingot-opt %s --ingot-fuse-loss | FileCheck %s

// CHECK-LABEL: ingot.entry @softmax
// CHECK-SAME: (%[[X:[^:]*]]: tensor<?x3xf32>, %[[L:[^:]*]]: tensor<?xi32>, %[[T:[^:]*]]: tensor<?x3xf32>)
ingot.entry @softmax(%x: tensor<?x3xf32>, %l: tensor<?xi32>, %t: tensor<?x3xf32>)
    -> (tensor<?x3xf32>, tensor<?xf32>, tensor<?xf32>) attributes {kind = "evaluate"} {
  // The probabilities stay, as an output.
  // CHECK: %[[P:.*]] = ingot.softmax %[[X]]
  %p = ingot.softmax %x : tensor<?x3xf32>
  // CHECK: ingot.loss "sparse_categorical_crossentropy" from_logits %[[X]], %[[L]]
  %0 = ingot.loss "sparse_categorical_crossentropy" %p, %l : tensor<?x3xf32>, tensor<?xi32> -> tensor<?xf32>
  // CHECK: ingot.loss "categorical_crossentropy" from_logits %[[X]], %[[T]]
  %1 = ingot.loss "categorical_crossentropy" %p, %t : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?xf32>
  // CHECK: ingot.return %[[P]]
  ingot.return %p, %0, %1 : tensor<?x3xf32>, tensor<?xf32>, tensor<?xf32>
}

// CHECK-LABEL: ingot.entry @sigmoid
// CHECK-SAME: (%[[X:[^:]*]]: tensor<?x3xf32>, %[[T:[^:]*]]: tensor<?x3xf32>)
ingot.entry @sigmoid(%x: tensor<?x3xf32>, %t: tensor<?x3xf32>) -> tensor<?xf32> attributes {kind = "evaluate"} {
  %p = ingot.sigmoid %x : tensor<?x3xf32>
  // CHECK: ingot.loss "binary_crossentropy" from_logits %[[X]], %[[T]] {label_smoothing = 2.0
  %0 = ingot.loss "binary_crossentropy" %p, %t {label_smoothing = 0.2 : f64} : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?xf32>
  ingot.return %0 : tensor<?xf32>
}

// Neither the wrong activation, nor another loss, nor an op between them.
// CHECK-LABEL: ingot.entry @kept
// CHECK-NOT: from_logits
ingot.entry @kept(%x: tensor<?x3xf32>, %y: tensor<?x1x3xf32>, %l: tensor<?xi32>, %t: tensor<?x3xf32>)
    -> (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) attributes {kind = "evaluate"} {
  %p = ingot.sigmoid %x : tensor<?x3xf32>
  %0 = ingot.loss "sparse_categorical_crossentropy" %p, %l : tensor<?x3xf32>, tensor<?xi32> -> tensor<?xf32>
  %1 = ingot.loss "mean_squared_error" %p, %t : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?xf32>
  %q = ingot.softmax %y : tensor<?x1x3xf32>
  %v = ingot.view_as %q : tensor<?x1x3xf32> -> tensor<?x3xf32>
  %2 = ingot.loss "sparse_categorical_crossentropy" %v, %l : tensor<?x3xf32>, tensor<?xi32> -> tensor<?xf32>
  ingot.return %0, %1, %2 : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>
}
