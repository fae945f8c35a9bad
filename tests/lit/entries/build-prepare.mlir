// What of predict depends on weights alone is `prepare`, the rest takes its results.
// RUN: ingot-opt %s --ingot-build-prepare | FileCheck %s
// RUN: ingot-opt %s --ingot-build-prepare=entries=predict,prepare | FileCheck %s
// RUN: ingot-opt %s --ingot-build-prepare=entries=predict | FileCheck %s --check-prefix=NONE
// RUN: sed 's/floor = true/save_ram/' %s | ingot-opt --ingot-build-prepare | FileCheck %s --check-prefix=NONE
// RUN: sed 's/floor = true/optimize_for = "size"/' %s | ingot-opt --ingot-build-prepare | FileCheck %s --check-prefix=NONE
// RUN: sed 's/floor = true/frozen_weights/' %s | ingot-opt --ingot-build-prepare=entries=predict | FileCheck %s

// NONE-NOT: prepare

module attributes {ingot.floor = true} {
ingot.variable @variance : tensor<4xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @u : tensor<8xf32> init {kind = "constant", a = 0.0 : f64}
ingot.variable @v : tensor<4x8xf32> init {kind = "constant", a = 0.0 : f64}

// CHECK-LABEL: ingot.entry @m.predict(
// CHECK: ingot.sqrt
// CHECK-LABEL: ingot.entry @m.predict_prepared(
// CHECK-SAME: %[[X:.*]]: tensor<?x4xf32> {ingot.name = "x", ingot.role = "input"},
// CHECK-SAME: %[[ROOT:.*]]: tensor<4xf32> {ingot.name = "prepared.0", ingot.role = "prepared"},
// CHECK-SAME: %[[ABS:.*]]: tensor<8x4xf32> {ingot.name = "prepared.1", ingot.role = "prepared"}
// CHECK-SAME: -> (tensor<?x8xf32> {ingot.name = "y"}) attributes {kind = "predict_prepared"}
// What would get larger stays.
// CHECK-DAG: ingot.broadcast %[[ROOT]]
// CHECK-DAG: ingot.contract "bi,oi->bo" %{{.*}}, %[[ABS]]
// CHECK-DAG: ingot.read @u
// CHECK-DAG: ingot.mul %{{.*}} : tensor<8x8xf32>
// CHECK: ingot.return
// CHECK-LABEL: ingot.entry @m.prepare()
// CHECK-SAME: -> (tensor<4xf32> {ingot.name = "prepared.0"}, tensor<8x4xf32> {ingot.name = "prepared.1"})
// CHECK-SAME: ingot.prepare_pays_from = 1 : i64, kind = "prepare"
// CHECK: %[[R:.*]] = ingot.sqrt
// CHECK: %[[A:.*]] = ingot.abs
// CHECK: %[[T:.*]] = ingot.transpose %[[A]]
// CHECK: ingot.return %[[R]], %[[T]]
ingot.entry @m.predict(%x: tensor<?x4xf32> {ingot.name = "x", ingot.role = "input"}) -> (tensor<?x8xf32> {ingot.name = "y"})
    attributes {kind = "predict"} {
  %variance = ingot.read @variance : tensor<4xf32>
  %epsilon = ingot.fill 1.0e-3 : f32 : tensor<4xf32>
  %sum = ingot.add %variance, %epsilon : tensor<4xf32>
  %root = ingot.sqrt %sum : tensor<4xf32>
  %n = ingot.batch
  %roots = ingot.broadcast %root dims [1] batch %n : tensor<4xf32> -> tensor<?x4xf32>
  %scaled = ingot.mul %x, %roots : tensor<?x4xf32>
  %v = ingot.read @v : tensor<4x8xf32>
  %abs = ingot.abs %v : tensor<4x8xf32>
  %turned = ingot.transpose %abs perm [1, 0] : tensor<4x8xf32> -> tensor<8x4xf32>
  %0 = ingot.contract "bi,oi->bo" %scaled, %turned : tensor<?x4xf32>, tensor<8x4xf32> -> tensor<?x8xf32>
  %u = ingot.read @u : tensor<8xf32>
  %rows = ingot.broadcast %u dims [0] : tensor<8xf32> -> tensor<8x8xf32>
  %columns = ingot.broadcast %u dims [1] : tensor<8xf32> -> tensor<8x8xf32>
  %outer = ingot.mul %rows, %columns : tensor<8x8xf32>
  %1 = ingot.contract "bi,io->bo" %0, %outer : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32>
  ingot.return %1 : tensor<?x8xf32>
}

// A value may be read by predict and be part of another one.
// CHECK-LABEL: ingot.entry @chain.prepare()
// CHECK: %[[B:.*]] = ingot.abs
// CHECK: %[[C:.*]] = ingot.tanh %[[B]]
// CHECK: ingot.return %[[B]], %[[C]]
ingot.entry @chain.predict(%x: tensor<?x4xf32> {ingot.name = "x", ingot.role = "input"}) -> (tensor<?x8xf32> {ingot.name = "y"})
    attributes {kind = "predict"} {
  %v = ingot.read @v : tensor<4x8xf32>
  %abs = ingot.abs %v : tensor<4x8xf32>
  %tanh = ingot.tanh %abs : tensor<4x8xf32>
  %0 = ingot.contract "bi,io->bo" %x, %abs : tensor<?x4xf32>, tensor<4x8xf32> -> tensor<?x8xf32>
  %1 = ingot.contract "bi,io->bo" %x, %tanh : tensor<?x4xf32>, tensor<4x8xf32> -> tensor<?x8xf32>
  %2 = ingot.add %0, %1 : tensor<?x8xf32>
  ingot.return %2 : tensor<?x8xf32>
}
}
