// RUN: split-file %s %t
// RUN: cat %t/sgd.mlir %t/entry.mlir | ingot-opt --ingot-build-train-step | FileCheck %s --check-prefixes=CHECK,SGD
// RUN: cat %t/rmsprop.mlir %t/entry.mlir | ingot-opt --ingot-build-train-step | FileCheck %s --check-prefixes=CHECK,RMSPROP
// RUN: cat %t/adagrad.mlir %t/entry.mlir | ingot-opt --ingot-build-train-step | FileCheck %s --check-prefixes=CHECK,ADAGRAD
// RUN: cat %t/adam.mlir %t/entry.mlir | ingot-opt --ingot-build-train-step | FileCheck %s --check-prefixes=CHECK,ADAM
// RUN: cat %t/unknown.mlir %t/entry.mlir | not ingot-opt --ingot-build-train-step 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// UNKNOWN: error: optimizer "Lion" is unknown; must be SGD, RMSprop, Adagrad or Adam

// `ingot.compile` is consumed; a frozen weight has no slots.
// CHECK-NOT: ingot.compile
// CHECK: ingot.variable @optimizer.iterations : tensor<i32> init {a = 0.0{{.*}}, kind = "constant"} {role = "counter"}
// CHECK: ingot.variable @optimizer.learning_rate : tensor<f32> init {a = 2.5{{.*}}e-01 : f64, kind = "constant"} {role = "counter"}
// CHECK-NOT: ingot.variable @frozen.
// SGD: ingot.variable @w.momentum : tensor<4xf32> init {{.*}} of @w {role = "slot"}
// RMSPROP: ingot.variable @w.velocity : {{.*}} of @w {role = "slot"}
// RMSPROP: ingot.variable @w.average_gradient : {{.*}} of @w
// ADAGRAD: ingot.variable @w.accumulator : tensor<4xf32> init {a = 1.0{{.*}}e-01 : f64, kind = "constant"} of @w {role = "slot"}
// ADAM: ingot.variable @w.momentum : {{.*}} of @w
// ADAM: ingot.variable @w.velocity : {{.*}} of @w
// ADAM: ingot.variable @w.velocity_hat : {{.*}} of @w
// CHECK-NOT: ingot.variable

// CHECK-LABEL: ingot.entry @m.init_state() attributes {kind = "init_state"}
// CHECK: ingot.write %{{.*}} to @optimizer.iterations
// CHECK: %[[LR:.*]] = ingot.fill 2.5{{.*}}e-01 : f32
// CHECK: ingot.write %[[LR]] to @optimizer.learning_rate
// CHECK-NOT: to @w :
// CHECK: to @w.{{momentum|velocity|accumulator}}

// CHECK-LABEL: ingot.entry @m.train_step
// CHECK-SAME: (%[[G:.*]]: tensor<4xf32>)
// CHECK: %[[T0:.*]] = ingot.read @optimizer.iterations
// CHECK: %[[T:.*]] = ingot.add %[[T0]],
// CHECK: %[[LR:.*]] = ingot.read @optimizer.learning_rate
// SGD: %[[W:.*]] = ingot.read @w :
// SGD: %[[M:.*]] = ingot.read @w.momentum
// SGD: %[[NEXT:.*]], %[[SLOT:.*]] = ingot.apply_sgd %[[W]], %[[G]] rate %[[LR]] slots %[[M]] {momentum = 5.0{{.*}}e-01 : f32, nesterov}
// SGD: ingot.write %[[T]] to @optimizer.iterations
// SGD: ingot.write %[[NEXT]] to @w :
// SGD: ingot.write %[[SLOT]] to @w.momentum
// RMSPROP: %[[NEXT:.*]], %[[SLOT:.*]]:2 = ingot.apply_rmsprop %{{.*}}, %[[G]] rate %[[LR]] slots %{{.*}}, %{{.*}} {centered, epsilon = {{.*}}, momentum = 0.0{{.*}}, rho =
// RMSPROP: ingot.write %[[NEXT]] to @w :
// RMSPROP: ingot.write %[[SLOT]]#0 to @w.velocity
// RMSPROP: ingot.write %[[SLOT]]#1 to @w.average_gradient
// ADAGRAD: %[[NEXT:.*]], %[[SLOT:.*]] = ingot.apply_adagrad %{{.*}}, %[[G]] rate %[[LR]] slots %{{.*}} {epsilon =
// ADAGRAD: ingot.write %[[NEXT]] to @w :
// ADAGRAD: ingot.write %[[SLOT]] to @w.accumulator
// The number of this step, from 1.
// ADAM: %[[RATE:.*]] = ingot.adam_rate %[[LR]], %[[T]]
// ADAM: %[[NEXT:.*]], %[[SLOT:.*]]:3 = ingot.apply_adam %{{.*}}, %[[G]] rate %[[RATE]] slots %{{.*}}, %{{.*}}, %{{.*}} {amsgrad,
// ADAM: ingot.write %[[SLOT]]#2 to @w.velocity_hat
// CHECK-NOT: ingot.update

// An entry that updates nothing is left alone.
// CHECK-LABEL: ingot.entry @m.predict
// CHECK-NEXT: ingot.return

//--- sgd.mlir
ingot.compile @m optimizer {class_name = "SGD", learning_rate = 0.25 : f64, momentum = 0.5 : f64, nesterov = true} outputs []
//--- rmsprop.mlir
ingot.compile @m optimizer {class_name = "RMSprop", learning_rate = 0.25 : f64, rho = 0.9 : f64, momentum = 0.0 : f64,
                            epsilon = 1.0e-7 : f64, centered = true} outputs []
//--- adagrad.mlir
ingot.compile @m optimizer {class_name = "Adagrad", learning_rate = 0.25 : f64, initial_accumulator_value = 0.1 : f64,
                            epsilon = 1.0e-7 : f64} outputs []
//--- adam.mlir
ingot.compile @m optimizer {class_name = "Adam", learning_rate = 0.25 : f64, beta_1 = 0.9 : f64, beta_2 = 0.999 : f64,
                            epsilon = 1.0e-7 : f64, amsgrad = true} outputs []
//--- unknown.mlir
ingot.compile @m optimizer {class_name = "Lion"} outputs []
//--- entry.mlir
ingot.variable @w : tensor<4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @frozen frozen : tensor<4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.entry @m.train_step(%g: tensor<4xf32>) attributes {kind = "train_step"} {
  ingot.update %g to @w : tensor<4xf32>
  ingot.return
}
ingot.entry @m.predict() attributes {kind = "predict"} {
  ingot.return
}
