// What the kernels tell: what was done, and what was not and why.
// RUN: ingot-opt %s --ingot-lower-contractions --ingot-fuse-loops --remarks-filter='contraction|loops' --remark-policy=all --verify-diagnostics -o /dev/null

module attributes {ingot.max_batch = 64 : i64, ingot.vector_width = 8 : i64, ingot.fma = true} {

func.func private @small(%a: memref<?x16xf32>, %b: memref<16x24xf32>, %bias: memref<24xf32>, %c: memref<?x24xf32>) attributes {ingot.kind = "predict"} {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %n = memref.dim %a, %c0 : memref<?x16xf32>
  %t = memref.alloc(%n) : memref<?x24xf32>
  linalg.fill ins(%zero : f32) outs(%t : memref<?x24xf32>)
  // expected-remark @below {{[Passed] kernel | Category:contraction | Function=predict | Reason="an estimated 80% of the arithmetic's peak", Remark="(up to 64 x 16) by (16 x 24), in tiles of 4 x 24: `ingot_kernel_nn_d64x24x16_then0`"}}
  // expected-remark @below {{[Missed] pack | Category:contraction | Function=predict | Reason="its 1536 bytes stay in cache, as up to 65536 do", Remark="the right side is read where it is"}}
  // expected-remark @below {{[Passed] epilogue | Category:contraction | Function=predict | Remark="what follows is done on the tiles, operations: 1"}}
  linalg.matmul ins(%a, %b : memref<?x16xf32>, memref<16x24xf32>) outs(%t : memref<?x24xf32>)
  linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>],
                  iterator_types = ["parallel", "parallel"]}
      ins(%t, %bias : memref<?x24xf32>, memref<24xf32>) outs(%c : memref<?x24xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    linalg.yield %s : f32
  }
  return
}

func.func private @large(%a: memref<?x256xf32>, %b: memref<256x128xf32>, %c: memref<?x128xf32>) attributes {ingot.kind = "train_step"} {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%c : memref<?x128xf32>)
  // expected-remark @below {{[Passed] kernel}}
  // expected-remark @below {{[Missed] pack | Category:contraction | Function=train_step | Reason="its 131072 bytes come from the second cache, which repays a copy from 400 rows on; there are up to 64"}}
  // expected-remark @below {{[Missed] epilogue | Category:contraction | Function=train_step | Reason="what follows is more than arithmetic, and would keep the tile's registers waiting"}}
  linalg.matmul ins(%a, %b : memref<?x256xf32>, memref<256x128xf32>) outs(%c : memref<?x128xf32>)
  linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%c : memref<?x128xf32>) outs(%c : memref<?x128xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = math.exp %x : f32
    linalg.yield %s : f32
  }
  return
}

// Labels of all three that stand between others are loops; of doubles there is no kernel.
func.func private @doubles(%a: memref<4x8xf64>, %b: memref<8x4xf64>, %c: memref<4x4xf64>) attributes {ingot.kind = "predict"} {
  // expected-remark @below {{[Missed] kernel | Category:contraction | Function=predict | Reason="no matrix product fits its operands as they lie in memory", Remark="plain loops"}}
  linalg.matmul ins(%a, %b : memref<4x8xf64>, memref<8x4xf64>) outs(%c : memref<4x4xf64>)
  return
}

func.func private @loops(%a: memref<4x8xf32>, %b: memref<4x8xf32>, %c: memref<4x8xf32>) attributes {ingot.kind = "predict"} {
  linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%a : memref<4x8xf32>) outs(%b : memref<4x8xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = math.exp %x : f32
    linalg.yield %s : f32
  }
  // expected-remark @below {{[Passed] fuse | Category:loops | Function=predict | Remark="2 loops over (4, 8) are one"}}
  linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%b : memref<4x8xf32>) outs(%c : memref<4x8xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = math.exp %x : f32
    linalg.yield %s : f32
  }
  return
}

// The second reads rows of the first in another order.
func.func private @apart(%a: memref<8x8xf32>, %b: memref<8x8xf32>, %c: memref<8x8xf32>) attributes {ingot.kind = "predict"} {
  linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%a : memref<8x8xf32>) outs(%b : memref<8x8xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = math.exp %x : f32
    linalg.yield %s : f32
  }
  // expected-remark @below {{[Missed] fuse | Category:loops | Function=predict | Reason="one reads other elements than the other writes", Remark="a loop over (8, 8) that makes what this one reads stays apart"}}
  linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%b : memref<8x8xf32>) outs(%c : memref<8x8xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = math.exp %x : f32
    linalg.yield %s : f32
  }
  return
}

}
