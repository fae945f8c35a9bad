// RUN: ingot-opt %s -split-input-file --ingot-lower-entries -verify-diagnostics | FileCheck %s

module attributes {ingot.max_batch = 8 : i64, ingot.prefix = "m"} {
ingot.variable @small : tensor<5x4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @large : tensor<9x4xf32> init {kind = "constant", a = 0.0 : f64}

// Indices are followed to the input through whatever moves them; of two tables,
// the smaller one counts. Numbers that are no index are free.
// CHECK-LABEL: func.func private @m_predict_body
// CHECK-SAME: memref<8x3x2xi32> {ingot.classes = 5 : i64, ingot.labels_per_sample = 6 : i64, ingot.name = "a"
// CHECK-SAME: memref<8x2xi32> {ingot.classes = 9 : i64, ingot.labels_per_sample = 2 : i64, ingot.name = "b"
// CHECK-SAME: memref<8x2xi32> {ingot.name = "c"
ingot.entry @m.predict(%a: tensor<?x3x2xi32> {ingot.role = "input", ingot.name = "a"},
    %b: tensor<?x2xi32> {ingot.role = "input", ingot.name = "b"}, %c: tensor<?x2xi32> {ingot.role = "input", ingot.name = "c"})
    -> (tensor<?x4x4xf32> {ingot.name = "x"}, tensor<?x4xf32> {ingot.name = "y"}, tensor<?x2xi32> {ingot.name = "z"}) attributes {kind = "predict"} {
  %small = ingot.read @small : tensor<5x4xf32>
  %large = ingot.read @large : tensor<9x4xf32>
  %0 = ingot.transpose %a perm [0, 2, 1] : tensor<?x3x2xi32> -> tensor<?x2x3xi32>
  %1 = ingot.view_as %0 : tensor<?x2x3xi32> -> tensor<?x6xi32>
  %2 = ingot.slice %1 axis 1 from 1 size 2 : tensor<?x6xi32> -> tensor<?x2xi32>
  %3 = ingot.reverse %b axis 1 : tensor<?x2xi32>
  %4 = ingot.concat %2, %3 axis 1 : tensor<?x2xi32>, tensor<?x2xi32> -> tensor<?x4xi32>
  %5 = ingot.gather_rows %large, %4 : tensor<9x4xf32>, tensor<?x4xi32> -> tensor<?x4x4xf32>
  // A recurrence over steps, one index each.
  %6 = ingot.transpose %1 perm [1, 0] : tensor<?x6xi32> -> tensor<6x?xi32>
  %n = ingot.batch
  %zero = ingot.fill 0.0 : f32 batch %n : tensor<?x4xf32>
  %7 = ingot.scan 6 inits(%zero : tensor<?x4xf32>) xs(%6 : tensor<6x?xi32>) -> (tensor<?x4xf32>) {
  ^bb0(%sum: tensor<?x4xf32>, %id: tensor<?xi32>):
    %row = ingot.gather_rows %small, %id : tensor<5x4xf32>, tensor<?xi32> -> tensor<?x4xf32>
    %next = ingot.add %sum, %row : tensor<?x4xf32>
    ingot.yield %next : tensor<?x4xf32>
  }
  ingot.return %5, %7, %c : tensor<?x4x4xf32>, tensor<?x4xf32>, tensor<?x2xi32>
}
}

// -----

module attributes {ingot.max_batch = 8 : i64} {
ingot.variable @t : tensor<5x4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.entry @m.predict(%x: tensor<?x3xf32> {ingot.role = "input", ingot.name = "x"}) -> (tensor<?x4xf32> {ingot.name = "y"}) attributes {kind = "predict"} {
  %t = ingot.read @t : tensor<5x4xf32>
  // expected-note @below {{computed here}}
  %0 = ingot.argmax %x : tensor<?x3xf32> -> tensor<?xi32>
  // expected-error @below {{indices are computed; they can be checked only if an input has them}}
  %1 = ingot.gather_rows %t, %0 : tensor<5x4xf32>, tensor<?xi32> -> tensor<?x4xf32>
  ingot.return %1 : tensor<?x4xf32>
}
}

// -----

module attributes {ingot.max_batch = 8 : i64} {
ingot.variable @t : tensor<5x4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.entry @m.predict() -> (tensor<2x4xf32> {ingot.name = "y"}) attributes {kind = "predict"} {
  %t = ingot.read @t : tensor<5x4xf32>
  %0 = ingot.fill 5 : i32 : tensor<2xi32>
  // expected-error @below {{index 5 is not in [0, 5)}}
  %1 = ingot.gather_rows %t, %0 : tensor<5x4xf32>, tensor<2xi32> -> tensor<2x4xf32>
  ingot.return %1 : tensor<2x4xf32>
}
}
