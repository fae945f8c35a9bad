// RUN: ingot-opt %s --ingot-share-stacks --cse | FileCheck %s

#id = affine_map<(b, j) -> (b, j)>
#turned = affine_map<(b, j) -> (j, b)>

// What the first loop keeps are columns of what it has read. The second one reads them and
// writes their gradients there, element by element, backwards.
// CHECK-LABEL: func.func @gates
// CHECK-SAME: (%[[N:.*]]: index, %[[DW:.*]]: memref<8xf32>)
func.func @gates(%n: index, %dw: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %one = arith.constant 1.0 : f32
  // CHECK: %[[STACK:.*]] = memref.alloc(%[[N]]) : memref<5x?x8xf32>
  // CHECK-NOT: memref.alloc({{.*}}) : memref<5x
  %z = memref.alloc(%n) : memref<5x?x8xf32>
  %now = memref.alloc(%n) : memref<?x8xf32>
  %f = memref.alloc(%n) : memref<5x?x4xf32>
  %g = memref.alloc(%n) : memref<5x?x4xf32>
  %dz = memref.alloc(%n) : memref<5x?x8xf32>
  linalg.fill ins(%one : f32) outs(%z : memref<5x?x8xf32>)
  // CHECK: scf.for %[[T:.*]] = %c0
  scf.for %t = %c0 to %c5 step %c1 {
    // CHECK: %[[Z:.*]] = memref.subview %[[STACK]][%[[T]], 0, 0] [1, %[[N]], 8]
    // CHECK: linalg.exp ins(%[[Z]]
    // CHECK: %[[F:.*]] = memref.subview %[[STACK]][%[[T]], 0, 0] [1, %[[N]], 4] [1, 1, 1] : memref<5x?x8xf32> to memref<?x4xf32, strided<[8, 1], offset: ?>>
    // CHECK: linalg.exp ins(%{{.*}}) outs(%[[F]]
    // CHECK: %[[G:.*]] = memref.subview %[[STACK]][%[[T]], 0, 4] [1, %[[N]], 4]
    // CHECK: linalg.tanh ins(%{{.*}}) outs(%[[G]]
    %zt = memref.subview %z[%t, 0, 0] [1, %n, 8] [1, 1, 1] : memref<5x?x8xf32> to memref<?x8xf32, strided<[8, 1], offset: ?>>
    linalg.exp ins(%zt : memref<?x8xf32, strided<[8, 1], offset: ?>>) outs(%now : memref<?x8xf32>)
    %left = memref.subview %now[0, 0] [%n, 4] [1, 1] : memref<?x8xf32> to memref<?x4xf32, strided<[8, 1]>>
    %ft = memref.subview %f[%t, 0, 0] [1, %n, 4] [1, 1, 1] : memref<5x?x4xf32> to memref<?x4xf32, strided<[4, 1], offset: ?>>
    linalg.exp ins(%left : memref<?x4xf32, strided<[8, 1]>>) outs(%ft : memref<?x4xf32, strided<[4, 1], offset: ?>>)
    %gt = memref.subview %g[%t, 0, 0] [1, %n, 4] [1, 1, 1] : memref<5x?x4xf32> to memref<?x4xf32, strided<[4, 1], offset: ?>>
    linalg.tanh ins(%left : memref<?x4xf32, strided<[8, 1]>>) outs(%gt : memref<?x4xf32, strided<[4, 1], offset: ?>>)
  }
  // CHECK: scf.for
  scf.for %t = %c0 to %c5 step %c1 {
    // CHECK: %[[S:.*]] = arith.subi %c4
    // CHECK-DAG: %[[FS:.*]] = memref.subview %[[STACK]][%[[S]], 0, 0] [1, %[[N]], 4]
    // CHECK-DAG: %[[GS:.*]] = memref.subview %[[STACK]][%[[S]], 0, 4] [1, %[[N]], 4]
    // CHECK: linalg.generic
    // CHECK-SAME: ins(%[[FS]], %[[GS]] :
    // CHECK-SAME: outs(%[[FS]], %[[GS]] :
    %s = arith.subi %c4, %t : index
    %ft = memref.subview %f[%s, 0, 0] [1, %n, 4] [1, 1, 1] : memref<5x?x4xf32> to memref<?x4xf32, strided<[4, 1], offset: ?>>
    %gt = memref.subview %g[%s, 0, 0] [1, %n, 4] [1, 1, 1] : memref<5x?x4xf32> to memref<?x4xf32, strided<[4, 1], offset: ?>>
    %dzt = memref.subview %dz[%s, 0, 0] [1, %n, 8] [1, 1, 1] : memref<5x?x8xf32> to memref<?x8xf32, strided<[8, 1], offset: ?>>
    %df = memref.subview %dzt[0, 0] [%n, 4] [1, 1] : memref<?x8xf32, strided<[8, 1], offset: ?>> to memref<?x4xf32, strided<[8, 1], offset: ?>>
    %dg = memref.subview %dzt[0, 4] [%n, 4] [1, 1] : memref<?x8xf32, strided<[8, 1], offset: ?>> to memref<?x4xf32, strided<[8, 1], offset: ?>>
    linalg.generic {indexing_maps = [#id, #id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%ft, %gt : memref<?x4xf32, strided<[4, 1], offset: ?>>, memref<?x4xf32, strided<[4, 1], offset: ?>>)
      outs(%df, %dg : memref<?x4xf32, strided<[8, 1], offset: ?>>, memref<?x4xf32, strided<[8, 1], offset: ?>>) {
    ^bb0(%a: f32, %b: f32, %c: f32, %d: f32):
      %ab = arith.mulf %a, %b : f32
      %ba = arith.addf %a, %b : f32
      linalg.yield %ab, %ba : f32, f32
    }
  }
  linalg.reduce ins(%dz : memref<5x?x8xf32>) outs(%dw : memref<8xf32>) dimensions = [0, 1]
    (%a: f32, %b: f32) { %c = arith.addf %a, %b : f32 linalg.yield %c : f32 }
  return
}

// What is read behind the loop; what is read once more when it would be gone; by elements in
// another order; at another step.
// CHECK-LABEL: func.func @stay
func.func @stay(%y: memref<5x4x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %one = arith.constant 1.0 : f32
  // CHECK-COUNT-8: memref.alloc() : memref<5x4x4xf32>
  %read = memref.alloc() : memref<5x4x4xf32>
  %a = memref.alloc() : memref<5x4x4xf32>
  %again = memref.alloc() : memref<5x4x4xf32>
  %b = memref.alloc() : memref<5x4x4xf32>
  %turned = memref.alloc() : memref<5x4x4xf32>
  %c = memref.alloc() : memref<5x4x4xf32>
  %back = memref.alloc() : memref<5x4x4xf32>
  %d = memref.alloc() : memref<5x4x4xf32>
  linalg.fill ins(%one : f32) outs(%read : memref<5x4x4xf32>)
  linalg.fill ins(%one : f32) outs(%again : memref<5x4x4xf32>)
  linalg.fill ins(%one : f32) outs(%turned : memref<5x4x4xf32>)
  linalg.fill ins(%one : f32) outs(%back : memref<5x4x4xf32>)
  scf.for %t = %c0 to %c5 step %c1 {
    %readt = memref.subview %read[%t, 0, 0] [1, 4, 4] [1, 1, 1] : memref<5x4x4xf32> to memref<4x4xf32, strided<[4, 1], offset: ?>>
    %at = memref.subview %a[%t, 0, 0] [1, 4, 4] [1, 1, 1] : memref<5x4x4xf32> to memref<4x4xf32, strided<[4, 1], offset: ?>>
    linalg.exp ins(%readt : memref<4x4xf32, strided<[4, 1], offset: ?>>) outs(%at : memref<4x4xf32, strided<[4, 1], offset: ?>>)
  }
  linalg.add ins(%read, %a : memref<5x4x4xf32>, memref<5x4x4xf32>) outs(%y : memref<5x4x4xf32>)
  scf.for %t = %c0 to %c5 step %c1 {
    %againt = memref.subview %again[%t, 0, 0] [1, 4, 4] [1, 1, 1] : memref<5x4x4xf32> to memref<4x4xf32, strided<[4, 1], offset: ?>>
    %bt = memref.subview %b[%t, 0, 0] [1, 4, 4] [1, 1, 1] : memref<5x4x4xf32> to memref<4x4xf32, strided<[4, 1], offset: ?>>
    %yt = memref.subview %y[%t, 0, 0] [1, 4, 4] [1, 1, 1] : memref<5x4x4xf32> to memref<4x4xf32, strided<[4, 1], offset: ?>>
    linalg.fill ins(%one : f32) outs(%bt : memref<4x4xf32, strided<[4, 1], offset: ?>>)
    linalg.exp ins(%againt : memref<4x4xf32, strided<[4, 1], offset: ?>>) outs(%yt : memref<4x4xf32, strided<[4, 1], offset: ?>>)
  }
  linalg.exp ins(%b : memref<5x4x4xf32>) outs(%y : memref<5x4x4xf32>)
  scf.for %t = %c0 to %c5 step %c1 {
    %turnedt = memref.subview %turned[%t, 0, 0] [1, 4, 4] [1, 1, 1] : memref<5x4x4xf32> to memref<4x4xf32, strided<[4, 1], offset: ?>>
    %ct = memref.subview %c[%t, 0, 0] [1, 4, 4] [1, 1, 1] : memref<5x4x4xf32> to memref<4x4xf32, strided<[4, 1], offset: ?>>
    linalg.generic {indexing_maps = [#turned, #id], iterator_types = ["parallel", "parallel"]}
      ins(%turnedt : memref<4x4xf32, strided<[4, 1], offset: ?>>) outs(%ct : memref<4x4xf32, strided<[4, 1], offset: ?>>) {
    ^bb0(%p: f32, %q: f32):
      linalg.yield %p : f32
    }
  }
  linalg.exp ins(%c : memref<5x4x4xf32>) outs(%y : memref<5x4x4xf32>)
  scf.for %t = %c0 to %c5 step %c1 {
    %s = arith.subi %c4, %t : index
    %backt = memref.subview %back[%s, 0, 0] [1, 4, 4] [1, 1, 1] : memref<5x4x4xf32> to memref<4x4xf32, strided<[4, 1], offset: ?>>
    %dt = memref.subview %d[%t, 0, 0] [1, 4, 4] [1, 1, 1] : memref<5x4x4xf32> to memref<4x4xf32, strided<[4, 1], offset: ?>>
    linalg.exp ins(%backt : memref<4x4xf32, strided<[4, 1], offset: ?>>) outs(%dt : memref<4x4xf32, strided<[4, 1], offset: ?>>)
  }
  linalg.exp ins(%d : memref<5x4x4xf32>) outs(%y : memref<5x4x4xf32>)
  return
}

// A stack that others do not fill keeps its place, lest half of it lie idle. One that more than
// linalg ops work on cannot be columns.
// CHECK-LABEL: func.func @too_narrow
func.func @too_narrow(%y: memref<5x4x8xf32>, %h: memref<5x4x2xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %one = arith.constant 1.0 : f32
  // CHECK-COUNT-3: memref.alloc() : memref<5x4x
  %z = memref.alloc() : memref<5x4x4xf32>
  %f = memref.alloc() : memref<5x4x2xf32>
  %g = memref.alloc() : memref<5x4x2xf32>
  linalg.fill ins(%one : f32) outs(%z : memref<5x4x4xf32>)
  scf.for %t = %c0 to %c5 step %c1 {
    %zt = memref.subview %z[%t, 0, 0] [1, 4, 4] [1, 1, 1] : memref<5x4x4xf32> to memref<4x4xf32, strided<[4, 1], offset: ?>>
    %yt = memref.subview %y[%t, 0, 0] [1, 4, 4] [1, 1, 1] : memref<5x4x8xf32> to memref<4x4xf32, strided<[8, 1], offset: ?>>
    linalg.exp ins(%zt : memref<4x4xf32, strided<[4, 1], offset: ?>>) outs(%yt : memref<4x4xf32, strided<[8, 1], offset: ?>>)
    %ft = memref.subview %f[%t, 0, 0] [1, 4, 2] [1, 1, 1] : memref<5x4x2xf32> to memref<4x2xf32, strided<[2, 1], offset: ?>>
    linalg.fill ins(%one : f32) outs(%ft : memref<4x2xf32, strided<[2, 1], offset: ?>>)
    %gt = memref.subview %g[%t, 0, 0] [1, 4, 2] [1, 1, 1] : memref<5x4x2xf32> to memref<4x2xf32, strided<[2, 1], offset: ?>>
    linalg.fill ins(%one : f32) outs(%gt : memref<4x2xf32, strided<[2, 1], offset: ?>>)
  }
  linalg.add ins(%f, %g : memref<5x4x2xf32>, memref<5x4x2xf32>) outs(%h : memref<5x4x2xf32>)
  return
}
