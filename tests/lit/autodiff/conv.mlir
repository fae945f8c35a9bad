// RUN: ingot-opt %s --ingot-differentiate | FileCheck %s

ingot.variable @x : tensor<8x8x3xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @k : tensor<3x3x3x4xf32> init {kind = "constant", a = 0.0 : f64}

// The gradient of the kernel is a contraction over all windows; that of the
// windows goes back where they overlap.
// CHECK-LABEL: ingot.entry @conv
ingot.entry @conv() attributes {kind = "gradients"} {
  %x = ingot.read @x : tensor<8x8x3xf32>
  %k = ingot.read @k : tensor<3x3x3x4xf32>
  // CHECK: %[[W:.*]] = ingot.windows
  %w = ingot.windows %x size [3, 3] strides [1, 1] dilation [1, 1] pad [1, 1] [1, 1] with 7.0 : tensor<8x8x3xf32> -> tensor<8x8x3x3x3xf32>
  %y = ingot.contract "ABMNc,MNcf->ABf" %w, %k : tensor<8x8x3x3x3xf32>, tensor<3x3x3x4xf32> -> tensor<8x8x4xf32>
  %loss = ingot.reduce_sum %y axes [0, 1, 2] : tensor<8x8x4xf32> -> tensor<f32>
  // CHECK: %[[DW:.*]] = ingot.contract "ABf,MNcf->ABMNc"
  // CHECK: %[[DK:.*]] = ingot.contract "ABMNc,ABf->MNcf" %[[W]]
  // CHECK: %[[DX:.*]] = ingot.overlap_add %[[DW]] size [3, 3] strides [1, 1] dilation [1, 1] pad [1, 1] [1, 1] : tensor<8x8x3x3x3xf32> -> tensor<8x8x3xf32>
  %dx, %dk = ingot.gradients %loss wrt [@x, @k] : (tensor<f32>) -> (tensor<8x8x3xf32>, tensor<3x3x3x4xf32>)
  // CHECK: ingot.gradient_write %[[DX]] to @x
  ingot.gradient_write %dx to @x : tensor<8x8x3xf32>
  // CHECK: ingot.gradient_write %[[DK]] to @k
  ingot.gradient_write %dk to @k : tensor<3x3x3x4xf32>
  ingot.return
}

// Each of the largest gets an equal share.
// CHECK-LABEL: ingot.entry @max
ingot.entry @max() attributes {kind = "gradients"} {
  // CHECK: %[[X:.*]] = ingot.read
  %x = ingot.read @x : tensor<8x8x3xf32>
  // CHECK: %[[Y:.*]] = ingot.reduce_max
  %y = ingot.reduce_max %x axes [0, 1] : tensor<8x8x3xf32> -> tensor<3xf32>
  %loss = ingot.reduce_sum %y axes [0] : tensor<3xf32> -> tensor<f32>
  // CHECK: %[[ALL:.*]] = ingot.broadcast %[[Y]] dims [2]
  // CHECK: %[[IS:.*]] = ingot.compare "eq" %[[X]], %[[ALL]]
  // CHECK: %[[MASK:.*]] = ingot.select %[[IS]]
  // CHECK: %[[COUNT:.*]] = ingot.reduce_sum %[[MASK]] axes [0, 1]
  // CHECK: %[[SHARE:.*]] = ingot.div %{{.*}}, %[[COUNT]]
  // CHECK: %[[SHARES:.*]] = ingot.broadcast %[[SHARE]] dims [2]
  // CHECK: %[[DX:.*]] = ingot.mul %[[MASK]], %[[SHARES]]
  %dx = ingot.gradients %loss wrt [@x] : (tensor<f32>) -> tensor<8x8x3xf32>
  // CHECK: ingot.gradient_write %[[DX]]
  ingot.gradient_write %dx to @x : tensor<8x8x3xf32>
  ingot.return
}
