// RUN: ingot-opt %s -split-input-file --verify-roundtrip -verify-diagnostics | FileCheck %s

// CHECK-LABEL: ingot.entry @rows
// CHECK-SAME: (%[[T:.*]]: tensor<9x4xf32>, %[[I:.*]]: tensor<5x?xi32>)
ingot.entry @rows(%t: tensor<9x4xf32>, %i: tensor<5x?xi32>) -> tensor<9x4xf32> attributes {kind = "predict"} {
  // CHECK: %[[R:.*]] = ingot.gather_rows %[[T]], %[[I]] : tensor<9x4xf32>, tensor<5x?xi32> -> tensor<5x?x4xf32>
  %0 = ingot.gather_rows %t, %i : tensor<9x4xf32>, tensor<5x?xi32> -> tensor<5x?x4xf32>
  // CHECK: ingot.scatter_rows %[[I]], %[[R]] : tensor<5x?xi32>, tensor<5x?x4xf32> -> tensor<9x4xf32>
  %1 = ingot.scatter_rows %i, %0 : tensor<5x?xi32>, tensor<5x?x4xf32> -> tensor<9x4xf32>
  ingot.return %1 : tensor<9x4xf32>
}

// -----

ingot.entry @e(%t: tensor<?x4xf32>, %i: tensor<?xi32>) attributes {kind = "predict"} {
  // gather_rows_c1
  // expected-error @below {{table has shape (None, 4); must have rows, and sizes must be known}}
  // expected-error @below {{failed to infer returned types}}
  %0 = ingot.gather_rows %t, %i : tensor<?x4xf32>, tensor<?xi32> -> tensor<?x4xf32>
  ingot.return
}

// -----

ingot.entry @e(%t: tensor<?x3xf32>, %i: tensor<?xi32>) attributes {kind = "predict"} {
  // scatter_rows_c1
  // expected-error @below {{has indices 'tensor<?xi32>', rows 'tensor<?x3xf32>' and result 'tensor<9x4xf32>', whose rows have another shape}}
  %0 = ingot.scatter_rows %i, %t : tensor<?xi32>, tensor<?x3xf32> -> tensor<9x4xf32>
  ingot.return
}
