// RUN: ingot-opt %s --ingot-fuse-loops | FileCheck %s

// Elementwise ops over one shape become one loop where they stand last.

#each = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>
#turned = affine_map<(i, j) -> (j, i)>

// Two parts of a matrix, a product that is kept and a sum that is not; a copy of
// what is overwritten.
// CHECK-LABEL: func.func @gates
// CHECK-SAME: (%[[Z:.*]]: memref<?x8xf32>, %[[C:.*]]: memref<?x4xf32>, %[[KEPT:.*]]: memref<?x4xf32>, %[[OLD:.*]]: memref<?x4xf32>, %{{.*}}: index)
func.func @gates(%z: memref<?x8xf32>, %c: memref<?x4xf32>, %kept: memref<?x4xf32>, %old: memref<?x4xf32>, %n: index) {
  // CHECK-NOT: memref.alloc
  // CHECK-NOT: memref.copy
  // CHECK: %[[A:.*]] = memref.subview %[[Z]][0, 0]
  // CHECK: %[[B:.*]] = memref.subview %[[Z]][0, 4]
  // CHECK: linalg.generic {{.*}} ins(%[[C]], %[[A]], %[[B]] : {{.*}}) outs(%[[OLD]], %[[KEPT]], %[[C]] : {{.*}}) {
  // CHECK-NEXT: ^bb0(%[[C0:[a-z0-9_]*]]: f32, %[[A0:[a-z0-9_]*]]: f32, %[[B0:[a-z0-9_]*]]: f32,
  // CHECK-NEXT: %[[PRODUCT:.*]] = arith.mulf %[[A0]], %[[B0]]
  // CHECK-NEXT: %[[SUM:.*]] = arith.addf %[[PRODUCT]], %[[A0]]
  // CHECK-NEXT: %[[NEXT:.*]] = arith.addf %[[SUM]], %[[C0]]
  // CHECK-NEXT: linalg.yield %[[C0]], %[[PRODUCT]], %[[NEXT]]
  // CHECK-NOT: linalg.generic
  memref.copy %c, %old : memref<?x4xf32> to memref<?x4xf32>
  %a = memref.subview %z[0, 0] [%n, 4] [1, 1] : memref<?x8xf32> to memref<?x4xf32, strided<[8, 1]>>
  %b = memref.subview %z[0, 4] [%n, 4] [1, 1] : memref<?x8xf32> to memref<?x4xf32, strided<[8, 1], offset: 4>>
  linalg.generic {indexing_maps = [#each, #each, #each], iterator_types = ["parallel", "parallel"]}
    ins(%a, %b : memref<?x4xf32, strided<[8, 1]>>, memref<?x4xf32, strided<[8, 1], offset: 4>>) outs(%kept : memref<?x4xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %0 = arith.mulf %x, %y : f32
    linalg.yield %0 : f32
  }
  %sum = memref.alloc(%n) : memref<?x4xf32>
  linalg.generic {indexing_maps = [#each, #each, #each], iterator_types = ["parallel", "parallel"]}
    ins(%kept, %a : memref<?x4xf32>, memref<?x4xf32, strided<[8, 1]>>) outs(%sum : memref<?x4xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %0 = arith.addf %x, %y : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#each, #each, #each], iterator_types = ["parallel", "parallel"]}
    ins(%sum, %c : memref<?x4xf32>, memref<?x4xf32>) outs(%c : memref<?x4xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %0 = arith.addf %x, %y : f32
    linalg.yield %0 : f32
  }
  // CHECK: return
  return
}

// Parts of one result, written beside one another.
// CHECK-LABEL: func.func @parts
func.func @parts(%x: memref<4x4xf32>, %y: memref<4x8xf32>) {
  // CHECK: linalg.generic {{.*}} ins(%{{[a-z0-9_]*}} : memref<4x4xf32>) outs(%{{[a-z0-9_]*}}, %{{[a-z0-9_]*}} :
  // CHECK-NOT: linalg.generic
  %a = memref.subview %y[0, 0] [4, 4] [1, 1] : memref<4x8xf32> to memref<4x4xf32, strided<[8, 1]>>
  %b = memref.subview %y[0, 4] [4, 4] [1, 1] : memref<4x8xf32> to memref<4x4xf32, strided<[8, 1], offset: 4>>
  linalg.generic {indexing_maps = [#each, #each], iterator_types = ["parallel", "parallel"]}
    ins(%x : memref<4x4xf32>) outs(%a : memref<4x4xf32, strided<[8, 1]>>) {
  ^bb0(%v: f32, %o: f32):
    %0 = arith.negf %v : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#each, #each], iterator_types = ["parallel", "parallel"]}
    ins(%x : memref<4x4xf32>) outs(%b : memref<4x4xf32, strided<[8, 1], offset: 4>>) {
  ^bb0(%v: f32, %o: f32):
    %0 = arith.addf %v, %v : f32
    linalg.yield %0 : f32
  }
  // CHECK: return
  return
}

// The second reads elements that the first has still to write; parts that
// overlap; nothing in common; another shape.
// CHECK-LABEL: func.func @apart
func.func @apart(%x: memref<4x4xf32>, %y: memref<4x4xf32>, %z: memref<4x4xf32>, %w: memref<4x8xf32>, %u: memref<4x4xf32>, %v: memref<4x3xf32>) {
  // CHECK-COUNT-6: linalg.generic
  linalg.generic {indexing_maps = [#each, #each], iterator_types = ["parallel", "parallel"]} ins(%x : memref<4x4xf32>) outs(%y : memref<4x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %0 = arith.negf %i : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#turned, #each], iterator_types = ["parallel", "parallel"]} ins(%y : memref<4x4xf32>) outs(%z : memref<4x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %0 = arith.negf %i : f32
    linalg.yield %0 : f32
  }
  %a = memref.subview %w[0, 0] [4, 4] [1, 1] : memref<4x8xf32> to memref<4x4xf32, strided<[8, 1]>>
  %b = memref.subview %w[0, 1] [4, 4] [1, 1] : memref<4x8xf32> to memref<4x4xf32, strided<[8, 1], offset: 1>>
  linalg.generic {indexing_maps = [#each, #each], iterator_types = ["parallel", "parallel"]} ins(%a : memref<4x4xf32, strided<[8, 1]>>) outs(%b : memref<4x4xf32, strided<[8, 1], offset: 1>>) {
  ^bb0(%i: f32, %o: f32):
    %0 = arith.negf %i : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#each, #each], iterator_types = ["parallel", "parallel"]} ins(%b : memref<4x4xf32, strided<[8, 1], offset: 1>>) outs(%a : memref<4x4xf32, strided<[8, 1]>>) {
  ^bb0(%i: f32, %o: f32):
    %0 = arith.negf %i : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#each, #each], iterator_types = ["parallel", "parallel"]} ins(%u : memref<4x4xf32>) outs(%u : memref<4x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %0 = arith.negf %i : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#each, #each], iterator_types = ["parallel", "parallel"]} ins(%v : memref<4x3xf32>) outs(%v : memref<4x3xf32>) {
  ^bb0(%i: f32, %o: f32):
    %0 = arith.negf %i : f32
    linalg.yield %0 : f32
  }
  return
}

// What the first writes is read, and what it reads is written, before the second.
// CHECK-LABEL: func.func @between
func.func @between(%x: memref<4x4xf32>, %y: memref<4x4xf32>, %z: memref<4x4xf32>, %w: memref<4x4xf32>) {
  // CHECK: linalg.generic
  // CHECK: call @reads
  // CHECK: linalg.generic
  // CHECK: call @writes
  // CHECK: linalg.generic
  linalg.generic {indexing_maps = [#each, #each], iterator_types = ["parallel", "parallel"]} ins(%x : memref<4x4xf32>) outs(%y : memref<4x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %0 = arith.negf %i : f32
    linalg.yield %0 : f32
  }
  func.call @reads(%y) : (memref<4x4xf32>) -> ()
  linalg.generic {indexing_maps = [#each, #each], iterator_types = ["parallel", "parallel"]} ins(%y : memref<4x4xf32>) outs(%z : memref<4x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %0 = arith.negf %i : f32
    linalg.yield %0 : f32
  }
  func.call @writes(%y) : (memref<4x4xf32>) -> ()
  linalg.generic {indexing_maps = [#each, #each], iterator_types = ["parallel", "parallel"]} ins(%z : memref<4x4xf32>) outs(%w : memref<4x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %0 = arith.negf %i : f32
    linalg.yield %0 : f32
  }
  return
}
func.func private @reads(memref<4x4xf32> {llvm.readonly})
func.func private @writes(memref<4x4xf32>)

// A row that is decayed and then stepped, both where it is.
// CHECK-LABEL: func.func @in_place
// CHECK-SAME: (%[[G:.*]]: memref<4x4xf32>, %[[W:.*]]: memref<4x4xf32>, %[[V:.*]]: memref<4x4xf32>, %[[F:.*]]: memref<f32>)
func.func @in_place(%g: memref<4x4xf32>, %w: memref<4x4xf32>, %v: memref<4x4xf32>, %f: memref<f32>) {
  // CHECK: linalg.generic {{.*}} ins(%[[F]], %[[G]] : memref<f32>, memref<4x4xf32>) outs(%[[W]], %[[V]] :
  // CHECK-NEXT: ^bb0(%[[F0:[a-z0-9_]*]]: f32, %[[G0:[a-z0-9_]*]]: f32, %[[W0:[a-z0-9_]*]]: f32, %[[V0:[a-z0-9_]*]]: f32):
  // CHECK-NEXT: %[[DECAYED:.*]] = arith.mulf %[[V0]], %[[F0]]
  // CHECK-NEXT: %[[NEXT:.*]] = arith.addf %[[DECAYED]], %[[G0]]
  // CHECK-NEXT: %[[STEPPED:.*]] = arith.subf %[[W0]], %[[NEXT]]
  // CHECK-NEXT: linalg.yield %[[STEPPED]], %[[NEXT]]
  // CHECK-NOT: linalg.generic
  linalg.generic {indexing_maps = [affine_map<(i, j) -> ()>, #each], iterator_types = ["parallel", "parallel"]}
    ins(%f : memref<f32>) outs(%v : memref<4x4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %0 = arith.mulf %o, %x : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#each, #each, #each], iterator_types = ["parallel", "parallel"]}
    ins(%g : memref<4x4xf32>) outs(%w, %v : memref<4x4xf32>, memref<4x4xf32>) {
  ^bb0(%x: f32, %o: f32, %p: f32):
    %0 = arith.addf %p, %x : f32
    %1 = arith.subf %o, %0 : f32
    linalg.yield %1, %0 : f32, f32
  }
  // CHECK: return
  return
}

// Steps on two weights of one block stay where their gradients are.
// CHECK-LABEL: func.func @two_steps
func.func @two_steps(%params: memref<128xi8>, %g: memref<4x4xf32>, %h: memref<4x4xf32>) {
  // CHECK: linalg.generic
  // CHECK: linalg.generic
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %w = memref.view %params[%c0][] : memref<128xi8> to memref<4x4xf32>
  %v = memref.view %params[%c64][] : memref<128xi8> to memref<4x4xf32>
  linalg.generic {indexing_maps = [#each, #each], iterator_types = ["parallel", "parallel"]} ins(%g : memref<4x4xf32>) outs(%w : memref<4x4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %0 = arith.subf %o, %x : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#each, #each], iterator_types = ["parallel", "parallel"]} ins(%h : memref<4x4xf32>) outs(%v : memref<4x4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %0 = arith.subf %o, %x : f32
    linalg.yield %0 : f32
  }
  // CHECK: return
  return
}
