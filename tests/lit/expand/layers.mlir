// RUN: ingot-opt %s --ingot-expand-layers | FileCheck %s

ingot.variable @k : tensor<4x5xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @b : tensor<5xf32> init {kind = "constant", a = 0.0 : f64}

// CHECK-LABEL: ingot.entry @dense
// CHECK-SAME: (%[[X:.*]]: tensor<?x4xf32>)
ingot.entry @dense(%x: tensor<?x4xf32>) -> tensor<?x5xf32> attributes {kind = "predict"} {
  // CHECK-DAG: %[[K:.*]] = ingot.read @k : tensor<4x5xf32>
  // CHECK-DAG: %[[XK:.*]] = ingot.contract "bi,io->bo" %[[X]], %[[K]]
  // CHECK-DAG: %[[B:.*]] = ingot.read @b : tensor<5xf32>
  // CHECK-DAG: %[[BB:.*]] = ingot.broadcast %[[B]] dims [1] batch %{{.*}} : tensor<5xf32> -> tensor<?x5xf32>
  // CHECK: %[[Z:.*]] = ingot.add %[[XK]], %[[BB]]
  // CHECK: %[[Y:.*]] = ingot.relu %[[Z]]
  // CHECK: ingot.return %[[Y]]
  %0 = ingot.dense %x units(5) act("relu") kernel(@k) bias(@b) : tensor<?x4xf32> -> tensor<?x5xf32>
  ingot.return %0 : tensor<?x5xf32>
}

// Steps are leading axes; linear is nothing; without a bias nothing is added.
// CHECK-LABEL: ingot.entry @steps
// CHECK-SAME: (%[[X:.*]]: tensor<?x3x4xf32>)
ingot.entry @steps(%x: tensor<?x3x4xf32>) -> tensor<?x3x5xf32> attributes {kind = "predict"} {
  // CHECK: %[[Y:.*]] = ingot.contract "bci,io->bco" %[[X]], %{{.*}} : tensor<?x3x4xf32>, tensor<4x5xf32> -> tensor<?x3x5xf32>
  // CHECK-NEXT: ingot.return %[[Y]]
  %0 = ingot.dense %x units(5) kernel(@k) {use_bias = false} : tensor<?x3x4xf32> -> tensor<?x3x5xf32>
  ingot.return %0 : tensor<?x3x5xf32>
}

// CHECK-LABEL: ingot.entry @views
// CHECK-SAME: (%[[X:.*]]: tensor<?x8xf32>)
ingot.entry @views(%x: tensor<?x8xf32>) -> (tensor<?x2x4xf32>, tensor<?x8xf32>) attributes {kind = "predict"} {
  // CHECK: %[[R:.*]] = ingot.view_as %[[X]] : tensor<?x8xf32> -> tensor<?x2x4xf32>
  %0 = ingot.reshape %x to [2, 4] : tensor<?x8xf32> -> tensor<?x2x4xf32>
  // CHECK-NOT: ingot.flatten
  %1 = ingot.flatten %0 : tensor<?x2x4xf32> -> tensor<?x8xf32>
  ingot.return %0, %1 : tensor<?x2x4xf32>, tensor<?x8xf32>
}

// elu: the exponent is cut at 0, so that no infinity reaches the gradient.
// CHECK-LABEL: ingot.entry @elu
// CHECK-SAME: (%[[X:.*]]: tensor<?x4xf32>)
ingot.entry @elu(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {kind = "predict"} {
  // CHECK: %[[M:.*]] = ingot.min %[[X]],
  // CHECK: %[[E:.*]] = ingot.exp %[[M]]
  // CHECK: %[[NEG:.*]] = ingot.sub %[[E]],
  // CHECK: %[[C:.*]] = ingot.compare "gt" %[[X]],
  // CHECK: ingot.select %[[C]], %[[X]], %[[NEG]]
  %0 = ingot.activation "elu" %x : tensor<?x4xf32> -> tensor<?x4xf32>
  ingot.return %0 : tensor<?x4xf32>
}

// Every activation has an expansion: none is left.
// CHECK-LABEL: ingot.entry @all
// CHECK-NOT: ingot.activation
ingot.entry @all(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {kind = "predict"} {
  %0 = ingot.activation "linear" %x : tensor<?x4xf32> -> tensor<?x4xf32>
  %1 = ingot.activation "relu" %0 : tensor<?x4xf32> -> tensor<?x4xf32>
  %2 = ingot.activation "relu6" %1 : tensor<?x4xf32> -> tensor<?x4xf32>
  %3 = ingot.activation "tanh" %2 : tensor<?x4xf32> -> tensor<?x4xf32>
  %4 = ingot.activation "sigmoid" %3 : tensor<?x4xf32> -> tensor<?x4xf32>
  %5 = ingot.activation "softmax" %4 : tensor<?x4xf32> -> tensor<?x4xf32>
  %6 = ingot.activation "elu" %5 : tensor<?x4xf32> -> tensor<?x4xf32>
  %7 = ingot.activation "selu" %6 : tensor<?x4xf32> -> tensor<?x4xf32>
  %8 = ingot.activation "silu" %7 : tensor<?x4xf32> -> tensor<?x4xf32>
  %9 = ingot.activation "gelu" %8 : tensor<?x4xf32> -> tensor<?x4xf32>
  %10 = ingot.activation "softplus" %9 : tensor<?x4xf32> -> tensor<?x4xf32>
  %11 = ingot.activation "softsign" %10 : tensor<?x4xf32> -> tensor<?x4xf32>
  %12 = ingot.activation "exponential" %11 : tensor<?x4xf32> -> tensor<?x4xf32>
  %13 = ingot.activation "leaky_relu" %12 : tensor<?x4xf32> -> tensor<?x4xf32>
  %14 = ingot.activation "hard_sigmoid" %13 : tensor<?x4xf32> -> tensor<?x4xf32>
  ingot.return %14 : tensor<?x4xf32>
}

// A size of 1 repeats; the mean divides once.
// CHECK-LABEL: ingot.entry @merges
// CHECK-SAME: (%[[X:.*]]: tensor<?x2x3xf32>, %[[Y:.*]]: tensor<?x1x3xf32>)
ingot.entry @merges(%x: tensor<?x2x3xf32>, %y: tensor<?x1x3xf32>) -> (tensor<?x2x3xf32>, tensor<?x2x3xf32>) attributes {kind = "predict"} {
  // CHECK: %[[N:.*]] = ingot.view_as %[[Y]] : tensor<?x1x3xf32> -> tensor<?x3xf32>
  // CHECK: %[[R:.*]] = ingot.broadcast %[[N]] dims [0, 2]{{.*}} : tensor<?x3xf32> -> tensor<?x2x3xf32>
  // CHECK: %[[SUM:.*]] = ingot.add %[[X]], %[[R]]
  // CHECK: %[[MEAN:.*]] = ingot.div %[[SUM]], %{{.*}}
  %0 = ingot.merge "average" %x, %y : tensor<?x2x3xf32>, tensor<?x1x3xf32> -> tensor<?x2x3xf32>
  // CHECK: %[[S:.*]] = ingot.sub %{{.*}}, %[[X]]
  %1 = ingot.merge "subtract" %y, %x : tensor<?x1x3xf32>, tensor<?x2x3xf32> -> tensor<?x2x3xf32>
  // CHECK: ingot.return %[[MEAN]], %[[S]]
  ingot.return %0, %1 : tensor<?x2x3xf32>, tensor<?x2x3xf32>
}

// CHECK-LABEL: ingot.entry @moves
// CHECK-SAME: (%[[X:.*]]: tensor<?x3xf32>)
ingot.entry @moves(%x: tensor<?x3xf32>) -> tensor<?x3x4xf32> attributes {kind = "predict"} {
  // CHECK: %[[R:.*]] = ingot.broadcast %[[X]] dims [0, 2]{{.*}} : tensor<?x3xf32> -> tensor<?x2x3xf32>
  %0 = ingot.repeat_vector %x times 2 : tensor<?x3xf32> -> tensor<?x2x3xf32>
  // CHECK: %[[C:.*]] = ingot.concat %[[R]], %[[R]] axis 1
  %1 = ingot.concatenate %0, %0 axis -2 : tensor<?x2x3xf32>, tensor<?x2x3xf32> -> tensor<?x4x3xf32>
  // CHECK: %[[T:.*]] = ingot.transpose %[[C]] perm [0, 2, 1]
  %2 = ingot.permute %1 dims [2, 1] : tensor<?x4x3xf32> -> tensor<?x3x4xf32>
  // CHECK: ingot.return %[[T]]
  ingot.return %2 : tensor<?x3x4xf32>
}

ingot.variable @table : tensor<9x4xf32> init {kind = "constant", a = 0.0 : f64}

// CHECK-LABEL: ingot.entry @embedding
// CHECK-SAME: (%[[I:.*]]: tensor<?x2xi32>)
ingot.entry @embedding(%i: tensor<?x2xi32>) -> tensor<?x2x4xf32> attributes {kind = "predict"} {
  // CHECK: %[[T:.*]] = ingot.read @table : tensor<9x4xf32>
  // CHECK: ingot.gather_rows %[[T]], %[[I]] : tensor<9x4xf32>, tensor<?x2xi32> -> tensor<?x2x4xf32>
  %0 = ingot.embedding %i table(@table) rows(9) width(4) : tensor<?x2xi32> -> tensor<?x2x4xf32>
  ingot.return %0 : tensor<?x2x4xf32>
}

// CHECK-LABEL: ingot.entry @dots
// CHECK-SAME: (%[[X:.*]]: tensor<?x2x3xf32>, %[[Y:.*]]: tensor<?x4x2xf32>, %[[V:.*]]: tensor<?x3xf32>)
ingot.entry @dots(%x: tensor<?x2x3xf32>, %y: tensor<?x4x2xf32>, %v: tensor<?x3xf32>) -> (tensor<?x3x4xf32>, tensor<?x1xf32>) attributes {kind = "predict"} {
  // CHECK: %[[XY:.*]] = ingot.contract "bka,blk->bal" %[[X]], %[[Y]] : tensor<?x2x3xf32>, tensor<?x4x2xf32> -> tensor<?x3x4xf32>
  %0 = ingot.dot %x, %y axes [-2, 2] : tensor<?x2x3xf32>, tensor<?x4x2xf32> -> tensor<?x3x4xf32>
  // CHECK: %[[SQUARES:.*]] = ingot.mul %[[V]], %[[V]]
  // CHECK: %[[SUM:.*]] = ingot.reduce_sum %[[SQUARES]] axes [1]
  // CHECK: %[[CLAMPED:.*]] = ingot.max %[[SUM]], %{{.*}} : tensor<?xf32>
  // CHECK: %[[NORM:.*]] = ingot.sqrt %[[CLAMPED]]
  // CHECK: %[[ALONG:.*]] = ingot.broadcast %[[NORM]] dims [0]
  // CHECK: %[[UNIT:.*]] = ingot.div %[[V]], %[[ALONG]]
  // CHECK: %[[ONE:.*]] = ingot.contract "bk,bk->b" %[[UNIT]], %{{.*}} : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?xf32>
  // CHECK: %[[LAST:.*]] = ingot.view_as %[[ONE]] : tensor<?xf32> -> tensor<?x1xf32>
  %1 = ingot.dot %v, %v axes [1, -1] {normalize = true} : tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?x1xf32>
  // CHECK: ingot.return %[[XY]], %[[LAST]]
  ingot.return %0, %1 : tensor<?x3x4xf32>, tensor<?x1xf32>
}

// What is masked becomes 0, whatever the value was.
// CHECK-LABEL: ingot.entry @masking
// CHECK-SAME: (%[[X:.*]]: tensor<?x2x3xf32>)
ingot.entry @masking(%x: tensor<?x2x3xf32>) -> tensor<?x2x3xf32> attributes {kind = "predict"} {
  // CHECK: %[[M:.*]] = ingot.compare "gt" %{{.*}} : tensor<?x2xf32> -> tensor<?x2xi1>
  // CHECK: %[[ROWS:.*]] = ingot.broadcast %[[M]] dims [0, 1]{{.*}} : tensor<?x2xi1> -> tensor<?x2x3xi1>
  // CHECK: %[[ZERO:.*]] = ingot.fill 0.0{{.*}} : f32
  // CHECK: %[[Y:.*]] = ingot.select %[[ROWS]], %[[X]], %[[ZERO]]
  %0 = ingot.masking %x {mask_value = 2.0 : f64} : tensor<?x2x3xf32> -> tensor<?x2x3xf32>
  // CHECK: ingot.return %[[Y]]
  ingot.return %0 : tensor<?x2x3xf32>
}
