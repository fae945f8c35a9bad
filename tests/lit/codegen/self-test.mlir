// RUN: ingot-opt %s --split-input-file --verify-diagnostics --ingot-emit-entry-points | FileCheck %s

// The test calls what the program calls. Nothing is written before every check, and `worst`
// before the answer. Inputs are made up in the arena, behind outputs.

module attributes {ingot.prefix = "net", ingot.selftest = {
    predict_batch = 2 : i32, train_batch = 0 : i32, inputs = dense<[2, 0, 0]> : tensor<3xi32>, targets = dense<> : tensor<0xi32>,
    output_bytes = array<i64: 8>, outputs = dense<[4, 1, 1065353216]> : tensor<3xi32>, metrics = dense<> : tensor<0xi32>,
    params = dense<> : tensor<0xi32>, tolerance = 1.000000e-03 : f32, nudges, outputs_hash = 77 : i32}} {
ingot.variable @y.kernel : tensor<4x3xf32> init {kind = "constant", a = 0.0 : f64}

llvm.func @net_predict_body(%batch: i64 {ingot.role = "batch"}, %params: !llvm.ptr {ingot.role = "params"},
                            %x: !llvm.ptr {ingot.role = "input"}, %y: !llvm.ptr {ingot.role = "output"},
                            %arena: !llvm.ptr {ingot.role = "arena"})
    attributes {ingot.kind = "predict", ingot.max_batch = 8 : i64, ingot.arena_bytes = 192 : i64} {
  llvm.return
}
llvm.func @net_init_body(%batch: i64 {ingot.role = "batch"}) attributes {ingot.kind = "init"} {
  llvm.return
}

// CHECK-LABEL: llvm.func @net_selftest(
// CHECK-SAME: %[[PARAMS:[a-z0-9]+]]: !llvm.ptr, %{{.*}}: !llvm.ptr, %[[ARENA:[a-z0-9]+]]: !llvm.ptr, %[[WORST:[a-z0-9]+]]: !llvm.ptr)
// CHECK-NOT: llvm.call
// CHECK: llvm.icmp "eq" %[[WORST]],
// CHECK: %[[DRAWN:.*]] = llvm.call @net_init(%[[PARAMS]], %{{.*}}, %{{.*}}) {no_inline}
// CHECK: %[[BAD:.*]] = llvm.icmp "ne" %[[DRAWN]],
// CHECK: llvm.cond_br %[[BAD]], ^[[REFUSED:bb[0-9]+]], ^
// CHECK: %[[STATE:.*]] = llvm.call @ingot_selftest_nudge(%[[PARAMS]],
// CHECK: %[[X:.*]] = llvm.getelementptr %[[ARENA]][256]
// CHECK: llvm.call @ingot_selftest_numbers(%[[X]], %{{.*}}, %{{.*}}, %{{.*}}, %[[STATE]])
// CHECK: %[[OUT:.*]] = llvm.getelementptr %[[ARENA]][192]
// CHECK: ^[[LOOP:bb[0-9]+]](%[[BATCH:[0-9]+]]: i32,
// CHECK: llvm.call @net_predict(%[[PARAMS]], %{{.*}}, %{{.*}}, %{{.*}}, %[[BATCH]], %[[ARENA]], %{{.*}}) {no_inline}
// CHECK: llvm.call @ingot_selftest_hash(
// CHECK: %[[ERROR:.*]] = llvm.call @ingot_selftest_compare(
// CHECK: llvm.cond_br %{{.*}}, ^{{.*}}, ^[[LOOP]](
// CHECK: llvm.store %[[ERROR]], %[[WORST]]
// CHECK: llvm.fcmp "ugt" %[[ERROR]],
// CHECK: ^[[REFUSED]]:
// CHECK-NEXT: llvm.return %[[DRAWN]]
}

// -----

// expected-error @below {{`ingot.selftest` is not what the driver records}}
module attributes {ingot.selftest = {predict_batch = 2 : i32}} {
}
