// RUN: split-file %s %t
// RUN: ingot-opt %t/one.mlir --ingot-scalarize-vectors | FileCheck %t/one.mlir
// RUN: ingot-opt %t/more.mlir --ingot-scalarize-vectors --verify-diagnostics

//--- one.mlir
// CHECK-LABEL: func.func @kernel
// CHECK-NOT: vector
// CHECK: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK: scf.for {{.*}} iter_args(%[[SUM:.*]] = %[[ZERO]]) -> (f32)
// CHECK: %[[A:.*]] = memref.load
// CHECK: %[[B:.*]] = memref.load
// CHECK: %[[AB:.*]] = arith.mulf %[[A]], %[[B]] : f32
// CHECK: arith.addf %[[SUM]], %[[AB]] : f32
// CHECK: memref.store
// CHECK: return
func.func @kernel(%a: memref<8xf32>, %b: memref<8xf32>, %out: memref<1xf32>) {
  %zero = arith.constant dense<0.0> : vector<1xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %sum = scf.for %k = %c0 to %c8 step %c1 iter_args(%s = %zero) -> (vector<1xf32>) {
    %x = memref.load %a[%k] : memref<8xf32>
    %left = vector.broadcast %x : f32 to vector<1xf32>
    %right = vector.load %b[%k] : memref<8xf32>, vector<1xf32>
    %product = arith.mulf %left, %right : vector<1xf32>
    %next = arith.addf %s, %product : vector<1xf32>
    scf.yield %next : vector<1xf32>
  }
  vector.store %sum, %out[%c0] : memref<1xf32>, vector<1xf32>
  return
}

//--- more.mlir
func.func @wide(%a: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  // expected-error @below {{`vector.load` works on vectors, and C has none}}
  %x = vector.load %a[%c0] : memref<8xf32>, vector<4xf32>
  vector.store %x, %a[%c0] : memref<8xf32>, vector<4xf32>
  return
}
