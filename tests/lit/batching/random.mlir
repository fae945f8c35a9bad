// RUN: ingot-opt %s --ingot-scan-hoist | FileCheck %s

// Under one key each step draws the same bits, in the recurrence and before it.
// CHECK-LABEL: ingot.entry @masked
// CHECK-SAME: (%[[X:.*]]: tensor<7x?x4xf32>, %{{.*}}: tensor<?x5xf32>, %{{.*}}: tensor<4x5xf32>, %[[KEY:.*]]: tensor<2xi32>)
ingot.entry @masked(%x: tensor<7x?x4xf32>, %h: tensor<?x5xf32>, %w: tensor<4x5xf32>, %key: tensor<2xi32>) -> tensor<?x5xf32>
    attributes {kind = "train_step"} {
  // CHECK: %[[M:.*]] = ingot.random_mask %[[X]] key %[[KEY]] rate 5.000000e-01 salt 1 {shared = array<i64: 0, 2>} : tensor<7x?x4xf32>
  // CHECK: ingot.contract "tbi,io->tbo" %[[M]],
  // CHECK: ingot.scan
  // CHECK-NOT: ingot.random_mask
  %0 = ingot.scan 7 inits(%h : tensor<?x5xf32>) xs(%x : tensor<7x?x4xf32>) -> (tensor<?x5xf32>) {
  ^bb0(%before: tensor<?x5xf32>, %step: tensor<?x4xf32>):
    %1 = ingot.random_mask %step key %key rate 0.5 salt 1 {shared = array<i64: 1>} : tensor<?x4xf32>
    %2 = ingot.contract "bi,io->bo" %1, %w : tensor<?x4xf32>, tensor<4x5xf32> -> tensor<?x5xf32>
    %3 = ingot.add %before, %2 : tensor<?x5xf32>
    ingot.yield %3 : tensor<?x5xf32>
  }
  ingot.return %0 : tensor<?x5xf32>
}
