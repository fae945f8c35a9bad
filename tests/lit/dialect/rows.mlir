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

// CHECK-LABEL: ingot.entry @update
// CHECK-SAME: (%[[I:.*]]: tensor<?x2xi32>, %[[G:.*]]: tensor<?x2x4xf32>, %[[W:.*]]: tensor<9x4xf32>, %[[L:.*]]: tensor<9xi32>, %[[T:.*]]: tensor<i32>)
ingot.entry @update(%i: tensor<?x2xi32>, %g: tensor<?x2x4xf32>, %w: tensor<9x4xf32>, %l: tensor<9xi32>, %t: tensor<i32>)
    -> (tensor<9x4xf32>, tensor<9xi32>) attributes {kind = "predict"} {
  // CHECK: %[[R:.*]]:2 = ingot.update_rows %[[I]], %[[G]] : tensor<?x2xi32>, tensor<?x2x4xf32> tables(%[[W]], %[[L]] : tensor<9x4xf32>, tensor<9xi32>) -> (tensor<9x4xf32>, tensor<9xi32>) {
  // CHECK: ^bb0(%[[SUM:.*]]: tensor<4xf32>, %[[ROW:.*]]: tensor<4xf32>, %[[LAST:.*]]: tensor<i32>):
  %w1, %l1 = ingot.update_rows %i, %g : tensor<?x2xi32>, tensor<?x2x4xf32> tables(%w, %l : tensor<9x4xf32>, tensor<9xi32>)
      -> (tensor<9x4xf32>, tensor<9xi32>) {
  ^bb0(%sum: tensor<4xf32>, %row: tensor<4xf32>, %last: tensor<i32>):
    // CHECK: %[[D:.*]] = ingot.decay %[[ROW]] since %[[LAST]] until %[[T]] by 9.0{{.*}}e-01 : (tensor<4xf32>, tensor<i32>, tensor<i32>) -> tensor<4xf32>
    %0 = ingot.decay %row since %last until %t by 0.9 : (tensor<4xf32>, tensor<i32>, tensor<i32>) -> tensor<4xf32>
    %1 = ingot.add %0, %sum : tensor<4xf32>
    // CHECK: ingot.assign %[[T]] to %[[LAST]] : (tensor<i32>, tensor<i32>) -> tensor<i32>
    %2 = ingot.assign %t to %last : (tensor<i32>, tensor<i32>) -> tensor<i32>
    ingot.yield %1, %2 : tensor<4xf32>, tensor<i32>
  }
  // CHECK: ingot.return %[[R]]#0, %[[R]]#1
  ingot.return %w1, %l1 : tensor<9x4xf32>, tensor<9xi32>
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

// -----

ingot.entry @e(%i: tensor<?xi32>, %g: tensor<?x4xf32>, %w: tensor<9x4xf32>, %l: tensor<8xi32>) attributes {kind = "predict"} {
  // update_rows_c1
  // expected-error @below {{has a table 'tensor<8xi32>'; tables must be static and have equally many rows}}
  %0:2 = ingot.update_rows %i, %g : tensor<?xi32>, tensor<?x4xf32> tables(%w, %l : tensor<9x4xf32>, tensor<8xi32>)
      -> (tensor<9x4xf32>, tensor<8xi32>) {
  ^bb0(%sum: tensor<4xf32>, %row: tensor<4xf32>, %last: tensor<i32>):
    ingot.yield %row, %last : tensor<4xf32>, tensor<i32>
  }
  ingot.return
}

// -----

ingot.entry @e(%i: tensor<?x2xi32>, %g: tensor<?x4xf32>, %w: tensor<9x4xf32>) attributes {kind = "predict"} {
  // expected-error @below {{has indices 'tensor<?x2xi32>' and rows 'tensor<?x4xf32>'; the shape of the first must begin the other's}}
  %0 = ingot.update_rows %i, %g : tensor<?x2xi32>, tensor<?x4xf32> tables(%w : tensor<9x4xf32>) -> (tensor<9x4xf32>) {
  ^bb0(%sum: tensor<4xf32>, %row: tensor<4xf32>):
    ingot.yield %row : tensor<4xf32>
  }
  ingot.return
}

// -----

ingot.entry @e(%i: tensor<?xi32>, %g: tensor<?x4xf32>, %w: tensor<9x4xf32>) attributes {kind = "predict"} {
  // update_rows_c2
  // expected-error @below {{has a body of ('tensor<4xf32>'), must be ('tensor<4xf32>', 'tensor<4xf32>')}}
  %0 = ingot.update_rows %i, %g : tensor<?xi32>, tensor<?x4xf32> tables(%w : tensor<9x4xf32>) -> (tensor<9x4xf32>) {
  ^bb0(%row: tensor<4xf32>):
    ingot.yield %row : tensor<4xf32>
  }
  ingot.return
}

// -----

ingot.entry @e(%i: tensor<?xi32>, %g: tensor<?x4xf32>, %w: tensor<9x4xf32>) attributes {kind = "predict"} {
  // update_rows_c3
  // expected-error @below {{must yield ('tensor<4xf32>')}}
  %0 = ingot.update_rows %i, %g : tensor<?xi32>, tensor<?x4xf32> tables(%w : tensor<9x4xf32>) -> (tensor<9x4xf32>) {
  ^bb0(%sum: tensor<4xf32>, %row: tensor<4xf32>):
    ingot.yield
  }
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<9x4xf32>, %l: tensor<4xi32>, %t: tensor<i32>) attributes {kind = "predict"} {
  // decay_c1
  // expected-error @below {{`last` is 'tensor<4xi32>'; its shape must begin that of 'tensor<9x4xf32>'}}
  %0 = ingot.decay %x since %l until %t by 0.9 : (tensor<9x4xf32>, tensor<4xi32>, tensor<i32>) -> tensor<9x4xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<9xf32>, %t: tensor<i32>) attributes {kind = "predict"} {
  // assign_c1
  // expected-error @below {{operands are 'tensor<9xf32>' and 'tensor<i32>'; element types must be equal}}
  %0 = ingot.assign %t to %x : (tensor<9xf32>, tensor<i32>) -> tensor<9xf32>
  ingot.return
}
