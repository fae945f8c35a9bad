// RUN: ingot-opt %s --ingot-divide-work | FileCheck %s
// RUN: sed 's/ingot.threads = 2/ingot.threads = 1/' %s | ingot-opt --ingot-divide-work | FileCheck %s --check-prefix=ALONE
// RUN: sed 's/ingot.chunk_work = 8 : i64/ingot.numerics = "native"/' %s | ingot-opt --ingot-divide-work | FileCheck %s --check-prefix=ALONE

// Rows of a layer and the loss's gradient do not need one another; the weight's gradient
// needs all of them, and its update parts of it. The mean that is in between is put
// behind what can be done before it. Nothing is divided for one thread, or if it is
// not worth it.
// ALONE-NOT: scf.parallel
// ALONE-NOT: "threads"
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
  // CHECK: %[[ROWS:.*]] = memref.reinterpret_cast %[[X]]
  // CHECK: %[[FIRST:.*]] = memref.alloc(%[[BATCH]]) : memref<?xf32>
  // CHECK: %[[DY:.*]] = memref.alloc(%[[BATCH]]) : memref<?x32xf32>
  // No more chunks than threads, samples, and than there is work for.
  // CHECK: arith.divui
  // CHECK: arith.maxui
  // CHECK: %[[OFFERED:.*]] = arith.minui %{{.*}}, %[[THREADS]]
  // CHECK: %[[CHUNKS:.*]] = arith.minui %[[OFFERED]], %[[BATCH]]
  // CHECK: scf.parallel (%[[CHUNK:.*]]) = (%{{.*}}) to (%[[CHUNKS]])
  // CHECK: %[[BEGIN:.*]] = arith.divui %{{.*}}, %[[CHUNKS]]
  // CHECK: %[[END:.*]] = arith.divui %{{.*}}, %[[CHUNKS]]
  // CHECK: %[[COUNT:.*]] = arith.subi %[[END]], %[[BEGIN]]
  // Only the region uses the product.
  // CHECK: %[[Y:.*]] = memref.alloc(%[[COUNT]]) : memref<?x32xf32>
  // CHECK: %[[OWN:.*]] = memref.subview %[[ROWS]][%[[BEGIN]], 0] [%[[COUNT]], 48]
  // CHECK: linalg.fill {{.*}} outs(%[[Y]]
  // CHECK: linalg.contract {{.*}} ins(%[[OWN]], %[[W]] : {{.*}}) outs(%[[Y]]
  // CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]
  // The number of a row is that of the batch.
  // CHECK: %[[ROW:.*]] = linalg.index 0
  // CHECK: arith.addi %[[ROW]], %[[BEGIN]]
  // CHECK: ingot.region
  // CHECK: scf.parallel
  // CHECK: scf.for %[[PART:.*]] =
  // CHECK: %[[OFFSET:.*]] = arith.muli %[[PART]], %c24
  // CHECK: %[[DW:.*]] = memref.alloc() : memref<24x32xf32>
  // CHECK: %[[COLUMNS:.*]] = memref.subview %[[ROWS]][0, %[[OFFSET]]] [%[[BATCH]], 24]
  // CHECK: %[[PARTOFW:.*]] = memref.subview %[[W]][%[[OFFSET]], 0] [24, 32]
  // CHECK: linalg.fill {{.*}} outs(%[[DW]]
  // CHECK: linalg.contract {{.*}} ins(%[[COLUMNS]], %[[DY]] : {{.*}}) outs(%[[DW]]
  // CHECK: linalg.generic {{.*}} ins(%[[DW]] : {{.*}}) outs(%[[PARTOFW]]
  // CHECK: ingot.region
  // CHECK: linalg.generic {{.*}} iterator_types = ["reduction"]} ins(%[[FIRST]] : {{.*}}) outs(%[[MEAN]]
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

  // A recurrence is in a region with all its steps: slices of a step are of the chunk's
  // rows. One that counts something is done by one thread.
  // CHECK-LABEL: func.func private @steps
  // CHECK: scf.parallel
  // CHECK: %[[BEGIN:.*]] = arith.divui
  // CHECK: %[[COUNT:.*]] = arith.subi
  // CHECK: %[[STACK:.*]] = memref.subview %{{.*}}[0, %[[BEGIN]], 0] [5, %[[COUNT]], 16] {{.*}} to memref<5x?x16xf32, strided<[?, 16, 1], offset: ?>>
  // CHECK: scf.for %[[STEP:.*]] =
  // CHECK: memref.subview %[[STACK]][%[[STEP]], 0, 0] [1, %[[COUNT]], 16] {{.*}} to memref<?x16xf32, strided<[16, 1], offset: ?>>
  // CHECK: ingot.region
  // CHECK-NOT: scf.parallel
  // CHECK: scf.for
  // CHECK: return
  func.func private @steps(%batch: index {ingot.role = "batch"}, %x: memref<5x64x16xf32>, %y: memref<64x16xf32>, %number: memref<i32>)
      attributes {ingot.kind = "predict", ingot.max_batch = 64 : i64} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c5 = arith.constant 5 : index
    %stack = memref.reinterpret_cast %x to offset: [0], sizes: [5, %batch, 16], strides: [1024, 16, 1] : memref<5x64x16xf32> to memref<5x?x16xf32>
    %sum = memref.reinterpret_cast %y to offset: [0], sizes: [%batch, 16], strides: [16, 1] : memref<64x16xf32> to memref<?x16xf32>
    scf.for %t = %c0 to %c5 step %c1 {
      %slice = memref.subview %stack[%t, 0, 0] [1, %batch, 16] [1, 1, 1] : memref<5x?x16xf32> to memref<?x16xf32, strided<[16, 1], offset: ?>>
      linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel", "parallel"]} ins(%slice : memref<?x16xf32, strided<[16, 1], offset: ?>>) outs(%sum : memref<?x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        %new = arith.addf %out, %in : f32
        linalg.yield %new : f32
      }
    }
    scf.for %t = %c0 to %c5 step %c1 {
      %old = memref.load %number[] : memref<i32>
      memref.store %old, %number[] : memref<i32>
    }
    return
  }

  // The sum over windows divides as what it reads does, by columns; the fill before it alone
  // would go by rows. Parts of a fill are those of what adds to it.
  // CHECK-LABEL: func.func private @windows
  // CHECK-SAME: %[[Y:[a-z0-9_]+]]: memref<16x48xf32>
  // CHECK: scf.parallel
  // CHECK: scf.for %[[PART:.*]] =
  // CHECK: %[[OFFSET:.*]] = arith.muli %[[PART]], %c24
  // CHECK: %[[COLUMNS:.*]] = memref.subview %[[Y]][0, %[[OFFSET]]] [16, 24]
  // CHECK: linalg.contract {{.*}} outs(%{{.*}} : memref<20x24xf32>
  // CHECK: linalg.fill {{.*}} outs(%[[COLUMNS]] :
  // CHECK: linalg.generic {{.*}} outs(%[[COLUMNS]] :
  // CHECK: ingot.region
  // CHECK-NOT: linalg.fill
  // CHECK: return
  func.func private @windows(%batch: index {ingot.role = "batch"}, %a: memref<64x20xf32>, %b: memref<64x48xf32>, %y: memref<16x48xf32>)
      attributes {ingot.kind = "train_step", ingot.max_batch = 64 : i64} {
    %zero = arith.constant 0.0 : f32
    %lhs = memref.reinterpret_cast %a to offset: [0], sizes: [%batch, 20], strides: [20, 1] : memref<64x20xf32> to memref<?x20xf32>
    %rhs = memref.reinterpret_cast %b to offset: [0], sizes: [%batch, 48], strides: [48, 1] : memref<64x48xf32> to memref<?x48xf32>
    %window = memref.alloc() : memref<5xf32>
    %x = memref.alloc() : memref<20x48xf32>
    linalg.fill ins(%zero : f32) outs(%x : memref<20x48xf32>)
    linalg.contract indexing_maps = [#sumA, #rowsB, #rowsC] ins(%lhs, %rhs : memref<?x20xf32>, memref<?x48xf32>) outs(%x : memref<20x48xf32>)
    linalg.fill ins(%zero : f32) outs(%y : memref<16x48xf32>)
    linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i + k, j)>, affine_map<(i, j, k) -> (k)>, #rowsC], iterator_types = ["parallel", "parallel", "reduction"]}
        ins(%x, %window : memref<20x48xf32>, memref<5xf32>) outs(%y : memref<16x48xf32>) {
    ^bb0(%in: f32, %weight: f32, %out: f32):
      %sum = arith.addf %out, %in : f32
      linalg.yield %sum : f32
    }
    return
  }

  // A buffer that only the region uses is one of parts, each with its own; one that has a view
  // stays whole, for the view would be of another shape.
  // CHECK-LABEL: func.func private @viewed
  // CHECK: memref.alloc() : memref<48x32xf32>
  // CHECK: scf.parallel
  // CHECK-NOT: memref.alloc() : memref<48x32xf32>
  // CHECK: memref.alloc() : memref<24x32xf32>
  // CHECK-NOT: memref.alloc
  // CHECK: return
  func.func private @viewed(%batch: index {ingot.role = "batch"}, %a: memref<64x48xf32>, %b: memref<64x32xf32>)
      attributes {ingot.kind = "train_step", ingot.max_batch = 64 : i64} {
    %zero = arith.constant 0.0 : f32
    %lhs = memref.reinterpret_cast %a to offset: [0], sizes: [%batch, 48], strides: [48, 1] : memref<64x48xf32> to memref<?x48xf32>
    %rhs = memref.reinterpret_cast %b to offset: [0], sizes: [%batch, 32], strides: [32, 1] : memref<64x32xf32> to memref<?x32xf32>
    %v = memref.alloc() : memref<48x32xf32>
    %view = memref.collapse_shape %v [[0, 1]] : memref<48x32xf32> into memref<1536xf32>
    linalg.fill ins(%zero : f32) outs(%v : memref<48x32xf32>)
    linalg.contract indexing_maps = [#sumA, #rowsB, #rowsC] ins(%lhs, %rhs : memref<?x48xf32>, memref<?x32xf32>) outs(%v : memref<48x32xf32>)
    %w = memref.alloc() : memref<48x32xf32>
    linalg.fill ins(%zero : f32) outs(%w : memref<48x32xf32>)
    linalg.contract indexing_maps = [#sumA, #rowsB, #rowsC] ins(%lhs, %rhs : memref<?x48xf32>, memref<?x32xf32>) outs(%w : memref<48x32xf32>)
    return
  }
}
