// RUN: ingot-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: ingot.entry @neutral
// CHECK-SAME: (%[[X:.*]]: tensor<?x3xf32>)
ingot.entry @neutral(%x: tensor<?x3xf32>) -> (tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>) attributes {kind = "predict"} {
  %n = ingot.batch
  %zero = ingot.fill 0.0 : f32 batch %n : tensor<?x3xf32>
  %one = ingot.fill 1.0 : f32 batch %n : tensor<?x3xf32>
  %0 = ingot.add %zero, %x : tensor<?x3xf32>
  %1 = ingot.sub %x, %zero : tensor<?x3xf32>
  %2 = ingot.mul %one, %x : tensor<?x3xf32>
  %3 = ingot.div %x, %one : tensor<?x3xf32>
  // CHECK-NEXT: ingot.return %[[X]], %[[X]], %[[X]], %[[X]]
  ingot.return %0, %1, %2, %3 : tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>
}

// x * 0 stays, for it is NaN where x is; so do 0 - x and 1 / x.
// CHECK-LABEL: ingot.entry @kept
ingot.entry @kept(%x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) attributes {kind = "predict"} {
  %zero = ingot.fill 0.0 : f32 : tensor<3xf32>
  %one = ingot.fill 1.0 : f32 : tensor<3xf32>
  // CHECK: ingot.mul
  %0 = ingot.mul %x, %zero : tensor<3xf32>
  // CHECK: ingot.sub
  %1 = ingot.sub %zero, %x : tensor<3xf32>
  // CHECK: ingot.div
  %2 = ingot.div %one, %x : tensor<3xf32>
  ingot.return %0, %1, %2 : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
}

// CHECK-LABEL: ingot.entry @shapes
// CHECK-SAME: (%[[X:.*]]: tensor<?x6xf32>)
ingot.entry @shapes(%x: tensor<?x6xf32>) -> (tensor<?x6xf32>, tensor<?x6xf32>, tensor<?x3x2xf32>) attributes {kind = "predict"} {
  %0 = ingot.broadcast %x dims [0, 1] : tensor<?x6xf32> -> tensor<?x6xf32>
  %1 = ingot.view_as %x : tensor<?x6xf32> -> tensor<?x2x3xf32>
  %2 = ingot.view_as %1 : tensor<?x2x3xf32> -> tensor<?x6xf32>
  // CHECK-NEXT: %[[V:.*]] = ingot.view_as %[[X]] : tensor<?x6xf32> -> tensor<?x3x2xf32>
  %3 = ingot.view_as %1 : tensor<?x2x3xf32> -> tensor<?x3x2xf32>
  // CHECK-NEXT: ingot.return %[[X]], %[[X]], %[[V]]
  ingot.return %0, %2, %3 : tensor<?x6xf32>, tensor<?x6xf32>, tensor<?x3x2xf32>
}

// What the gradients of slices add up to.
// CHECK-LABEL: ingot.entry @parts
// CHECK-SAME: (%[[A:.*]]: tensor<?x3xf32>, %[[B:.*]]: tensor<?x2xf32>, %[[C:.*]]: tensor<?x1xf32>)
ingot.entry @parts(%a: tensor<?x3xf32>, %b: tensor<?x2xf32>, %c: tensor<?x1xf32>) -> (tensor<?x6xf32>, tensor<?x6xf32>) attributes {kind = "predict"} {
  %n = ingot.batch
  %zero1 = ingot.fill 0.0 : f32 batch %n : tensor<?x1xf32>
  %zero3 = ingot.fill 0.0 : f32 batch %n : tensor<?x3xf32>
  %zero5 = ingot.fill 0.0 : f32 batch %n : tensor<?x5xf32>
  %0 = ingot.concat %a, %zero3 axis 1 : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?x6xf32>
  %1 = ingot.concat %zero3, %b, %zero1 axis 1 : tensor<?x3xf32>, tensor<?x2xf32>, tensor<?x1xf32> -> tensor<?x6xf32>
  %2 = ingot.concat %zero5, %c axis 1 : tensor<?x5xf32>, tensor<?x1xf32> -> tensor<?x6xf32>
  %3 = ingot.add %0, %1 : tensor<?x6xf32>
  // CHECK: %[[ALL:.*]] = ingot.concat %[[A]], %[[B]], %[[C]] axis 1
  %4 = ingot.add %3, %2 : tensor<?x6xf32>
  // Parts of other sizes are left alone.
  // CHECK: %[[X:.*]] = ingot.concat %[[A]], %[[A]]
  %5 = ingot.concat %a, %a axis 1 : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?x6xf32>
  // CHECK: %[[Y:.*]] = ingot.concat %[[B]], %[[B]], %[[B]]
  %6 = ingot.concat %b, %b, %b axis 1 : tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32> -> tensor<?x6xf32>
  // CHECK: ingot.add %[[X]], %[[Y]]
  %7 = ingot.add %5, %6 : tensor<?x6xf32>
  ingot.return %4, %7 : tensor<?x6xf32>, tensor<?x6xf32>
}

// CHECK-LABEL: ingot.entry @moves
// CHECK-SAME: (%[[X:.*]]: tensor<?x6xf32>)
ingot.entry @moves(%x: tensor<?x6xf32>) -> (tensor<?x6xf32>, tensor<?x6xf32>, tensor<?x6xf32>, tensor<?x6xf32>) attributes {kind = "predict"} {
  %0 = ingot.transpose %x perm [0, 1] : tensor<?x6xf32> -> tensor<?x6xf32>
  %1 = ingot.concat %x axis 1 : tensor<?x6xf32> -> tensor<?x6xf32>
  %2 = ingot.slice %x axis 1 from 0 size 6 : tensor<?x6xf32> -> tensor<?x6xf32>
  %3 = ingot.reverse %x axis 1 : tensor<?x6xf32>
  %4 = ingot.reverse %3 axis 1 : tensor<?x6xf32>
  // CHECK-NEXT: ingot.return %[[X]], %[[X]], %[[X]], %[[X]]
  ingot.return %0, %1, %2, %4 : tensor<?x6xf32>, tensor<?x6xf32>, tensor<?x6xf32>, tensor<?x6xf32>
}

// Rows that are added to one table are one list; the batch comes first.
// CHECK-LABEL: ingot.entry @scattered
// CHECK-SAME: (%[[A:.*]]: tensor<?x2xi32>, %[[B:.*]]: tensor<3x?xi32>, %[[C:.*]]: tensor<2xi32>, %[[X:.*]]: tensor<?x2x4xf32>, %[[Y:.*]]: tensor<3x?x4xf32>, %[[Z:.*]]: tensor<2x4xf32>)
ingot.entry @scattered(%a: tensor<?x2xi32>, %b: tensor<3x?xi32>, %c: tensor<2xi32>, %x: tensor<?x2x4xf32>, %y: tensor<3x?x4xf32>, %z: tensor<2x4xf32>)
    -> (tensor<9x4xf32>, tensor<9x4xf32>) attributes {kind = "predict"} {
  // CHECK-DAG: %[[IDS:.*]] = ingot.transpose %[[B]] perm [1, 0]
  // CHECK-DAG: %[[ROWS:.*]] = ingot.transpose %[[Y]] perm [1, 0, 2]
  // CHECK-DAG: %[[ALLIDS:.*]] = ingot.concat %[[A]], %[[IDS]] axis 1 : tensor<?x2xi32>, tensor<?x3xi32> -> tensor<?x5xi32>
  // CHECK-DAG: %[[ALLROWS:.*]] = ingot.concat %[[X]], %[[ROWS]] axis 1 : tensor<?x2x4xf32>, tensor<?x3x4xf32> -> tensor<?x5x4xf32>
  // CHECK: %[[ALL:.*]] = ingot.scatter_rows %[[ALLIDS]], %[[ALLROWS]]
  %0 = ingot.scatter_rows %a, %x : tensor<?x2xi32>, tensor<?x2x4xf32> -> tensor<9x4xf32>
  %1 = ingot.scatter_rows %b, %y : tensor<3x?xi32>, tensor<3x?x4xf32> -> tensor<9x4xf32>
  %2 = ingot.add %0, %1 : tensor<9x4xf32>
  // With a batch and without, there is no axis for both.
  // CHECK: %[[P:.*]] = ingot.scatter_rows %[[A]], %[[X]]
  %3 = ingot.scatter_rows %a, %x : tensor<?x2xi32>, tensor<?x2x4xf32> -> tensor<9x4xf32>
  // CHECK: %[[Q:.*]] = ingot.scatter_rows %[[C]], %[[Z]]
  %4 = ingot.scatter_rows %c, %z : tensor<2xi32>, tensor<2x4xf32> -> tensor<9x4xf32>
  // CHECK: %[[R:.*]] = ingot.add %[[P]], %[[Q]]
  %5 = ingot.add %3, %4 : tensor<9x4xf32>
  // CHECK: ingot.return %[[ALL]], %[[R]]
  ingot.return %2, %5 : tensor<9x4xf32>, tensor<9x4xf32>
}

// Of two orders, one.
// CHECK-LABEL: ingot.entry @orders
// CHECK-SAME: (%[[X:.*]]: tensor<?x2x3x4xf32>)
ingot.entry @orders(%x: tensor<?x2x3x4xf32>) -> (tensor<3x?x4x2xf32>, tensor<?x2x3x4xf32>) attributes {kind = "predict"} {
  // CHECK-NEXT: %[[Y:.*]] = ingot.transpose %[[X]] perm [2, 0, 3, 1] : tensor<?x2x3x4xf32> -> tensor<3x?x4x2xf32>
  %0 = ingot.transpose %x perm [2, 1, 0, 3] : tensor<?x2x3x4xf32> -> tensor<3x2x?x4xf32>
  %1 = ingot.transpose %0 perm [0, 2, 3, 1] : tensor<3x2x?x4xf32> -> tensor<3x?x4x2xf32>
  %2 = ingot.transpose %0 perm [2, 1, 0, 3] : tensor<3x2x?x4xf32> -> tensor<?x2x3x4xf32>
  // CHECK-NEXT: ingot.return %[[Y]], %[[X]]
  ingot.return %1, %2 : tensor<3x?x4x2xf32>, tensor<?x2x3x4xf32>
}
