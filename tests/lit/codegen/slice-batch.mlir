// RUN: ingot-opt %s --ingot-slice-batch | FileCheck %s
// RUN: ingot-opt %s --ingot-slice-batch --ingot-plan-memory | FileCheck %s --check-prefix=ARENA
// RUN: sed 's/ingot.save_ram, //' %s | ingot-opt --ingot-slice-batch | FileCheck %s --check-prefix=WHOLE
// RUN: sed 's/ingot.save_ram, /ingot.save_ram, ingot.threads = 2 : i64, /' %s | ingot-opt --ingot-slice-batch | FileCheck %s --check-prefix=WHOLE
// RUN: ingot-opt %s --ingot-slice-batch --remarks-filter=batch --remark-policy=all -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// WHOLE-NOT: scf.for
#same = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#all = affine_map<(d0) -> (d0)>
#none = affine_map<(d0) -> ()>
#rowsA = affine_map<(d0, d1, d2) -> (d0, d2)>
#rowsB = affine_map<(d0, d1, d2) -> (d2, d1)>
#rowsC = affine_map<(d0, d1, d2) -> (d0, d1)>

module attributes {ingot.save_ram, ingot.slice_samples = 4 : i64, ingot.max_batch = 64 : i64} {
  // Rows of a layer are of a slice. A sum goes on from slice to slice, and begins before the first.
  // CHECK-LABEL: func.func private @evaluate
  // CHECK-SAME: %[[BATCH:.*]]: index {ingot.role = "batch"}, %{{.*}}: memref<64x48xf32>, %{{.*}}: memref<48x32xf32>, %[[MEAN:.*]]: memref<f32>
  // CHECK: %[[ROWS:.*]] = memref.reinterpret_cast
  // CHECK-NOT: memref.alloc
  // CHECK: memref.store %{{.*}}, %[[MEAN]][]
  // CHECK: scf.for %[[BEGIN:.*]] = %c0{{.*}} to %[[BATCH]] step %c4
  // CHECK: %[[REST:.*]] = arith.subi %[[BATCH]], %[[BEGIN]]
  // CHECK: %[[COUNT:.*]] = arith.minui %[[REST]], %c4
  // CHECK: %[[Y:.*]] = memref.alloc(%[[COUNT]]) : memref<?x32xf32>
  // CHECK: %[[SUMS:.*]] = memref.alloc(%[[COUNT]]) : memref<?xf32>
  // CHECK: %[[OWN:.*]] = memref.subview %[[ROWS]][%[[BEGIN]], 0] [%[[COUNT]], 48]
  // CHECK: linalg.contract {{.*}} ins(%[[OWN]], %{{.*}} : {{.*}}) outs(%[[Y]]
  // CHECK: linalg.generic {{.*}} ins(%[[Y]] : {{.*}}) outs(%[[SUMS]]
  // CHECK: linalg.generic {{.*}} iterator_types = ["reduction"]} ins(%[[SUMS]] : {{.*}}) outs(%[[MEAN]]
  // CHECK: }
  // CHECK-NOT: linalg
  // CHECK: return
  // Four rows of 32 floats, and four sums.
  // ARENA-LABEL: func.func private @evaluate
  // ARENA-SAME: ingot.arena_bytes = 576 : i64
  // REMARK: Reason="576 bytes are alive at once instead of 8448", Remark="5 operations are done for 4 samples at a time, 1 of them sums that go on from slice to slice; buffers of so many: 2"
  func.func private @evaluate(%batch: index {ingot.role = "batch"}, %x: memref<64x48xf32>, %w: memref<48x32xf32>,
                              %mean: memref<f32>) attributes {ingot.kind = "evaluate", ingot.max_batch = 64 : i64} {
    %zero = arith.constant 0.0 : f32
    %rows = memref.reinterpret_cast %x to offset: [0], sizes: [%batch, 48], strides: [48, 1] : memref<64x48xf32> to memref<?x48xf32>
    %y = memref.alloc(%batch) : memref<?x32xf32>
    linalg.fill ins(%zero : f32) outs(%y : memref<?x32xf32>)
    linalg.contract indexing_maps = [#rowsA, #rowsB, #rowsC] ins(%rows, %w : memref<?x48xf32>, memref<48x32xf32>) outs(%y : memref<?x32xf32>)
    memref.store %zero, %mean[] : memref<f32>
    %sums = memref.alloc(%batch) : memref<?xf32>
    linalg.fill ins(%zero : f32) outs(%sums : memref<?xf32>)
    linalg.generic {indexing_maps = [#same, #row], iterator_types = ["parallel", "reduction"]} ins(%y : memref<?x32xf32>) outs(%sums : memref<?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %sum = arith.addf %out, %in : f32
      linalg.yield %sum : f32
    }
    linalg.generic {indexing_maps = [#all, #none], iterator_types = ["reduction"]} ins(%sums : memref<?xf32>) outs(%mean : memref<f32>) {
    ^bb0(%in: f32, %out: f32):
      %sum = arith.addf %out, %in : f32
      linalg.yield %sum : f32
    }
    return
  }

  // Samples need the mean of all of them: the buffer is whole, and nothing is won.
  // CHECK-LABEL: func.func private @centred
  // CHECK-NOT: scf.for
  // CHECK: return
  // REMARK: Reason="in slices of 4 samples, 8320 bytes would be alive at once instead of 8320", Remark="the whole batch is done at once"
  func.func private @centred(%batch: index {ingot.role = "batch"}, %x: memref<64x32xf32>)
      attributes {ingot.kind = "predict", ingot.max_batch = 64 : i64} {
    %zero = arith.constant 0.0 : f32
    %rows = memref.reinterpret_cast %x to offset: [0], sizes: [%batch, 32], strides: [32, 1] : memref<64x32xf32> to memref<?x32xf32>
    %y = memref.alloc(%batch) : memref<?x32xf32>
    linalg.fill ins(%zero : f32) outs(%y : memref<?x32xf32>)
    %sum = memref.alloc() : memref<32xf32>
    linalg.fill ins(%zero : f32) outs(%sum : memref<32xf32>)
    linalg.generic {indexing_maps = [#same, #column], iterator_types = ["reduction", "parallel"]} ins(%y : memref<?x32xf32>) outs(%sum : memref<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %next = arith.addf %out, %in : f32
      linalg.yield %next : f32
    }
    linalg.generic {indexing_maps = [#same, #column, #same], iterator_types = ["parallel", "parallel"]} ins(%y, %sum : memref<?x32xf32>, memref<32xf32>) outs(%rows : memref<?x32xf32>) {
    ^bb0(%in: f32, %mean: f32, %out: f32):
      %rest = arith.subf %in, %mean : f32
      linalg.yield %rest : f32
    }
    return
  }

  // A batch of one slice is left alone.
  // CHECK-LABEL: func.func private @small
  // CHECK-NOT: scf.for
  // CHECK: return
  func.func private @small(%batch: index {ingot.role = "batch"}, %x: memref<4x32xf32>)
      attributes {ingot.kind = "predict", ingot.max_batch = 4 : i64} {
    %zero = arith.constant 0.0 : f32
    %rows = memref.reinterpret_cast %x to offset: [0], sizes: [%batch, 32], strides: [32, 1] : memref<4x32xf32> to memref<?x32xf32>
    linalg.fill ins(%zero : f32) outs(%rows : memref<?x32xf32>)
    return
  }
}
