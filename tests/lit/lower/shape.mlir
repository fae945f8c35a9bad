// RUN: ingot-opt %s --ingot-to-linalg | FileCheck %s

// CHECK-DAG: #[[$ROW:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[$TURNED:.*]] = affine_map<(d0, d1, d2) -> (d0, -d1 + 1, d2)>
// CHECK-DAG: #[[$EACH:.*]] = affine_map<(d0, d1) -> (d0, d1)>

// CHECK-LABEL: func.func @shapes
// CHECK-SAME: (%[[N:.*]]: index {{.*}}, %[[B:.*]]: tensor<4xf32>)
func.func @shapes(%n: index {ingot.role = "batch"}, %b: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: tensor.empty(%[[N]]) : tensor<?x4xf32>
  // CHECK: linalg.fill
  %0 = ingot.fill 2.0 : f32 batch %n : tensor<?x4xf32>
  // CHECK: linalg.generic {indexing_maps = [#[[$ROW]], #[[$EACH]]], iterator_types = ["parallel", "parallel"]} ins(%[[B]]
  %1 = ingot.broadcast %b dims [1] batch %n : tensor<4xf32> -> tensor<?x4xf32>
  %2 = ingot.add %0, %1 : tensor<?x4xf32>
  // CHECK: linalg.generic {indexing_maps = [#[[$EACH]], #[[$ROW]]], iterator_types = ["reduction", "parallel"]}
  // CHECK: arith.addf
  %3 = ingot.reduce_sum %2 axes [0] : tensor<?x4xf32> -> tensor<4xf32>
  return %3 : tensor<4xf32>
}

// CHECK-LABEL: func.func @views
// CHECK-SAME: (%[[N:.*]]: index {{.*}}, %[[X:.*]]: tensor<?x2x6xf32>, %[[Y:.*]]: tensor<?xf32>)
func.func @views(%n: index {ingot.role = "batch"}, %x: tensor<?x2x6xf32>, %y: tensor<?xf32>) -> (tensor<?x3x4xf32>, tensor<?x1xf32>) {
  // CHECK: %[[FLAT:.*]] = tensor.collapse_shape %[[X]] {{\[}}[0], [1, 2]] : tensor<?x2x6xf32> into tensor<?x12xf32>
  // CHECK: tensor.expand_shape %[[FLAT]] {{\[}}[0], [1, 2]] output_shape [%[[N]], 3, 4]
  %0 = ingot.view_as %x : tensor<?x2x6xf32> -> tensor<?x3x4xf32>
  // CHECK: tensor.expand_shape %[[Y]] {{\[}}[0, 1]] output_shape [%[[N]], 1]
  %1 = ingot.view_as %y : tensor<?xf32> -> tensor<?x1xf32>
  return %0, %1 : tensor<?x3x4xf32>, tensor<?x1xf32>
}

// Parts go into one destination; a slice is a view; a transpose reads in another order.
// CHECK-LABEL: func.func @moves
// CHECK-SAME: (%[[N:.*]]: index {{.*}}, %[[X:.*]]: tensor<?x2x3xf32>)
func.func @moves(%n: index {ingot.role = "batch"}, %x: tensor<?x2x3xf32>) -> (tensor<?x3x3xf32>, tensor<?x3x2xf32>, tensor<?x2x3xf32>) {
  // CHECK: %[[S:.*]] = tensor.extract_slice %[[X]][0, 1, 0] [%[[N]], 1, 3] [1, 1, 1] : tensor<?x2x3xf32> to tensor<?x1x3xf32>
  %0 = ingot.slice %x axis 1 from 1 size 1 : tensor<?x2x3xf32> -> tensor<?x1x3xf32>
  // CHECK: %[[E:.*]] = tensor.empty(%[[N]]) : tensor<?x3x3xf32>
  // CHECK: %[[A:.*]] = tensor.insert_slice %[[S]] into %[[E]][0, 0, 0] [%[[N]], 1, 3] [1, 1, 1]
  // CHECK: tensor.insert_slice %[[X]] into %[[A]][0, 1, 0] [%[[N]], 2, 3] [1, 1, 1]
  %1 = ingot.concat %0, %x axis 1 : tensor<?x1x3xf32>, tensor<?x2x3xf32> -> tensor<?x3x3xf32>
  // CHECK: linalg.generic {{.*}} ins(%[[X]] : tensor<?x2x3xf32>) outs(%{{.*}} : tensor<?x3x2xf32>)
  %2 = ingot.transpose %x perm [0, 2, 1] : tensor<?x2x3xf32> -> tensor<?x3x2xf32>
  // CHECK: linalg.generic {indexing_maps = [#[[$TURNED]], #{{.*}}], {{.*}}} ins(%[[X]] : tensor<?x2x3xf32>) outs(%{{.*}} : tensor<?x2x3xf32>)
  %3 = ingot.reverse %x axis 1 : tensor<?x2x3xf32>
  return %1, %2, %3 : tensor<?x3x3xf32>, tensor<?x3x2xf32>, tensor<?x2x3xf32>
}

// CHECK-LABEL: func.func @count
// CHECK-SAME: %[[M:[^ ]*]]: tensor<?x4xi1>
func.func @count(%n: index {ingot.role = "batch"}, %m: tensor<?x4xi1>, %x: tensor<f32>) -> tensor<f32> {
  // CHECK: linalg.generic {{.*}}iterator_types = ["reduction", "reduction"]} ins(%[[M]] : tensor<?x4xi1>) outs(%{{.*}} : tensor<i32>)
  // CHECK: arith.extui %{{.*}} : i1 to i32
  // CHECK: arith.addi
  // CHECK: %[[SUM:.*]] = tensor.extract %{{.*}}[] : tensor<i32>
  // CHECK: arith.index_cast %[[SUM]] : i32 to index
  %0 = ingot.count %m : tensor<?x4xi1>
  %1 = ingot.div_size %x, %0 : tensor<f32>
  return %1 : tensor<f32>
}
