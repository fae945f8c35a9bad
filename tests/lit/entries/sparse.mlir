// RUN: ingot-opt %s --ingot-build-entries | FileCheck %s

// A table that is looked up and nothing else is sparse, also from a nested model;
// not if it is penalized, frozen, or a kernel as well.
// CHECK: ingot.variable @table sparse :
ingot.variable @table : tensor<9x4xf32> init {kind = "constant", a = 0.0 : f64}
// CHECK: ingot.variable @penalized :
ingot.variable @penalized : tensor<9x4xf32> init {kind = "constant", a = 0.0 : f64} {l1 = 0.1 : f64}
// CHECK: ingot.variable @frozen frozen :
ingot.variable @frozen frozen : tensor<9x4xf32> init {kind = "constant", a = 0.0 : f64}
// CHECK: ingot.variable @tied :
ingot.variable @tied : tensor<4x4xf32> init {kind = "constant", a = 0.0 : f64}
// CHECK: ingot.variable @kernel :
ingot.variable @kernel : tensor<4x4xf32> init {kind = "constant", a = 0.0 : f64}

ingot.model @inner(%i: tensor<?xi32>) -> tensor<?x4xf32> {
  %0 = ingot.embedding %i table(@table) rows(9) width(4) : tensor<?xi32> -> tensor<?x4xf32>
  ingot.return %0 : tensor<?x4xf32>
}
ingot.model @m(%i: tensor<?xi32> {ingot.name = "i"}) -> (tensor<?x4xf32> {ingot.name = "y"}) {
  %0 = ingot.call @inner(%i) : (tensor<?xi32>) -> tensor<?x4xf32>
  %1 = ingot.embedding %i table(@table) rows(9) width(4) : tensor<?xi32> -> tensor<?x4xf32>
  %2 = ingot.embedding %i table(@penalized) rows(9) width(4) : tensor<?xi32> -> tensor<?x4xf32>
  %3 = ingot.embedding %i table(@frozen) rows(9) width(4) : tensor<?xi32> -> tensor<?x4xf32>
  %4 = ingot.embedding %i table(@tied) rows(4) width(4) : tensor<?xi32> -> tensor<?x4xf32>
  %5 = ingot.merge "add" %0, %1, %2, %3, %4 : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  %6 = ingot.dense %5 units(4) kernel(@tied) {use_bias = false} : tensor<?x4xf32> -> tensor<?x4xf32>
  %7 = ingot.dense %6 units(4) kernel(@kernel) {use_bias = false} : tensor<?x4xf32> -> tensor<?x4xf32>
  ingot.return %7 : tensor<?x4xf32>
}
ingot.compile @m optimizer {class_name = "SGD", learning_rate = 0.01 : f64}
  outputs [{name = "y", loss = "mean_squared_error", target = tensor<?x4xf32>}]
