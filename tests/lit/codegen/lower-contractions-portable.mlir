// RUN: ingot-opt %s --ingot-lower-contractions | FileCheck %s

// Portable numerics round every product, at any vector width.

module attributes {ingot.numerics = "portable", ingot.vector_width = 4 : i64} {
// CHECK-LABEL: func.func private @ingot_kernel_nn_6x10x3
// CHECK: arith.mulf {{.*}} : vector<4xf32>
// CHECK-NEXT: arith.addf {{.*}} : vector<4xf32>
// The last two columns are half a vector.
// CHECK: vector.constant_mask [2] : vector<4xi1>
// CHECK: vector.extract_strided_slice {{.*}}sizes = [2]
// CHECK-NEXT: vector.store {{.*}} vector<2xf32>
// CHECK-NOT: vector.fma
func.func @portable(%a: memref<6x3xf32>, %b: memref<3x10xf32>, %c: memref<6x10xf32>) {
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%a, %b : memref<6x3xf32>, memref<3x10xf32>) outs(%c : memref<6x10xf32>)
  return
}
}
