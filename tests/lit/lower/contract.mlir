// RUN: ingot-opt %s --ingot-to-linalg | FileCheck %s

// One loop a label: those of the result first, then those that are summed.
// CHECK-DAG: #[[$IO:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[$BI:.*]] = affine_map<(d0, d1, d2) -> (d2, d0)>
// CHECK-DAG: #[[$BO:.*]] = affine_map<(d0, d1, d2) -> (d2, d1)>

// CHECK-LABEL: func.func @weight_gradient
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x5xf32>)
func.func @weight_gradient(%n: index {ingot.role = "batch"}, %x: tensor<?x4xf32>, %g: tensor<?x5xf32>) -> tensor<4x5xf32> {
  // CHECK: %[[D:.*]] = linalg.fill
  // CHECK: linalg.contract indexing_maps = [#[[$BI]], #[[$BO]], #[[$IO]]] ins(%[[X]], %[[G]] : {{.*}}) outs(%[[D]]
  %0 = ingot.contract "bi,bo->io" %x, %g : tensor<?x4xf32>, tensor<?x5xf32> -> tensor<4x5xf32>
  return %0 : tensor<4x5xf32>
}

// Nothing is summed: a product of elements.
// CHECK-LABEL: func.func @product
// CHECK-SAME: %[[G:[^:]*]]: tensor<?xf32>, %[[X:[^:]*]]: tensor<?x4xf32>)
func.func @product(%n: index {ingot.role = "batch"}, %g: tensor<?xf32>, %x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // CHECK: linalg.generic {{.*}}iterator_types = ["parallel", "parallel"]} ins(%[[G]], %[[X]]
  // CHECK: arith.mulf
  %0 = ingot.contract "b,bi->bi" %g, %x : tensor<?xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
