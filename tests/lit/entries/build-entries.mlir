// RUN: ingot-opt %s --ingot-build-entries | FileCheck %s
// RUN: ingot-opt %s --ingot-build-entries=entries=predict,evaluate | FileCheck %s --check-prefix=SOME

// SOME-NOT: kind = "init"
// SOME: kind = "predict"
// SOME: kind = "evaluate"
// SOME-NOT: kind =

ingot.variable @h.kernel : tensor<4x5xf32> init {kind = "uniform", a = -0.5 : f64, b = 0.5 : f64, seed = 3 : i64} {l2 = 0.01 : f64}
ingot.variable @h.bias frozen : tensor<5xf32> init {kind = "constant", a = 0.0 : f64}
ingot.model @m(%x: tensor<?x4xf32> {ingot.name = "x"}) -> (tensor<?x5xf32> {ingot.name = "y"}) {
  %0 = ingot.dense %x units(5) act("softmax") kernel(@h.kernel) bias(@h.bias) : tensor<?x4xf32> -> tensor<?x5xf32>
  ingot.return %0 : tensor<?x5xf32>
}
ingot.compile @m optimizer {class_name = "SGD", learning_rate = 0.01 : f64}
  outputs [{name = "y", loss = "sparse_categorical_crossentropy", target = tensor<?xi32>, loss_weight = 0.5 : f64,
            metrics = [{kind = "sparse_categorical_accuracy", key = "accuracy"}]}]

// CHECK: ingot.compile @m

// CHECK-LABEL: ingot.entry @m.init(
// CHECK-SAME: %[[SEED:.*]]: i64 {ingot.name = "seed", ingot.role = "seed"}) attributes {kind = "init"}
// CHECK: %[[K:.*]] = ingot.random "uniform" %[[SEED]] {{{.*}}fixedSeed = 3 : i64, stream = 0 : i64} : tensor<4x5xf32>
// CHECK: ingot.write %[[K]] to @h.kernel
// CHECK: %[[B:.*]] = ingot.fill 0.0{{.*}} : f32 : tensor<5xf32>
// CHECK: ingot.write %[[B]] to @h.bias

// CHECK-LABEL: ingot.entry @m.predict
// CHECK-SAME: (%[[X:.*]]: tensor<?x4xf32> {ingot.name = "x", ingot.role = "input"}) -> (tensor<?x5xf32> {ingot.name = "y"})
// CHECK-NEXT: %[[Y:.*]] = ingot.call @m(%[[X]])
// CHECK-NEXT: ingot.return %[[Y]]

// CHECK-LABEL: ingot.entry @m.evaluate
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[T:[^:]*]]: tensor<?xi32> {ingot.classes = 5 : i64, ingot.name = "y", ingot.role = "target"}
// CHECK-SAME: %[[SW:[^:]*]]: tensor<?xf32> {ingot.name = "y_sample_weight", ingot.role = "sample_weight"})
// CHECK: %[[Y:.*]] = ingot.call @m(%[[X]])
// CHECK: %[[N:.*]] = ingot.batch
// CHECK: %[[L:.*]] = ingot.loss "sparse_categorical_crossentropy" %[[Y]], %[[T]]
// CHECK: %[[MEAN:.*]] = ingot.mean_loss %[[L]] weights %[[SW]] : tensor<?xf32>, tensor<?xf32> -> tensor<f32>
// CHECK: %[[HALF:.*]] = ingot.fill 5.0{{.*}}e-01 : f32
// CHECK: %[[LOSS:.*]] = ingot.mul %[[MEAN]], %[[HALF]]
// CHECK: %[[W:.*]] = ingot.read @h.kernel
// CHECK: ingot.mul %[[W]], %[[W]]
// CHECK: %[[TOTAL:.*]] = ingot.add %[[LOSS]],
// CHECK: %[[BACK:.*]] = ingot.mul_size %[[TOTAL]], %[[N]]
// CHECK: ingot.accumulate "loss" %[[BACK]], %[[N]]
// With one output there is no `y_loss`.
// CHECK-NOT: "y_loss"
// CHECK: %[[A:.*]], %[[COUNT:.*]] = ingot.metric "sparse_categorical_accuracy" %[[Y]], %[[T]]
// CHECK: ingot.accumulate "accuracy" %[[A]], %[[COUNT]]
// CHECK-NOT: ingot.gradients

// CHECK-LABEL: ingot.entry @m.train_step
// CHECK: %[[G:.*]] = ingot.gradients %{{.*}} wrt [@h.kernel]
// CHECK-NEXT: ingot.update %[[G]] to @h.kernel
// CHECK-NEXT: ingot.return

// CHECK-LABEL: ingot.entry @m.gradients
// CHECK: %[[G:.*]] = ingot.gradients %{{.*}} wrt [@h.kernel]
// CHECK-NEXT: ingot.gradient_write %[[G]] to @h.kernel
// What is frozen gets zeros, for the block is overwritten.
// CHECK-NEXT: %[[ZERO:.*]] = ingot.fill 0.0{{.*}} : f32 : tensor<5xf32>
// CHECK-NEXT: ingot.gradient_write %[[ZERO]] to @h.bias

// CHECK-LABEL: ingot.entry @m.apply_gradients()
// CHECK-NEXT: %[[G:.*]] = ingot.gradient_read @h.kernel
// CHECK-NEXT: ingot.update %[[G]] to @h.kernel
// CHECK-NEXT: ingot.return
