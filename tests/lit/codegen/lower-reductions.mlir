// RUN: ingot-opt %s --ingot-lower-reductions --canonicalize | FileCheck %s

// Reductions keep eight lanes whatever the loops look like.

#id = affine_map<(i, j) -> (i, j)>
#i = affine_map<(i, j) -> (i)>
#j = affine_map<(i, j) -> (j)>
#none = affine_map<(i, j) -> ()>

// Along contiguous rows one vector holds the lanes; the tail leaves inactive
// lanes alone, and the output's value comes last.
// CHECK-LABEL: func.func @rows
func.func @rows(%x: memref<?x20xf32>, %scale: memref<?xf32>, %y: memref<?xf32>) {
  // CHECK: %[[LANES:.*]] = scf.for {{.*}} -> (vector<8xf32>)
  // CHECK: vector.load {{.*}} vector<8xf32>
  // CHECK: arith.mulf {{.*}} : vector<8xf32>
  // CHECK: arith.addf {{.*}} : vector<8xf32>
  // CHECK: %[[MASK:.*]] = vector.constant_mask [4] : vector<8xi1>
  // CHECK: vector.maskedload
  // CHECK: %[[NEXT:.*]] = arith.addf %[[LANES]], {{.*}} : vector<8xf32>
  // CHECK: arith.select %[[MASK]], %[[NEXT]], %[[LANES]]
  // CHECK: arith.addf {{.*}} : vector<4xf32>
  // CHECK: arith.addf {{.*}} : vector<2xf32>
  // CHECK: %[[SUM:.*]] = arith.addf {{.*}} : f32
  // CHECK: %[[INIT:.*]] = memref.load
  // CHECK: %[[RESULT:.*]] = arith.addf %[[INIT]], %[[SUM]] : f32
  // CHECK: memref.store %[[RESULT]]
  linalg.generic {indexing_maps = [#id, #i, #i], iterator_types = ["parallel", "reduction"]}
    ins(%x, %scale : memref<?x20xf32>, memref<?xf32>) outs(%y : memref<?xf32>) {
  ^bb0(%a: f32, %s: f32, %acc: f32):
    %t = arith.mulf %a, %s : f32
    %r = arith.addf %acc, %t : f32
    linalg.yield %r : f32
  }
  return
}

// Columns: eight vectors of columns, one a lane. Both dimensions of a full
// reduction become one.
// CHECK-LABEL: func.func @columns
func.func @columns(%x: memref<?x10xf32>, %y: memref<10xf32>) {
  // CHECK: %{{.*}}:8 = scf.for {{.*}} -> (vector<8xf32>, vector<8xf32>,
  // CHECK: vector.store
  // The last two columns.
  // CHECK: %{{.*}}:8 = scf.for
  // CHECK: vector.maskedload
  // CHECK: vector.extract_strided_slice {{.*}}sizes = [2]
  // CHECK: vector.store {{.*}} vector<2xf32>
  linalg.generic {indexing_maps = [#id, #j], iterator_types = ["reduction", "parallel"]}
    ins(%x : memref<?x10xf32>) outs(%y : memref<10xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %r = arith.addf %a, %acc : f32
    linalg.yield %r : f32
  }
  return
}

// CHECK-LABEL: func.func @everything
func.func @everything(%x: memref<?x10xf32>, %y: memref<f32>) {
  // CHECK: %[[FLAT:.*]] = memref.collapse_shape %{{.*}} {{\[}}[0, 1]]
  // CHECK: vector.load %[[FLAT]]
  // CHECK: arith.maximumf {{.*}} : vector<8xf32>
  linalg.generic {indexing_maps = [#id, #none], iterator_types = ["reduction", "reduction"]}
    ins(%x : memref<?x10xf32>) outs(%y : memref<f32>) {
  ^bb0(%a: f32, %acc: f32):
    %r = arith.maximumf %acc, %a : f32
    linalg.yield %r : f32
  }
  return
}

// No contiguous direction: eight scalars.
// CHECK-LABEL: func.func @scalars
func.func @scalars(%x: memref<16x20xf32>, %t: memref<20x16xf32>, %y: memref<16xf32>) {
  // CHECK: %{{.*}}:8 = scf.for {{.*}} -> (f32, f32, f32, f32, f32, f32, f32, f32)
  // CHECK-NOT: vector.
  linalg.generic {indexing_maps = [#id, affine_map<(i, j) -> (j, i)>, #i], iterator_types = ["parallel", "reduction"]}
    ins(%x, %t : memref<16x20xf32>, memref<20x16xf32>) outs(%y : memref<16xf32>) {
  ^bb0(%a: f32, %b: f32, %acc: f32):
    %p = arith.mulf %a, %b : f32
    %r = arith.addf %acc, %p : f32
    linalg.yield %r : f32
  }
  return
}

// Left for loops: products, and positions.
// CHECK-LABEL: func.func @left
func.func @left(%x: memref<4x10xf32>, %y: memref<4xf32>) {
  // CHECK-COUNT-2: linalg.generic
  linalg.generic {indexing_maps = [#id, #i], iterator_types = ["parallel", "reduction"]}
    ins(%x : memref<4x10xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %r = arith.mulf %acc, %a : f32
    linalg.yield %r : f32
  }
  linalg.generic {indexing_maps = [#id, #i], iterator_types = ["parallel", "reduction"]}
    ins(%x : memref<4x10xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %k = linalg.index 1 : index
    %n = arith.index_cast %k : index to i32
    %f = arith.sitofp %n : i32 to f32
    %p = arith.mulf %a, %f : f32
    %r = arith.addf %acc, %p : f32
    linalg.yield %r : f32
  }
  return
}

// The first maximum and where it is: each lane has its own, and of equal ones the one
// with the lower index stays.
// CHECK-LABEL: func.func @first_maximum
func.func @first_maximum(%x: memref<?x20xf32>, %sum: memref<?xf32>, %best: memref<?xf32>, %at: memref<?xi32>) {
  // CHECK: %[[LANES:.*]]:2 = scf.for {{.*}} -> (vector<8xf32>, vector<8xi32>)
  // CHECK: %[[TERM:.*]] = arith.divf {{.*}} : vector<8xf32>
  // CHECK: arith.cmpf ogt, %[[TERM]], {{.*}} : vector<8xf32>
  // CHECK: %[[MASK:.*]] = vector.constant_mask [4] : vector<8xi1>
  // CHECK: %[[GREATER:.*]] = arith.cmpf ogt, {{.*}} : vector<8xf32>
  // CHECK: arith.andi %[[GREATER]], %[[MASK]]
  // CHECK: arith.cmpf oeq, {{.*}} : vector<4xf32>
  // CHECK: arith.cmpi slt, {{.*}} : vector<4xi32>
  // CHECK: %[[BEFORE:.*]] = memref.load %{{.*}} : memref<?xf32>
  // CHECK: arith.cmpf ogt, %{{.*}}, %[[BEFORE]] : f32
  // CHECK: memref.store {{.*}} : memref<?xf32>
  // CHECK: memref.store {{.*}} : memref<?xi32>
  linalg.generic {indexing_maps = [#id, #i, #i, #i], iterator_types = ["parallel", "reduction"]}
    ins(%x, %sum : memref<?x20xf32>, memref<?xf32>) outs(%best, %at : memref<?xf32>, memref<?xi32>) {
  ^bb0(%e: f32, %s: f32, %value: f32, %place: i32):
    %q = arith.divf %e, %s : f32
    %index = linalg.index 1 : index
    %here = arith.index_cast %index : index to i32
    %better = arith.cmpf ogt, %q, %value : f32
    %next = arith.select %better, %q, %value : f32
    %where = arith.select %better, %here, %place : i32
    linalg.yield %next, %where : f32, i32
  }
  return
}
