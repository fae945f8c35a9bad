// Choices that a kernel cannot follow.
// RUN: ingot-opt %s --ingot-lower-contractions --split-input-file --verify-diagnostics

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>

module attributes {ingot.max_batch = 64 : i64, ingot.kernels = {nt_d64x32x16_acc = "pack=no"}} {
func.func @transposed(%a: memref<?x16xf32>, %b: memref<32x16xf32>, %c: memref<?x32xf32>) attributes {ingot.kind = "predict"} {
  // expected-error @below {{kernel `nt_d64x32x16_acc` is to have its right side read where it is; its columns lie apart there}}
  linalg.contract indexing_maps = [#mk, #nk, #mn] ins(%a, %b : memref<?x16xf32>, memref<32x16xf32>) outs(%c : memref<?x32xf32>)
  return
}
}

// -----

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>

module attributes {ingot.max_batch = 64 : i64, ingot.kernels = {nt_d64x32x16_acc = "k-block=5"}} {
func.func @transposed(%a: memref<?x16xf32>, %b: memref<32x16xf32>, %c: memref<?x32xf32>) attributes {ingot.kind = "predict"} {
  // expected-error @below {{kernel `nt_d64x32x16_acc` is to have blocks of 5 along the sum; they must divide 16, as its right side is transposed}}
  linalg.contract indexing_maps = [#mk, #nk, #mn] ins(%a, %b : memref<?x16xf32>, memref<32x16xf32>) outs(%c : memref<?x32xf32>)
  return
}
}

// -----

// A weight that all steps of a loop share has the panels that its columns want.
module attributes {ingot.max_batch = 64 : i64, ingot.kernels = {nn_d64x32x16_packed_acc_offa_offc = "tile=4x1"}} {
func.func @steps(%a: memref<4x?x16xf32>, %b: memref<16x32xf32>, %c: memref<4x?x32xf32>) attributes {ingot.kind = "predict"} {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%c : memref<4x?x32xf32>)
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %n = memref.dim %a, %c1 : memref<4x?x16xf32>
  scf.for %i = %c0 to %c4 step %c1 {
    %x = memref.subview %a[%i, 0, 0] [1, %n, 16] [1, 1, 1] : memref<4x?x16xf32> to memref<?x16xf32, strided<[16, 1], offset: ?>>
    %y = memref.subview %c[%i, 0, 0] [1, %n, 32] [1, 1, 1] : memref<4x?x32xf32> to memref<?x32xf32, strided<[32, 1], offset: ?>>
    // expected-error @below {{kernel `nn_d64x32x16_packed_acc_offa_offc` is to have tiles of 1 vectors; its right side comes in panels of 2}}
    linalg.matmul ins(%x, %b : memref<?x16xf32, strided<[16, 1], offset: ?>>, memref<16x32xf32>) outs(%y : memref<?x32xf32, strided<[32, 1], offset: ?>>)
  }
  return
}
}
