// RUN: ingot-opt %s --ingot-to-linalg | FileCheck %s

// Weight and slots are the destinations of one loop nest.
// CHECK-LABEL: func.func @adam
// CHECK-SAME: (%[[W:[^:]*]]: tensor<4xf32>, %[[G:[^:]*]]: tensor<4xf32>, %[[R:[^:]*]]: tensor<f32>, %[[M:[^:]*]]: tensor<4xf32>, %[[V:[^:]*]]: tensor<4xf32>)
func.func @adam(%w: tensor<4xf32>, %g: tensor<4xf32>, %r: tensor<f32>, %m: tensor<4xf32>, %v: tensor<4xf32>)
    -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK: linalg.generic {{.*}} ins(%[[G]], %[[R]] : tensor<4xf32>, tensor<f32>) outs(%[[W]], %[[M]], %[[V]] :
  // CHECK-NOT: tensor.empty
  // CHECK: math.sqrt
  // CHECK: linalg.yield %{{.*}}, %{{.*}}, %{{.*}} : f32, f32, f32
  %0:3 = ingot.apply_adam %w, %g rate %r slots %m, %v {beta_1 = 0.9 : f32, beta_2 = 0.999 : f32, epsilon = 1.0e-7 : f32}
    : (tensor<4xf32>, tensor<4xf32>, tensor<f32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
  return %0#0, %0#1, %0#2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @sgd
// CHECK-SAME: (%[[W:[^:]*]]: tensor<4xf32>
func.func @sgd(%w: tensor<4xf32>, %g: tensor<4xf32>, %r: tensor<f32>) -> tensor<4xf32> {
  // CHECK: linalg.generic {{.*}} outs(%[[W]] :
  // CHECK: %[[MOVE:.*]] = arith.mulf
  // CHECK: arith.subf %{{.*}}, %[[MOVE]]
  // CHECK-NOT: math.sqrt
  %0 = ingot.apply_sgd %w, %g rate %r {momentum = 0.0 : f32} : (tensor<4xf32>, tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// Epsilon is inside the root, as in Keras.
// CHECK-LABEL: func.func @rmsprop
func.func @rmsprop(%w: tensor<4xf32>, %g: tensor<4xf32>, %r: tensor<f32>, %v: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK: %[[EPSILON:.*]] = arith.constant {{1.0.*e-07|9.9.*e-08}} : f32
  // CHECK: %[[D:.*]] = arith.addf %{{.*}}, %[[EPSILON]]
  // CHECK: %[[ROOT:.*]] = math.sqrt %[[D]]
  // CHECK: arith.divf %{{.*}}, %[[ROOT]]
  %0:2 = ingot.apply_rmsprop %w, %g rate %r slots %v {rho = 0.9 : f32, momentum = 0.0 : f32, epsilon = 1.0e-7 : f32}
    : (tensor<4xf32>, tensor<4xf32>, tensor<f32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
  return %0#0, %0#1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @adagrad
// CHECK-SAME: (%[[W:[^:]*]]: tensor<4xf32>, %[[G:[^:]*]]: tensor<4xf32>, %[[R:[^:]*]]: tensor<f32>, %[[A:[^:]*]]: tensor<4xf32>)
func.func @adagrad(%w: tensor<4xf32>, %g: tensor<4xf32>, %r: tensor<f32>, %a: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK: linalg.generic {{.*}} outs(%[[W]], %[[A]] :
  // CHECK: %[[SQUARE:.*]] = arith.mulf
  // CHECK: %[[SUM:.*]] = arith.addf %{{.*}}, %[[SQUARE]]
  // CHECK: %[[D:.*]] = arith.addf %[[SUM]],
  // CHECK: math.sqrt %[[D]]
  %0:2 = ingot.apply_adagrad %w, %g rate %r slots %a {epsilon = 1.0e-7 : f32}
    : (tensor<4xf32>, tensor<4xf32>, tensor<f32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
  return %0#0, %0#1 : tensor<4xf32>, tensor<4xf32>
}
