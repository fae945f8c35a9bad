// RUN: ingot-opt %s | ingot-opt | FileCheck %s

// CHECK-LABEL: ingot.entry @elementwise
// CHECK-SAME: (%[[X:.*]]: tensor<?x3xf32>, %[[Y:.*]]: tensor<?x3xf32>)
ingot.entry @elementwise(%x: tensor<?x3xf32>, %y: tensor<?x3xf32>) attributes {kind = "predict"} {
  // CHECK: ingot.neg %[[X]] : tensor<?x3xf32>
  %0 = ingot.neg %x : tensor<?x3xf32>
  // CHECK: ingot.exp %[[X]]
  %1 = ingot.exp %x : tensor<?x3xf32>
  // CHECK: ingot.log %[[X]]
  %2 = ingot.log %x : tensor<?x3xf32>
  // CHECK: ingot.sqrt %[[X]]
  %3 = ingot.sqrt %x : tensor<?x3xf32>
  // CHECK: ingot.tanh %[[X]]
  %4 = ingot.tanh %x : tensor<?x3xf32>
  // CHECK: ingot.sigmoid %[[X]]
  %5 = ingot.sigmoid %x : tensor<?x3xf32>
  // CHECK: ingot.softplus %[[X]]
  %6 = ingot.softplus %x : tensor<?x3xf32>
  // CHECK: ingot.relu %[[X]]
  %7 = ingot.relu %x : tensor<?x3xf32>
  // CHECK: ingot.abs %[[X]]
  %8 = ingot.abs %x : tensor<?x3xf32>
  // CHECK: ingot.sign %[[X]]
  %9 = ingot.sign %x : tensor<?x3xf32>
  // CHECK: ingot.erf %[[X]]
  %10 = ingot.erf %x : tensor<?x3xf32>
  // CHECK: ingot.add %[[X]], %[[Y]] : tensor<?x3xf32>
  %11 = ingot.add %x, %y : tensor<?x3xf32>
  // CHECK: ingot.sub %[[X]], %[[Y]]
  %12 = ingot.sub %x, %y : tensor<?x3xf32>
  // CHECK: ingot.mul %[[X]], %[[Y]]
  %13 = ingot.mul %x, %y : tensor<?x3xf32>
  // CHECK: ingot.div %[[X]], %[[Y]]
  %14 = ingot.div %x, %y : tensor<?x3xf32>
  // CHECK: ingot.max %[[X]], %[[Y]]
  %15 = ingot.max %x, %y : tensor<?x3xf32>
  // CHECK: ingot.min %[[X]], %[[Y]]
  %16 = ingot.min %x, %y : tensor<?x3xf32>
  // CHECK: ingot.mask_pos %[[X]], %[[Y]] : tensor<?x3xf32>
  %17 = ingot.mask_pos %x, %y : tensor<?x3xf32>
  // CHECK: %[[C:.*]] = ingot.compare "gt" %[[X]], %[[Y]] : tensor<?x3xf32> -> tensor<?x3xi1>
  %18 = ingot.compare "gt" %x, %y : tensor<?x3xf32> -> tensor<?x3xi1>
  // CHECK: ingot.select %[[C]], %[[X]], %[[Y]] : tensor<?x3xi1>, tensor<?x3xf32>
  %19 = ingot.select %18, %x, %y : tensor<?x3xi1>, tensor<?x3xf32>
  // CHECK: ingot.select %[[C]], %[[C]], %[[C]] : tensor<?x3xi1>, tensor<?x3xi1>
  %either = ingot.select %18, %18, %18 : tensor<?x3xi1>, tensor<?x3xi1>
  // CHECK: ingot.count %[[C]] : tensor<?x3xi1>
  %count = ingot.count %18 : tensor<?x3xi1>
  ingot.return
}

// CHECK-LABEL: ingot.entry @shapes
// CHECK-SAME: (%[[X:.*]]: tensor<?x3xf32>)
ingot.entry @shapes(%x: tensor<?x3xf32>) attributes {kind = "predict"} {
  // CHECK: %[[N:.*]] = ingot.batch
  %n = ingot.batch
  // CHECK: ingot.fill 1.000000e+00 : f32 batch %[[N]] : tensor<?x3xf32>
  %0 = ingot.fill 1.0 : f32 batch %n : tensor<?x3xf32>
  // CHECK: ingot.fill 7 : i32 : tensor<i32>
  %1 = ingot.fill 7 : i32 : tensor<i32>
  // CHECK: %[[SUM:.*]] = ingot.reduce_sum %[[X]] axes [0] : tensor<?x3xf32> -> tensor<3xf32>
  %2 = ingot.reduce_sum %x axes [0] : tensor<?x3xf32> -> tensor<3xf32>
  // CHECK: ingot.broadcast %[[SUM]] dims [1] batch %[[N]] : tensor<3xf32> -> tensor<?x3xf32>
  %3 = ingot.broadcast %2 dims [1] batch %n : tensor<3xf32> -> tensor<?x3xf32>
  // CHECK: ingot.div_size %[[SUM]], %[[N]] times 3 : tensor<3xf32>
  %4 = ingot.div_size %2, %n times 3 : tensor<3xf32>
  // CHECK: ingot.div_size %[[SUM]], %[[N]] : tensor<3xf32>
  %5 = ingot.div_size %2, %n : tensor<3xf32>
  // CHECK: ingot.mul_size %[[SUM]], %[[N]] : tensor<3xf32>
  %6 = ingot.mul_size %2, %n : tensor<3xf32>
  // CHECK: ingot.view_as %[[X]] : tensor<?x3xf32> -> tensor<?x3x1xf32>
  %7 = ingot.view_as %x : tensor<?x3xf32> -> tensor<?x3x1xf32>
  // CHECK: ingot.transpose %{{.*}} perm [0, 2, 1] : tensor<?x3x1xf32> -> tensor<?x1x3xf32>
  %8 = ingot.transpose %7 perm [0, 2, 1] : tensor<?x3x1xf32> -> tensor<?x1x3xf32>
  // CHECK: %[[SLICE:.*]] = ingot.slice %[[X]] axis 1 from 1 size 2 : tensor<?x3xf32> -> tensor<?x2xf32>
  %9 = ingot.slice %x axis 1 from 1 size 2 : tensor<?x3xf32> -> tensor<?x2xf32>
  // CHECK: ingot.concat %[[SLICE]], %[[X]] axis 1 : tensor<?x2xf32>, tensor<?x3xf32> -> tensor<?x5xf32>
  %10 = ingot.concat %9, %x axis 1 : tensor<?x2xf32>, tensor<?x3xf32> -> tensor<?x5xf32>
  ingot.return
}

// The batch may stand anywhere.
// CHECK-LABEL: ingot.entry @stacks
// CHECK-SAME: (%[[X:.*]]: tensor<5x?x6xf32>)
ingot.entry @stacks(%x: tensor<5x?x6xf32>) attributes {kind = "predict"} {
  %n = ingot.batch
  // CHECK: ingot.view_as %[[X]] : tensor<5x?x6xf32> -> tensor<5x?x2x3xf32>
  %0 = ingot.view_as %x : tensor<5x?x6xf32> -> tensor<5x?x2x3xf32>
  // CHECK: ingot.transpose %[[X]] perm [1, 0, 2] : tensor<5x?x6xf32> -> tensor<?x5x6xf32>
  %1 = ingot.transpose %x perm [1, 0, 2] : tensor<5x?x6xf32> -> tensor<?x5x6xf32>
  // CHECK: %[[SUM:.*]] = ingot.reduce_sum %[[X]] axes [0] : tensor<5x?x6xf32> -> tensor<?x6xf32>
  %2 = ingot.reduce_sum %x axes [0] : tensor<5x?x6xf32> -> tensor<?x6xf32>
  // CHECK: ingot.broadcast %[[SUM]] dims [1, 2] : tensor<?x6xf32> -> tensor<5x?x6xf32>
  %3 = ingot.broadcast %2 dims [1, 2] : tensor<?x6xf32> -> tensor<5x?x6xf32>
  // CHECK: ingot.reverse %[[X]] axis 0 : tensor<5x?x6xf32>
  %5 = ingot.reverse %x axis 0 : tensor<5x?x6xf32>
  // CHECK: ingot.fill 1.000000e+00 : f32 batch %{{.*}} : tensor<5x?xf32>
  %4 = ingot.fill 1.0 : f32 batch %n : tensor<5x?xf32>
  ingot.return
}

// CHECK-LABEL: ingot.entry @rows
// CHECK-SAME: (%[[X:.*]]: tensor<?x3xf32>, %[[L:.*]]: tensor<?xi32>)
ingot.entry @rows(%x: tensor<?x3xf32>, %l: tensor<?xi32>) attributes {kind = "predict"} {
  // CHECK: ingot.contract "bi,bo->io" %[[X]], %[[X]] : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<3x3xf32>
  %0 = ingot.contract "bi,bo->io" %x, %x : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<3x3xf32>
  // CHECK: ingot.softmax %[[X]] : tensor<?x3xf32>
  %1 = ingot.softmax %x : tensor<?x3xf32>
  // CHECK: ingot.logsumexp %[[X]] : tensor<?x3xf32> -> tensor<?xf32>
  %2 = ingot.logsumexp %x : tensor<?x3xf32> -> tensor<?xf32>
  // CHECK: ingot.argmax %[[X]] : tensor<?x3xf32> -> tensor<?xi32>
  %3 = ingot.argmax %x : tensor<?x3xf32> -> tensor<?xi32>
  // CHECK: ingot.pick %[[X]], %[[L]] : tensor<?x3xf32>, tensor<?xi32> -> tensor<?xf32>
  %4 = ingot.pick %x, %l : tensor<?x3xf32>, tensor<?xi32> -> tensor<?xf32>
  // CHECK: ingot.one_hot %[[L]] : tensor<?xi32> -> tensor<?x3xf32>
  %5 = ingot.one_hot %l : tensor<?xi32> -> tensor<?x3xf32>
  ingot.return
}
