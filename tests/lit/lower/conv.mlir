// RUN: ingot-opt %s --ingot-to-linalg | FileCheck %s

// Without padding no position is checked.
// CHECK-LABEL: func.func @windows
// CHECK-SAME: (%[[N:.*]]: index {{.*}}, %[[X:.*]]: tensor<?x9x2xf32>)
func.func @windows(%n: index {ingot.role = "batch"}, %x: tensor<?x9x2xf32>) -> tensor<?x4x3x2xf32> {
  // CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%{{.*}} : tensor<?x4x3x2xf32>)
  // CHECK: %[[O:.*]] = linalg.index 1
  // CHECK: %[[TWO:.*]] = arith.constant 2
  // CHECK: %[[AT:.*]] = arith.muli %[[O]], %[[TWO]]
  // CHECK: %[[K:.*]] = linalg.index 2
  // CHECK: %[[I:.*]] = arith.addi %[[AT]], %[[K]]
  // CHECK-NOT: arith.cmpi
  // CHECK: tensor.extract %[[X]][%{{.*}}, %[[I]], %{{.*}}]
  %0 = ingot.windows %x size [3] strides [2] dilation [1] pad [0] [0] : tensor<?x9x2xf32> -> tensor<?x4x3x2xf32>
  return %0 : tensor<?x4x3x2xf32>
}

// The batch may stand anywhere before the spatial axes.
// CHECK-LABEL: func.func @padded
// CHECK-SAME: (%[[N:.*]]: index {{.*}}, %[[X:.*]]: tensor<7x?x9x2xf32>)
func.func @padded(%n: index {ingot.role = "batch"}, %x: tensor<7x?x9x2xf32>) -> tensor<7x?x9x3x2xf32> {
  // CHECK: tensor.empty(%[[N]]) : tensor<7x?x9x3x2xf32>
  // CHECK: %[[IN:.*]] = arith.cmpi ult, %[[I:.*]], %c9
  // CHECK: %[[AT:.*]] = arith.select %[[IN]], %[[I]], %c0
  // CHECK: %[[E:.*]] = tensor.extract %[[X]][%{{.*}}, %{{.*}}, %[[AT]], %{{.*}}]
  // CHECK: arith.select %[[IN]], %[[E]], %{{.*}} : f32
  %0 = ingot.windows %x size [3] strides [1] dilation [1] pad [1] [1] with -1.0 : tensor<7x?x9x2xf32> -> tensor<7x?x9x3x2xf32>
  return %0 : tensor<7x?x9x3x2xf32>
}

// A sum over places in the window, channels innermost.
// CHECK-LABEL: func.func @overlap_add
// CHECK-SAME: (%[[N:.*]]: index {{.*}}, %[[X:.*]]: tensor<?x4x3x2xf32>)
func.func @overlap_add(%n: index {ingot.role = "batch"}, %x: tensor<?x4x3x2xf32>) -> tensor<?x9x2xf32> {
  // CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction", "parallel"]} ins(%{{.*}} : tensor<3xf32>) outs(%{{.*}} : tensor<?x9x2xf32>)
  // CHECK: %[[REST:.*]] = arith.remui
  // CHECK: %[[WHOLE:.*]] = arith.cmpi eq, %[[REST]]
  // CHECK: %[[O:.*]] = arith.divui
  // CHECK: %[[SMALL:.*]] = arith.cmpi ult, %[[O]], %c4
  // CHECK: %[[IN:.*]] = arith.andi %[[WHOLE]], %[[SMALL]]
  // CHECK: %[[E:.*]] = tensor.extract %[[X]]
  // CHECK: %[[S:.*]] = arith.select %[[IN]], %[[E]]
  // CHECK: arith.addf %{{.*}}, %[[S]]
  %0 = ingot.overlap_add %x size [3] strides [2] dilation [1] pad [0] [0] : tensor<?x4x3x2xf32> -> tensor<?x9x2xf32>
  return %0 : tensor<?x9x2xf32>
}

// CHECK-LABEL: func.func @reduce_max
func.func @reduce_max(%n: index {ingot.role = "batch"}, %x: tensor<?x4x3x2xf32>) -> tensor<?x2xf32> {
  // CHECK: %[[LOWEST:.*]] = arith.constant 0xFF800000 : f32
  // CHECK: linalg.fill ins(%[[LOWEST]]
  // CHECK: iterator_types = ["parallel", "reduction", "reduction", "parallel"]
  // CHECK: arith.maximumf
  %0 = ingot.reduce_max %x axes [1, 2] : tensor<?x4x3x2xf32> -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}
