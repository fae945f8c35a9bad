// RUN: ingot-opt %s --ingot-build-entries | FileCheck %s

// A model that is not compiled can be initialised and predict; of several, the last
// one is meant.

ingot.model @inner(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  ingot.return %x : tensor<?x4xf32>
}
ingot.model @outer(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = ingot.call @inner(%x) : (tensor<?x4xf32>) -> tensor<?x4xf32>
  ingot.return %0 : tensor<?x4xf32>
}
// CHECK: ingot.entry @outer.init
// CHECK: ingot.entry @outer.predict
// CHECK-NOT: ingot.entry
