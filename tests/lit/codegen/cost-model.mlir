// The cost model fits tiles to the target's registers and vectors, and to the shape.
// RUN: ingot-opt %s --ingot-lower-contractions --split-input-file --remarks-filter=contraction --remark-policy=all -o /dev/null 2>&1 | FileCheck %s

// AVX2: twelve sums, two vectors of B and one element of A in sixteen registers. A
// narrow B has more rows; three vectors across are one tile; ten rows are two of five.
// CHECK: (up to 96 x 64) by (64 x 64), in tiles of 6 x 16: `ingot_kernel_nn_d96x64x64_acc`
// CHECK: (up to 96 x 64) by (64 x 8), in tiles of 8 x 8: `ingot_kernel_nn_d96x8x64_acc`
// CHECK: (up to 96 x 64) by (64 x 24), in tiles of 4 x 24: `ingot_kernel_nn_d96x24x64_acc`
// CHECK: (10 x 64) by (64 x 64), in tiles of 5 x 16: `ingot_kernel_nn_10x64x64_acc`
module attributes {ingot.max_batch = 96 : i64, ingot.vector_width = 8 : i64, ingot.vector_registers = 16 : i64, ingot.fma = true} {
func.func @avx2(%a: memref<?x64xf32>, %b: memref<64x64xf32>, %c: memref<?x64xf32>, %b8: memref<64x8xf32>, %c8: memref<?x8xf32>,
                %b24: memref<64x24xf32>, %c24: memref<?x24xf32>, %a10: memref<10x64xf32>, %c10: memref<10x64xf32>) {
  linalg.matmul ins(%a, %b : memref<?x64xf32>, memref<64x64xf32>) outs(%c : memref<?x64xf32>)
  linalg.matmul ins(%a, %b8 : memref<?x64xf32>, memref<64x8xf32>) outs(%c8 : memref<?x8xf32>)
  linalg.matmul ins(%a, %b24 : memref<?x64xf32>, memref<64x24xf32>) outs(%c24 : memref<?x24xf32>)
  linalg.matmul ins(%a10, %b : memref<10x64xf32>, memref<64x64xf32>) outs(%c10 : memref<10x64xf32>)
  return
}
}

// -----

// AVX-512: half as many tiles across, and registers for more rows.
// CHECK: in tiles of 8 x 32: `ingot_kernel_nn_d96x64x64_acc`
module attributes {ingot.max_batch = 96 : i64, ingot.vector_width = 16 : i64, ingot.vector_registers = 32 : i64, ingot.fma = true} {
func.func @avx512(%a: memref<?x64xf32>, %b: memref<64x64xf32>, %c: memref<?x64xf32>) {
  linalg.matmul ins(%a, %b : memref<?x64xf32>, memref<64x64xf32>) outs(%c : memref<?x64xf32>)
  return
}
}

// -----

// Ten columns would leave 6 of 16 lanes idle: where A lies along K, vectors go along its
// rows, and sums are transposed. Sixteen columns have no use for that, nor would a short
// sum repay it. A tile that somebody has chosen is of rows.
// CHECK: (64 x up to 256) by (up to 256 x 10), in tiles of 16 x 5: `ingot_kernel_tn_64x10xd256_acc`
// CHECK: Reason="its rows are too short for vectors, which lie along the left side", Remark="the right side is read where it is"
// CHECK: (64 x up to 256) by (up to 256 x 16), in tiles of {{[4-8]}} x 16: `ingot_kernel_tn_64x16xd256_acc`
// CHECK: (64 x 4) by (4 x 10), in tiles of {{[4-8]}} x 16: `ingot_kernel_tn_64x10x4_acc`
// CHECK: (40 x up to 256) by (up to 256 x 10), in tiles of 4 x 16: `ingot_kernel_tn_40x10xd256_acc`
module attributes {ingot.max_batch = 256 : i64, ingot.kernels = {tn_40x10xd256_acc = "tile=4x2"}} {
func.func @few_columns(%a: memref<?x64xf32>, %b: memref<?x10xf32>, %c: memref<64x10xf32>, %b16: memref<?x16xf32>, %c16: memref<64x16xf32>,
                       %a4: memref<4x64xf32>, %b4: memref<4x10xf32>, %a40: memref<?x40xf32>, %c40: memref<40x10xf32>) {
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%a, %b : memref<?x64xf32>, memref<?x10xf32>) outs(%c : memref<64x10xf32>)
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%a, %b16 : memref<?x64xf32>, memref<?x16xf32>) outs(%c16 : memref<64x16xf32>)
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%a4, %b4 : memref<4x64xf32>, memref<4x10xf32>) outs(%c : memref<64x10xf32>)
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%a40, %b : memref<?x40xf32>, memref<?x10xf32>) outs(%c40 : memref<40x10xf32>)
  return
}
}

// -----

// SSE2: what it takes to spread an element of A is shared by more columns.
// CHECK: in tiles of {{[23]}} x {{12|16}}: `ingot_kernel_nn_d96x64x64_acc`
module attributes {ingot.max_batch = 96 : i64, ingot.vector_width = 4 : i64, ingot.vector_registers = 16 : i64, ingot.fma = false} {
func.func @sse2(%a: memref<?x64xf32>, %b: memref<64x64xf32>, %c: memref<?x64xf32>) {
  linalg.matmul ins(%a, %b : memref<?x64xf32>, memref<64x64xf32>) outs(%c : memref<?x64xf32>)
  return
}
}

// -----

// NEON.
// CHECK: in tiles of 8 x {{[0-9]+}}: `ingot_kernel_nn_d96x64x64_acc`
module attributes {ingot.max_batch = 96 : i64, ingot.vector_width = 4 : i64, ingot.vector_registers = 32 : i64, ingot.fma = true} {
func.func @neon(%a: memref<?x64xf32>, %b: memref<64x64xf32>, %c: memref<?x64xf32>) {
  linalg.matmul ins(%a, %b : memref<?x64xf32>, memref<64x64xf32>) outs(%c : memref<?x64xf32>)
  return
}
}

// -----

// A batch that never fills a tile has no loop over tiles.
// CHECK: (up to 1 x 64) by (64 x 64)
module attributes {ingot.max_batch = 1 : i64} {
func.func @single(%a: memref<?x64xf32>, %b: memref<64x64xf32>, %c: memref<?x64xf32>) {
  linalg.matmul ins(%a, %b : memref<?x64xf32>, memref<64x64xf32>) outs(%c : memref<?x64xf32>)
  return
}
}

// -----

// The second cache decides from how many rows on a copy of B pays.
// CHECK: Reason="its 131072 bytes come from the second cache, which repays a copy from 400 rows on; there are up to 96", Remark="the right side is read where it is"
module attributes {ingot.max_batch = 96 : i64, ingot.l2_bytes = 524288 : i64} {
func.func @large(%a: memref<?x256xf32>, %b: memref<256x128xf32>, %c: memref<?x128xf32>) {
  linalg.matmul ins(%a, %b : memref<?x256xf32>, memref<256x128xf32>) outs(%c : memref<?x128xf32>)
  return
}
}

// -----

// CHECK: Reason="its 131072 bytes are too many for half of the second cache, which repays a copy from 32 rows on; there are up to 96", Remark="the right side is packed, 256 of its rows at a time, from a batch of 32 on"
module attributes {ingot.max_batch = 96 : i64, ingot.l2_bytes = 131072 : i64} {
func.func @small_cache(%a: memref<?x256xf32>, %b: memref<256x128xf32>, %c: memref<?x128xf32>) {
  linalg.matmul ins(%a, %b : memref<?x256xf32>, memref<256x128xf32>) outs(%c : memref<?x128xf32>)
  return
}
}
