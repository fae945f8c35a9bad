// RUN: ingot-opt %s --ingot-lower-contractions --ingot-prepare-functions --split-input-file | FileCheck %s

// The same product twice: where speed is wanted, B is packed and each number of rows
// that tiles of six leave over has a tile of its own. Where size is wanted there is
// one loop over tiles of four rows and one over what is left, nothing is unrolled.

#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>

module attributes {ingot.max_batch = 512 : i64} {
// CHECK-LABEL: func.func @speed
// CHECK-NOT: "optsize"
// CHECK: memref.alloc() {{.*}}ingot.packing
// CHECK-LABEL: func.func private @ingot_kernel_nn_d512x64x784
// CHECK: scf.index_switch
func.func @speed(%x: memref<?x784xf32>, %w: memref<784x64xf32>, %y: memref<?x64xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<?x64xf32>)
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%x, %w : memref<?x784xf32>, memref<784x64xf32>) outs(%y : memref<?x64xf32>)
  return
}
}

// -----

#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>

module attributes {ingot.max_batch = 256 : i64, ingot.optimize_for = "size"} {
// CHECK-LABEL: func.func @size
// CHECK-SAME: "optsize"
// CHECK-NOT: ingot.packing
// CHECK-LABEL: func.func private @ingot_kernel_nn_d256x64x784
// CHECK-SAME: "optsize"
// CHECK-NOT: scf.index_switch
// Four rows of two vectors, one step of k.
// CHECK: scf.for
// CHECK: scf.for
// CHECK: %{{.*}}:8 = scf.for
// CHECK-COUNT-8: vector.fma
// CHECK-NOT: vector.fma
// CHECK: scf.yield
// What is left, a row at a time.
// CHECK: %{{.*}}:2 = scf.for
// CHECK-COUNT-2: vector.fma
// CHECK-NOT: vector.fma
func.func @size(%x: memref<?x784xf32>, %w: memref<784x64xf32>, %y: memref<?x64xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<?x64xf32>)
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%x, %w : memref<?x784xf32>, memref<784x64xf32>) outs(%y : memref<?x64xf32>)
  return
}
}
