// RUN: split-file %s %t
// RUN: cat %t/sgd.mlir %t/entry.mlir | ingot-opt --ingot-build-train-step | FileCheck %s --check-prefixes=CHECK,SGD
// RUN: cat %t/rmsprop.mlir %t/entry.mlir | ingot-opt --ingot-build-train-step | FileCheck %s --check-prefixes=CHECK,RMSPROP
// RUN: cat %t/momentum.mlir %t/entry.mlir | ingot-opt --ingot-build-train-step | FileCheck %s --check-prefix=DENSE
// RUN: cat %t/adam.mlir %t/entry.mlir | ingot-opt --ingot-build-train-step | FileCheck %s --check-prefix=DENSE

// Slots that decay have the step that each row is of.
// SGD-NOT: last_step
// RMSPROP: ingot.variable @t.velocity : tensor<9x4xf32>
// RMSPROP: ingot.variable @t.average_gradient : tensor<9x4xf32>
// RMSPROP: ingot.variable @t.last_step : tensor<9xi32> init {a = 0.0{{.*}}, kind = "constant"} of @t {role = "slot"}
// Momentum moves rows without a gradient, and so does Adam.
// DENSE-NOT: last_step
// DENSE-NOT: ingot.update_rows

// CHECK-LABEL: ingot.entry @m.train_step
// CHECK-SAME: (%[[I:.*]]: tensor<?x2xi32>, %[[G:.*]]: tensor<?x2x4xf32>)
// RMSPROP: %[[TAKEN:.*]] = ingot.read @optimizer.iterations
// RMSPROP: %[[STEP:.*]] = ingot.add %[[TAKEN]]
// CHECK: %[[RATE:.*]] = ingot.read @optimizer.learning_rate
// SGD: %[[T:.*]] = ingot.read @t :
// SGD: %[[NEXT:.*]] = ingot.update_rows %[[I]], %[[G]] : {{.*}} tables(%[[T]] : tensor<9x4xf32>)
// SGD: ^bb0(%[[SUM:.*]]: tensor<4xf32>, %[[ROW:.*]]: tensor<4xf32>):
// SGD: %[[ROW1:.*]] = ingot.apply_sgd %[[ROW]], %[[SUM]] rate %[[RATE]] {momentum = 0.0
// SGD: ingot.yield %[[ROW1]]
// SGD: ingot.write %[[NEXT]] to @t
// RMSPROP: %[[NEXT:.*]]:4 = ingot.update_rows %[[I]], %[[G]]
// RMSPROP: ^bb0(%[[SUM:.*]]: tensor<4xf32>, %[[ROW:.*]]: tensor<4xf32>, %[[V:.*]]: tensor<4xf32>, %[[A:.*]]: tensor<4xf32>, %[[LAST:.*]]: tensor<i32>):
// RMSPROP: %[[V1:.*]] = ingot.decay %[[V]] since %[[LAST]] until %[[TAKEN]] by 0.8999999{{.*}}
// RMSPROP: %[[A1:.*]] = ingot.decay %[[A]] since %[[LAST]] until %[[TAKEN]] by 0.8999999{{.*}}
// RMSPROP: %[[ROW1:.*]], %[[SLOTS:.*]]:2 = ingot.apply_rmsprop %[[ROW]], %[[SUM]] rate %[[RATE]] slots %[[V1]], %[[A1]]
// RMSPROP: %[[LAST1:.*]] = ingot.assign %[[STEP]] to %[[LAST]]
// RMSPROP: ingot.yield %[[ROW1]], %[[SLOTS]]#0, %[[SLOTS]]#1, %[[LAST1]]
// RMSPROP-DAG: ingot.write %[[NEXT]]#0 to @t :
// RMSPROP-DAG: ingot.write %[[NEXT]]#3 to @t.last_step

// The caller's gradient is of all rows, which are brought up to date first.
// CHECK-LABEL: ingot.entry @m.apply_gradients
// CHECK-NOT: ingot.update_rows
// SGD: ingot.apply_sgd
// RMSPROP: %[[TAKEN:.*]] = ingot.read @optimizer.iterations
// RMSPROP: %[[V:.*]] = ingot.read @t.velocity
// RMSPROP: %[[LAST:.*]] = ingot.read @t.last_step
// RMSPROP: %[[V1:.*]] = ingot.decay %[[V]] since %[[LAST]] until %[[TAKEN]] by {{.*}} : (tensor<9x4xf32>, tensor<9xi32>, tensor<i32>)
// RMSPROP: ingot.apply_rmsprop %{{.*}}, %{{.*}} rate %{{.*}} slots %[[V1]],
// RMSPROP: %[[LAST1:.*]] = ingot.assign %{{.*}} to %[[LAST]] : (tensor<9xi32>, tensor<i32>) -> tensor<9xi32>
// RMSPROP: ingot.write %[[LAST1]] to @t.last_step

//--- sgd.mlir
ingot.compile @m optimizer {class_name = "SGD", learning_rate = 0.25 : f64, momentum = 0.0 : f64} outputs []
//--- momentum.mlir
ingot.compile @m optimizer {class_name = "SGD", learning_rate = 0.25 : f64, momentum = 0.5 : f64} outputs []
//--- rmsprop.mlir
ingot.compile @m optimizer {class_name = "RMSprop", learning_rate = 0.25 : f64, rho = 0.9 : f64, momentum = 0.0 : f64,
                            epsilon = 1.0e-7 : f64, centered = true} outputs []
//--- adam.mlir
ingot.compile @m optimizer {class_name = "Adam", learning_rate = 0.25 : f64, beta_1 = 0.9 : f64, beta_2 = 0.999 : f64,
                            epsilon = 1.0e-7 : f64} outputs []
//--- entry.mlir
ingot.variable @t sparse : tensor<9x4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.entry @m.train_step(%i: tensor<?x2xi32>, %g: tensor<?x2x4xf32>) attributes {kind = "train_step"} {
  %0 = ingot.scatter_rows %i, %g : tensor<?x2xi32>, tensor<?x2x4xf32> -> tensor<9x4xf32>
  ingot.update %0 to @t : tensor<9x4xf32>
  ingot.return
}
ingot.entry @m.apply_gradients() attributes {kind = "apply_gradients"} {
  %0 = ingot.gradient_read @t : tensor<9x4xf32>
  ingot.update %0 to @t : tensor<9x4xf32>
  ingot.return
}
