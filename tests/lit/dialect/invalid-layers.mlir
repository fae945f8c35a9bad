// RUN: ingot-opt %s -split-input-file -verify-diagnostics

ingot.variable @k : tensor<4x2xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @b : tensor<2xf32> init {kind = "constant", a = 0.0 : f64}
ingot.model @m(%x: tensor<?x4xf32>) -> tensor<?x0xf32> {
  // dense_c1
  // expected-error @below {{`units` is 0; must be positive}}
  // expected-error @below {{'ingot.dense' op failed to infer returned types}}
  %0 = ingot.dense %x units(0) kernel(@k) bias(@b) : tensor<?x4xf32> -> tensor<?x0xf32>
  ingot.return %0 : tensor<?x0xf32>
}

// -----

ingot.variable @k : tensor<4x2xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @b : tensor<2xf32> init {kind = "constant", a = 0.0 : f64}
ingot.model @m(%x: tensor<?xf32>) -> tensor<?xf32> {
  // dense_c1
  // expected-error @below {{input has shape (None,); rank must be at least 2}}
  // expected-error @below {{'ingot.dense' op failed to infer returned types}}
  %0 = ingot.dense %x units(2) kernel(@k) bias(@b) : tensor<?xf32> -> tensor<?xf32>
  ingot.return %0 : tensor<?xf32>
}

// -----

ingot.variable @b : tensor<2xf32> init {kind = "constant", a = 0.0 : f64}
ingot.model @m(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  // dense_c2
  // expected-error @below {{'ingot.dense' op `kernel` is @k, which is not a variable}}
  %0 = ingot.dense %x units(2) kernel(@k) bias(@b) : tensor<?x4xf32> -> tensor<?x2xf32>
  ingot.return %0 : tensor<?x2xf32>
}

// -----

// expected-note @below {{`kernel` declared here}}
ingot.variable @k : tensor<4x2xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @b : tensor<2xf32> init {kind = "constant", a = 0.0 : f64}
ingot.model @m(%x: tensor<?x3xf32>) -> tensor<?x2xf32> {
  // dense_c2
  // expected-error @below {{'ingot.dense' op `kernel` has shape (4, 2), must be (3, 2)}}
  %0 = ingot.dense %x units(2) kernel(@k) bias(@b) : tensor<?x3xf32> -> tensor<?x2xf32>
  ingot.return %0 : tensor<?x2xf32>
}

// -----

ingot.variable @k : tensor<4x2xf32> init {kind = "constant", a = 0.0 : f64}
// expected-note @below {{`bias` declared here}}
ingot.variable @b : tensor<3xf32> init {kind = "constant", a = 0.0 : f64}
ingot.model @m(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  // dense_c2
  // expected-error @below {{'ingot.dense' op `bias` has shape (3), must be (2)}}
  %0 = ingot.dense %x units(2) kernel(@k) bias(@b) : tensor<?x4xf32> -> tensor<?x2xf32>
  ingot.return %0 : tensor<?x2xf32>
}

// -----

ingot.variable @k : tensor<4x2xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @b : tensor<2xf32> init {kind = "constant", a = 0.0 : f64}
ingot.model @m(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  // dense_c3
  // expected-error @below {{'ingot.dense' op activation "mish" is unknown}}
  %0 = ingot.dense %x units(2) act("mish") kernel(@k) bias(@b) : tensor<?x4xf32> -> tensor<?x2xf32>
  ingot.return %0 : tensor<?x2xf32>
}

// -----

ingot.variable @k : tensor<4x2xf32> init {kind = "constant", a = 0.0 : f64}
ingot.model @m(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  // expected-error @below {{'ingot.dense' op `use_bias` is true but the op has no bias}}
  %0 = ingot.dense %x units(2) kernel(@k) : tensor<?x4xf32> -> tensor<?x2xf32>
  ingot.return %0 : tensor<?x2xf32>
}

// -----

ingot.model @m(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // activation_c1
  // expected-error @below {{activation "mish" is unknown}}
  // expected-error @below {{'ingot.activation' op failed to infer returned types}}
  %0 = ingot.activation "mish" %x : tensor<?x4xf32> -> tensor<?x4xf32>
  ingot.return %0 : tensor<?x4xf32>
}

// -----

ingot.model @m(%x: tensor<?xf32>) -> tensor<?xf32> {
  // activation_c2
  // expected-error @below {{input has shape (None,); rank must be at least 2 for softmax}}
  // expected-error @below {{'ingot.activation' op failed to infer returned types}}
  %0 = ingot.activation "softmax" %x : tensor<?xf32> -> tensor<?xf32>
  ingot.return %0 : tensor<?xf32>
}

// -----

ingot.model @m(%x: tensor<?x6xf32>) -> tensor<?x2x4xf32> {
  // reshape_c1
  // expected-error @below {{cannot reshape (None, 6) to (2, 4): a sample has 6 elements, `target_shape` 8}}
  // expected-error @below {{'ingot.reshape' op failed to infer returned types}}
  %0 = ingot.reshape %x to [2, 4] : tensor<?x6xf32> -> tensor<?x2x4xf32>
  ingot.return %0 : tensor<?x2x4xf32>
}

// -----

ingot.entry @e(%p: tensor<?x3xf32>, %t: tensor<?x3xf32>) attributes {kind = "evaluate"} {
  // loss_c1
  // expected-error @below {{'ingot.loss' op loss "huber" is unknown}}
  %0 = ingot.loss "huber" %p, %t : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?xf32>
  ingot.return
}

// -----

ingot.entry @e(%p: tensor<?x3xf32>, %t: tensor<?x3xf32>) attributes {kind = "evaluate"} {
  // loss_c2
  // expected-error @below {{'ingot.loss' op "sparse_categorical_crossentropy" of a prediction 'tensor<?x3xf32>' needs i32 labels of its shape without the last axis, not 'tensor<?x3xf32>'}}
  %0 = ingot.loss "sparse_categorical_crossentropy" %p, %t : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?xf32>
  ingot.return
}

// -----

ingot.entry @e(%p: tensor<?x3xf32>, %t: tensor<?xi32>) attributes {kind = "evaluate"} {
  // loss_c2
  // expected-error @below {{'ingot.loss' op "mean_squared_error" of a prediction 'tensor<?x3xf32>' needs an f32 target of its shape, not 'tensor<?xi32>'}}
  %0 = ingot.loss "mean_squared_error" %p, %t : tensor<?x3xf32>, tensor<?xi32> -> tensor<?xf32>
  ingot.return
}

// -----

ingot.entry @e(%p: tensor<?xf32>, %t: tensor<?xf32>) attributes {kind = "evaluate"} {
  // loss_c2
  // expected-error @below {{'ingot.loss' op prediction has rank 1; must be at least 2}}
  %0 = ingot.loss "mean_squared_error" %p, %t : tensor<?xf32>, tensor<?xf32> -> tensor<?xf32>
  ingot.return
}

// -----

ingot.entry @e(%p: tensor<?x3xf32>, %t: tensor<?x3xf32>) attributes {kind = "evaluate"} {
  // metric_c1
  // expected-error @below {{'ingot.metric' op metric "auc" is unknown}}
  %0, %n = ingot.metric "auc" %p, %t : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<f32>
  ingot.return
}

// -----

ingot.entry @e(%p: tensor<?x3xf32>, %t: tensor<?x2xf32>) attributes {kind = "evaluate"} {
  // metric_c2
  // expected-error @below {{'ingot.metric' op "categorical_accuracy" of a prediction 'tensor<?x3xf32>' needs an f32 target of its shape, not 'tensor<?x2xf32>'}}
  %0, %n = ingot.metric "categorical_accuracy" %p, %t : tensor<?x3xf32>, tensor<?x2xf32> -> tensor<f32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>) attributes {kind = "predict"} {
  // permute_c1
  // expected-error @below {{`dims` is (2,); must have each of 1 to 1 once}}
  // expected-error @below {{'ingot.permute' op failed to infer returned types}}
  %0 = ingot.permute %x dims [2] : tensor<?x3xf32> -> tensor<?x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>) attributes {kind = "predict"} {
  // repeat_vector_c1
  // expected-error @below {{`n` is 0; must be positive}}
  // expected-error @below {{'ingot.repeat_vector' op failed to infer returned types}}
  %0 = ingot.repeat_vector %x times 0 : tensor<?x3xf32> -> tensor<?x0x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>) attributes {kind = "predict"} {
  // merge_c1
  // expected-error @below {{kind is "dot"; must be add, subtract, multiply, average, maximum or minimum}}
  // expected-error @below {{'ingot.merge' op failed to infer returned types}}
  %0 = ingot.merge "dot" %x, %x : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>) attributes {kind = "predict"} {
  // merge_c2
  // expected-error @below {{there is 1 input; must be 2}}
  // expected-error @below {{'ingot.merge' op failed to infer returned types}}
  %0 = ingot.merge "subtract" %x : tensor<?x3xf32> -> tensor<?x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>, %y: tensor<?x4xf32>) attributes {kind = "predict"} {
  // merge_c3
  // expected-error @below {{inputs 0 and 1 have shapes (None, 3) and (None, 4); sizes must be equal, or one of them 1}}
  // expected-error @below {{'ingot.merge' op failed to infer returned types}}
  %0 = ingot.merge "add" %x, %y : tensor<?x3xf32>, tensor<?x4xf32> -> tensor<?x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>) attributes {kind = "predict"} {
  // concatenate_c1
  // expected-error @below {{`axis` is 0 for shape (None, 3), the batch; must be another axis}}
  // expected-error @below {{'ingot.concatenate' op failed to infer returned types}}
  %0 = ingot.concatenate %x, %x axis 0 : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>, %y: tensor<?x3x4xf32>) attributes {kind = "predict"} {
  // concatenate_c2
  // expected-error @below {{inputs 0 and 1 have shapes (None, 3) and (None, 3, 4); all sizes but that of axis 1 must be equal}}
  // expected-error @below {{'ingot.concatenate' op failed to infer returned types}}
  %0 = ingot.concatenate %x, %y axis 1 : tensor<?x3xf32>, tensor<?x3x4xf32> -> tensor<?x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>, %y: tensor<?x3xi32>) attributes {kind = "predict"} {
  // concatenate_c3
  // expected-error @below {{'ingot.concatenate' op operands are 'tensor<?x3xf32>' and 'tensor<?x3xi32>'; element types must be equal}}
  %0 = ingot.concatenate %x, %y axis 1 : tensor<?x3xf32>, tensor<?x3xi32> -> tensor<?x6xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>, %y: tensor<?x3x4xf32>) attributes {kind = "predict"} {
  // dot_c1
  // expected-error @below {{`axes` is (1, 3) for shapes (None, 3) and (None, 3, 4); each must be an axis of its input}}
  // expected-error @below {{'ingot.dot' op failed to infer returned types}}
  %0 = ingot.dot %x, %y axes [1, 3] : tensor<?x3xf32>, tensor<?x3x4xf32> -> tensor<?x4xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>, %y: tensor<?x3x4xf32>) attributes {kind = "predict"} {
  // dot_c2
  // expected-error @below {{`axes` is (1, 2) for shapes (None, 3) and (None, 3, 4), of sizes 3 and 4; must be equal}}
  // expected-error @below {{'ingot.dot' op failed to infer returned types}}
  %0 = ingot.dot %x, %y axes [1, 2] : tensor<?x3xf32>, tensor<?x3x4xf32> -> tensor<?x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%p: tensor<?x5x3xf32>, %m: tensor<?x4xi1>) attributes {kind = "evaluate"} {
  // metric_c3
  // expected-error @below {{'ingot.metric' op has a mask 'tensor<?x4xi1>' for a prediction 'tensor<?x5x3xf32>'; must have its first sizes}}
  %0, %n = ingot.metric "mean_squared_error" %p, %p mask %m : tensor<?x5x3xf32>, tensor<?x5x3xf32>, tensor<?x4xi1> -> tensor<f32>
  ingot.return
}

// -----

ingot.entry @e(%v: tensor<?x5xf32>, %w: tensor<?x5xf32>) attributes {kind = "evaluate"} {
  // mean_loss_c1
  // expected-error @below {{'ingot.mean_loss' op has weights 'tensor<?x5xf32>' for values 'tensor<?x5xf32>'; must be one a sample}}
  %0 = ingot.mean_loss %v weights %w : tensor<?x5xf32>, tensor<?x5xf32> -> tensor<f32>
  ingot.return
}

// -----

ingot.entry @e(%v: tensor<?x5xf32>, %w: tensor<?xf32>, %m: tensor<?xi1>) attributes {kind = "evaluate"} {
  // mean_loss_c2
  // expected-error @below {{'ingot.mean_loss' op has a mask 'tensor<?xi1>' for values 'tensor<?x5xf32>'; shapes must be equal}}
  %0 = ingot.mean_loss %v weights %w mask %m : tensor<?x5xf32>, tensor<?xf32>, tensor<?xi1> -> tensor<f32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?xf32>) attributes {kind = "predict"} {
  // masking_c1
  // expected-error @below {{input has shape (None,); rank must be at least 2}}
  // expected-error @below {{'ingot.masking' op failed to infer returned types}}
  %0 = ingot.masking %x : tensor<?xf32> -> tensor<?xf32>
  ingot.return
}

// -----

ingot.variable @k : tensor<5x12xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @r : tensor<3x12xf32> init {kind = "constant", a = 0.0 : f64}
ingot.entry @e(%x: tensor<?x5xf32>) attributes {kind = "predict"} {
  // lstm_c1
  // expected-error @below {{input has shape (None, 5), of rank 2; must be (batch, steps, features), of rank 3}}
  // expected-error @below {{'ingot.lstm' op failed to infer returned types}}
  %0 = ingot.lstm %x units(3) kernel(@k) recurrent(@r) {use_bias = false} : tensor<?x5xf32> -> tensor<?x3xf32>
  ingot.return
}

// -----

ingot.variable @k : tensor<5x12xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @r : tensor<3x12xf32> init {kind = "constant", a = 0.0 : f64}
ingot.entry @e(%x: tensor<?x7x5xf32>, %m: tensor<?x6xi1>) attributes {kind = "predict"} {
  // lstm_c2
  // expected-error @below {{has operands ('tensor<?x7x5xf32>', 'tensor<?x6xi1>'), must be ('tensor<?x7x5xf32>', 'tensor<?x7xi1>')}}
  %0 = ingot.lstm %x, %m units(3) kernel(@k) recurrent(@r) {use_bias = false} : tensor<?x7x5xf32>, tensor<?x6xi1> -> tensor<?x3xf32>
  ingot.return
}

// -----

ingot.variable @k : tensor<5x12xf32> init {kind = "constant", a = 0.0 : f64}
// expected-note @below {{`recurrent_kernel` declared here}}
ingot.variable @r : tensor<4x12xf32> init {kind = "constant", a = 0.0 : f64}
ingot.entry @e(%x: tensor<?x7x5xf32>) attributes {kind = "predict"} {
  // lstm_c3
  // expected-error @below {{`recurrent_kernel` has shape (4, 12), must be (3, 12)}}
  %0 = ingot.lstm %x units(3) kernel(@k) recurrent(@r) {use_bias = false} : tensor<?x7x5xf32> -> tensor<?x3xf32>
  ingot.return
}

// -----

ingot.variable @k : tensor<5x12xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @r : tensor<3x12xf32> init {kind = "constant", a = 0.0 : f64}
ingot.entry @e(%x: tensor<?x7x5xf32>) attributes {kind = "predict"} {
  // lstm_c4
  // expected-error @below {{activation "sigmod" is unknown}}
  %0 = ingot.lstm %x units(3) kernel(@k) recurrent(@r) {use_bias = false, recurrent_activation = "sigmod"} : tensor<?x7x5xf32> -> tensor<?x3xf32>
  ingot.return
}

// -----

ingot.variable @t : tensor<9x4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.entry @e(%i: tensor<?x2xi32>) attributes {kind = "predict"} {
  // embedding_c1
  // expected-error @below {{`output_dim` is 0; must be positive}}
  // expected-error @below {{failed to infer returned types}}
  %0 = ingot.embedding %i table(@t) rows(9) width(0) : tensor<?x2xi32> -> tensor<?x2x0xf32>
  ingot.return
}

// -----

ingot.variable @t : tensor<9x4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.entry @e(%i: tensor<?x2xi32>) attributes {kind = "predict"} {
  // embedding_c1
  // expected-error @below {{input has shape (None, 2); must be (None, 3) by `input_length`}}
  // expected-error @below {{failed to infer returned types}}
  %0 = ingot.embedding %i table(@t) rows(9) width(4) {input_length = 3} : tensor<?x2xi32> -> tensor<?x2x4xf32>
  ingot.return
}

// -----

// expected-note @below {{`embeddings` declared here}}
ingot.variable @t : tensor<9x4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.entry @e(%i: tensor<?x2xi32>) attributes {kind = "predict"} {
  // embedding_c2
  // expected-error @below {{`embeddings` has shape (9, 4), must be (8, 4)}}
  %0 = ingot.embedding %i table(@t) rows(8) width(4) : tensor<?x2xi32> -> tensor<?x2x4xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>) attributes {kind = "predict"} {
  // dropout_c1
  // expected-error @below {{`rate` is 1.000000e+00; must be in [0, 1)}}
  %0 = ingot.dropout %x rate 1.0 : tensor<?x3xf32> -> tensor<?x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>) attributes {kind = "predict"} {
  // dropout_c2
  // expected-error @below {{`noise_shape` is (None, 2) for an input of shape (None, 3); each size must be 1, None or that of the input}}
  // expected-error @below {{failed to infer returned types}}
  %0 = ingot.dropout %x rate 0.5 {noise_shape = array<i64: -1, 2>} : tensor<?x3xf32> -> tensor<?x3xf32>
  ingot.return
}
