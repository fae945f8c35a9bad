// RUN: ingot-opt %s --ingot-slice-batch --remarks-filter=batch --remark-policy=all -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: ingot-opt %s --ingot-slice-batch --ingot-lower-contractions --ingot-fuse-loops --ingot-plan-memory | FileCheck %s

// What is foretold before there are kernels is the arena that they get.
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#same = affine_map<(d0, d1) -> (d0, d1)>
#rowsA = affine_map<(d0, d1, d2) -> (d0, d2)>
#rowsB = affine_map<(d0, d1, d2) -> (d2, d1)>
#apartB = affine_map<(d0, d1, d2) -> (d1, d2)>
#rowsC = affine_map<(d0, d1, d2) -> (d0, d1)>

module attributes {ingot.save_ram, ingot.max_batch = 64 : i64} {
  // Columns of B lie apart, so it is packed: 5120 bytes in both cases.
  // REMARK: Reason="6720 bytes are alive at once instead of 17920"
  // CHECK-LABEL: func.func private @packs
  // CHECK-SAME: ingot.arena_bytes = 6720 : i64
  func.func private @packs(%batch: index {ingot.role = "batch"}, %x: memref<64x20xf32>, %w: memref<50x20xf32>, %out: memref<64xf32>)
      attributes {ingot.kind = "evaluate", ingot.max_batch = 64 : i64} {
    %zero = arith.constant 0.0 : f32
    %rows = memref.reinterpret_cast %x to offset: [0], sizes: [%batch, 20], strides: [20, 1] : memref<64x20xf32> to memref<?x20xf32>
    %sums = memref.reinterpret_cast %out to offset: [0], sizes: [%batch], strides: [1] : memref<64xf32> to memref<?xf32>
    %y = memref.alloc(%batch) : memref<?x50xf32>
    linalg.fill ins(%zero : f32) outs(%y : memref<?x50xf32>)
    linalg.contract indexing_maps = [#rowsA, #apartB, #rowsC] ins(%rows, %w : memref<?x20xf32>, memref<50x20xf32>) outs(%y : memref<?x50xf32>)
    linalg.fill ins(%zero : f32) outs(%sums : memref<?xf32>)
    linalg.generic {indexing_maps = [#same, #row], iterator_types = ["parallel", "reduction"]} ins(%y : memref<?x50xf32>) outs(%sums : memref<?xf32>) {
    ^bb0(%in: f32, %sum: f32):
      %next = arith.addf %sum, %in : f32
      linalg.yield %next : f32
    }
    return
  }

  // A product that is done with what follows it has no buffer: there is nothing to save.
  // REMARK-NOT: slices
  // CHECK-LABEL: func.func private @takes_along
  // CHECK-SAME: ingot.arena_bytes = 0 : i64
  // CHECK-NOT: scf.for
  // CHECK: return
  func.func private @takes_along(%batch: index {ingot.role = "batch"}, %x: memref<64x20xf32>, %w: memref<20x48xf32>, %b: memref<48xf32>,
                                 %out: memref<64x48xf32>) attributes {ingot.kind = "predict", ingot.max_batch = 64 : i64} {
    %zero = arith.constant 0.0 : f32
    %rows = memref.reinterpret_cast %x to offset: [0], sizes: [%batch, 20], strides: [20, 1] : memref<64x20xf32> to memref<?x20xf32>
    %result = memref.reinterpret_cast %out to offset: [0], sizes: [%batch, 48], strides: [48, 1] : memref<64x48xf32> to memref<?x48xf32>
    %y = memref.alloc(%batch) : memref<?x48xf32>
    linalg.fill ins(%zero : f32) outs(%y : memref<?x48xf32>)
    linalg.contract indexing_maps = [#rowsA, #rowsB, #rowsC] ins(%rows, %w : memref<?x20xf32>, memref<20x48xf32>) outs(%y : memref<?x48xf32>)
    linalg.generic {indexing_maps = [#same, #column, #same], iterator_types = ["parallel", "parallel"]} ins(%y, %b : memref<?x48xf32>, memref<48xf32>) outs(%result : memref<?x48xf32>) {
    ^bb0(%in: f32, %bias: f32, %old: f32):
      %sum = arith.addf %in, %bias : f32
      linalg.yield %sum : f32
    }
    return
  }
}
