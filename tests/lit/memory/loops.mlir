// RUN: ingot-opt %s --ingot-plan-memory --canonicalize | FileCheck %s

// What a loop makes lives within an iteration: the two share one place. What it
// only uses lives for the whole loop, beside both and beside each other.
// CHECK-LABEL: func.func @iteration
// CHECK-SAME: ingot.arena_bytes = 192 : i64
// CHECK-DAG: %[[A:.*]] = memref.view %{{.*}}[%[[AT:.*]]][] : memref<192xi8> to memref<16xf32>
// CHECK-NOT: memref.alloc
func.func @iteration(%y: memref<16xf32>) attributes {ingot.kind = "predict", ingot.max_batch = 1 : i64} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %four = arith.constant 4 : index
  %value = arith.constant 1.0 : f32
  %early = memref.alloc() : memref<16xf32>
  %late = memref.alloc() : memref<16xf32>
  linalg.fill ins(%value : f32) outs(%early : memref<16xf32>)
  linalg.fill ins(%value : f32) outs(%late : memref<16xf32>)
  scf.for %i = %zero to %four step %one {
    // Read in the next iteration too, though nothing below reads it.
    %first = memref.alloc() : memref<16xf32>
    linalg.copy ins(%early : memref<16xf32>) outs(%first : memref<16xf32>)
    linalg.copy ins(%first : memref<16xf32>) outs(%y : memref<16xf32>)
    %second = memref.alloc() : memref<16xf32>
    linalg.copy ins(%late : memref<16xf32>) outs(%second : memref<16xf32>)
    linalg.copy ins(%second : memref<16xf32>) outs(%y : memref<16xf32>)
  }
  return
}

// A buffer of an outer loop that an inner one uses lives for the inner loop, and
// gives its place to what the outer loop makes behind it.
// CHECK-LABEL: func.func @nested
// CHECK-SAME: ingot.arena_bytes = 128 : i64
func.func @nested(%y: memref<16xf32>) attributes {ingot.kind = "predict", ingot.max_batch = 1 : i64} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %four = arith.constant 4 : index
  %value = arith.constant 1.0 : f32
  scf.for %i = %zero to %four step %one {
    %outer = memref.alloc() : memref<16xf32>
    linalg.fill ins(%value : f32) outs(%outer : memref<16xf32>)
    scf.for %j = %zero to %four step %one {
      %inner = memref.alloc() : memref<16xf32>
      linalg.copy ins(%outer : memref<16xf32>) outs(%inner : memref<16xf32>)
      linalg.copy ins(%inner : memref<16xf32>) outs(%y : memref<16xf32>)
    }
    %behind = memref.alloc() : memref<16xf32>
    linalg.fill ins(%value : f32) outs(%behind : memref<16xf32>)
    linalg.copy ins(%behind : memref<16xf32>) outs(%y : memref<16xf32>)
  }
  return
}

// In place within an iteration.
// CHECK-LABEL: func.func @in_place
// CHECK-SAME: ingot.arena_bytes = 64 : i64
func.func @in_place(%y: memref<16xf32>) attributes {ingot.kind = "predict", ingot.max_batch = 1 : i64} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %four = arith.constant 4 : index
  scf.for %i = %zero to %four step %one {
    %a = memref.alloc() : memref<16xf32>
    linalg.copy ins(%y : memref<16xf32>) outs(%a : memref<16xf32>)
    %b = memref.alloc() : memref<16xf32>
    linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
        ins(%a : memref<16xf32>) outs(%b : memref<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %0 = arith.negf %in : f32
      linalg.yield %0 : f32
    }
    linalg.copy ins(%b : memref<16xf32>) outs(%y : memref<16xf32>)
  }
  return
}
