// RUN: ingot-opt %s --ingot-emit-entry-points | FileCheck %s

// The object is to hold weights: NULL params of what only reads them are those, and
// `init` copies them, whatever its body does. What writes params still wants a block.

module attributes {ingot.prefix = "net", ingot.frozen_weights} {
ingot.variable @y.kernel : tensor<4x3xf32> init {kind = "constant", a = 0.0 : f64}

llvm.func @net_predict_body(%batch: i64 {ingot.role = "batch"}, %params: !llvm.ptr {ingot.role = "params"})
    attributes {ingot.kind = "predict", ingot.max_batch = 8 : i64} {
  llvm.return
}
llvm.func @net_apply_gradients_body(%batch: i64 {ingot.role = "batch"}, %params: !llvm.ptr {ingot.role = "params"})
    attributes {ingot.kind = "apply_gradients", ingot.max_batch = 8 : i64} {
  llvm.return
}
llvm.func @net_init_body(%batch: i64 {ingot.role = "batch"}) attributes {ingot.kind = "init"} {
  llvm.return
}

// No contents: text of a stage has no weights.
// CHECK: llvm.mlir.global external constant @net_weights() {{.*}}alignment = 64{{.*}} : !llvm.array<64 x i8>

// CHECK-LABEL: llvm.func @net_predict(
// CHECK-SAME: %[[PARAMS:[a-z0-9]+]]: !llvm.ptr,
// CHECK: %[[HELD:.*]] = llvm.mlir.addressof @net_weights
// CHECK: %[[NULL:.*]] = llvm.icmp "eq" %[[PARAMS]],
// CHECK: %[[CHOSEN:.*]] = llvm.select %[[NULL]], %[[HELD]], %[[PARAMS]]
// CHECK: llvm.call @net_predict_body(%{{.*}}, %[[CHOSEN]])

// CHECK-LABEL: llvm.func @net_apply_gradients(
// CHECK-SAME: %[[PARAMS:[a-z0-9]+]]: !llvm.ptr,
// CHECK-NOT: llvm.mlir.addressof
// CHECK: llvm.call @net_apply_gradients_body(%{{.*}}, %[[PARAMS]])

// Eight words.
// CHECK-LABEL: llvm.func @net_init(
// CHECK-SAME: %[[PARAMS:[a-z0-9]+]]: !llvm.ptr,
// CHECK-NOT: llvm.call
// CHECK: %[[HELD:.*]] = llvm.mlir.addressof @net_weights
// CHECK: ^bb{{[0-9]+}}(%[[I:.*]]: i64):
// CHECK: llvm.getelementptr %[[HELD]][%[[I]]]
// CHECK: llvm.getelementptr %[[PARAMS]][%[[I]]]
// CHECK: llvm.mlir.constant(8 : i64)
// CHECK: llvm.cond_br

// CHECK-LABEL: llvm.func @net_prepare(
// CHECK: llvm.mlir.addressof @net_weights
}
