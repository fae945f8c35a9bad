// RUN: ingot-opt %s --ingot-lower-entries -split-input-file -verify-diagnostics | FileCheck %s

// CHECK: module attributes {{.*}}ingot.metrics = ["loss"]
module attributes {ingot.max_batch = 8 : i64, ingot.prefix = "m"} {
ingot.variable @w : tensor<4x5xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @b : tensor<5xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @b.m : tensor<5xf32> init {kind = "constant", a = 0.0 : f64} of @b {role = "slot"}
ingot.variable @steps : tensor<i32> init {kind = "constant", a = 0.0 : f64} {role = "counter"}

// Tensors come at their largest batch, weights and state as blocks of bytes.
// CHECK-LABEL: func.func private @m_train_step_body
// CHECK-SAME: %[[N:[^:]*]]: index {ingot.role = "batch"}
// CHECK-SAME: %[[X:[^:]*]]: memref<8x4xf32> {ingot.name = "x", ingot.role = "input", llvm.noalias}
// CHECK-SAME: %[[SW:[^:]*]]: memref<1xf32> {ingot.name = "sw", ingot.role = "sample_weight", llvm.noalias}
// CHECK-SAME: %[[STRIDE:[^:]*]]: index {ingot.name = "sw", ingot.role = "sample_weight_stride"}
// CHECK-SAME: %[[PARAMS:[^:]*]]: memref<192xi8> {ingot.role = "params", llvm.noalias}
// CHECK-SAME: %[[STATE:[^:]*]]: memref<128xi8> {ingot.role = "state", llvm.noalias}
// CHECK-SAME: %[[METRICS:[^:]*]]: memref<12xi8> {ingot.role = "metrics", llvm.noalias}
// CHECK-SAME: %[[Y:[^:]*]]: memref<8x5xf32> {ingot.name = "y", ingot.role = "output", llvm.noalias})
// CHECK-SAME: attributes {ingot.kind = "train_step", ingot.max_batch = 8 : i64}
ingot.entry @m.train_step(%x: tensor<?x4xf32> {ingot.role = "input", ingot.name = "x"},
                          %sw: tensor<?xf32> {ingot.role = "sample_weight", ingot.name = "sw"})
    -> (tensor<?x5xf32> {ingot.name = "y"}) attributes {kind = "train_step"} {
  // The slot lies behind the hash and the counter, aligned.
  // CHECK-DAG: %[[B_VIEW:.*]] = memref.view %[[STATE]][%c64{{.*}}][] : memref<128xi8> to memref<5xf32>
  // CHECK-DAG: %[[W_VIEW:.*]] = memref.view %[[PARAMS]][%c0{{.*}}][] : memref<192xi8> to memref<4x5xf32>
  // CHECK-DAG: %[[XB:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [%[[N]], 4], strides: [4, 1]
  // CHECK-DAG: bufferization.to_tensor %[[XB]] restrict :
  // A missing sample weight is a single 1 with stride 0.
  // CHECK-DAG: %[[SWB:.*]] = memref.reinterpret_cast %[[SW]] to offset: [0], sizes: [%[[N]]], strides: [%[[STRIDE]]]
  // CHECK-DAG: %[[SWT:.*]] = bufferization.to_tensor %[[SWB]] restrict :
  %n = ingot.batch
  // What is written is a writable tensor, what is only read is not.
  // CHECK-DAG: %[[WT:.*]] = bufferization.to_tensor %[[W_VIEW]] restrict writable
  // CHECK-DAG: %[[MT:.*]] = bufferization.to_tensor %[[B_VIEW]] restrict :
  %w = ingot.read @w : tensor<4x5xf32>
  %m = ingot.read @b.m : tensor<5xf32>
  %y = ingot.contract "bi,io->bo" %x, %w : tensor<?x4xf32>, tensor<4x5xf32> -> tensor<?x5xf32>
  // CHECK: %[[L:.*]] = ingot.reduce_sum %[[SWT]]
  %l = ingot.reduce_sum %sw axes [0] : tensor<?xf32> -> tensor<f32>
  // Kahan's sum: (sum, compensation, count).
  // CHECK-DAG: %[[SUM:.*]] = memref.view %[[METRICS]][%c0{{.*}}][] : memref<12xi8> to memref<f32>
  // CHECK-DAG: %[[LOST:.*]] = memref.view %[[METRICS]][%c4{{.*}}][] : memref<12xi8> to memref<f32>
  // CHECK-DAG: %[[COUNT:.*]] = memref.view %[[METRICS]][%c8{{.*}}][] : memref<12xi8> to memref<i32>
  // CHECK: %[[VALUE:.*]] = tensor.extract %[[L]][]
  // CHECK: %[[S0:.*]] = memref.load %[[SUM]][]
  // CHECK: %[[C0:.*]] = memref.load %[[LOST]][]
  // CHECK: %[[V:.*]] = arith.subf %[[VALUE]], %[[C0]]
  // CHECK: %[[S1:.*]] = arith.addf %[[S0]], %[[V]]
  // CHECK: %[[GAIN:.*]] = arith.subf %[[S1]], %[[S0]]
  // CHECK: %[[C1:.*]] = arith.subf %[[GAIN]], %[[V]]
  // CHECK: memref.store %[[C1]], %[[LOST]][]
  // CHECK: memref.store %[[S1]], %[[SUM]][]
  // CHECK: memref.store %{{.*}}, %[[COUNT]][]
  ingot.accumulate "loss" %l, %n : tensor<f32>
  // CHECK: %[[W1:.*]] = ingot.add %[[WT]], %[[WT]]
  // CHECK: bufferization.materialize_in_destination %[[W1]] in writable %[[W_VIEW]]
  %w1 = ingot.add %w, %w : tensor<4x5xf32>
  ingot.write %w1 to @w : tensor<4x5xf32>
  // CHECK: %[[YB:.*]] = memref.reinterpret_cast %[[Y]] to offset: [0], sizes: [%[[N]], 5]
  // CHECK: bufferization.materialize_in_destination %{{.*}} in restrict writable %[[YB]]
  // CHECK: return
  ingot.return %y : tensor<?x5xf32>
}

// Gradients have the layout of params; a fill of two uses is made again, straight
// into each destination.
// CHECK-LABEL: func.func private @m_gradients_body
// CHECK-SAME: %[[GRADS:[^:]*]]: memref<192xi8> {ingot.role = "grads"
ingot.entry @m.gradients() attributes {kind = "gradients"} {
  // CHECK: bufferization.materialize_in_destination %[[Z0:.*]] in restrict writable
  // CHECK-NOT: materialize_in_destination %[[Z0]]
  // CHECK: bufferization.materialize_in_destination
  %zero = ingot.fill 0.0 : f32 : tensor<5xf32>
  ingot.gradient_write %zero to @b : tensor<5xf32>
  %zeros = ingot.fill 0.0 : f32 : tensor<4x5xf32>
  ingot.gradient_write %zeros to @w : tensor<4x5xf32>
  ingot.return
}
}

// -----

module attributes {ingot.max_batch = 8 : i64, ingot.prefix = "m"} {
ingot.variable @parts : tensor<5xf32> init {kind = "constant", a = 0.0 : f64}

// Parts are computed where they stand in the variable, one fill for each.
// CHECK-LABEL: func.func private @m_init_body
ingot.entry @m.init(%seed: i64 {ingot.role = "seed", ingot.name = "seed"}) attributes {kind = "init"} {
  %zeros = ingot.fill 0.0 : f32 : tensor<2xf32>
  %one = ingot.fill 1.0 : f32 : tensor<1xf32>
  %all = ingot.concat %zeros, %one, %zeros axis 0 : tensor<2xf32>, tensor<1xf32>, tensor<2xf32> -> tensor<5xf32>
  // CHECK: %[[FIRST:.*]] = memref.subview %[[MEMORY:.*]][0] [2] [1]
  // CHECK: bufferization.materialize_in_destination %{{.*}} in restrict writable %[[FIRST]]
  // CHECK: %[[SECOND:.*]] = memref.subview %[[MEMORY]][2] [1] [1]
  // CHECK: bufferization.materialize_in_destination %{{.*}} in restrict writable %[[SECOND]]
  // CHECK: %[[THIRD:.*]] = memref.subview %[[MEMORY]][3] [2] [1]
  // CHECK: bufferization.materialize_in_destination %{{.*}} in restrict writable %[[THIRD]]
  ingot.write %all to @parts : tensor<5xf32>
  ingot.return
}
}

// -----

// expected-error @below {{lacks the attribute `ingot.max_batch`}}
module {
}
