// RUN: ingot-opt %s --ingot-to-linalg | FileCheck %s

// CHECK-DAG: #[[$EACH:.*]] = affine_map<(d0, d1) -> (d0, d1)>

// CHECK-LABEL: func.func @unary
// CHECK-SAME: (%[[N:.*]]: index {ingot.role = "batch"}, %[[X:.*]]: tensor<?x4xf32>)
func.func @unary(%n: index {ingot.role = "batch"}, %x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // The destination's batch is the function's.
  // CHECK: %[[D:.*]] = tensor.empty(%[[N]]) : tensor<?x4xf32>
  // CHECK: linalg.generic {indexing_maps = [#[[$EACH]], #[[$EACH]]], iterator_types = ["parallel", "parallel"]} ins(%[[X]] : {{.*}}) outs(%[[D]]
  // CHECK: math.exp
  %0 = ingot.exp %x : tensor<?x4xf32>
  // CHECK: linalg.generic
  // CHECK: ^bb0(%[[E:.*]]: f32, %{{.*}}: f32):
  // NaN stays: the comparison is 0 > x.
  // CHECK: %[[NEG:.*]] = arith.cmpf ogt, %[[ZERO:.*]], %[[E]]
  // CHECK: arith.select %[[NEG]], %[[ZERO]], %[[E]]
  %1 = ingot.relu %0 : tensor<?x4xf32>
  return %1 : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @binary
func.func @binary(%n: index {ingot.role = "batch"}, %x: tensor<4xf32>, %y: tensor<4xf32>, %i: tensor<4xi32>)
    -> (tensor<4xf32>, tensor<4xi32>, tensor<4xf32>) {
  // CHECK: arith.maximumf
  %0 = ingot.max %x, %y : tensor<4xf32>
  // CHECK: arith.addi
  %1 = ingot.add %i, %i : tensor<4xi32>
  // CHECK: arith.cmpf une
  %2 = ingot.compare "ne" %x, %y : tensor<4xf32> -> tensor<4xi1>
  // CHECK: arith.select
  %3 = ingot.select %2, %0, %y : tensor<4xi1>, tensor<4xf32>
  return %3, %1, %3 : tensor<4xf32>, tensor<4xi32>, tensor<4xf32>
}

// Every op gets a destination of its own, also where two are alike.
// CHECK-LABEL: func.func @destinations
func.func @destinations(%n: index {ingot.role = "batch"}, %x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK-COUNT-2: tensor.empty() : tensor<4xf32>
  %0 = ingot.neg %x : tensor<4xf32>
  %1 = ingot.abs %x : tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @sizes
// CHECK-SAME: (%[[N:.*]]: index
func.func @sizes(%n: index {ingot.role = "batch"}, %x: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  // CHECK: %[[COUNT:.*]] = arith.muli %[[N]], %c3
  // The mean of nothing is 0.
  // CHECK: %[[SOME:.*]] = arith.maxui %[[COUNT]], %c1
  // CHECK: %[[I:.*]] = arith.index_cast %[[SOME]] : index to i32
  // CHECK: %[[F:.*]] = arith.sitofp %[[I]] : i32 to f32
  // CHECK: arith.divf %{{.*}}, %[[F]]
  %0 = ingot.div_size %x, %n times 3 : tensor<f32>
  // CHECK: arith.mulf
  %1 = ingot.mul_size %x, %n : tensor<f32>
  return %0, %1 : tensor<f32>, tensor<f32>
}

// A broadcast that two read is made twice: each is fused into its reader.
// CHECK-LABEL: func.func @broadcasts
func.func @broadcasts(%n: index {ingot.role = "batch"}, %x: tensor<?x4xf32>, %b: tensor<4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %batch = ingot.batch
  // CHECK: %[[FIRST:.*]] = linalg.generic {{.*}} ins(%{{.*}} : tensor<4xf32>)
  // CHECK: linalg.generic {{.*}} ins(%{{.*}}, %[[FIRST]] :
  // CHECK: %[[SECOND:.*]] = linalg.generic {{.*}} ins(%{{.*}} : tensor<4xf32>)
  // CHECK: linalg.generic {{.*}} ins(%{{.*}}, %[[SECOND]] :
  %0 = ingot.broadcast %b dims [1] batch %batch : tensor<4xf32> -> tensor<?x4xf32>
  %1 = ingot.add %x, %0 : tensor<?x4xf32>
  %2 = ingot.mul %x, %0 : tensor<?x4xf32>
  return %1, %2 : tensor<?x4xf32>, tensor<?x4xf32>
}
