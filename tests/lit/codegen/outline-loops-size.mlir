// RUN: ingot-opt %s --ingot-outline-loops | FileCheck %s
// RUN: ingot-opt %s --ingot-outline-loops --ingot-lower-reductions | FileCheck %s --check-prefix=REDUCED

// Extents are arguments: the same update of a matrix and of a vector is one function, and
// so are sums over columns of different number.

#each = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>
#line = affine_map<(i) -> (i)>

module attributes {ingot.vector_width = 1 : i64, ingot.optimize_for = "size"} {
// CHECK-LABEL: func.func private @a_body
// CHECK-SAME: (%[[BATCH:.*]]: index
func.func private @a_body(%batch: index {ingot.role = "batch"}, %m: memref<6x4xf32>, %v: memref<4xf32>, %x: memref<8x4xf32>, %y: memref<8x3xf32>, %sx: memref<4xf32>, %sy: memref<3xf32>,
                          %t: memref<8x5x2xi32>)
    attributes {ingot.kind = "train_step", ingot.max_batch = 8 : i64} {
  %two = arith.constant 2.0 : f32
  %zero = arith.constant 0.0 : f32
  // CHECK: %[[ALL:.*]] = arith.constant 24 : index
  // CHECK: call @[[$TWICE:ingot_loop_[0-9]+]](%[[ALL]], %{{.*}}) : (index, memref<f32>) -> ()
  linalg.generic {indexing_maps = [#each], iterator_types = ["parallel", "parallel"]} outs(%m : memref<6x4xf32>) {
  ^bb0(%a: f32):
    %c = arith.mulf %a, %two : f32
    linalg.yield %c : f32
  }
  // CHECK: call @[[$TWICE]](%c4{{.*}}, %{{.*}}) : (index, memref<f32>) -> ()
  linalg.generic {indexing_maps = [#line], iterator_types = ["parallel"]} outs(%v : memref<4xf32>) {
  ^bb0(%a: f32):
    %c = arith.mulf %a, %two : f32
    linalg.yield %c : f32
  }
  // Where a sum starts goes with it.
  // CHECK-NOT: linalg.fill
  // CHECK: call @[[$SUM:ingot_loop_[0-9]+]](%[[BATCH]], %c4{{.*}}, %{{.*}}, %{{.*}}) : (index, index, memref<f32>, memref<f32>) -> ()
  %xb = memref.reinterpret_cast %x to offset: [0], sizes: [%batch, 4], strides: [4, 1] : memref<8x4xf32> to memref<?x4xf32>
  linalg.fill ins(%zero : f32) outs(%sx : memref<4xf32>)
  linalg.generic {indexing_maps = [#each, #row], iterator_types = ["reduction", "parallel"]} ins(%xb : memref<?x4xf32>) outs(%sx : memref<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.addf %b, %a : f32
    linalg.yield %c : f32
  }
  // CHECK: call @[[$SUM]](%[[BATCH]], %c3{{.*}}, %{{.*}}, %{{.*}})
  %yb = memref.reinterpret_cast %y to offset: [0], sizes: [%batch, 3], strides: [3, 1] : memref<8x3xf32> to memref<?x3xf32>
  linalg.fill ins(%zero : f32) outs(%sy : memref<3xf32>)
  linalg.generic {indexing_maps = [#each, #row], iterator_types = ["reduction", "parallel"]} ins(%yb : memref<?x3xf32>) outs(%sy : memref<3xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.addf %b, %a : f32
    linalg.yield %c : f32
  }
  // Not every dynamic extent is the batch: steps of samples in one dimension are more.
  // CHECK: %[[STEPS:.*]] = arith.muli %[[BATCH]], %c5{{.*}} : index
  // CHECK: %[[NUMBERS:.*]] = arith.muli %[[STEPS]], %c2{{.*}} : index
  // CHECK: call @ingot_loop_{{[0-9]+}}(%[[NUMBERS]], %{{.*}}) : (index, memref<i32>) -> ()
  %tb = memref.reinterpret_cast %t to offset: [0], sizes: [%batch, 5, 2], strides: [10, 2, 1] : memref<8x5x2xi32> to memref<?x5x2xi32>
  %slots = memref.collapse_shape %tb [[0, 1], [2]] : memref<?x5x2xi32> into memref<?x2xi32>
  %empty = arith.constant -1 : i32
  linalg.fill ins(%empty : i32) outs(%slots : memref<?x2xi32>)
  return
}
// Passing a stride would take more code than the loop.
// CHECK-LABEL: func.func private @strided
// CHECK-NOT: call
// CHECK: linalg.generic
// CHECK: return
func.func private @strided(%batch: index {ingot.role = "batch"}, %x: memref<8xf32>, %stride: index, %y: memref<8xf32>)
    attributes {ingot.kind = "evaluate", ingot.max_batch = 8 : i64} {
  %xb = memref.reinterpret_cast %x to offset: [0], sizes: [%batch], strides: [%stride] : memref<8xf32> to memref<?xf32, strided<[?]>>
  %yb = memref.reinterpret_cast %y to offset: [0], sizes: [%batch], strides: [1] : memref<8xf32> to memref<?xf32>
  linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%xb : memref<?xf32, strided<[?]>>) outs(%yb : memref<?xf32>) {
  ^bb0(%a: f32, %b: f32):
    linalg.yield %a : f32
  }
  return
}
// CHECK: func.func private @[[$TWICE]](%[[N:.*]]: index, %[[P:.*]]: memref<f32> {llvm.noalias})
// CHECK: %[[FLAT:.*]] = memref.reinterpret_cast %[[P]] to offset: [0], sizes: [%[[N]]], strides: [1] : memref<f32> to memref<?xf32>
// CHECK: linalg.generic {{.*}}iterator_types = ["parallel"]} outs(%[[FLAT]] : memref<?xf32>)
// CHECK: func.func private @[[$SUM]](%[[R:.*]]: index, %[[C:.*]]: index,
// CHECK: sizes: [%[[R]], %[[C]]], strides: [%[[C]], 1] : memref<f32> to memref<?x?xf32>
// CHECK: linalg.fill
// CHECK: linalg.generic

// Lanes go to memory one by one, and start what the output was filled with.
// REDUCED: memref.alloca() : memref<8xf32>
// REDUCED-NOT: linalg.fill
// REDUCED: scf.for
// REDUCED: scf.for
// REDUCED: scf.for
// REDUCED: memref.store %{{.*}}, %{{.*}} : memref<8xf32>
// REDUCED-COUNT-8: memref.load %{{.*}} : memref<8xf32>
// REDUCED-COUNT-8: arith.addf
}
