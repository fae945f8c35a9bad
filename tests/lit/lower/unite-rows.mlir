// RUN: ingot-opt %s --ingot-unite-rows | FileCheck %s
// RUN: sed -e '1i module attributes {ingot.l2_bytes = 65536 : i64} {' -e '$a }' %s | ingot-opt --ingot-unite-rows | FileCheck %s --check-prefix=SMALL

// The products of a recurrence's inputs with weights, of their gradients with them,
// and of both for the weight's: each over the rows that are named, each once, by
// blocks. The gradients of a row are added up before their product.
// Blocks are a share of the second cache.
// SMALL: tensor.empty() : tensor<96x64xf32>
// CHECK-LABEL: func.func @train
// CHECK-SAME: (%[[N:[^:]*]]: index {{.*}}, %[[I:[^:]*]]: tensor<?x3xi32>, %[[TABLE:[^:]*]]: memref<9x64xf32>, %[[W:[^:]*]]: tensor<64x8xf32>, %[[D:[^:]*]]: tensor<3x?x8xf32>)
func.func @train(%n: index {ingot.role = "batch"}, %i: tensor<?x3xi32>, %m: memref<9x64xf32>, %w: tensor<64x8xf32>,
    %d: tensor<3x?x8xf32>) -> (tensor<3x?x8xf32>, tensor<64x8xf32>) {
  // CHECK: %[[UNITED:.*]]:4 = scf.for
  // CHECK: scf.while
  // CHECK: %[[PLACES:.*]] = tensor.expand_shape %[[UNITED]]#1 {{.*}} into tensor<?x3xi32>
  // CHECK: %[[T:.*]] = bufferization.to_tensor %[[TABLE]]
  // CHECK-NOT: ingot.gather_rows

  // CHECK: %[[MADE:.*]] = scf.for %[[BEGIN:.*]] = %{{.*}} to %[[UNITED]]#2 step %{{.*}} iter_args(%[[ALL:.*]] = %{{.*}}) -> (tensor<?x8xf32>)
  // CHECK: %[[REST:.*]] = arith.subi %[[UNITED]]#2, %[[BEGIN]]
  // CHECK: %[[SIZE:.*]] = arith.minui %[[REST]], %{{.*}}
  // CHECK: tensor.empty() : tensor<192x64xf32>
  // CHECK: %[[X:.*]] = scf.for {{.*}} to %[[SIZE]]
  // CHECK: memref.prefetch %[[TABLE]]{{.*}}, read
  // CHECK: tensor.extract %[[UNITED]]#0
  // CHECK: tensor.extract_slice %[[T]]{{.*}} : tensor<9x64xf32> to tensor<64xf32>
  // CHECK: linalg.contract {{.*}} ins(%[[X]], %[[W]] : tensor<?x64xf32>, tensor<64x8xf32>) outs(%{{.*}} : tensor<?x8xf32>)
  // CHECK: linalg.generic {{.*}} ins(%[[PLACES]] : tensor<?x3xi32>) outs(%{{.*}} : tensor<3x?x8xf32>)
  // CHECK: tensor.extract %[[MADE]]

  // CHECK: %[[TURNED:.*]] = linalg.generic {{.*}} ins(%[[PLACES]] : tensor<?x3xi32>) outs(%{{.*}} : tensor<3x?xi32>)
  // CHECK: %[[SUMS:.*]] = scf.for {{.*}} -> (tensor<?x8xf32>)
  // The rows that are updated are multiplied in the same loop, before.
  // CHECK: scf.for {{.*}} iter_args(%[[NOW:[a-z0-9_]*]] = %[[T]], %[[DW:[a-z0-9_]*]] = %{{.*}}) -> (tensor<9x64xf32>, tensor<64x8xf32>)
  // CHECK: tensor.extract_slice %[[NOW]]{{.*}} : tensor<9x64xf32> to tensor<64xf32>
  // CHECK: %[[PART:.*]] = tensor.extract_slice %[[SUMS]]
  // CHECK: linalg.contract {{.*}} ins(%{{.*}}, %[[PART]] : tensor<?x64xf32>, tensor<?x8xf32>) outs(%[[DW]] : tensor<64x8xf32>)
  // CHECK: %[[DX:.*]] = linalg.contract {{.*}} ins(%{{.*}}, %[[W]] : tensor<?x8xf32>, tensor<64x8xf32>) outs(%{{.*}} : tensor<?x64xf32>)
  // CHECK: scf.for
  // CHECK: memref.prefetch %[[TABLE]]{{.*}}, write
  // CHECK: tensor.extract_slice %[[DX]]
  // CHECK: ingot.apply_sgd
  // CHECK-NOT: ingot.update_rows
  %rate = ingot.fill 0.1 : f32 : tensor<f32>
  %t = bufferization.to_tensor %m restrict writable : memref<9x64xf32> to tensor<9x64xf32>
  %x = ingot.gather_rows %t, %i : tensor<9x64xf32>, tensor<?x3xi32> -> tensor<?x3x64xf32>
  %steps = ingot.transpose %x perm [1, 0, 2] : tensor<?x3x64xf32> -> tensor<3x?x64xf32>
  %y = ingot.contract "tbi,io->tbo" %steps, %w : tensor<3x?x64xf32>, tensor<64x8xf32> -> tensor<3x?x8xf32>
  %dx = ingot.contract "tbo,io->tbi" %d, %w : tensor<3x?x8xf32>, tensor<64x8xf32> -> tensor<3x?x64xf32>
  %dw = ingot.contract "tbi,tbo->io" %steps, %d : tensor<3x?x64xf32>, tensor<3x?x8xf32> -> tensor<64x8xf32>
  %rows = ingot.transpose %dx perm [1, 0, 2] : tensor<3x?x64xf32> -> tensor<?x3x64xf32>
  %new = ingot.update_rows %i, %rows : tensor<?x3xi32>, tensor<?x3x64xf32> tables(%t : tensor<9x64xf32>) -> (tensor<9x64xf32>) {
  ^bb0(%sum: tensor<64xf32>, %row: tensor<64xf32>):
    %next = ingot.apply_sgd %row, %sum rate %rate slots {momentum = 0.0 : f32} : (tensor<64xf32>, tensor<64xf32>, tensor<f32>) -> (tensor<64xf32>)
    ingot.yield %next : tensor<64xf32>
  }
  bufferization.materialize_in_destination %new in writable %m : (tensor<9x64xf32>, memref<9x64xf32>) -> ()
  return %y, %dw : tensor<3x?x8xf32>, tensor<64x8xf32>
}

// The whole gradient of a table has each sum once; the indices' order is that of the gradient.
// CHECK-LABEL: func.func @gradient
func.func @gradient(%n: index {ingot.role = "batch"}, %i: tensor<?x3xi32>, %w: tensor<8x64xf32>, %d: tensor<?x3x8xf32>) -> tensor<9x64xf32> {
  // CHECK: scf.while
  // CHECK-NOT: linalg.generic {{.*}} outs(%{{.*}} : tensor<?x3xi32>)
  // CHECK: linalg.contract {{.*}} -> tensor<?x64xf32>
  // CHECK: scf.for {{.*}} -> (tensor<9x64xf32>)
  // CHECK-NOT: arith.addf
  // CHECK: return
  %rows = ingot.contract "bto,oi->bti" %d, %w : tensor<?x3x8xf32>, tensor<8x64xf32> -> tensor<?x3x64xf32>
  %g = ingot.scatter_rows %i, %rows : tensor<?x3xi32>, tensor<?x3x64xf32> -> tensor<9x64xf32>
  return %g : tensor<9x64xf32>
}

// Narrow rows cost less than finding equal indices.
// CHECK-LABEL: func.func @narrow
func.func @narrow(%n: index {ingot.role = "batch"}, %i: tensor<?x3xi32>, %w: tensor<8x63xf32>, %d: tensor<?x3x8xf32>) -> tensor<9x63xf32> {
  // CHECK: ingot.contract
  // CHECK: ingot.scatter_rows
  %rows = ingot.contract "bto,oi->bti" %d, %w : tensor<?x3x8xf32>, tensor<8x63xf32> -> tensor<?x3x63xf32>
  %g = ingot.scatter_rows %i, %rows : tensor<?x3xi32>, tensor<?x3x63xf32> -> tensor<9x63xf32>
  return %g : tensor<9x63xf32>
}

// A weight for each step is no product of rows; nor is a sum over the steps.
// CHECK-LABEL: func.func @other_products
func.func @other_products(%n: index {ingot.role = "batch"}, %i: tensor<?x3xi32>, %w: tensor<3x8x64xf32>, %d: tensor<?x3x8xf32>) -> tensor<9x64xf32> {
  // CHECK: ingot.contract
  // CHECK: ingot.scatter_rows
  %rows = ingot.contract "bto,toi->bti" %d, %w : tensor<?x3x8xf32>, tensor<3x8x64xf32> -> tensor<?x3x64xf32>
  %g = ingot.scatter_rows %i, %rows : tensor<?x3xi32>, tensor<?x3x64xf32> -> tensor<9x64xf32>
  return %g : tensor<9x64xf32>
}

// The table is read behind the product, so the update cannot rise to it.
// CHECK-LABEL: func.func @read_later
func.func @read_later(%n: index {ingot.role = "batch"}, %i: tensor<?x3xi32>, %m: memref<9x64xf32>, %w: tensor<8x64xf32>, %d: tensor<?x3x8xf32>) -> tensor<f32> {
  // CHECK: ingot.contract
  // CHECK: ingot.update_rows
  %rate = ingot.fill 0.1 : f32 : tensor<f32>
  %t = bufferization.to_tensor %m restrict writable : memref<9x64xf32> to tensor<9x64xf32>
  %rows = ingot.contract "bto,oi->bti" %d, %w : tensor<?x3x8xf32>, tensor<8x64xf32> -> tensor<?x3x64xf32>
  %penalty = ingot.reduce_sum %t axes [0, 1] : tensor<9x64xf32> -> tensor<f32>
  %new = ingot.update_rows %i, %rows : tensor<?x3xi32>, tensor<?x3x64xf32> tables(%t : tensor<9x64xf32>) -> (tensor<9x64xf32>) {
  ^bb0(%sum: tensor<64xf32>, %row: tensor<64xf32>):
    %next = ingot.apply_sgd %row, %sum rate %rate slots {momentum = 0.0 : f32} : (tensor<64xf32>, tensor<64xf32>, tensor<f32>) -> (tensor<64xf32>)
    ingot.yield %next : tensor<64xf32>
  }
  bufferization.materialize_in_destination %new in writable %m : (tensor<9x64xf32>, memref<9x64xf32>) -> ()
  return %penalty : tensor<f32>
}
