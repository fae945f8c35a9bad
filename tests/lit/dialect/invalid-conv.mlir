// RUN: ingot-opt %s -split-input-file -verify-diagnostics

ingot.variable @k : tensor<3x3x3x4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.model @m(%x: tensor<?x8x8x3xf32>) -> tensor<?x6x6x4xf32> {
  // conv_c1
  // expected-error @below {{`padding` is "full"; must be "valid" or "same"}}
  // expected-error @below {{'ingot.conv' op failed to infer returned types}}
  %0 = ingot.conv %x filters(4) size [3, 3] strides [1, 1] padding "full" dilation [1, 1] kernel(@k) {use_bias = false} : tensor<?x8x8x3xf32> -> tensor<?x6x6x4xf32>
  ingot.return %0 : tensor<?x6x6x4xf32>
}

// -----

ingot.variable @k : tensor<3x3x3x4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.model @m(%x: tensor<?x8x2x3xf32>) -> tensor<?x6x6x4xf32> {
  // conv_c2
  // expected-error @below {{input has shape (None, 8, 2, 3), and a window covers 3 elements of axis 2; it must fit, or `padding` be "same"}}
  // expected-error @below {{'ingot.conv' op failed to infer returned types}}
  %0 = ingot.conv %x filters(4) size [3, 3] strides [1, 1] padding "valid" dilation [1, 1] kernel(@k) {use_bias = false} : tensor<?x8x2x3xf32> -> tensor<?x6x6x4xf32>
  ingot.return %0 : tensor<?x6x6x4xf32>
}

// -----

// expected-note @below {{`kernel` declared here}}
ingot.variable @k : tensor<3x3x3x5xf32> init {kind = "constant", a = 0.0 : f64}
ingot.model @m(%x: tensor<?x8x8x3xf32>) -> tensor<?x6x6x4xf32> {
  // conv_c3
  // expected-error @below {{'ingot.conv' op `kernel` has shape (3, 3, 3, 5), must be (3, 3, 3, 4)}}
  %0 = ingot.conv %x filters(4) size [3, 3] strides [1, 1] padding "valid" dilation [1, 1] kernel(@k) {use_bias = false} : tensor<?x8x8x3xf32> -> tensor<?x6x6x4xf32>
  ingot.return %0 : tensor<?x6x6x4xf32>
}

// -----

ingot.variable @k : tensor<3x3x3x4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.model @m(%x: tensor<?x8x8x3xf32>) -> tensor<?x6x6x4xf32> {
  // conv_c4
  // expected-error @below {{'ingot.conv' op `use_bias` is true but the op has no bias}}
  %0 = ingot.conv %x filters(4) size [3, 3] strides [1, 1] padding "valid" dilation [1, 1] kernel(@k) : tensor<?x8x8x3xf32> -> tensor<?x6x6x4xf32>
  ingot.return %0 : tensor<?x6x6x4xf32>
}

// -----

ingot.variable @k : tensor<3x3x3x4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.model @m(%x: tensor<?x8x8x3xf32>) -> tensor<?x6x6x4xf32> {
  // conv_c4
  // expected-error @below {{'ingot.conv' op activation "step" is unknown}}
  %0 = ingot.conv %x filters(4) size [3, 3] strides [1, 1] padding "valid" dilation [1, 1] act("step") kernel(@k) {use_bias = false} : tensor<?x8x8x3xf32> -> tensor<?x6x6x4xf32>
  ingot.return %0 : tensor<?x6x6x4xf32>
}

// -----

ingot.entry @e(%x: tensor<?x8x8x3xf32>) attributes {kind = "predict"} {
  // pool_c1
  // expected-error @below {{'ingot.pool' op kind is "median"; must be "max" or "average"}}
  %0 = ingot.pool "median" %x size [2, 2] strides [2, 2] padding "valid" : tensor<?x8x8x3xf32> -> tensor<?x4x4x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x8x8x3xf32>) attributes {kind = "predict"} {
  // pool_c2
  // expected-error @below {{`pool_size` is (2, 0); must be positive and below 2^31}}
  // expected-error @below {{'ingot.pool' op failed to infer returned types}}
  %0 = ingot.pool "max" %x size [2, 0] strides [2, 2] padding "valid" : tensor<?x8x8x3xf32> -> tensor<?x4x4x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x8x8xf32>) attributes {kind = "predict"} {
  // pool_c3
  // expected-error @below {{input has shape (None, 8, 8), of rank 3; must be (batch, rows, columns, channels), of rank 4}}
  // expected-error @below {{'ingot.pool' op failed to infer returned types}}
  %0 = ingot.pool "max" %x size [2, 2] strides [2, 2] padding "valid" : tensor<?x8x8xf32> -> tensor<?x4x4xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x8x8x3xf32>) attributes {kind = "predict"} {
  // global_pool_c1
  // expected-error @below {{'ingot.global_pool' op kind is "sum"; must be "max" or "average"}}
  %0 = ingot.global_pool "sum" %x : tensor<?x8x8x3xf32> -> tensor<?x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x3xf32>) attributes {kind = "predict"} {
  // global_pool_c2
  // expected-error @below {{input has shape (None, 3); rank must be at least 3}}
  // expected-error @below {{'ingot.global_pool' op failed to infer returned types}}
  %0 = ingot.global_pool "max" %x : tensor<?x3xf32> -> tensor<?x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x8x3xf32>) attributes {kind = "predict"} {
  // windows_c1
  // expected-error @below {{`strides` is (0,); must be positive and below 2^31}}
  // expected-error @below {{'ingot.windows' op failed to infer returned types}}
  %0 = ingot.windows %x size [3] strides [0] dilation [1] pad [0] [0] : tensor<?x8x3xf32> -> tensor<?x6x3x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<8x?x3xf32>) attributes {kind = "predict"} {
  // windows_c2
  // expected-error @below {{input has shape (8, None, 3); only the batch may be dynamic}}
  // expected-error @below {{'ingot.windows' op failed to infer returned types}}
  %0 = ingot.windows %x size [3] strides [1] dilation [1] pad [0] [0] : tensor<8x?x3xf32> -> tensor<8x6x3x3xf32>
  ingot.return
}

// -----

ingot.entry @e(%x: tensor<?x6x3x3xf32>) attributes {kind = "predict"} {
  // overlap_add_c1
  // expected-error @below {{'ingot.overlap_add' op adds windows 'tensor<?x6x3x3xf32>' but those of its result have shape (None, 7, 3, 3)}}
  %0 = ingot.overlap_add %x size [3] strides [1] dilation [1] pad [0] [0] : tensor<?x6x3x3xf32> -> tensor<?x9x3xf32>
  ingot.return
}
