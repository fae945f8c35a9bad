// RUN: ingot-opt %s --ingot-plan-memory --canonicalize | FileCheck %s

// Each buffer becomes a view of the argument `arena` at a constant offset.

#id = affine_map<(i, j) -> (i, j)>
#transposed = affine_map<(i, j) -> (j, i)>
#row = affine_map<(i, j) -> (i)>

module {

// Two buffers that are live together stand side by side, for the largest batch:
// 100 samples of 4 floats are 1600 bytes. The view has the batch of the call.
// CHECK-LABEL: func.func @side_by_side
// CHECK-SAME: %[[N:[a-z0-9]+]]: index
// CHECK-SAME: %[[ARENA:[a-z0-9]+]]: memref<3200xi8> {ingot.role = "arena", llvm.noalias}
// CHECK-SAME: ingot.arena_bytes = 3200 : i64, ingot.arena_lower_bound = 3200 : i64
// CHECK-SAME: ingot.packing_bytes = 0 : i64
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[SECOND:.*]] = arith.constant 1600 : index
// CHECK-DAG: %[[A:.*]] = memref.view %[[ARENA]][%[[ZERO]]][%[[N]]] : memref<3200xi8> to memref<?x4xf32>
// CHECK-DAG: %[[B:.*]] = memref.view %[[ARENA]][%[[SECOND]]][%[[N]]] : memref<3200xi8> to memref<?x4xf32>
// CHECK: linalg.fill ins(%{{.*}}) outs(%[[A]]
// CHECK: linalg.fill ins(%{{.*}}) outs(%[[B]]
// CHECK-NOT: memref.alloc
func.func @side_by_side(%n: index, %y: memref<?x4xf32>) attributes {ingot.kind = "predict", ingot.max_batch = 100 : i64} {
  %one = arith.constant 1.0 : f32
  %a = memref.alloc(%n) : memref<?x4xf32>
  %b = memref.alloc(%n) : memref<?x4xf32>
  linalg.fill ins(%one : f32) outs(%a : memref<?x4xf32>)
  linalg.fill ins(%one : f32) outs(%b : memref<?x4xf32>)
  linalg.add ins(%a, %b : memref<?x4xf32>, memref<?x4xf32>) outs(%y : memref<?x4xf32>)
  return
}

// Memory lives from its first access, not from its alloc, to its last one, also
// through views and inside loops: one place is enough here.
// CHECK-LABEL: func.func @by_turns
// CHECK-SAME: memref<64xi8>
// CHECK-SAME: ingot.arena_bytes = 64 : i64
func.func @by_turns(%y: memref<4x4xf32>) attributes {ingot.kind = "predict", ingot.max_batch = 1 : i64} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %four = arith.constant 4 : index
  %value = arith.constant 1.0 : f32
  %a = memref.alloc() : memref<4x4xf32>
  %b = memref.alloc() : memref<16xf32>
  scf.for %i = %zero to %four step %one {
    linalg.fill ins(%value : f32) outs(%a : memref<4x4xf32>)
    linalg.copy ins(%a : memref<4x4xf32>) outs(%y : memref<4x4xf32>)
  }
  %matrix = memref.expand_shape %b [[0, 1]] output_shape [4, 4] : memref<16xf32> into memref<4x4xf32>
  linalg.fill ins(%value : f32) outs(%matrix : memref<4x4xf32>)
  linalg.copy ins(%matrix : memref<4x4xf32>) outs(%y : memref<4x4xf32>)
  return
}

// The view is the last reader: what it is of must not be reused before.
// CHECK-LABEL: func.func @live_through_a_view
// CHECK-SAME: memref<128xi8>
func.func @live_through_a_view(%y: memref<16xf32>) attributes {ingot.kind = "predict", ingot.max_batch = 1 : i64} {
  %value = arith.constant 1.0 : f32
  %a = memref.alloc() : memref<4x4xf32>
  %b = memref.alloc() : memref<16xf32>
  %flat = memref.collapse_shape %a [[0, 1]] : memref<4x4xf32> into memref<16xf32>
  linalg.fill ins(%value : f32) outs(%a : memref<4x4xf32>)
  linalg.fill ins(%value : f32) outs(%b : memref<16xf32>)
  linalg.add ins(%flat, %b : memref<16xf32>, memref<16xf32>) outs(%y : memref<16xf32>)
  return
}

// An elementwise op works in the buffer of an operand that dies.
// CHECK-LABEL: func.func @in_place
// CHECK-SAME: memref<64xi8>
// CHECK: %[[VIEW:.*]] = memref.view
// CHECK: linalg.generic
// CHECK-SAME: ins(%[[VIEW]] : memref<4x4xf32>) outs(%[[SAME:.*]] : memref<4x4xf32>)
func.func @in_place(%y: memref<4x4xf32>) attributes {ingot.kind = "predict", ingot.max_batch = 1 : i64} {
  %value = arith.constant 1.0 : f32
  %a = memref.alloc() : memref<4x4xf32>
  %b = memref.alloc() : memref<4x4xf32>
  linalg.fill ins(%value : f32) outs(%a : memref<4x4xf32>)
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a : memref<4x4xf32>) outs(%b : memref<4x4xf32>) {
  ^bb0(%x: f32, %out: f32):
    %0 = arith.addf %x, %x : f32
    linalg.yield %0 : f32
  }
  linalg.copy ins(%b : memref<4x4xf32>) outs(%y : memref<4x4xf32>)
  return
}

// Not while the operand is read later,
// CHECK-LABEL: func.func @operand_lives_on
// CHECK-SAME: memref<128xi8>
func.func @operand_lives_on(%y: memref<4x4xf32>) attributes {ingot.kind = "predict", ingot.max_batch = 1 : i64} {
  %value = arith.constant 1.0 : f32
  %a = memref.alloc() : memref<4x4xf32>
  %b = memref.alloc() : memref<4x4xf32>
  linalg.fill ins(%value : f32) outs(%a : memref<4x4xf32>)
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a : memref<4x4xf32>) outs(%b : memref<4x4xf32>) {
  ^bb0(%x: f32, %out: f32):
    %0 = arith.addf %x, %x : f32
    linalg.yield %0 : f32
  }
  linalg.add ins(%a, %b : memref<4x4xf32>, memref<4x4xf32>) outs(%y : memref<4x4xf32>)
  return
}

// nor where an element is read after another one was written there,
// CHECK-LABEL: func.func @reads_elsewhere
// CHECK-SAME: memref<128xi8>
func.func @reads_elsewhere(%y: memref<4x4xf32>) attributes {ingot.kind = "predict", ingot.max_batch = 1 : i64} {
  %value = arith.constant 1.0 : f32
  %a = memref.alloc() : memref<4x4xf32>
  %b = memref.alloc() : memref<4x4xf32>
  linalg.fill ins(%value : f32) outs(%a : memref<4x4xf32>)
  linalg.generic {indexing_maps = [#id, #transposed, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %a : memref<4x4xf32>, memref<4x4xf32>) outs(%b : memref<4x4xf32>) {
  ^bb0(%x: f32, %t: f32, %out: f32):
    %0 = arith.addf %x, %t : f32
    linalg.yield %0 : f32
  }
  linalg.copy ins(%b : memref<4x4xf32>) outs(%y : memref<4x4xf32>)
  return
}

// also if that is through a view,
// CHECK-LABEL: func.func @reads_elsewhere_through_a_view
// CHECK-SAME: memref<128xi8>
func.func @reads_elsewhere_through_a_view(%y: memref<4x4xf32>) attributes {ingot.kind = "predict", ingot.max_batch = 1 : i64} {
  %value = arith.constant 1.0 : f32
  %a = memref.alloc() : memref<4x4xf32>
  %b = memref.alloc() : memref<4x4xf32>
  %first = memref.subview %a[0, 0] [4, 1] [1, 1] : memref<4x4xf32> to memref<4xf32, strided<[4]>>
  linalg.fill ins(%value : f32) outs(%a : memref<4x4xf32>)
  linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %first : memref<4x4xf32>, memref<4xf32, strided<[4]>>) outs(%b : memref<4x4xf32>) {
  ^bb0(%x: f32, %t: f32, %out: f32):
    %0 = arith.subf %x, %t : f32
    linalg.yield %0 : f32
  }
  linalg.copy ins(%b : memref<4x4xf32>) outs(%y : memref<4x4xf32>)
  return
}

// or by a load in the body,
// CHECK-LABEL: func.func @loads_elsewhere
// CHECK-SAME: memref<128xi8>
func.func @loads_elsewhere(%y: memref<4x4xf32>) attributes {ingot.kind = "predict", ingot.max_batch = 1 : i64} {
  %zero = arith.constant 0 : index
  %value = arith.constant 1.0 : f32
  %a = memref.alloc() : memref<4x4xf32>
  %b = memref.alloc() : memref<4x4xf32>
  linalg.fill ins(%value : f32) outs(%a : memref<4x4xf32>)
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a : memref<4x4xf32>) outs(%b : memref<4x4xf32>) {
  ^bb0(%x: f32, %out: f32):
    %corner = memref.load %a[%zero, %zero] : memref<4x4xf32>
    %0 = arith.subf %x, %corner : f32
    linalg.yield %0 : f32
  }
  linalg.copy ins(%b : memref<4x4xf32>) outs(%y : memref<4x4xf32>)
  return
}

// nor a reduction.
// CHECK-LABEL: func.func @reduces
// CHECK-SAME: memref<128xi8>
func.func @reduces(%y: memref<16xf32>) attributes {ingot.kind = "predict", ingot.max_batch = 1 : i64} {
  %value = arith.constant 1.0 : f32
  %a = memref.alloc() : memref<16x1xf32>
  %b = memref.alloc() : memref<16xf32>
  linalg.fill ins(%value : f32) outs(%a : memref<16x1xf32>)
  linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%a : memref<16x1xf32>) outs(%b : memref<16xf32>) {
  ^bb0(%x: f32, %out: f32):
    %0 = arith.addf %x, %out : f32
    linalg.yield %0 : f32
  }
  linalg.copy ins(%b : memref<16xf32>) outs(%y : memref<16xf32>)
  return
}

// What packing adds is listed apart.
// CHECK-LABEL: func.func @packing
// CHECK-SAME: ingot.arena_bytes = 320 : i64
// CHECK-SAME: ingot.packing_bytes = 256 : i64
func.func @packing(%y: memref<16xf32>) attributes {ingot.kind = "predict", ingot.max_batch = 1 : i64} {
  %value = arith.constant 1.0 : f32
  %a = memref.alloc() : memref<16xf32>
  %packed = memref.alloc() {ingot.packing} : memref<64xf32>
  linalg.fill ins(%value : f32) outs(%a : memref<16xf32>)
  linalg.fill ins(%value : f32) outs(%packed : memref<64xf32>)
  linalg.copy ins(%a : memref<16xf32>) outs(%y : memref<16xf32>)
  return
}

// Without buffers there is no arena; functions that are no entries stay.
// CHECK-LABEL: func.func @nothing
// CHECK-NOT: arena"
// CHECK-SAME: ingot.arena_bytes = 0 : i64
// CHECK-LABEL: func.func @no_entry
// CHECK: memref.alloc
func.func @nothing(%y: memref<16xf32>) attributes {ingot.kind = "predict", ingot.max_batch = 1 : i64} {
  %value = arith.constant 1.0 : f32
  linalg.fill ins(%value : f32) outs(%y : memref<16xf32>)
  return
}
func.func @no_entry() -> memref<16xf32> {
  %a = memref.alloc() : memref<16xf32>
  return %a : memref<16xf32>
}
}
