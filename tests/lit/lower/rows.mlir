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
  // CHECK: %[[NEW:.*]] = tensor.extract_slice %[[ROWS]][%[[K]], 0] [1, 4] [1, 1] : tensor<?x4xf32> to tensor<4xf32>
  // CHECK: %[[OLD:.*]] = tensor.extract_slice %[[TABLE]][%[[AT]], 0] [1, 4] [1, 1] : tensor<9x4xf32> to tensor<4xf32>
  // CHECK: %[[SUM:.*]] = linalg.generic {{.*}} ins(%[[NEW]] : tensor<4xf32>) outs(%[[OLD]] : tensor<4xf32>)
  // CHECK: tensor.insert_slice %[[SUM]] into %[[TABLE]][%[[AT]], 0]
  %0 = ingot.scatter_rows %i, %r : tensor<?x2xi32>, tensor<?x2x4xf32> -> tensor<9x4xf32>
  return %0 : tensor<9x4xf32>
}

// Rows of equal index are found by hashing and added up; then each index is updated
// once. Everything but the table is as large as the batch.
// CHECK-LABEL: func.func @update
// CHECK-SAME: (%[[N:.*]]: index {{.*}}, %[[I:[^:]*]]: tensor<?x2xi32>, %[[G:[^:]*]]: tensor<?x2x4xf32>, %[[W:[^:]*]]: tensor<9x4xf32>, %[[L:[^:]*]]: tensor<9xi32>, %[[T:[^:]*]]: tensor<i32>)
func.func @update(%n: index {ingot.role = "batch"}, %i: tensor<?x2xi32>, %g: tensor<?x2x4xf32>, %w: tensor<9x4xf32>,
    %l: tensor<9xi32>, %t: tensor<i32>) -> (tensor<9x4xf32>, tensor<9xi32>) {
  // CHECK-DAG: linalg.fill {{.*}} -> tensor<?x2x2x2xi32>
  // CHECK-DAG: tensor.empty(%[[N]]) : tensor<?x2xi32>
  // CHECK-DAG: tensor.empty(%[[N]]) : tensor<?x2x4xf32>
  // CHECK: %[[UNITED:.*]]:4 = scf.for
  // CHECK: scf.while
  // CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<4xf32>)
  // CHECK: %[[RESULT:.*]]:2 = scf.for %[[K:.*]] = %{{.*}} to %[[UNITED]]#2 step %{{.*}} iter_args(%[[TABLE:.*]] = %[[W]], %[[LAST:.*]] = %[[L]])
  // CHECK: tensor.extract %[[UNITED]]#0[%[[K]]]
  // CHECK-DAG: %[[SUM:.*]] = tensor.extract_slice %[[UNITED]]#1[%[[K]], 0]
  // CHECK-DAG: %[[ROW:.*]] = tensor.extract_slice %[[TABLE]]
  // CHECK-DAG: %[[STEP:.*]] = tensor.extract_slice %[[LAST]]
  // CHECK: %[[DECAYED:.*]] = linalg.generic {{.*}} ins(%[[STEP]], %[[T]] : tensor<i32>, tensor<i32>) outs(%[[ROW]] : tensor<4xf32>)
  // CHECK: linalg.fill ins(%{{.*}} : i32) outs(%[[STEP]] : tensor<i32>)
  // CHECK: tensor.insert_slice %{{.*}} into %[[TABLE]]
  // CHECK: tensor.insert_slice %{{.*}} into %[[LAST]]
  // CHECK: return %[[RESULT]]#0, %[[RESULT]]#1
  %w1, %l1 = ingot.update_rows %i, %g : tensor<?x2xi32>, tensor<?x2x4xf32> tables(%w, %l : tensor<9x4xf32>, tensor<9xi32>)
      -> (tensor<9x4xf32>, tensor<9xi32>) {
  ^bb0(%sum: tensor<4xf32>, %row: tensor<4xf32>, %last: tensor<i32>):
    %0 = ingot.decay %row since %last until %t by 0.9 : (tensor<4xf32>, tensor<i32>, tensor<i32>) -> tensor<4xf32>
    %1 = ingot.add %0, %sum : tensor<4xf32>
    %2 = ingot.assign %t to %last : (tensor<i32>, tensor<i32>) -> tensor<i32>
    ingot.yield %1, %2 : tensor<4xf32>, tensor<i32>
  }
  return %w1, %l1 : tensor<9x4xf32>, tensor<9xi32>
}

// Rows of tables in memory are asked for some indices ahead, line by line.
// CHECK-LABEL: func.func @prefetch
// CHECK-SAME: (%[[I:[^:]*]]: tensor<5xi32>, %[[G:[^:]*]]: tensor<5x20xf32>, %[[M:[^:]*]]: memref<9x20xf32>)
func.func @prefetch(%i: tensor<5xi32>, %g: tensor<5x20xf32>, %m: memref<9x20xf32>) {
  // CHECK: %[[UNITED:.*]]:4 = scf.for
  // CHECK: scf.for
  // CHECK: %[[LATER:.*]] = arith.minui
  // CHECK: %[[ID:.*]] = tensor.extract %[[UNITED]]#0[%[[LATER]]]
  // CHECK: %[[AT:.*]] = arith.index_cast %[[ID]]
  // CHECK: memref.prefetch %[[M]][%[[AT]], %c0{{.*}}], write
  // CHECK: memref.prefetch %[[M]][%[[AT]], %c16{{.*}}], write
  // CHECK-NOT: memref.prefetch
  %w = bufferization.to_tensor %m restrict writable : memref<9x20xf32> to tensor<9x20xf32>
  %w1 = ingot.update_rows %i, %g : tensor<5xi32>, tensor<5x20xf32> tables(%w : tensor<9x20xf32>) -> (tensor<9x20xf32>) {
  ^bb0(%sum: tensor<20xf32>, %row: tensor<20xf32>):
    %0 = ingot.add %row, %sum : tensor<20xf32>
    ingot.yield %0 : tensor<20xf32>
  }
  bufferization.materialize_in_destination %w1 in writable %m : (tensor<9x20xf32>, memref<9x20xf32>) -> ()
  return
}
