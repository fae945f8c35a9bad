// What stands around the examples of docs/reference/dialect.md so that they parse and
// verify: a line `EXAMPLE op` is the example in the description of `op`.

ingot.variable @digit.kernel : tensor<784x10xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @digit.bias : tensor<10xf32> init {kind = "constant", a = 0.0 : f64}
EXAMPLE ingot.model

// -----

func.func @example(%h0: tensor<?x8xf32>, %x: tensor<20x?x8xf32>) {
EXAMPLE ingot.scan
  return
}

// -----

ingot.model @mlp(%x: tensor<?x784xf32> {ingot.name = "x"}) -> (tensor<?x10xf32> {ingot.name = "y"}) {
  %0 = ingot.dense %x units(10) act("softmax") kernel(@kernel) {use_bias = false} : tensor<?x784xf32> -> tensor<?x10xf32>
  ingot.return %0 : tensor<?x10xf32>
}
ingot.variable @kernel : tensor<784x10xf32> init {kind = "constant", a = 0.0 : f64}
func.func @example(%frames: tensor<?x20x784xf32>) {
EXAMPLE ingot.time_distributed
  return
}

// -----

func.func @example(%ids: tensor<?x5xi32>, %g: tensor<?x5x8xf32>, %w: tensor<100x8xf32>, %a: tensor<100x8xf32>, %rate: tensor<f32>) {
EXAMPLE ingot.update_rows
  return
}

// -----

EXAMPLE ingot.variable
