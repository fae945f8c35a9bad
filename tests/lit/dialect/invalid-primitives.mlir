// RUN: ingot-opt %s -split-input-file -verify-diagnostics

ingot.entry @e(%x: tensor<?x3xf32>, %y: tensor<?x3xf32>) attributes {kind = "predict"} {
  // compare_c1
  // expected-error @below {{'ingot.compare' op predicate is "less"; must be eq, ne, gt, ge, lt or le}}
  %0 = ingot.compare "less" %x, %y : tensor<?x3xf32> -> tensor<?x3xi1>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>, %y: tensor<?x3xf32>) attributes {kind = "predict"} {
  // expected-error @below {{'ingot.compare' op operands 'tensor<?x3xf32>' and result 'tensor<?x4xi1>' differ in shape}}
  %0 = ingot.compare "lt" %x, %y : tensor<?x3xf32> -> tensor<?x4xi1>
  ingot.return
}

// -----

ingot.entry @e() attributes {kind = "predict"} {
  // expected-error @below {{'ingot.fill' op value is 1 : i32 but elements are 'f32'}}
  %0 = ingot.fill 1 : i32 : tensor<3xf32>
  ingot.return
}

// -----

ingot.entry @e() attributes {kind = "predict"} {
  // expected-error @below {{'ingot.fill' op of type 'tensor<?x3xf32>' needs `batch`}}
  %0 = ingot.fill 1.0 : f32 : tensor<?x3xf32>
  ingot.return
}

// -----

ingot.entry @e() attributes {kind = "predict"} {
  %n = ingot.batch
  // expected-error @below {{'ingot.fill' op of type 'tensor<3xf32>' has no batch to give}}
  %0 = ingot.fill 1.0 : f32 batch %n : tensor<3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>) attributes {kind = "predict"} {
  // broadcast_c1
  // expected-error @below {{'ingot.broadcast' op has 1 dims for an operand of rank 2}}
  %0 = ingot.broadcast %x dims [0] : tensor<?x3xf32> -> tensor<?x3x2xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>) attributes {kind = "predict"} {
  // broadcast_c1
  // expected-error @below {{'ingot.broadcast' op dims are not strictly increasing below rank 2}}
  %0 = ingot.broadcast %x dims [1, 0] : tensor<?x3xf32> -> tensor<3x?xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>) attributes {kind = "predict"} {
  // broadcast_c1
  // expected-error @below {{'ingot.broadcast' op dimension 1 of size 3 becomes dimension 2 of size 2}}
  %0 = ingot.broadcast %x dims [0, 2] : tensor<?x3xf32> -> tensor<?x3x2xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<3xf32>) attributes {kind = "predict"} {
  // broadcast_c2
  // expected-error @below {{'ingot.broadcast' op repeats over the batch and needs `batch`}}
  %0 = ingot.broadcast %x dims [1] : tensor<3xf32> -> tensor<?x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>) attributes {kind = "predict"} {
  // expected-error @below {{axis 2 of an input of rank 2}}
  // expected-error @below {{'ingot.reduce_sum' op failed to infer returned types}}
  %0 = ingot.reduce_sum %x axes [2] : tensor<?x3xf32> -> tensor<?xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>) attributes {kind = "predict"} {
  // expected-error @below {{axes are (1, 0); must be strictly increasing}}
  // expected-error @below {{'ingot.reduce_sum' op failed to infer returned types}}
  %0 = ingot.reduce_sum %x axes [1, 0] : tensor<?x3xf32> -> tensor<f32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>) attributes {kind = "predict"} {
  // view_as_c1
  // expected-error @below {{'ingot.view_as' op cannot turn 'tensor<?x3xf32>' into 'tensor<?x2xf32>'}}
  %0 = ingot.view_as %x : tensor<?x3xf32> -> tensor<?x2xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<2x?x3xf32>) attributes {kind = "predict"} {
  // view_as_c1: nothing crosses the batch
  // expected-error @below {{'ingot.view_as' op cannot turn 'tensor<2x?x3xf32>' into 'tensor<3x?x2xf32>'}}
  %0 = ingot.view_as %x : tensor<2x?x3xf32> -> tensor<3x?x2xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>, %w: tensor<3x4xf32>) attributes {kind = "predict"} {
  // contract_c1
  // expected-error @below {{equation is "bi,io"; must be of the form "A,B->C", with letters}}
  // expected-error @below {{'ingot.contract' op failed to infer returned types}}
  %0 = ingot.contract "bi,io" %x, %w : tensor<?x3xf32>, tensor<3x4xf32> -> tensor<?x4xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>, %w: tensor<3x4xf32>) attributes {kind = "predict"} {
  // contract_c1
  // expected-error @below {{label `b` occurs twice in term `bb`}}
  // expected-error @below {{'ingot.contract' op failed to infer returned types}}
  %0 = ingot.contract "bb,io->bo" %x, %w : tensor<?x3xf32>, tensor<3x4xf32> -> tensor<?x4xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>, %w: tensor<3x4xf32>) attributes {kind = "predict"} {
  // contract_c1
  // expected-error @below {{term `b` has 1 labels for an operand of shape (None, 3)}}
  // expected-error @below {{'ingot.contract' op failed to infer returned types}}
  %0 = ingot.contract "b,io->bo" %x, %w : tensor<?x3xf32>, tensor<3x4xf32> -> tensor<?x4xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>, %w: tensor<3x4xf32>) attributes {kind = "predict"} {
  // contract_c2
  // expected-error @below {{label `i` occurs in one term only; must occur in another operand or in the result}}
  // expected-error @below {{'ingot.contract' op failed to infer returned types}}
  %0 = ingot.contract "bk,io->bo" %x, %w : tensor<?x3xf32>, tensor<3x4xf32> -> tensor<?x4xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>, %w: tensor<3x4xf32>) attributes {kind = "predict"} {
  // contract_c3
  // expected-error @below {{label `i` is 3 in the first operand and 4 in the second}}
  // expected-error @below {{'ingot.contract' op failed to infer returned types}}
  %0 = ingot.contract "bi,oi->bo" %x, %w : tensor<?x3xf32>, tensor<3x4xf32> -> tensor<?x4xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<f32>) attributes {kind = "predict"} {
  // expected-error @below {{operand has rank 0; must have a last axis}}
  // expected-error @below {{'ingot.logsumexp' op failed to infer returned types}}
  %0 = ingot.logsumexp %x : tensor<f32> -> tensor<f32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>) attributes {kind = "predict"} {
  // expected-error @below {{'ingot.argmax' op inferred type(s) 'tensor<?xi32>' are incompatible with return type(s) of operation 'tensor<3xi32>'}}
  // expected-error @below {{'ingot.argmax' op failed to infer returned types}}
  %0 = ingot.argmax %x : tensor<?x3xf32> -> tensor<3xi32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>) attributes {kind = "predict"} {
  // transpose_c1
  // expected-error @below {{permutation is (0, 0) for shape (None, 3); must have each dimension once}}
  // expected-error @below {{'ingot.transpose' op failed to infer returned types}}
  %0 = ingot.transpose %x perm [0, 0] : tensor<?x3xf32> -> tensor<?x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>) attributes {kind = "predict"} {
  // reverse_c1
  // expected-error @below {{axis is 0; must be one of known size of 'tensor<?x3xf32>'}}
  %0 = ingot.reverse %x axis 0 : tensor<?x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>) attributes {kind = "predict"} {
  // concat_c1
  // expected-error @below {{axis 0 of (None, 3) is dynamic; must be known}}
  // expected-error @below {{'ingot.concat' op failed to infer returned types}}
  %0 = ingot.concat %x, %x axis 0 : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>, %y: tensor<?x3x4xf32>) attributes {kind = "predict"} {
  // concat_c2
  // expected-error @below {{inputs 0 and 1 have shapes (None, 3) and (None, 3, 4); all sizes but that of axis 1 must be equal}}
  // expected-error @below {{'ingot.concat' op failed to infer returned types}}
  %0 = ingot.concat %x, %y axis 1 : tensor<?x3xf32>, tensor<?x3x4xf32> -> tensor<?x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>, %y: tensor<?x3xi32>) attributes {kind = "predict"} {
  // concat_c2
  // expected-error @below {{'ingot.concat' op operands are 'tensor<?x3xf32>' and 'tensor<?x3xi32>'; element types must be equal}}
  %0 = ingot.concat %x, %y axis 1 : tensor<?x3xf32>, tensor<?x3xi32> -> tensor<?x6xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>) attributes {kind = "predict"} {
  // slice_c1
  // expected-error @below {{2 elements from 2 of axis 1 of (None, 3); must be inside, and at least one}}
  // expected-error @below {{'ingot.slice' op failed to infer returned types}}
  %0 = ingot.slice %x axis 1 from 2 size 2 : tensor<?x3xf32> -> tensor<?x2xf32>
  ingot.return
}
