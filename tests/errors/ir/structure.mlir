// IR that is no model. What users of IR read may speak of ops.

//--- no_such_op
module {
  ingot.nothing
}
//: no_such_op.mlir:2:3: error: custom op 'ingot.nothing' is unknown

//--- no_syntax
module {
  ingot.variable @w tensor<4x3xf32>
}
//: no_syntax.mlir:2:20: error: expected ':'

//--- no_model
module {}
//: no_model.mlir:1:1: error: has no `ingot.model`

//--- no_such_stage
module attributes {ingot.stage = "soup"} {}
//: ingot: error: attribute `ingot.stage` names no stage

//--- kernel_shape
module @m {
  ingot.variable @w : tensor<4x3xf32> init {kind = "constant", a = 0.0 : f64}
  ingot.model @m(%x: tensor<?x5xf32> {ingot.name = "x"}) -> (tensor<?x3xf32> {ingot.name = "y"}) {
    %0 = ingot.dense %x units(3) act("linear") kernel(@w) {use_bias = false} : tensor<?x5xf32> -> tensor<?x3xf32>
    ingot.return %0 : tensor<?x3xf32>
  }
}
//: kernel_shape.mlir:4:10: error: 'ingot.dense' op `kernel` has shape (4, 3), must be (5, 3)
//: kernel_shape.mlir:2:3: note: `kernel` declared here

//--- kernel_missing
module @m {
  ingot.model @m(%x: tensor<?x5xf32> {ingot.name = "x"}) -> (tensor<?x3xf32> {ingot.name = "y"}) {
    %0 = ingot.dense %x units(3) act("linear") kernel(@w) {use_bias = false} : tensor<?x5xf32> -> tensor<?x3xf32>
    ingot.return %0 : tensor<?x3xf32>
  }
}
//: kernel_missing.mlir:3:10: error: 'ingot.dense' op `kernel` is @w, which is not a variable

//--- entry_without_compile_in_ir
//! flags: --entries=train_step
module @m {
  ingot.model @m(%x: tensor<?x5xf32> {ingot.name = "x"}) -> (tensor<?x5xf32> {ingot.name = "y"}) {
    ingot.return %x : tensor<?x5xf32>
  }
}
//: entry_without_compile_in_ir.mlir:2:3: error: there is no entry `train_step`; the module must have an `ingot.compile` with a loss

//--- machine_code_of_a_late_stage
module attributes {ingot.stage = "llvm"} {}
//: ingot: error: machine code is emitted from the stage `bufferized` or before it
