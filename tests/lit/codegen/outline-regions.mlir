// RUN: ingot-opt %s --ingot-outline-regions | FileCheck %s

// One chunk is called directly, more are left to the host. A chunk gets the arguments of
// the body and numbers that it computed; views and constants are made again.
// CHECK: func.func private @step_region0(%{{[a-z0-9]*}}: index, %[[COUNT:[a-z0-9]*]]: index, %{{[a-z0-9]*}}: index, %{{[a-z0-9]*}}: memref<64x8xf32> {llvm.noalias}, %{{.*}}: memref<4096xi8>, %{{.*}}: f32)
// CHECK: arith.constant 128
// CHECK: memref.view
// CHECK: arith.divui %{{.*}}, %[[COUNT]]
// CHECK: linalg.generic
// CHECK: func.func private @step_region0_fork(!llvm.ptr, index, index, memref<64x8xf32>, memref<4096xi8>, f32) attributes {ingot.fork = @step_region0}
// CHECK: func.func private @step(%[[BATCH:.*]]: index {ingot.role = "batch"}, %[[X:.*]]: memref<64x8xf32> {llvm.noalias}, %[[ARENA:.*]]: memref<4096xi8>, %[[CHUNKS:.*]]: index, %[[HOST:.*]]: !llvm.ptr {ingot.role = "host"})
// CHECK: %[[SCALE:.*]] = arith.sitofp
// CHECK: %[[ALONE:.*]] = arith.cmpi ule, %[[CHUNKS]], %{{.*}}
// CHECK: scf.if %[[ALONE]] {
// CHECK-NEXT: func.call @step_region0(%{{.*}}, %{{.*}}, %[[BATCH]], %[[X]], %[[ARENA]], %[[SCALE]]) :
// CHECK: } else {
// CHECK-NEXT: func.call @step_region0_fork(%[[HOST]], %[[CHUNKS]], %[[BATCH]], %[[X]], %[[ARENA]], %[[SCALE]]) :
// CHECK-NOT: scf.parallel
func.func private @step(%batch: index {ingot.role = "batch"}, %x: memref<64x8xf32> {llvm.noalias}, %arena: memref<4096xi8>, %chunks: index)
    attributes {ingot.kind = "predict", ingot.max_batch = 64 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c128 = arith.constant 128 : index
  %number = arith.index_cast %batch : index to i32
  %scale = arith.sitofp %number : i32 to f32
  %rows = memref.reinterpret_cast %x to offset: [0], sizes: [%batch, 8], strides: [8, 1] : memref<64x8xf32> to memref<?x8xf32>
  %result = memref.view %arena[%c128][%batch] : memref<4096xi8> to memref<?x8xf32>
  scf.parallel (%i) = (%c0) to (%chunks) step (%c1) {
    %product = arith.muli %i, %batch : index
    %begin = arith.divui %product, %chunks : index
    %from = memref.subview %rows[%begin, 0] [1, 8] [1, 1] : memref<?x8xf32> to memref<8xf32, strided<[1], offset: ?>>
    %to = memref.subview %result[%begin, 0] [1, 8] [1, 1] : memref<?x8xf32> to memref<8xf32, strided<[1], offset: ?>>
    linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%from : memref<8xf32, strided<[1], offset: ?>>) outs(%to : memref<8xf32, strided<[1], offset: ?>>) {
    ^bb0(%in: f32, %out: f32):
      %scaled = arith.mulf %in, %scale : f32
      linalg.yield %scaled : f32
    }
    scf.reduce
  } {ingot.region}
  return
}
