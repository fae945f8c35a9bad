// What the kernels tell where small code is wanted.
// RUN: ingot-opt %s --ingot-lower-contractions --remarks-filter=contraction --remark-policy=all --verify-diagnostics -o /dev/null

module attributes {ingot.max_batch = 64 : i64, ingot.vector_width = 8 : i64, ingot.fma = true, ingot.optimize_for = "size"} {

func.func private @large(%a: memref<?x256xf32>, %b: memref<256x128xf32>, %c: memref<?x128xf32>) attributes {ingot.kind = "train_step"} {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%c : memref<?x128xf32>)
  // expected-remark @below {{[Passed] kernel | Category:contraction | Function=train_step | Reason="an estimated 76% of the arithmetic's peak", Remark="(up to 64 x 256) by (256 x 128), in tiles of 4 x 16: `ingot_kernel_nn_d64x128x256`"}}
  // expected-remark @below {{[Missed] pack | Category:contraction | Function=train_step | Reason="small code does without a copy", Remark="the right side is read where it is"}}
  linalg.matmul ins(%a, %b : memref<?x256xf32>, memref<256x128xf32>) outs(%c : memref<?x128xf32>)
  return
}
}
