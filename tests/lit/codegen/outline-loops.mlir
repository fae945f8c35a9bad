// RUN: ingot-opt %s --ingot-outline-loops --split-input-file | FileCheck %s

// Two entries that run the same op on other buffers call one function.

// CHECK-LABEL: func.func private @a_body
// CHECK-SAME: (%[[BATCH:.*]]: index {{.*}}, %[[X:.*]]: memref<8x4xf32>, %[[Y:.*]]: memref<8x4xf32>)
// CHECK: %[[XB:.*]] = memref.reinterpret_cast %[[X]]
// CHECK: %[[WHOLE:.*]] = memref.cast %[[XB]] : memref<?x4xf32> to memref<8x4xf32>
// CHECK: call @[[$LOOP:ingot_loop_[0-9]+]](%[[BATCH]], %[[WHOLE]], %{{.*}})
// CHECK-NOT: linalg.generic
func.func private @a_body(%batch: index {ingot.role = "batch"}, %x: memref<8x4xf32>, %y: memref<8x4xf32>)
    attributes {ingot.kind = "predict", ingot.max_batch = 8 : i64} {
  %xb = memref.reinterpret_cast %x to offset: [0], sizes: [%batch, 4], strides: [4, 1] : memref<8x4xf32> to memref<?x4xf32>
  %yb = memref.reinterpret_cast %y to offset: [0], sizes: [%batch, 4], strides: [4, 1] : memref<8x4xf32> to memref<?x4xf32>
  %two = arith.constant 2.0 : f32
  linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>],
                  iterator_types = ["parallel", "parallel"]}
      ins(%xb : memref<?x4xf32>) outs(%yb : memref<?x4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.mulf %a, %two : f32
    linalg.yield %c : f32
  }
  return
}

// In place: the buffer is passed once, so `noalias` stays true.
// CHECK-LABEL: func.func private @b_body
// CHECK: %[[XB:.*]] = memref.reinterpret_cast
// CHECK: call @[[$INPLACE:ingot_loop_[0-9]+]](%{{.*}}, %{{[^,]*}}) : (index, memref<8x4xf32>) -> ()
func.func private @b_body(%batch: index {ingot.role = "batch"}, %x: memref<8x4xf32>)
    attributes {ingot.kind = "evaluate", ingot.max_batch = 8 : i64} {
  %xb = memref.reinterpret_cast %x to offset: [0], sizes: [%batch, 4], strides: [4, 1] : memref<8x4xf32> to memref<?x4xf32>
  %two = arith.constant 2.0 : f32
  linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>],
                  iterator_types = ["parallel", "parallel"]}
      ins(%xb : memref<?x4xf32>) outs(%xb : memref<?x4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.mulf %a, %two : f32
    linalg.yield %c : f32
  }
  return
}

// CHECK-LABEL: func.func private @c_body
// CHECK: call @[[$LOOP]](
func.func private @c_body(%batch: index {ingot.role = "batch"}, %p: memref<8x4xf32>, %q: memref<8x4xf32>)
    attributes {ingot.kind = "gradients", ingot.max_batch = 8 : i64} {
  %pb = memref.reinterpret_cast %p to offset: [0], sizes: [%batch, 4], strides: [4, 1] : memref<8x4xf32> to memref<?x4xf32>
  %qb = memref.reinterpret_cast %q to offset: [0], sizes: [%batch, 4], strides: [4, 1] : memref<8x4xf32> to memref<?x4xf32>
  %two = arith.constant 2.0 : f32
  linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>],
                  iterator_types = ["parallel", "parallel"]}
      ins(%pb : memref<?x4xf32>) outs(%qb : memref<?x4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.mulf %a, %two : f32
    linalg.yield %c : f32
  }
  return
}

// CHECK: func.func private @[[$LOOP]](%{{.*}}: index, %{{.*}}: memref<8x4xf32> {llvm.noalias}, %{{.*}}: memref<8x4xf32> {llvm.noalias})
// CHECK: arith.constant 2.0
// CHECK: linalg.generic
// CHECK: func.func private @[[$INPLACE]](%{{.*}}: index, %{{.*}}: memref<8x4xf32> {llvm.noalias})

// -----

// A stride that nothing tells is passed, as that of weights of samples, which may be one for all.
// CHECK-LABEL: func.func private @strided_body
// CHECK-SAME: %[[STRIDE:[^:]*]]: index, %{{[^:]*}}: memref<8xf32>)
// CHECK: %[[BASE:.*]], %{{.*}}, %{{.*}}, %[[STRIDES:.*]] = memref.extract_strided_metadata
// CHECK: call @[[$STRIDED:ingot_loop_[0-9]+]](%{{.*}}, %[[BASE]], %{{.*}}, %[[STRIDES]]) : (index, memref<f32>, memref<8xf32>, index) -> ()
// CHECK-NOT: linalg.generic
// CHECK: func.func private @[[$STRIDED]](%[[N:.*]]: index, %[[X:.*]]: memref<f32> {llvm.noalias}, %{{.*}}: memref<8xf32> {llvm.noalias}, %[[S:.*]]: index)
// CHECK: memref.reinterpret_cast %[[X]] to offset: [0], sizes: [%[[N]]], strides: [%[[S]]] : memref<f32> to memref<?xf32, strided<[?]>>
// CHECK: linalg.generic
func.func private @strided_body(%batch: index {ingot.role = "batch"}, %x: memref<8xf32>, %stride: index, %y: memref<8xf32>)
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

// -----

// Steps of samples in one dimension are more than the batch.
// CHECK-LABEL: func.func private @steps_body
// CHECK-SAME: (%[[BATCH:.*]]: index
// CHECK: %[[FIVE:.*]] = arith.constant 5 : index
// CHECK: %[[STEPS:.*]] = arith.muli %[[BATCH]], %[[FIVE]]
// CHECK: call @ingot_loop_0(%[[STEPS]], %{{.*}})
func.func private @steps_body(%batch: index {ingot.role = "batch"}, %x: memref<8x5x4xf32>)
    attributes {ingot.kind = "evaluate", ingot.max_batch = 8 : i64} {
  %two = arith.constant 2.0 : f32
  %xb = memref.reinterpret_cast %x to offset: [0], sizes: [%batch, 5, 4], strides: [20, 4, 1] : memref<8x5x4xf32> to memref<?x5x4xf32>
  %rows = memref.collapse_shape %xb [[0, 1], [2]] : memref<?x5x4xf32> into memref<?x4xf32>
  linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} outs(%rows : memref<?x4xf32>) {
  ^bb0(%a: f32):
    %c = arith.mulf %a, %two : f32
    linalg.yield %c : f32
  }
  return
}
