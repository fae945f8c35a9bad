// Ops that contradict themselves; more of them are in tests/lit/dialect.

//--- scan_without_a_yield
ingot.model @m(%x: tensor<20x?x8xf32>) -> (tensor<20x?x8xf32>) {
  %y = ingot.scan 20 xs(%x : tensor<20x?x8xf32>) -> (tensor<20x?x8xf32>) {
  ^bb0(%step: tensor<?x8xf32>):
    ingot.return %step : tensor<?x8xf32>
  }
  ingot.return %y : tensor<20x?x8xf32>
}
//: scan_without_a_yield.mlir:2:8: error: 'ingot.scan' op has a body that does not end in `ingot.yield`

//--- scan_with_another_number_of_results
ingot.model @m(%x: tensor<20x?x8xf32>) -> (tensor<20x?x8xf32>) {
  %y = ingot.scan 20 xs(%x : tensor<20x?x8xf32>) -> (tensor<20x?x8xf32>) {
  ^bb0(%step: tensor<?x8xf32>):
    ingot.yield %step, %step : tensor<?x8xf32>, tensor<?x8xf32>
  }
  ingot.return %y : tensor<20x?x8xf32>
}
//: scan_with_another_number_of_results.mlir:4:5: error: 'ingot.yield' op has 2 values for 0 carries and 1 results

//--- time_distributed_without_a_yield
ingot.model @m(%x: tensor<?x20x8xf32>) -> (tensor<?x20x8xf32>) {
  %y = ingot.time_distributed %x : tensor<?x20x8xf32> -> tensor<?x20x8xf32> {
  ^bb0(%step: tensor<?x8xf32>):
    ingot.return %step : tensor<?x8xf32>
  }
  ingot.return %y : tensor<?x20x8xf32>
}
//: time_distributed_without_a_yield.mlir:2:8: error: 'ingot.time_distributed' op has a body that does not end in `ingot.yield`

//--- variable_in_empty_parts
ingot.variable @w : tensor<4xf32> init {kind = "concat", sizes = array<i64: 4, 0>, parts = [{kind = "constant", a = 0.0 : f64}, {kind = "constant", a = 1.0 : f64}]}
//: variable_in_empty_parts.mlir:1:1: error: 'ingot.variable' op `init` has part {a = 1.000000e+00 : f64, kind = "constant"} of size 0

//--- orthogonalize_a_vector
ingot.model @m(%x: tensor<4xf32>) -> (tensor<4xf32>) {
  %y = ingot.orthogonalize %x gain 1.0 : tensor<4xf32>
  ingot.return %y : tensor<4xf32>
}
//: orthogonalize_a_vector.mlir:2:8: error: 'ingot.orthogonalize' op operand is 'tensor<4xf32>'; must be of static shape and rank >= 2

//--- rows_of_other_results
ingot.model @m(%i: tensor<?xi32>, %g: tensor<?x4xf32>, %w: tensor<9x4xf32>) -> (tensor<8x4xf32>) {
  %0 = ingot.update_rows %i, %g : tensor<?xi32>, tensor<?x4xf32> tables(%w : tensor<9x4xf32>) -> (tensor<8x4xf32>) {
  ^bb0(%sum: tensor<4xf32>, %row: tensor<4xf32>):
    ingot.yield %row : tensor<4xf32>
  }
  ingot.return %0 : tensor<8x4xf32>
}
//: rows_of_other_results.mlir:2:8: error: 'ingot.update_rows' op has tables ('tensor<9x4xf32>') and results ('tensor<8x4xf32>')

//--- target_of_other_types
module attributes {ingot.fma = "yes"} {
  ingot.model @m(%x: tensor<?x5xf32> {ingot.name = "x"}) -> (tensor<?x5xf32> {ingot.name = "y"}) {
    ingot.return %x : tensor<?x5xf32>
  }
}
//: target_of_other_types.mlir:1:1: error: `ingot.fma` is "yes"; must be a boolean

//--- batch_of_none
module attributes {ingot.max_batch = 0 : i64} {
  ingot.model @m(%x: tensor<?x5xf32> {ingot.name = "x"}) -> (tensor<?x5xf32> {ingot.name = "y"}) {
    ingot.return %x : tensor<?x5xf32>
  }
}
//: batch_of_none.mlir:1:1: error: `ingot.max_batch` is 0 : i64; must be a positive i64

//--- argument_without_a_name
module {
  ingot.model @m(%x: tensor<?x5xf32> {ingot.name = 3 : i64}) -> (tensor<?x5xf32> {ingot.name = "y"}) {
    ingot.return %x : tensor<?x5xf32>
  }
}
//: argument_without_a_name.mlir:2:3: error: `ingot.name` is 3 : i64; must be a string

//--- target_that_is_larger
//! flags: --mcpu=x86-64
module attributes {ingot.vector_width = 16 : i64} {
  ingot.model @m(%x: tensor<?x5xf32> {ingot.name = "x"}) -> (tensor<?x5xf32> {ingot.name = "y"}) {
    ingot.return %x : tensor<?x5xf32>
  }
}
//: ingot: error: the module is for a larger target than cpu `x86-64`: compare its `ingot.fma`, `ingot.floor` and `ingot.vector_width`

//--- vectors_that_c_has_not
//! flags: --emit=c
module attributes {ingot.vector_width = 4 : i64} {
  ingot.model @m(%x: tensor<?x5xf32> {ingot.name = "x"}) -> (tensor<?x5xf32> {ingot.name = "y"}) {
    ingot.return %x : tensor<?x5xf32>
  }
}
//: ingot: error: the module is for a larger target than C: compare its `ingot.fma`, `ingot.floor` and `ingot.vector_width`

//--- brackets_without_end
module attributes {x = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]} {}
//: brackets_without_end.mlir:1: error: this is nested more than 256 deep

//--- signs_without_end
module attributes {x = affine_map<(d0) -> (------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------d0)>} {}
//: signs_without_end.mlir:1: error: this is nested more than 256 deep
