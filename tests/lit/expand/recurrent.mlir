// RUN: ingot-opt %s --ingot-expand-layers --split-input-file | FileCheck %s

ingot.variable @k : tensor<5x12xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @r : tensor<3x12xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @b : tensor<12xf32> init {kind = "constant", a = 0.0 : f64}

// CHECK-LABEL: ingot.entry @last
// CHECK-SAME: (%[[X:.*]]: tensor<?x20x5xf32>)
ingot.entry @last(%x: tensor<?x20x5xf32>) -> (tensor<?x3xf32>) attributes {kind = "predict"} {
  // CHECK-DAG: %[[K:.*]] = ingot.read @k
  // CHECK-DAG: %[[R:.*]] = ingot.read @r
  // CHECK-DAG: %[[B:.*]] = ingot.read @b
  // CHECK-DAG: %[[STEPS:.*]] = ingot.transpose %[[X]] perm [1, 0, 2]
  // CHECK-DAG: %[[ZEROS:.*]] = ingot.fill 0.0{{.*}} : tensor<?x3xf32>
  // CHECK: %[[LAST:.*]]:2 = ingot.scan 20 inits(%[[ZEROS]], %[[ZEROS]] : {{.*}}) xs(%[[STEPS]] : tensor<20x?x5xf32>) -> (tensor<?x3xf32>, tensor<?x3xf32>)
  // CHECK: ^bb0(%[[H:.*]]: tensor<?x3xf32>, %[[C:.*]]: tensor<?x3xf32>, %[[STEP:.*]]: tensor<?x5xf32>):
  // The four gates in one product of the step and one of the state.
  // CHECK: %[[XK:.*]] = ingot.contract "bi,io->bo" %[[STEP]], %[[K]]
  // CHECK: %[[BIAS:.*]] = ingot.broadcast %[[B]] dims [1]
  // CHECK: %[[FROMX:.*]] = ingot.add %[[XK]], %[[BIAS]]
  // CHECK: %[[HR:.*]] = ingot.contract "bi,io->bo" %[[H]], %[[R]]
  // CHECK: %[[Z:.*]] = ingot.add %[[FROMX]], %[[HR]] : tensor<?x12xf32>
  // CHECK: %[[ZI:.*]] = ingot.slice %[[Z]] axis 1 from 0 size 3
  // CHECK: %[[I:.*]] = ingot.sigmoid %[[ZI]]
  // CHECK: %[[ZF:.*]] = ingot.slice %[[Z]] axis 1 from 3 size 3
  // CHECK: %[[F:.*]] = ingot.sigmoid %[[ZF]]
  // CHECK: %[[ZC:.*]] = ingot.slice %[[Z]] axis 1 from 6 size 3
  // CHECK: %[[NEW:.*]] = ingot.tanh %[[ZC]]
  // CHECK: %[[ZO:.*]] = ingot.slice %[[Z]] axis 1 from 9 size 3
  // CHECK: %[[O:.*]] = ingot.sigmoid %[[ZO]]
  // CHECK-DAG: %[[KEPT:.*]] = ingot.mul %[[F]], %[[C]]
  // CHECK-DAG: %[[ADDED:.*]] = ingot.mul %[[I]], %[[NEW]]
  // CHECK: %[[NEXTC:.*]] = ingot.add %[[KEPT]], %[[ADDED]]
  // CHECK: %[[ACT:.*]] = ingot.tanh %[[NEXTC]]
  // CHECK: %[[NEXTH:.*]] = ingot.mul %[[O]], %[[ACT]]
  // CHECK: ingot.yield %[[NEXTH]], %[[NEXTC]]
  // CHECK: ingot.return %[[LAST]]#0
  %y = ingot.lstm %x units(3) kernel(@k) recurrent(@r) bias(@b) : tensor<?x20x5xf32> -> tensor<?x3xf32>
  ingot.return %y : tensor<?x3xf32>
}

// -----

ingot.variable @k : tensor<5x12xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @r : tensor<3x12xf32> init {kind = "constant", a = 0.0 : f64}

// Backwards, the last output alone needs no turned sequence.
// CHECK-LABEL: ingot.entry @backwards
ingot.entry @backwards(%x: tensor<?x20x5xf32>) -> (tensor<?x3xf32>) attributes {kind = "predict"} {
  // CHECK-NOT: ingot.reverse
  // CHECK: ingot.scan 20 reverse
  // CHECK: ingot.relu
  %y = ingot.lstm %x units(3) kernel(@k) recurrent(@r) {use_bias = false, go_backwards = true, activation = "relu"} : tensor<?x20x5xf32> -> tensor<?x3xf32>
  ingot.return %y : tensor<?x3xf32>
}

// -----

ingot.variable @k : tensor<5x12xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @r : tensor<3x12xf32> init {kind = "constant", a = 0.0 : f64}

// Outputs come in the order in which the steps were taken.
// CHECK-LABEL: ingot.entry @sequences
// CHECK-SAME: (%[[X:.*]]: tensor<?x20x5xf32>, %[[H0:.*]]: tensor<?x3xf32>, %[[C0:.*]]: tensor<?x3xf32>)
ingot.entry @sequences(%x: tensor<?x20x5xf32>, %h0: tensor<?x3xf32>, %c0: tensor<?x3xf32>)
    -> (tensor<?x20x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>) attributes {kind = "predict"} {
  // CHECK: %[[STEPS:.*]] = ingot.transpose %[[X]] perm [1, 0, 2]
  // CHECK: %[[TURNED:.*]] = ingot.reverse %[[STEPS]] axis 0 : tensor<20x?x5xf32>
  // CHECK: %[[SCAN:.*]]:3 = ingot.scan 20 inits(%[[H0]], %[[C0]] : {{.*}}) xs(%[[TURNED]]
  // CHECK: ingot.yield %[[H:.*]], %{{.*}}, %[[H]] :
  // CHECK: %[[Y:.*]] = ingot.transpose %[[SCAN]]#2 perm [1, 0, 2] : tensor<20x?x3xf32> -> tensor<?x20x3xf32>
  // CHECK: ingot.return %[[Y]], %[[SCAN]]#0, %[[SCAN]]#1
  %y, %h, %c = ingot.lstm %x, %h0, %c0 units(3) kernel(@k) recurrent(@r) {use_bias = false, go_backwards = true, return_sequences = true, return_state = true} : tensor<?x20x5xf32>, tensor<?x3xf32>, tensor<?x3xf32> -> tensor<?x20x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>
  ingot.return %y, %h, %c : tensor<?x20x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>
}

// -----

ingot.variable @k : tensor<5x12xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @r : tensor<3x12xf32> init {kind = "constant", a = 0.0 : f64}

// A step that does not count leaves states and output as they are. The output
// before the first one that does is zeros, though the state is not.
// CHECK-LABEL: ingot.entry @masked
// CHECK-SAME: (%[[X:.*]]: tensor<?x20x5xf32>, %[[H0:.*]]: tensor<?x3xf32>, %[[C0:.*]]: tensor<?x3xf32>, %[[MASK:.*]]: tensor<?x20xi1>)
ingot.entry @masked(%x: tensor<?x20x5xf32>, %h0: tensor<?x3xf32>, %c0: tensor<?x3xf32>, %mask: tensor<?x20xi1>)
    -> (tensor<?x3xf32>) attributes {kind = "predict"} {
  // CHECK-DAG: %[[STEPS:.*]] = ingot.transpose %[[X]] perm [1, 0, 2]
  // CHECK-DAG: %[[MASKS:.*]] = ingot.transpose %[[MASK]] perm [1, 0] : tensor<?x20xi1> -> tensor<20x?xi1>
  // CHECK-DAG: %[[ZEROS:.*]] = ingot.fill 0.0{{.*}} : tensor<?x3xf32>
  // CHECK: %[[SCAN:.*]]:3 = ingot.scan 20 inits(%[[H0]], %[[C0]], %[[ZEROS]] : {{.*}}) xs(%[[STEPS]], %[[MASKS]]
  // CHECK: ^bb0(%[[H:.*]]: tensor<?x3xf32>, %[[C:.*]]: tensor<?x3xf32>, %[[OUT:.*]]: tensor<?x3xf32>, %{{.*}}: tensor<?x5xf32>, %[[VALID:.*]]: tensor<?xi1>):
  // CHECK: %[[ALL:.*]] = ingot.broadcast %[[VALID]] dims [0] batch %{{.*}} : tensor<?xi1> -> tensor<?x3xi1>
  // CHECK: %[[NEXTH:.*]] = ingot.select %[[ALL]], %[[NEW:.*]], %[[H]]
  // CHECK: %[[NEXTC:.*]] = ingot.select %{{.*}}, %{{.*}}, %[[C]]
  // CHECK: %[[NEXTOUT:.*]] = ingot.select %{{.*}}, %[[NEW]], %[[OUT]]
  // CHECK: ingot.yield %[[NEXTH]], %[[NEXTC]], %[[NEXTOUT]]
  // CHECK: ingot.return %[[SCAN]]#2
  %y = ingot.lstm %x, %h0, %c0, %mask units(3) kernel(@k) recurrent(@r) {use_bias = false} : tensor<?x20x5xf32>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x20xi1> -> tensor<?x3xf32>
  ingot.return %y : tensor<?x3xf32>
}
