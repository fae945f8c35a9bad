// RUN: ingot-opt %s --ingot-to-linalg | FileCheck %s

// The carry is stacked while it is old, and pinned when it is new; slices are read
// and written at the step.
// CHECK-LABEL: func.func @forward
// CHECK-SAME: (%[[N:.*]]: index {{.*}}, %[[X:.*]]: tensor<5x?x3xf32>)
func.func @forward(%n: index {ingot.role = "batch"}, %x: tensor<5x?x3xf32>) -> (tensor<?x3xf32>, tensor<5x?x3xf32>, tensor<5x?x3xf32>) {
  // CHECK: %[[H0:.*]] = linalg.fill
  // CHECK-DAG: %[[OLD:.*]] = tensor.empty(%[[N]]) : tensor<5x?x3xf32>
  // CHECK-DAG: %[[NEW:.*]] = tensor.empty(%[[N]]) : tensor<5x?x3xf32>
  %h0 = ingot.fill 0.0 : f32 batch %n : tensor<?x3xf32>
  // CHECK: %[[LOOP:.*]]:3 = scf.for %[[T:.*]] = %c0{{.*}} to %c5{{.*}} step %c1{{.*}} iter_args(%[[H:.*]] = %[[H0]], %[[OLDS:.*]] = %{{.*}}, %[[NEWS:.*]] = %{{.*}})
  %last:3 = ingot.scan 5 inits(%h0 : tensor<?x3xf32>) xs(%x : tensor<5x?x3xf32>) -> (tensor<?x3xf32>, tensor<5x?x3xf32>, tensor<5x?x3xf32>) {
  ^bb0(%h: tensor<?x3xf32>, %step: tensor<?x3xf32>):
    // CHECK: %[[STEP:.*]] = tensor.extract_slice %[[X]][%[[T]], 0, 0] [1, %[[N]], 3] [1, 1, 1] : tensor<5x?x3xf32> to tensor<?x3xf32>
    // CHECK: %[[A:.*]] = tensor.insert_slice %[[H]] into %[[OLDS]][%[[T]], 0, 0] [1, %[[N]], 3]
    // CHECK: %[[SUM:.*]] = linalg.generic {{.*}} ins(%[[H]], %[[STEP]]
    %next = ingot.add %h, %step : tensor<?x3xf32>
    // CHECK: %[[B:.*]] = tensor.insert_slice %[[SUM]] into %[[NEWS]][%[[T]], 0, 0]
    // CHECK: %[[PINNED:.*]] = bufferization.materialize_in_destination %[[SUM]] in %[[H]]
    // CHECK: scf.yield %[[PINNED]], %[[A]], %[[B]]
    ingot.yield %next, %h, %next : tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>
  }
  // CHECK: return %[[LOOP]]#0, %[[LOOP]]#1, %[[LOOP]]#2
  return %last#0, %last#1, %last#2 : tensor<?x3xf32>, tensor<5x?x3xf32>, tensor<5x?x3xf32>
}

// The other way round; a scan without carries.
// CHECK-LABEL: func.func @reverse
// CHECK-SAME: %[[X:.*]]: tensor<5x3xf32>
func.func @reverse(%x: tensor<5x3xf32>) -> tensor<5x3xf32> {
  // CHECK: scf.for %[[I:[a-z0-9]+]] =
  // CHECK: %[[T:.*]] = arith.subi %c4{{.*}}, %[[I]]
  // CHECK: tensor.extract_slice %[[X]][%[[T]], 0] [1, 3]
  // CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[%[[T]], 0] [1, 3]
  %y = ingot.scan 5 reverse xs(%x : tensor<5x3xf32>) -> (tensor<5x3xf32>) {
  ^bb0(%step: tensor<3xf32>):
    %0 = ingot.neg %step : tensor<3xf32>
    ingot.yield %0 : tensor<3xf32>
  }
  return %y : tensor<5x3xf32>
}

// Carries that change places are copied before either is written, one that stays
// is left alone, and each starts from a fill of its own.
// CHECK-LABEL: func.func @exchange
func.func @exchange() -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) {
  // CHECK-COUNT-3: linalg.fill
  %zero = ingot.fill 0.0 : f32 : tensor<3xf32>
  // CHECK: scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}}, %[[C:.*]] = %{{.*}}) ->
  %0:3 = ingot.scan 4 inits(%zero, %zero, %zero : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) {
  ^bb0(%a: tensor<3xf32>, %b: tensor<3xf32>, %c: tensor<3xf32>):
    // CHECK: %[[OLD_B:.*]] = linalg.copy ins(%[[B]]
    // CHECK: %[[OLD_A:.*]] = linalg.copy ins(%[[A]]
    // CHECK: %[[P:.*]] = bufferization.materialize_in_destination %[[OLD_B]] in %[[A]]
    // CHECK: %[[Q:.*]] = bufferization.materialize_in_destination %[[OLD_A]] in %[[B]]
    // CHECK: scf.yield %[[P]], %[[Q]], %[[C]]
    ingot.yield %b, %a, %c : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
  }
  return %0#0, %0#1, %0#2 : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
}

// Scans in scans: what the outer one stacks is what the inner one gives.
// CHECK-LABEL: func.func @nested
func.func @nested(%n: index {ingot.role = "batch"}, %x: tensor<2x5x?x3xf32>) -> tensor<2x5x?x3xf32> {
  %h0 = ingot.fill 0.0 : f32 batch %n : tensor<?x3xf32>
  // CHECK: scf.for
  // CHECK: %[[ROW:.*]] = tensor.extract_slice %{{.*}} : tensor<2x5x?x3xf32> to tensor<5x?x3xf32>
  // CHECK: scf.for
  // CHECK: tensor.extract_slice %[[ROW]][{{.*}} : tensor<5x?x3xf32> to tensor<?x3xf32>
  // CHECK: tensor.insert_slice %{{.*}} : tensor<5x?x3xf32> into tensor<2x5x?x3xf32>
  %y:2 = ingot.scan 2 inits(%h0 : tensor<?x3xf32>) xs(%x : tensor<2x5x?x3xf32>) -> (tensor<?x3xf32>, tensor<2x5x?x3xf32>) {
  ^bb0(%h: tensor<?x3xf32>, %rows: tensor<5x?x3xf32>):
    %inner:2 = ingot.scan 5 inits(%h : tensor<?x3xf32>) xs(%rows : tensor<5x?x3xf32>) -> (tensor<?x3xf32>, tensor<5x?x3xf32>) {
    ^bb0(%g: tensor<?x3xf32>, %step: tensor<?x3xf32>):
      %next = ingot.add %g, %step : tensor<?x3xf32>
      ingot.yield %next, %next : tensor<?x3xf32>, tensor<?x3xf32>
    }
    ingot.yield %inner#0, %inner#1 : tensor<?x3xf32>, tensor<5x?x3xf32>
  }
  return %y#1 : tensor<2x5x?x3xf32>
}

// The batch keeps its place in a view.
// CHECK-LABEL: func.func @views
// CHECK-SAME: (%[[N:.*]]: index {{.*}}, %[[X:.*]]: tensor<2x3x?x4x5xf32>, %[[Y:.*]]: tensor<1x?xf32>)
func.func @views(%n: index {ingot.role = "batch"}, %x: tensor<2x3x?x4x5xf32>, %y: tensor<1x?xf32>) -> (tensor<6x?x10x2xf32>, tensor<?x1xf32>) {
  // CHECK: %[[FLAT:.*]] = tensor.collapse_shape %[[X]] {{\[}}[0, 1], [2], [3, 4]] : tensor<2x3x?x4x5xf32> into tensor<6x?x20xf32>
  // CHECK: tensor.expand_shape %[[FLAT]] {{\[}}[0], [1], [2, 3]] output_shape [6, %[[N]], 10, 2]
  %0 = ingot.view_as %x : tensor<2x3x?x4x5xf32> -> tensor<6x?x10x2xf32>
  // CHECK: %[[ROW:.*]] = tensor.collapse_shape %[[Y]] {{\[}}[0, 1]] : tensor<1x?xf32> into tensor<?xf32>
  // CHECK: tensor.expand_shape %[[ROW]] {{\[}}[0, 1]] output_shape [%[[N]], 1]
  %1 = ingot.view_as %y : tensor<1x?xf32> -> tensor<?x1xf32>
  return %0, %1 : tensor<6x?x10x2xf32>, tensor<?x1xf32>
}

// One step is no loop, and what it began with stays as it is.
// CHECK-LABEL: func.func @once
// CHECK-SAME: (%[[N:.*]]: index {{.*}}, %[[X:.*]]: tensor<1x?x3xf32>, %[[H:.*]]: tensor<?x3xf32>)
func.func @once(%n: index {ingot.role = "batch"}, %x: tensor<1x?x3xf32>, %h0: tensor<?x3xf32>) -> (tensor<?x3xf32>, tensor<1x?x3xf32>) {
  // CHECK-NOT: scf.for
  // CHECK-NOT: materialize_in_destination
  // CHECK: %[[STEP:.*]] = tensor.extract_slice %[[X]]
  // CHECK: %[[SUM:.*]] = linalg.generic {{.*}} ins(%[[H]], %[[STEP]]
  // CHECK: %[[STACK:.*]] = tensor.insert_slice %[[H]] into
  // CHECK: return %[[SUM]], %[[STACK]]
  %last:2 = ingot.scan 1 reverse inits(%h0 : tensor<?x3xf32>) xs(%x : tensor<1x?x3xf32>) -> (tensor<?x3xf32>, tensor<1x?x3xf32>) {
  ^bb0(%h: tensor<?x3xf32>, %step: tensor<?x3xf32>):
    %next = ingot.add %h, %step : tensor<?x3xf32>
    ingot.yield %next, %h : tensor<?x3xf32>, tensor<?x3xf32>
  }
  return %last#0, %last#1 : tensor<?x3xf32>, tensor<1x?x3xf32>
}
