// RUN: ingot-opt %s --ingot-plan-memory --split-input-file --verify-diagnostics | FileCheck %s

// Chunks are at different places of a region at one time. Rows that a chunk makes are at
// those of all, so the batch's are there once; what has no rows is there for each of
// three threads. Nothing in a region gives its place to what comes later there.
// CHECK-LABEL: func.func @region
// CHECK-SAME: ingot.arena_bytes = 1216 : i64
// CHECK: scf.parallel (%[[CHUNK:.*]]) =
// CHECK: %[[ROWS:.*]] = arith.subi %{{.*}}, %[[BEGIN:.*]] : index
// CHECK: %[[BYTES:.*]] = arith.constant 64 : index
// CHECK: %[[MINE:.*]] = arith.muli %[[BEGIN]], %[[BYTES]]
// CHECK: %[[PLACE:.*]] = arith.addi %{{.*}}, %[[MINE]]
// CHECK: memref.view %{{.*}}[%[[PLACE]]][%[[ROWS]]] : memref<1216xi8> to memref<?x16xf32>
// CHECK: %[[STRIDE:.*]] = arith.constant 64 : index
// CHECK: %[[OWN:.*]] = arith.muli %[[CHUNK]], %[[STRIDE]]
// CHECK: %[[AT:.*]] = arith.addi %{{.*}}, %[[OWN]]
// CHECK: memref.view %{{.*}}[%[[AT]]][] : memref<1216xi8> to memref<9xf32>
module attributes {ingot.threads = 3 : i64} {
  func.func @region(%y: memref<9xf32>, %chunks: index, %batch: index) attributes {ingot.kind = "predict", ingot.max_batch = 8 : i64} {
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %value = arith.constant 1.0 : f32
    %all = memref.alloc(%batch) : memref<?x16xf32>
    scf.parallel (%i) = (%zero) to (%chunks) step (%one) {
      linalg.fill ins(%value : f32) outs(%all : memref<?x16xf32>)
      %end = arith.addi %i, %one : index
      %rows = arith.subi %end, %i : index
      %some = memref.alloc(%rows) : memref<?x16xf32>
      linalg.fill ins(%value : f32) outs(%some : memref<?x16xf32>)
      %scratch = memref.alloc() : memref<9xf32>
      linalg.fill ins(%value : f32) outs(%scratch : memref<9xf32>)
      scf.reduce
    } {ingot.region}
    return
  }
}

// -----

func.func @other_rows(%chunks: index, %batch: index) attributes {ingot.kind = "predict", ingot.max_batch = 8 : i64} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  scf.parallel (%i) = (%zero) to (%chunks) step (%one) {
    // expected-error @below {{a buffer of a chunk must have as many rows as the chunk, its end less its begin}}
    %some = memref.alloc(%batch) : memref<?x16xf32>
    scf.reduce
  }
  return
}
