// RUN: ingot-opt %s --ingot-lower-gathers --split-input-file | FileCheck %s

// The row that an index names is found once, and so is the scale of the sample; what is of the element stays in an op.
// CHECK-LABEL: func.func @rows
// CHECK-SAME: %[[IDS:.*]]: memref<?x100xi32>, %[[TABLE:.*]]: memref<50x128xf32>, %[[BIAS:.*]]: memref<128xf32>, %[[SCALE:.*]]: memref<?xf32>, %[[OUT:.*]]: memref<100x?x128xf32>
// CHECK: scf.for %[[T:.*]] = %c0{{.*}} to %c100
// CHECK: scf.for %[[B:.*]] = %c0
// CHECK-DAG: %[[ID:.*]] = memref.load %[[IDS]][%[[B]], %[[T]]]
// CHECK-DAG: %[[S:.*]] = memref.load %[[SCALE]][%[[B]]]
// CHECK: %[[AT:.*]] = arith.index_cast %[[ID]] : i32 to index
// CHECK: %[[ROW:.*]] = memref.subview %[[TABLE]][%[[AT]], 0] [1, 128] [1, 1] : memref<50x128xf32> to memref<128xf32
// CHECK: %[[TO:.*]] = memref.subview %[[OUT]][%[[T]], %[[B]], 0] [1, 1, 128] [1, 1, 1]
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel"]} ins(%[[BIAS]], %[[ROW]] : {{.*}}) outs(%[[TO]]
// CHECK-NEXT: ^bb0(%[[A:.*]]: f32, %[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT: %[[SUM:.*]] = arith.addf %[[X]], %[[A]]
// CHECK-NEXT: %[[RESULT:.*]] = arith.mulf %[[SUM]], %[[S]]
// CHECK-NEXT: linalg.yield %[[RESULT]]
#id = affine_map<(d0, d1, d2) -> (d1, d0)>
#column = affine_map<(d0, d1, d2) -> (d2)>
#sample = affine_map<(d0, d1, d2) -> (d1)>
#all = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
func.func @rows(%ids: memref<?x100xi32>, %table: memref<50x128xf32>, %bias: memref<128xf32>, %scale: memref<?xf32>, %out: memref<100x?x128xf32>) {
  linalg.generic {indexing_maps = [#id, #column, #sample, #all], iterator_types = ["parallel", "parallel", "parallel"]} ins(%ids, %bias, %scale : memref<?x100xi32>, memref<128xf32>, memref<?xf32>) outs(%out : memref<100x?x128xf32>) {
  ^bb0(%id: i32, %b: f32, %s: f32, %o: f32):
    %j = linalg.index 2 : index
    %at = arith.index_cast %id : i32 to index
    %x = memref.load %table[%at, %j] : memref<50x128xf32>
    %sum = arith.addf %x, %b : f32
    %scaled = arith.mulf %sum, %s : f32
    linalg.yield %scaled : f32
  }
  return
}

// -----

// Rows of a position, and what was there before.
// CHECK-LABEL: func.func @positions
// CHECK: scf.for %[[I:.*]] = %c0
// CHECK: memref.subview %{{.*}}[%[[I]], 0] [1, %{{.*}}]
// CHECK: linalg.generic {{.*}} ins(%{{.*}} : {{.*}}) outs(
// CHECK-NEXT: ^bb0(%[[X:.*]]: f32, %[[O:.*]]: f32):
// CHECK-NEXT: arith.addf %[[O]], %[[X]]
#both = affine_map<(d0, d1) -> (d0, d1)>
func.func @positions(%table: memref<?x?xf32>, %out: memref<?x?xf32>) {
  linalg.generic {indexing_maps = [#both], iterator_types = ["parallel", "parallel"]} outs(%out : memref<?x?xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %x = memref.load %table[%i, %j] : memref<?x?xf32>
    %sum = arith.addf %o, %x : f32
    linalg.yield %sum : f32
  }
  return
}

// -----

// Elements that indices name are no rows, nor is what needs the place of an element for anything else.
// CHECK-LABEL: func.func @elements
// CHECK-NOT: scf.for
// CHECK: return
#both = affine_map<(d0, d1) -> (d0, d1)>
func.func @elements(%ids: memref<4x8xi32>, %table: memref<50x8xf32>, %out: memref<4x8xf32>) {
  linalg.generic {indexing_maps = [#both, #both], iterator_types = ["parallel", "parallel"]} ins(%ids : memref<4x8xi32>) outs(%out : memref<4x8xf32>) {
  ^bb0(%id: i32, %o: f32):
    %j = linalg.index 1 : index
    %at = arith.index_cast %id : i32 to index
    %x = memref.load %table[%at, %j] : memref<50x8xf32>
    linalg.yield %x : f32
  }
  linalg.generic {indexing_maps = [#both], iterator_types = ["parallel", "parallel"]} outs(%out : memref<4x8xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %x = memref.load %table[%i, %j] : memref<50x8xf32>
    %number = arith.index_cast %j : index to i32
    %place = arith.sitofp %number : i32 to f32
    %sum = arith.addf %place, %x : f32
    linalg.yield %sum : f32
  }
  return
}
