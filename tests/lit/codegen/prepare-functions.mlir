// RUN: ingot-opt %s --ingot-prepare-functions | FileCheck %s

// A copy becomes a loop of ours, and LLVM may not turn loops into memcpy.

// CHECK-LABEL: func.func @copy
// CHECK-SAME: passthrough = [{{.*}}"no-builtins"{{.*}}"nounwind"
// CHECK-NOT: memref.copy
// CHECK: linalg.copy ins(%{{.*}} : memref<?x4xf32>) outs(%{{.*}} : memref<?x4xf32>)
func.func @copy(%from: memref<?x4xf32>, %to: memref<?x4xf32>) {
  memref.copy %from, %to : memref<?x4xf32> to memref<?x4xf32>
  return
}

// Inside loops too.
// CHECK-LABEL: func.func @nested
// CHECK-SAME: "no-builtins"
// CHECK: scf.for
// CHECK: linalg.copy
func.func @nested(%from: memref<4xf32>, %to: memref<4xf32>, %n: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %n step %one {
    memref.copy %from, %to : memref<4xf32> to memref<4xf32>
  }
  return
}
