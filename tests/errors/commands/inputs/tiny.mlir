module @tiny {
  ingot.variable @y.kernel : tensor<4x3xf32> init {kind = "uniform", a = -0.9 : f64, b = 0.9 : f64}
  ingot.variable @y.bias : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}
  ingot.model @tiny(%x: tensor<?x4xf32> {ingot.name = "x"}) -> (tensor<?x3xf32> {ingot.name = "y"}) {
    %0 = ingot.dense %x units(3) act("softmax") kernel(@y.kernel) bias(@y.bias) : tensor<?x4xf32> -> tensor<?x3xf32>
    ingot.return %0 : tensor<?x3xf32>
  }
  ingot.compile @tiny optimizer {class_name = "SGD", learning_rate = 0.01 : f64, momentum = 0.0 : f64} outputs [
    {name = "y", loss = "sparse_categorical_crossentropy", target = tensor<?xi32>}]
}
