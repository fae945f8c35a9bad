// RUN: ingot-opt %s --ingot-expand-layers | FileCheck %s

ingot.variable @k : tensor<3x2x3x4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @p : tensor<1x1x3x4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @b : tensor<4xf32> init {kind = "constant", a = 0.0 : f64}

// CHECK-LABEL: ingot.entry @conv
// CHECK-SAME: (%[[X:.*]]: tensor<?x8x8x3xf32>)
ingot.entry @conv(%x: tensor<?x8x8x3xf32>) -> tensor<?x8x8x4xf32> attributes {kind = "predict"} {
  // The odd element of the padding is behind.
  // CHECK: %[[W:.*]] = ingot.windows %[[X]] size [3, 2] strides [1, 1] dilation [1, 1] pad [1, 0] [1, 1] : tensor<?x8x8x3xf32> -> tensor<?x8x8x3x2x3xf32>
  // CHECK: %[[K:.*]] = ingot.read @k
  // CHECK: %[[WK:.*]] = ingot.contract "bABMNc,MNcf->bABf" %[[W]], %[[K]]
  // CHECK: %[[B:.*]] = ingot.broadcast %{{.*}} dims [3]
  // CHECK: %[[Z:.*]] = ingot.add %[[WK]], %[[B]]
  // CHECK: ingot.relu %[[Z]]
  %0 = ingot.conv %x filters(4) size [3, 2] strides [1, 1] padding "same" dilation [1, 1] act("relu") kernel(@k) bias(@b) : tensor<?x8x8x3xf32> -> tensor<?x8x8x4xf32>
  ingot.return %0 : tensor<?x8x8x4xf32>
}

// Windows of one element are a view; with strides they are not.
// CHECK-LABEL: ingot.entry @pointwise
// CHECK-SAME: (%[[X:.*]]: tensor<?x8x8x3xf32>)
ingot.entry @pointwise(%x: tensor<?x8x8x3xf32>) -> (tensor<?x8x8x4xf32>, tensor<?x4x4x4xf32>) attributes {kind = "predict"} {
  // CHECK: %[[V:.*]] = ingot.view_as %[[X]] : tensor<?x8x8x3xf32> -> tensor<?x8x8x1x1x3xf32>
  // CHECK: ingot.contract "bABMNc,MNcf->bABf" %[[V]]
  %0 = ingot.conv %x filters(4) size [1, 1] strides [1, 1] padding "same" dilation [1, 1] kernel(@p) {use_bias = false} : tensor<?x8x8x3xf32> -> tensor<?x8x8x4xf32>
  // CHECK: ingot.windows %[[X]] size [1, 1] strides [2, 2]
  %1 = ingot.conv %x filters(4) size [1, 1] strides [2, 2] padding "valid" dilation [1, 1] kernel(@p) {use_bias = false} : tensor<?x8x8x3xf32> -> tensor<?x4x4x4xf32>
  ingot.return %0, %1 : tensor<?x8x8x4xf32>, tensor<?x4x4x4xf32>
}

// Padding is the lowest of all numbers, so it is never the largest.
// CHECK-LABEL: ingot.entry @max
ingot.entry @max(%x: tensor<?x5x8x3xf32>) -> tensor<?x3x4x3xf32> attributes {kind = "predict"} {
  // CHECK: %[[W:.*]] = ingot.windows %{{.*}} pad [0, 0] [1, 0] with 0xFFF0000000000000
  // CHECK: ingot.reduce_max %[[W]] axes [3, 4]
  %0 = ingot.pool "max" %x size [2, 2] strides [2, 2] padding "same" : tensor<?x5x8x3xf32> -> tensor<?x3x4x3xf32>
  ingot.return %0 : tensor<?x3x4x3xf32>
}

// CHECK-LABEL: ingot.entry @mean
ingot.entry @mean(%x: tensor<?x5x8x3xf32>) -> (tensor<?x2x4x3xf32>, tensor<?x3x4x3xf32>) attributes {kind = "predict"} {
  // CHECK: %[[S:.*]] = ingot.reduce_sum %{{.*}} axes [3, 4]
  // CHECK: %[[FOUR:.*]] = ingot.fill 4.000000e+00
  // CHECK: ingot.div %[[S]], %[[FOUR]]
  %0 = ingot.pool "average" %x size [2, 2] strides [2, 2] padding "valid" : tensor<?x5x8x3xf32> -> tensor<?x2x4x3xf32>
  // With padding, by the number of elements that are none.
  // CHECK: %[[P:.*]] = ingot.reduce_sum %{{.*}} axes [3, 4]
  // CHECK: %[[ONES:.*]] = ingot.fill 1.000000e+00 : f32 : tensor<5x8x1xf32>
  // CHECK: %[[W:.*]] = ingot.windows %[[ONES]] size [2, 2] strides [2, 2] dilation [1, 1] pad [0, 0] [1, 0] : tensor<5x8x1xf32> -> tensor<3x4x2x2x1xf32>
  // CHECK: %[[N:.*]] = ingot.reduce_sum %[[W]] axes [2, 3, 4] : tensor<3x4x2x2x1xf32> -> tensor<3x4xf32>
  // CHECK: %[[COUNTS:.*]] = ingot.broadcast %[[N]] dims [1, 2]
  // CHECK: ingot.div %[[P]], %[[COUNTS]]
  %1 = ingot.pool "average" %x size [2, 2] strides [2, 2] padding "same" : tensor<?x5x8x3xf32> -> tensor<?x3x4x3xf32>
  ingot.return %0, %1 : tensor<?x2x4x3xf32>, tensor<?x3x4x3xf32>
}

// CHECK-LABEL: ingot.entry @global
ingot.entry @global(%x: tensor<?x5x8x3xf32>) -> (tensor<?x3xf32>, tensor<?x1x1x3xf32>) attributes {kind = "predict"} {
  // CHECK: ingot.reduce_sum %{{.*}} axes [1, 2]
  // CHECK: ingot.fill 4.000000e+01
  %0 = ingot.global_pool "average" %x : tensor<?x5x8x3xf32> -> tensor<?x3xf32>
  // CHECK: %[[M:.*]] = ingot.reduce_max %{{.*}} axes [1, 2]
  // CHECK: ingot.view_as %[[M]] : tensor<?x3xf32> -> tensor<?x1x1x3xf32>
  %1 = ingot.global_pool "max" %x {keepdims = true} : tensor<?x5x8x3xf32> -> tensor<?x1x1x3xf32>
  ingot.return %0, %1 : tensor<?x3xf32>, tensor<?x1x1x3xf32>
}
