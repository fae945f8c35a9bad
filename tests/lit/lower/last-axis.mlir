// RUN: ingot-opt %s --ingot-to-linalg | FileCheck %s

// CHECK-LABEL: func.func @softmax
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>)
func.func @softmax(%n: index {ingot.role = "batch"}, %x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // Shifted by the maximum of the row.
  // CHECK: 0xFF800000
  // CHECK: %[[MAX:.*]] = linalg.generic {{.*}}iterator_types = ["parallel", "reduction"]} ins(%[[X]]
  // CHECK: arith.maximumf
  // CHECK: %[[E:.*]] = linalg.generic {{.*}} ins(%[[X]], %[[MAX]]
  // CHECK: arith.subf
  // CHECK: math.exp
  // CHECK: %[[SUM:.*]] = linalg.generic {{.*}}iterator_types = ["parallel", "reduction"]} ins(%[[E]]
  // CHECK: linalg.generic {{.*}} ins(%[[E]], %[[SUM]]
  // CHECK: arith.divf
  %0 = ingot.softmax %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @logsumexp
func.func @logsumexp(%n: index {ingot.role = "batch"}, %x: tensor<?x4xf32>) -> tensor<?xf32> {
  // CHECK: arith.maximumf
  // CHECK: math.exp
  // CHECK: math.log
  // CHECK: arith.addf
  %0 = ingot.logsumexp %x : tensor<?x4xf32> -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// Maxima, exponentials and sums that the softmax has are not computed again.
// CHECK-LABEL: func.func @both
func.func @both(%n: index {ingot.role = "batch"}, %x: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?xf32>) {
  // CHECK: arith.maximumf
  // CHECK: math.exp
  // CHECK: %[[SUM:.*]] = linalg.generic {{.*}}iterator_types = ["parallel", "reduction"]}
  // CHECK: ins(%{{.*}}, %[[SUM]] :
  // CHECK: arith.divf
  // CHECK-NOT: arith.maximumf
  // CHECK-NOT: math.exp
  // CHECK: ins(%{{.*}}, %[[SUM]] :
  // CHECK: math.log
  // CHECK: return
  %0 = ingot.softmax %x : tensor<?x4xf32>
  %1 = ingot.logsumexp %x : tensor<?x4xf32> -> tensor<?xf32>
  return %0, %1 : tensor<?x4xf32>, tensor<?xf32>
}

// Of another operand, they are others.
// CHECK-LABEL: func.func @others
func.func @others(%n: index {ingot.role = "batch"}, %x: tensor<?x4xf32>, %y: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?xf32>) {
  // CHECK-COUNT-2: arith.maximumf
  %0 = ingot.softmax %x : tensor<?x4xf32>
  %1 = ingot.logsumexp %y : tensor<?x4xf32> -> tensor<?xf32>
  return %0, %1 : tensor<?x4xf32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @argmax
func.func @argmax(%n: index {ingot.role = "batch"}, %x: tensor<?x4xf32>) -> tensor<?xi32> {
  // Strictly greater: the first maximum stays.
  // CHECK: %[[BETTER:.*]] = arith.cmpf ogt
  // CHECK-COUNT-2: arith.select %[[BETTER]]
  %0 = ingot.argmax %x : tensor<?x4xf32> -> tensor<?xi32>
  return %0 : tensor<?xi32>
}

// CHECK-LABEL: func.func @labels
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>, %[[L:[^:]*]]: tensor<?xi32>)
func.func @labels(%n: index {ingot.role = "batch"}, %x: tensor<?x4xf32>, %l: tensor<?xi32>) -> (tensor<?xf32>, tensor<?x4xf32>) {
  // CHECK: linalg.generic {{.*}} ins(%[[L]]
  // CHECK: tensor.extract %[[X]]
  %0 = ingot.pick %x, %l : tensor<?x4xf32>, tensor<?xi32> -> tensor<?xf32>
  // CHECK: linalg.generic {{.*}} ins(%[[L]]
  // CHECK: arith.cmpi eq
  %1 = ingot.one_hot %l : tensor<?xi32> -> tensor<?x4xf32>
  return %0, %1 : tensor<?xf32>, tensor<?x4xf32>
}
