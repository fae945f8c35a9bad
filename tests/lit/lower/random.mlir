// RUN: ingot-opt %s --ingot-to-linalg | FileCheck %s

// CHECK-LABEL: func.func @uniform
// CHECK-SAME: (%[[SEED:.*]]: i64)
func.func @uniform(%seed: i64) -> tensor<4x5xf32> {
  // The key is the seed, and no input tensor is read.
  // CHECK: %[[UPPER:.*]] = arith.shrui %[[SEED]],
  // CHECK: arith.trunci %[[SEED]] : i64 to i32
  // CHECK: arith.trunci %[[UPPER]] : i64 to i32
  // CHECK: linalg.generic {{.*}} outs(
  // CHECK: linalg.index 0
  // CHECK: linalg.index 1
  // Twenty rounds; the second word of the last one is not needed.
  // CHECK-COUNT-19: arith.ori
  // CHECK-NOT: arith.ori
  // CHECK-NOT: math.log
  %0 = ingot.random "uniform" %seed {a = -1.0 : f64, b = 1.0 : f64, stream = 0 : i64} : tensor<4x5xf32>
  return %0 : tensor<4x5xf32>
}

// A fixed seed takes the place of the caller's.
// CHECK-LABEL: func.func @fixed
// CHECK-SAME: (%[[SEED:.*]]: i64)
func.func @fixed(%seed: i64) -> tensor<4xf32> {
  // CHECK-NOT: %[[SEED]]
  // CHECK: math.log
  %0 = ingot.random "normal" %seed {a = 0.0 : f64, b = 1.0 : f64, stream = 1 : i64, fixedSeed = 7 : i64} : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// Rows that are fewer than columns are the vectors; nothing but the matrix is
// written, so that it bufferizes in place.
// CHECK-LABEL: func.func @orthogonal
// CHECK-SAME: (%[[X:.*]]: tensor<2x3x8xf32>)
func.func @orthogonal(%x: tensor<2x3x8xf32>) -> tensor<2x3x8xf32> {
  // CHECK: %[[MATRIX:.*]] = tensor.collapse_shape %[[X]] {{\[\[}}0, 1], [2]]
  // CHECK-DAG: %[[VECTORS:.*]] = arith.constant 6 : index
  // CHECK-DAG: %[[LENGTH:.*]] = arith.constant 8 : index
  // CHECK: scf.for %[[I:.*]] = %{{.*}} to %[[VECTORS]] step %{{.*}} iter_args(%{{.*}} = %[[MATRIX]])
  // CHECK: scf.for %[[J:.*]] = %{{.*}} to %[[I]]
  // CHECK: scf.for %[[K:.*]] = %{{.*}} to %[[LENGTH]]
  // CHECK: tensor.extract %{{.*}}[%[[I]], %[[K]]]
  // CHECK: tensor.extract %{{.*}}[%[[J]], %[[K]]]
  // CHECK: math.sqrt
  // CHECK: arith.divf
  // CHECK-NOT: arith.mulf
  // CHECK: tensor.expand_shape
  %0 = ingot.orthogonalize %x gain 1.0 : tensor<2x3x8xf32>
  return %0 : tensor<2x3x8xf32>
}

// Both words at once, by which the element is.
// CHECK-LABEL: func.func @keys
// CHECK-SAME: (%[[BASE:.*]]: tensor<2xi32>, %[[STEP:.*]]: tensor<i32>, %[[STREAM:.*]]: i32)
func.func @keys(%base: tensor<2xi32>, %step: tensor<i32>, %stream: i32) -> tensor<2xi32> {
  // CHECK-DAG: %[[K0:.*]] = tensor.extract %[[BASE]][%{{.*}}] : tensor<2xi32>
  // CHECK-DAG: %[[K1:.*]] = tensor.extract %[[BASE]][%{{.*}}] : tensor<2xi32>
  // CHECK-DAG: %[[T:.*]] = tensor.extract %[[STEP]][] : tensor<i32>
  // CHECK: linalg.generic
  // CHECK: arith.addi %[[T]], %[[K0]]
  // CHECK: arith.addi %[[STREAM]], %[[K1]]
  // CHECK: arith.select
  %0 = ingot.step_key %base, %step stream %stream : tensor<i32>
  return %0 : tensor<2xi32>
}

// No mask is stored: x goes in, and what is kept of it comes out.
// CHECK-LABEL: func.func @mask
// CHECK-SAME: (%[[N:.*]]: index {{.*}}, %[[X:.*]]: tensor<?x5xf32>, %[[KEY:.*]]: tensor<2xi32>)
func.func @mask(%n: index {ingot.role = "batch"}, %x: tensor<?x5xf32>, %key: tensor<2xi32>) -> tensor<?x5xf32> {
  // A quarter of 2^32 is not kept; the rest is divided by 0.75.
  // CHECK: linalg.generic {{.*}} ins(%[[X]] : tensor<?x5xf32>)
  // CHECK: ^bb0(%[[E:.*]]: f32,
  // CHECK: linalg.index 0
  // CHECK: linalg.index 1
  // CHECK: %[[LIMIT:.*]] = arith.constant -1073741824 : i32
  // CHECK: %[[KEPT:.*]] = arith.cmpi ult, %{{.*}}, %[[LIMIT]]
  // CHECK: %[[SCALE:.*]] = arith.constant 1.33333337 : f32
  // CHECK: %[[SCALED:.*]] = arith.mulf %[[E]], %[[SCALE]]
  // CHECK: arith.select %[[KEPT]], %[[SCALED]], %{{.*}}
  %0 = ingot.random_mask %x key %key rate 0.25 salt 2 : tensor<?x5xf32>
  return %0 : tensor<?x5xf32>
}

// Along the last axis one decision is for all.
// CHECK-LABEL: func.func @shared
func.func @shared(%n: index {ingot.role = "batch"}, %x: tensor<?x5xf32>, %key: tensor<2xi32>) -> tensor<?x5xf32> {
  // CHECK: linalg.index 0
  // CHECK-NOT: linalg.index
  %0 = ingot.random_mask %x key %key rate 0.25 salt 2 {shared = array<i64: 1>} : tensor<?x5xf32>
  return %0 : tensor<?x5xf32>
}
