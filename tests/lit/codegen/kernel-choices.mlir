// What somebody chooses for a kernel is done instead of what the cost model says.
// RUN: ingot-opt %s --ingot-lower-contractions --split-input-file --remarks-filter=contraction --remark-policy=all --verify-diagnostics | FileCheck %s

#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>

// For one kernel, and for the others.
module attributes {ingot.max_batch = 64 : i64, ingot.kernels = {nn_d64x32x16_acc = "tile=4x1:unroll=1:m-block=10", "*" = "tile=3x2:unroll=1"}} {
// CHECK-LABEL: func.func private @ingot_kernel_nn_d64x32x16_acc
// Blocks are of whole tiles.
// CHECK: scf.for {{.*}} step %c12
// CHECK: scf.for {{.*}} step %c4
// CHECK: scf.for {{.*}} iter_args
// CHECK-COUNT-4: vector.fma
// CHECK-NOT: vector.fma
// CHECK: scf.yield
// CHECK-LABEL: func.func private @ingot_kernel_nn_d64x16x16_acc
// CHECK: scf.for {{.*}} iter_args
// CHECK-COUNT-6: vector.fma
// CHECK-NOT: vector.fma
// CHECK: scf.yield
func.func @chosen(%a: memref<?x16xf32>, %b: memref<16x32xf32>, %c: memref<?x32xf32>, %d: memref<16x16xf32>, %e: memref<?x16xf32>) attributes {ingot.kind = "predict"} {
  // expected-remark @below {{[Passed] kernel | Category:contraction | Function=predict | Reason=chosen, Remark="(up to 64 x 16) by (16 x 32), in tiles of 4 x 8, 12 rows at a time: `ingot_kernel_nn_d64x32x16_acc`"}}
  // expected-remark @below {{[Missed] pack}}
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%a, %b : memref<?x16xf32>, memref<16x32xf32>) outs(%c : memref<?x32xf32>)
  // expected-remark @below {{[Passed] kernel | Category:contraction | Function=predict | Reason=chosen, Remark="(up to 64 x 16) by (16 x 16), in tiles of 3 x 16: `ingot_kernel_nn_d64x16x16_acc`"}}
  // expected-remark @below {{[Missed] pack}}
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%a, %d : memref<?x16xf32>, memref<16x16xf32>) outs(%e : memref<?x16xf32>)
  return
}
}

// -----

#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>

// Packed although it would not be, in blocks that leave something over.
module attributes {ingot.max_batch = 64 : i64, ingot.kernels = {nn_d64x32x16_acc = "pack=yes:k-block=6"}} {
// CHECK-LABEL: func.func @packed
// CHECK: memref.alloc() {{{.*}}ingot.packing} : memref<2x6x16xf32>
func.func @packed(%a: memref<?x16xf32>, %b: memref<16x32xf32>, %c: memref<?x32xf32>) attributes {ingot.kind = "predict"} {
  // expected-remark @below {{[Passed] kernel | Category:contraction | Function=predict | Reason="an estimated 79% of the arithmetic's peak", Remark="(up to 64 x 16) by (16 x 32), in tiles of 6 x 16, 6 along the sum at a time: `ingot_kernel_nn_d64x32x16_acc`"}}
  // expected-remark @below {{[Passed] pack | Category:contraction | Function=predict | Reason=chosen, Remark="the right side is packed, 6 of its rows at a time"}}
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%a, %b : memref<?x16xf32>, memref<16x32xf32>) outs(%c : memref<?x32xf32>)
  return
}
}
