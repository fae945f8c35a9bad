// RUN: ingot-opt %s | ingot-opt | FileCheck %s

ingot.variable @k : tensor<3x2x3x4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @b : tensor<4xf32> init {kind = "constant", a = 0.0 : f64}

// CHECK-LABEL: ingot.model @layers
// CHECK-SAME: (%[[X:.*]]: tensor<?x9x10x3xf32>)
ingot.model @layers(%x: tensor<?x9x10x3xf32>) -> tensor<?x4xf32> {
  // CHECK: %[[C:.*]] = ingot.conv %[[X]] filters(4) size [3, 2] strides [2, 1] padding "same" dilation [1, 1] act("relu") kernel(@k) bias(@b) : tensor<?x9x10x3xf32> -> tensor<?x5x10x4xf32>
  %0 = ingot.conv %x filters(4) size [3, 2] strides [2, 1] padding "same" dilation [1, 1] act("relu") kernel(@k) bias(@b) : tensor<?x9x10x3xf32> -> tensor<?x5x10x4xf32>
  // CHECK: %[[M:.*]] = ingot.pool "max" %[[C]] size [2, 2] strides [2, 2] padding "valid" : tensor<?x5x10x4xf32> -> tensor<?x2x5x4xf32>
  %1 = ingot.pool "max" %0 size [2, 2] strides [2, 2] padding "valid" : tensor<?x5x10x4xf32> -> tensor<?x2x5x4xf32>
  // CHECK: ingot.global_pool "average" %[[M]] : tensor<?x2x5x4xf32> -> tensor<?x4xf32>
  %2 = ingot.global_pool "average" %1 : tensor<?x2x5x4xf32> -> tensor<?x4xf32>
  // CHECK: ingot.global_pool "max" %[[M]] {keepdims = true} : tensor<?x2x5x4xf32> -> tensor<?x1x1x4xf32>
  %3 = ingot.global_pool "max" %1 {keepdims = true} : tensor<?x2x5x4xf32> -> tensor<?x1x1x4xf32>
  ingot.return %2 : tensor<?x4xf32>
}

// Any number of spatial axes, and any axes before them.
// CHECK-LABEL: ingot.entry @primitives
// CHECK-SAME: (%[[X:.*]]: tensor<7x?x9x2xf32>)
ingot.entry @primitives(%x: tensor<7x?x9x2xf32>) attributes {kind = "predict"} {
  // CHECK: %[[W:.*]] = ingot.windows %[[X]] size [3] strides [2] dilation [1] pad [1] [0] : tensor<7x?x9x2xf32> -> tensor<7x?x4x3x2xf32>
  %0 = ingot.windows %x size [3] strides [2] dilation [1] pad [1] [0] : tensor<7x?x9x2xf32> -> tensor<7x?x4x3x2xf32>
  // CHECK: ingot.overlap_add %[[W]] size [3] strides [2] dilation [1] pad [1] [0] : tensor<7x?x4x3x2xf32> -> tensor<7x?x9x2xf32>
  %1 = ingot.overlap_add %0 size [3] strides [2] dilation [1] pad [1] [0] : tensor<7x?x4x3x2xf32> -> tensor<7x?x9x2xf32>
  // CHECK: ingot.windows %[[X]] size [3] strides [1] dilation [2] pad [0] [1] with 0xFFF0000000000000 : tensor<7x?x9x2xf32> -> tensor<7x?x6x3x2xf32>
  %2 = ingot.windows %x size [3] strides [1] dilation [2] pad [0] [1] with 0xFFF0000000000000 : tensor<7x?x9x2xf32> -> tensor<7x?x6x3x2xf32>
  // CHECK: ingot.reduce_max %{{.*}} axes [0, 3] : tensor<7x?x4x3x2xf32> -> tensor<?x4x2xf32>
  %3 = ingot.reduce_max %0 axes [0, 3] : tensor<7x?x4x3x2xf32> -> tensor<?x4x2xf32>
  ingot.return
}
