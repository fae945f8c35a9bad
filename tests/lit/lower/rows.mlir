// RUN: ingot-opt %s --ingot-to-linalg | FileCheck %s

// One loop nest that picks from the table.
// CHECK-LABEL: func.func @gather
// CHECK-SAME: %[[T:[^:]*]]: tensor<9x4xf32>, %[[I:[^:]*]]: tensor<?x2xi32>)
func.func @gather(%n: index {ingot.role = "batch"}, %t: tensor<9x4xf32>, %i: tensor<?x2xi32>) -> tensor<?x2x4xf32> {
  // CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel"]} ins(%[[I]] : tensor<?x2xi32>)
  // CHECK: ^bb0(%[[ID:.*]]: i32, %{{.*}}: f32):
  // CHECK: %[[ROW:.*]] = arith.index_cast %[[ID]]
  // CHECK: %[[COLUMN:.*]] = linalg.index 2
  // CHECK: tensor.extract %[[T]][%[[ROW]], %[[COLUMN]]]
  %0 = ingot.gather_rows %t, %i : tensor<9x4xf32>, tensor<?x2xi32> -> tensor<?x2x4xf32>
  return %0 : tensor<?x2x4xf32>
}

// Rows one by one, each added where it belongs.
// CHECK-LABEL: func.func @scatter
// CHECK-SAME: (%[[N:.*]]: index {{.*}}, %[[I:[^:]*]]: tensor<?x2xi32>, %[[R:[^:]*]]: tensor<?x2x4xf32>)
func.func @scatter(%n: index {ingot.role = "batch"}, %i: tensor<?x2xi32>, %r: tensor<?x2x4xf32>) -> tensor<9x4xf32> {
  // CHECK-DAG: %[[IDS:.*]] = tensor.collapse_shape %[[I]] {{.*}} into tensor<?xi32>
  // CHECK-DAG: %[[ROWS:.*]] = tensor.collapse_shape %[[R]] {{.*}} into tensor<?x4xf32>
  // CHECK-DAG: %[[ZEROS:.*]] = linalg.fill {{.*}} -> tensor<9x4xf32>
  // CHECK-DAG: %[[END:.*]] = arith.muli %[[N]], %c2
  // CHECK: scf.for %[[K:.*]] = %{{.*}} to %[[END]] step %{{.*}} iter_args(%[[TABLE:.*]] = %[[ZEROS]])
  // CHECK: %[[ID:.*]] = tensor.extract %[[IDS]][%[[K]]]
  // CHECK: %[[AT:.*]] = arith.index_cast %[[ID]]
  // CHECK: %[[OLD:.*]] = tensor.extract_slice %[[TABLE]][%[[AT]], 0] [1, 4] [1, 1] : tensor<9x4xf32> to tensor<4xf32>
  // CHECK: %[[NEW:.*]] = tensor.extract_slice %[[ROWS]][%[[K]], 0] [1, 4] [1, 1] : tensor<?x4xf32> to tensor<4xf32>
  // CHECK: %[[SUM:.*]] = linalg.generic {{.*}} ins(%[[NEW]] : tensor<4xf32>) outs(%[[OLD]] : tensor<4xf32>)
  // CHECK: tensor.insert_slice %[[SUM]] into %[[TABLE]][%[[AT]], 0]
  %0 = ingot.scatter_rows %i, %r : tensor<?x2xi32>, tensor<?x2x4xf32> -> tensor<9x4xf32>
  return %0 : tensor<9x4xf32>
}
