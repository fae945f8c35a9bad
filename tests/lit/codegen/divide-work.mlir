// RUN: ingot-opt %s --ingot-divide-work --split-input-file | FileCheck %s

// Rows of a layer and the loss's gradient do not need one another; the weight's gradient
// needs all of them, and its update parts of it. One scalar that is in between is
// put behind what can be done before it.
#same = affine_map<(d0, d1) -> (d0, d1)>
#scalar = affine_map<(d0, d1) -> ()>
#all = affine_map<(d0) -> (d0)>
#none = affine_map<(d0) -> ()>
#rowsA = affine_map<(d0, d1, d2) -> (d0, d2)>
#rowsB = affine_map<(d0, d1, d2) -> (d2, d1)>
#rowsC = affine_map<(d0, d1, d2) -> (d0, d1)>
#sumA = affine_map<(d0, d1, d2) -> (d2, d0)>

module attributes {ingot.threads = 2 : i64, ingot.chunk_work = 8 : i64} {
  // CHECK-LABEL: func.func private @step
  // CHECK-SAME: %[[BATCH:.*]]: index {ingot.role = "batch"}, %[[X:.*]]: memref<64x48xf32>, %[[W:.*]]: memref<48x32xf32>, %[[MEAN:.*]]: memref<f32>, %[[THREADS:.*]]: index {ingot.role = "threads"}
  func.func private @step(%batch: index {ingot.role = "batch"}, %x: memref<64x48xf32>, %w: memref<48x32xf32>,
                          %mean: memref<f32>) attributes {ingot.kind = "train_step", ingot.max_batch = 64 : i64} {
    %zero = arith.constant 0.0 : f32
    %rows = memref.reinterpret_cast %x to offset: [0], sizes: [%batch, 48], strides: [48, 1] : memref<64x48xf32> to memref<?x48xf32>
    %y = memref.alloc(%batch) : memref<?x32xf32>
    linalg.fill ins(%zero : f32) outs(%y : memref<?x32xf32>)
    linalg.contract indexing_maps = [#rowsA, #rowsB, #rowsC] ins(%rows, %w : memref<?x48xf32>, memref<48x32xf32>) outs(%y : memref<?x32xf32>)
    %first = memref.alloc(%batch) : memref<?xf32>
    linalg.fill ins(%zero : f32) outs(%first : memref<?xf32>)
    linalg.generic {indexing_maps = [#same, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%y : memref<?x32xf32>) outs(%first : memref<?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %sum = arith.addf %out, %in : f32
      linalg.yield %sum : f32
    }
    linalg.generic {indexing_maps = [#all, #none], iterator_types = ["reduction"]} ins(%first : memref<?xf32>) outs(%mean : memref<f32>) {
    ^bb0(%in: f32, %out: f32):
      %sum = arith.addf %out, %in : f32
      linalg.yield %sum : f32
    }
    %dy = memref.alloc(%batch) : memref<?x32xf32>
    linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel", "parallel"]} ins(%y : memref<?x32xf32>) outs(%dy : memref<?x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %row = linalg.index 0 : index
      %cast = arith.index_cast %row : index to i32
      %number = arith.sitofp %cast : i32 to f32
      %product = arith.mulf %in, %number : f32
      linalg.yield %product : f32
    }
    %dw = memref.alloc() : memref<48x32xf32>
    linalg.fill ins(%zero : f32) outs(%dw : memref<48x32xf32>)
    linalg.contract indexing_maps = [#sumA, #rowsB, #rowsC] ins(%rows, %dy : memref<?x48xf32>, memref<?x32xf32>) outs(%dw : memref<48x32xf32>)
    linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel", "parallel"]} ins(%dw : memref<48x32xf32>) outs(%w : memref<48x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %new = arith.subf %out, %in : f32
      linalg.yield %new : f32
    }
    return
  }
}
