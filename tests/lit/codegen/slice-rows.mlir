// RUN: ingot-opt %s --ingot-slice-rows | FileCheck %s
// RUN: ingot-opt %s --ingot-slice-rows --ingot-plan-memory | FileCheck %s --check-prefix=ARENA
// RUN: sed 's/numerics = "native"/numerics = "portable"/' %s | ingot-opt --ingot-slice-rows | FileCheck %s
// RUN: sed 's/numerics = "native"/threads = 2 : i64/' %s | ingot-opt --ingot-slice-rows | FileCheck %s --check-prefix=WHOLE
// RUN: sed 's/numerics = "native"/optimize_for = "size"/' %s | ingot-opt --ingot-slice-rows | FileCheck %s --check-prefix=WHOLE
// RUN: sed 's/numerics = "native"/save_ram/' %s | ingot-opt --ingot-slice-rows | FileCheck %s --check-prefix=WHOLE
// RUN: sed 's/numerics = "native"/caches = false/' %s | ingot-opt --ingot-slice-rows | FileCheck %s --check-prefix=WHOLE
// RUN: ingot-opt %s --ingot-slice-rows --remarks-filter=rows --remark-policy=all -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// WHOLE-NOT: scf.for
#each = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>

module attributes {ingot.numerics = "native", ingot.l1_bytes = 32768 : i64, ingot.max_batch = 64 : i64} {
  func.func private @product(memref<64x1000xf32>)
  func.func private @narrow(memref<64x10xf32>)

  // Rows between two products: of the largest and of differences from it there are eight, what the second product
  // reads has the place of what the first one made. Eight lanes of the sum over the batch go on from slice to slice, and
  // meet behind the loop.
  // CHECK-LABEL: func.func private @wide
  // CHECK-SAME: %[[BATCH:.*]]: index {ingot.role = "batch"}, %[[SUMS:.*]]: memref<1000xf32>
  // CHECK: %[[X:.*]] = memref.alloc(%[[BATCH]]) {{.*}} : memref<?x1000xf32>
  // CHECK: call @product
  // CHECK: linalg.fill {{.*}} outs(%[[LANES:.*]] : memref<8x1000xf32>)
  // CHECK: %[[ALL:.*]] = memref.reinterpret_cast %[[X]]
  // CHECK: scf.for %[[BEGIN:.*]] = %c0{{.*}} to %[[BATCH]] step %c8
  // CHECK: %[[COUNT:.*]] = arith.minui %{{.*}}, %c8
  // CHECK-DAG: %[[MOST:.*]] = memref.alloc(%[[COUNT]]) {{.*}} : memref<?xf32>
  // CHECK-DAG: %[[LESS:.*]] = memref.alloc(%[[COUNT]]) {{.*}} : memref<?x1000xf32>
  // CHECK: %[[OWN:.*]] = memref.subview %[[X]][%[[BEGIN]], 0] [%[[COUNT]], 1000]
  // CHECK: linalg.generic {{.*}} ins(%[[OWN]] : {{.*}}) outs(%[[MOST]]
  // CHECK: linalg.generic {{.*}} ins(%[[OWN]], %[[MOST]] : {{.*}}) outs(%[[LESS]]
  // CHECK: linalg.generic {{.*}} ins(%[[LESS]], %[[OWN]] : {{.*}}) outs(%[[OWN]]
  // CHECK: linalg.generic {{.*}} ins(%{{.*}}) outs(%[[LANES]] : memref<8x1000xf32>)
  // CHECK: }
  // CHECK: linalg.generic {{.*}} ins(%[[LANES]] : memref<8x1000xf32>) outs(%[[SUMS]] : memref<1000xf32>)
  // CHECK: call @product(%[[ALL]])
  // One buffer of 64 rows, one of 8, 8 numbers, 8 lanes of the sum.
  // ARENA-LABEL: func.func private @wide
  // ARENA-SAME: ingot.arena_bytes = 320064 : i64
  // REMARK: Reason="320064 bytes are alive at once instead of 512256", Remark="5 loops over the rows of a batch are one, 8 samples at a time; buffers of so many: 2"
  func.func private @wide(%batch: index {ingot.role = "batch"}, %sums: memref<1000xf32>)
      attributes {ingot.kind = "gradients", ingot.max_batch = 64 : i64} {
    %zero = arith.constant 0.0 : f32
    %lowest = arith.constant 0xFF800000 : f32
    %x = memref.alloc(%batch) {alignment = 64 : i64} : memref<?x1000xf32>
    %all = memref.reinterpret_cast %x to offset: [0], sizes: [64, 1000], strides: [1000, 1] : memref<?x1000xf32> to memref<64x1000xf32>
    call @product(%all) : (memref<64x1000xf32>) -> ()
    %most = memref.alloc(%batch) {alignment = 64 : i64} : memref<?xf32>
    linalg.fill ins(%lowest : f32) outs(%most : memref<?xf32>)
    linalg.generic {indexing_maps = [#each, #row], iterator_types = ["parallel", "reduction"]} ins(%x : memref<?x1000xf32>) outs(%most : memref<?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %max = arith.maximumf %out, %in : f32
      linalg.yield %max : f32
    }
    %less = memref.alloc(%batch) {alignment = 64 : i64} : memref<?x1000xf32>
    linalg.generic {indexing_maps = [#each, #row, #each], iterator_types = ["parallel", "parallel"]} ins(%x, %most : memref<?x1000xf32>, memref<?xf32>) outs(%less : memref<?x1000xf32>) {
    ^bb0(%in: f32, %max: f32, %out: f32):
      %difference = arith.subf %in, %max : f32
      linalg.yield %difference : f32
    }
    %y = memref.alloc(%batch) {alignment = 64 : i64} : memref<?x1000xf32>
    linalg.generic {indexing_maps = [#each, #each, #each], iterator_types = ["parallel", "parallel"]} ins(%less, %x : memref<?x1000xf32>, memref<?x1000xf32>) outs(%y : memref<?x1000xf32>) {
    ^bb0(%in: f32, %before: f32, %out: f32):
      %product = arith.mulf %in, %before : f32
      linalg.yield %product : f32
    }
    linalg.fill ins(%zero : f32) outs(%sums : memref<1000xf32>)
    linalg.generic {indexing_maps = [#each, #column], iterator_types = ["reduction", "parallel"]} ins(%y : memref<?x1000xf32>) outs(%sums : memref<1000xf32>) {
    ^bb0(%in: f32, %out: f32):
      %sum = arith.addf %out, %in : f32
      linalg.yield %sum : f32
    }
    %read = memref.reinterpret_cast %y to offset: [0], sizes: [64, 1000], strides: [1000, 1] : memref<?x1000xf32> to memref<64x1000xf32>
    call @product(%read) : (memref<64x1000xf32>) -> ()
    return
  }

  // All of them in the first cache.
  // CHECK-LABEL: func.func private @short
  // CHECK-NOT: scf.for
  // CHECK: return
  func.func private @short(%batch: index {ingot.role = "batch"}) attributes {ingot.kind = "predict", ingot.max_batch = 64 : i64} {
    %lowest = arith.constant 0xFF800000 : f32
    %x = memref.alloc(%batch) {alignment = 64 : i64} : memref<?x10xf32>
    %all = memref.reinterpret_cast %x to offset: [0], sizes: [64, 10], strides: [10, 1] : memref<?x10xf32> to memref<64x10xf32>
    call @narrow(%all) : (memref<64x10xf32>) -> ()
    %most = memref.alloc(%batch) {alignment = 64 : i64} : memref<?xf32>
    linalg.fill ins(%lowest : f32) outs(%most : memref<?xf32>)
    linalg.generic {indexing_maps = [#each, #row], iterator_types = ["parallel", "reduction"]} ins(%x : memref<?x10xf32>) outs(%most : memref<?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %max = arith.maximumf %out, %in : f32
      linalg.yield %max : f32
    }
    linalg.generic {indexing_maps = [#each, #row, #each], iterator_types = ["parallel", "parallel"]} ins(%x, %most : memref<?x10xf32>, memref<?xf32>) outs(%x : memref<?x10xf32>) {
    ^bb0(%in: f32, %max: f32, %out: f32):
      %difference = arith.subf %in, %max : f32
      linalg.yield %difference : f32
    }
    call @narrow(%all) : (memref<64x10xf32>) -> ()
    return
  }

  // Still read behind the loop: it keeps its place, and rows of the other are there for all samples, too.
  // CHECK-LABEL: func.func private @kept
  // CHECK: %[[X:.*]] = memref.alloc
  // CHECK: %[[Y:.*]] = memref.alloc
  // CHECK: scf.for
  // CHECK: outs(%{{.*}} : memref<?x1000xf32
  // CHECK: call @product
  // CHECK: call @product
  func.func private @kept(%batch: index {ingot.role = "batch"}) attributes {ingot.kind = "predict", ingot.max_batch = 64 : i64} {
    %lowest = arith.constant 0xFF800000 : f32
    %x = memref.alloc(%batch) {alignment = 64 : i64} : memref<?x1000xf32>
    %all = memref.reinterpret_cast %x to offset: [0], sizes: [64, 1000], strides: [1000, 1] : memref<?x1000xf32> to memref<64x1000xf32>
    call @product(%all) : (memref<64x1000xf32>) -> ()
    %most = memref.alloc(%batch) {alignment = 64 : i64} : memref<?xf32>
    linalg.fill ins(%lowest : f32) outs(%most : memref<?xf32>)
    linalg.generic {indexing_maps = [#each, #row], iterator_types = ["parallel", "reduction"]} ins(%x : memref<?x1000xf32>) outs(%most : memref<?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %max = arith.maximumf %out, %in : f32
      linalg.yield %max : f32
    }
    %y = memref.alloc(%batch) {alignment = 64 : i64} : memref<?x1000xf32>
    linalg.generic {indexing_maps = [#each, #row, #each], iterator_types = ["parallel", "parallel"]} ins(%x, %most : memref<?x1000xf32>, memref<?xf32>) outs(%y : memref<?x1000xf32>) {
    ^bb0(%in: f32, %max: f32, %out: f32):
      %difference = arith.subf %in, %max : f32
      linalg.yield %difference : f32
    }
    %read = memref.reinterpret_cast %y to offset: [0], sizes: [64, 1000], strides: [1000, 1] : memref<?x1000xf32> to memref<64x1000xf32>
    call @product(%read) : (memref<64x1000xf32>) -> ()
    call @product(%all) : (memref<64x1000xf32>) -> ()
    return
  }
}
