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

//--- c_of_a_late_stage
//! flags: --emit=c
module attributes {ingot.stage = "llvm", ingot.vector_width = 1 : i64} {}
//: ingot: error: C is emitted from the stage `bufferized` or before it

//--- op_of_another_stage
module {
  func.func @f() {
    return
  }
}
//: op_of_another_stage.mlir:2:3: error: `func.func` is not of stage `ingot`, which has ops of `ingot` alone; `ingot.stage` of the module names another

//--- entry_of_another_stage
ingot.entry @m.predict(%x: tensor<?x5xf32>) -> (tensor<?x5xf32>) attributes {kind = "predict"} {
  ingot.return %x : tensor<?x5xf32>
}
//: entry_of_another_stage.mlir:1:1: error: is an entry, which stage `ingot` has none of; `ingot.stage` of the module names another

//--- input_without_a_name
ingot.model @m(%x: tensor<?x5xf32>) -> (tensor<?x5xf32> {ingot.name = "y"}) {
  ingot.return %x : tensor<?x5xf32>
}
//: input_without_a_name.mlir:1:1: error: input 0 has no `ingot.name`; each must have one

//--- two_outputs_of_one_name
ingot.model @m(%x: tensor<?x5xf32> {ingot.name = "x"}) -> (tensor<?x5xf32> {ingot.name = "y"}, tensor<?x5xf32> {ingot.name = "y"}) {
  ingot.return %x, %x : tensor<?x5xf32>, tensor<?x5xf32>
}
//: two_outputs_of_one_name.mlir:1:1: error: outputs are called `y` twice; names must differ

//--- input_without_a_batch
ingot.model @m(%x: tensor<4x5xf32> {ingot.name = "x"}) -> (tensor<4x5xf32> {ingot.name = "y"}) {
  ingot.return %x : tensor<4x5xf32>
}
//: input_without_a_batch.mlir:1:1: error: input 0 is 'tensor<4x5xf32>'; must be a tensor of f32 or i32 whose first size alone is `?`

//--- model_of_nothing
ingot.model @m() {
  ingot.return
}
//: model_of_nothing.mlir:1:1: error: must have a body, an input and an output

//--- value_beyond_integers
ingot.model @m(%x: tensor<?x1099511627776x1099511627776xf32> {ingot.name = "x"}) -> (tensor<?x1099511627776x1099511627776xf32> {ingot.name = "y"}) {
  ingot.return %x : tensor<?x1099511627776x1099511627776xf32>
}
//: value_beyond_integers.mlir:1:1: error: has a value of type 'tensor<?x1099511627776x1099511627776xf32>'; at most 2^40 elements are possible

//--- value_of_nothing
ingot.model @m(%x: tensor<?x0xf32> {ingot.name = "x"}) -> (tensor<?x0xf32> {ingot.name = "y"}) {
  ingot.return %x : tensor<?x0xf32>
}
//: value_of_nothing.mlir:1:1: error: has a value of type 'tensor<?x0xf32>'; sizes must be positive

//--- target_of_another_element
module @tiny {
  ingot.variable @y.kernel : tensor<4x3xf32> init {kind = "uniform", a = -0.9 : f64, b = 0.9 : f64}
  ingot.variable @y.bias : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}
  ingot.model @tiny(%x: tensor<?x4xf32> {ingot.name = "x"}) -> (tensor<?x3xf32> {ingot.name = "y"}) {
    %0 = ingot.dense %x units(3) act("softmax") kernel(@y.kernel) bias(@y.bias) : tensor<?x4xf32> -> tensor<?x3xf32>
    ingot.return %0 : tensor<?x3xf32>
  }
  ingot.compile @tiny optimizer {class_name = "SGD", learning_rate = 0.01 : f64, momentum = 0.0 : f64} outputs [
    {name = "y", loss = "sparse_categorical_crossentropy", target = tensor<?xi64>}]
}
//: target_of_another_element.mlir:8:3: error: 'ingot.compile' op "sparse_categorical_crossentropy" of a prediction 'tensor<?x3xf32>' needs i32 labels of its shape without the last axis, not 'tensor<?xi64>'

//--- target_of_another_shape
module @tiny {
  ingot.variable @y.kernel : tensor<4x3xf32> init {kind = "uniform", a = -0.9 : f64, b = 0.9 : f64}
  ingot.variable @y.bias : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}
  ingot.model @tiny(%x: tensor<?x4xf32> {ingot.name = "x"}) -> (tensor<?x3xf32> {ingot.name = "y"}) {
    %0 = ingot.dense %x units(3) act("softmax") kernel(@y.kernel) bias(@y.bias) : tensor<?x4xf32> -> tensor<?x3xf32>
    ingot.return %0 : tensor<?x3xf32>
  }
  ingot.compile @tiny optimizer {class_name = "SGD", learning_rate = 0.01 : f64, momentum = 0.0 : f64} outputs [
    {name = "y", loss = "sparse_categorical_crossentropy", target = tensor<?x7xf32>}]
}
//: target_of_another_shape.mlir:8:3: error: 'ingot.compile' op "sparse_categorical_crossentropy" of a prediction 'tensor<?x3xf32>' needs i32 labels of its shape without the last axis, not 'tensor<?x7xf32>'

//--- metric_of_another_target
module @tiny {
  ingot.variable @y.kernel : tensor<4x3xf32> init {kind = "uniform", a = -0.9 : f64, b = 0.9 : f64}
  ingot.variable @y.bias : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}
  ingot.model @tiny(%x: tensor<?x4xf32> {ingot.name = "x"}) -> (tensor<?x3xf32> {ingot.name = "y"}) {
    %0 = ingot.dense %x units(3) act("softmax") kernel(@y.kernel) bias(@y.bias) : tensor<?x4xf32> -> tensor<?x3xf32>
    ingot.return %0 : tensor<?x3xf32>
  }
  ingot.compile @tiny optimizer {class_name = "SGD", learning_rate = 0.01 : f64, momentum = 0.0 : f64} outputs [
    {name = "y", loss = "sparse_categorical_crossentropy", target = tensor<?xi32>, metrics = [{key = "mse", kind = "mean_squared_error"}]}]
}
//: metric_of_another_target.mlir:8:3: error: 'ingot.compile' op "mean_squared_error" of a prediction 'tensor<?x3xf32>' needs an f32 target of its shape, not 'tensor<?xi32>'

//--- loss_that_is_no_name
module @tiny {
  ingot.variable @y.kernel : tensor<4x3xf32> init {kind = "uniform", a = -0.9 : f64, b = 0.9 : f64}
  ingot.variable @y.bias : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}
  ingot.model @tiny(%x: tensor<?x4xf32> {ingot.name = "x"}) -> (tensor<?x3xf32> {ingot.name = "y"}) {
    %0 = ingot.dense %x units(3) act("softmax") kernel(@y.kernel) bias(@y.bias) : tensor<?x4xf32> -> tensor<?x3xf32>
    ingot.return %0 : tensor<?x3xf32>
  }
  ingot.compile @tiny optimizer {class_name = "SGD", learning_rate = 0.01 : f64, momentum = 0.0 : f64} outputs [
    {name = "y", loss, target = tensor<?xi32>}]
}
//: loss_that_is_no_name.mlir:8:3: error: 'ingot.compile' op output "y" is {loss, name = "y", target = tensor<?xi32>}; `loss` must be a string, `target` a type, `metrics` a list, `loss_weight` and `label_smoothing` numbers of f64

//--- bound_of_another_element
module @tiny {
  ingot.variable @y.kernel : tensor<4x3xf32> init {kind = "uniform", a = -0.9 : f32, b = 0.9 : f64}
  ingot.variable @y.bias : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}
  ingot.model @tiny(%x: tensor<?x4xf32> {ingot.name = "x"}) -> (tensor<?x3xf32> {ingot.name = "y"}) {
    %0 = ingot.dense %x units(3) act("softmax") kernel(@y.kernel) bias(@y.bias) : tensor<?x4xf32> -> tensor<?x3xf32>
    ingot.return %0 : tensor<?x3xf32>
  }
  ingot.compile @tiny optimizer {class_name = "SGD", learning_rate = 0.01 : f64, momentum = 0.0 : f64} outputs [
    {name = "y", loss = "sparse_categorical_crossentropy", target = tensor<?xi32>}]
}
//: bound_of_another_element.mlir:2:3: error: 'ingot.variable' op `init` of kind "uniform" lacks a number `a` or `b` of f64

//--- seed_of_another_width
module @tiny {
  ingot.variable @y.kernel : tensor<4x3xf32> init {kind = "uniform", a = -0.9 : f64, b = 0.9 : f64, seed = 7 : i32}
  ingot.variable @y.bias : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}
  ingot.model @tiny(%x: tensor<?x4xf32> {ingot.name = "x"}) -> (tensor<?x3xf32> {ingot.name = "y"}) {
    %0 = ingot.dense %x units(3) act("softmax") kernel(@y.kernel) bias(@y.bias) : tensor<?x4xf32> -> tensor<?x3xf32>
    ingot.return %0 : tensor<?x3xf32>
  }
  ingot.compile @tiny optimizer {class_name = "SGD", learning_rate = 0.01 : f64, momentum = 0.0 : f64} outputs [
    {name = "y", loss = "sparse_categorical_crossentropy", target = tensor<?xi32>}]
}
//: seed_of_another_width.mlir:2:3: error: 'ingot.variable' op `init` has `seed` = 7 : i32; must be an i64

//--- learning_rate_that_is_no_number
module @tiny {
  ingot.variable @y.kernel : tensor<4x3xf32> init {kind = "uniform", a = -0.9 : f64, b = 0.9 : f64}
  ingot.variable @y.bias : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}
  ingot.model @tiny(%x: tensor<?x4xf32> {ingot.name = "x"}) -> (tensor<?x3xf32> {ingot.name = "y"}) {
    %0 = ingot.dense %x units(3) act("softmax") kernel(@y.kernel) bias(@y.bias) : tensor<?x4xf32> -> tensor<?x3xf32>
    ingot.return %0 : tensor<?x3xf32>
  }
  ingot.compile @tiny optimizer {class_name = "SGD", learning_rate = "fast", momentum = 0.0 : f64} outputs [
    {name = "y", loss = "sparse_categorical_crossentropy", target = tensor<?xi32>}]
}
//: learning_rate_that_is_no_number.mlir:8:3: error: 'ingot.compile' op `optimizer` has `learning_rate` = "fast"; must be a number of f64 or a boolean
