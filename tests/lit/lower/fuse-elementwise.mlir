// RUN: ingot-opt %s --ingot-fuse-elementwise | FileCheck %s

#row = affine_map<(m, n) -> (m, n)>
#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>

// One loop for both.
// CHECK-LABEL: func.func @chain
func.func @chain(%x: tensor<?x4xf32>, %out: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // CHECK: linalg.generic
  // CHECK: math.tanh
  // CHECK-NEXT: arith.negf
  // CHECK-NOT: linalg.generic
  %0 = linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<?x4xf32>) outs(%out : tensor<?x4xf32>) {
  ^bb0(%in: f32, %o: f32):
    %t = math.tanh %in : f32
    linalg.yield %t : f32
  } -> tensor<?x4xf32>
  %1 = linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]} ins(%0 : tensor<?x4xf32>) outs(%out : tensor<?x4xf32>) {
  ^bb0(%in: f32, %o: f32):
    %t = arith.negf %in : f32
    linalg.yield %t : f32
  } -> tensor<?x4xf32>
  return %1 : tensor<?x4xf32>
}

// A reshape makes the contraction a generic op; the activation stays before it.
// CHECK-LABEL: func.func @activation_before_product
func.func @activation_before_product(%x: tensor<?x2x3xf32>, %w: tensor<6x5xf32>, %out: tensor<?x2x3xf32>, %sum: tensor<?x5xf32>) -> tensor<?x5xf32> {
  // CHECK: %[[Y:.*]] = linalg.generic {{.*}}"parallel", "parallel", "parallel"]}
  // CHECK: math.tanh
  // CHECK: linalg.{{generic|contract}} {{.*}}ins(%[[Y]],
  // CHECK-NOT: math.tanh
  // CHECK: return
  %0 = linalg.generic {indexing_maps = [affine_map<(a, b, c) -> (a, b, c)>, affine_map<(a, b, c) -> (a, b, c)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x : tensor<?x2x3xf32>) outs(%out : tensor<?x2x3xf32>) {
  ^bb0(%in: f32, %o: f32):
    %t = math.tanh %in : f32
    linalg.yield %t : f32
  } -> tensor<?x2x3xf32>
  %flat = tensor.collapse_shape %0 [[0], [1, 2]] : tensor<?x2x3xf32> into tensor<?x6xf32>
  %1 = linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%flat, %w : tensor<?x6xf32>, tensor<6x5xf32>) outs(%sum : tensor<?x5xf32>) -> tensor<?x5xf32>
  return %1 : tensor<?x5xf32>
}
