// RUN: ingot-opt %s --ingot-emit-entry-points --canonicalize | FileCheck %s

// A public function around each body, with the signature of abi.h. All checks
// stand before the call of the body.

module attributes {ingot.prefix = "net", ingot.abi_hash = "0123456789abcdef"} {
ingot.variable @y.kernel : tensor<4x3xf32> init {kind = "constant", a = 0.0 : f64}

// Bodies are seen from nowhere else.
// CHECK-LABEL: llvm.func internal @net_predict_body
// CHECK-NOT: ingot.role
// CHECK-SAME: {
llvm.func @net_predict_body(%batch: i64 {ingot.role = "batch"}, %params: !llvm.ptr {ingot.role = "params"},
                            %x: !llvm.ptr {ingot.role = "input", ingot.name = "x"},
                            %y: !llvm.ptr {ingot.role = "output", ingot.name = "y"},
                            %arena: !llvm.ptr {ingot.role = "arena"})
    attributes {ingot.kind = "predict", ingot.max_batch = 8 : i64, ingot.arena_bytes = 64 : i64} {
  llvm.return
}

llvm.func @net_init_body(%batch: i64 {ingot.role = "batch"}, %seed: i64 {ingot.role = "seed"},
                         %params: !llvm.ptr {ingot.role = "params"}) attributes {ingot.kind = "init"} {
  llvm.return
}

// CHECK-LABEL: llvm.func @net_predict(
// CHECK-SAME: %[[PARAMS:[a-z0-9]+]]: !llvm.ptr, %[[PREPARED:[a-z0-9]+]]: !llvm.ptr, %[[IN:[a-z0-9]+]]: !llvm.ptr,
// CHECK-SAME: %[[OUT:[a-z0-9]+]]: !llvm.ptr, %[[BATCH:[a-z0-9]+]]: i32, %[[ARENA:[a-z0-9]+]]: !llvm.ptr,
// CHECK-SAME: %[[HOST:[a-z0-9]+]]: !llvm.ptr) -> i32
// CHECK-DAG: llvm.mlir.constant(8 : i32) : i32
// CHECK: llvm.ptrtoint %[[PARAMS]]
// CHECK: %[[SIZE:.*]] = llvm.zext %[[BATCH]] : i32 to i64
// CHECK: %[[X:.*]] = llvm.load %[[IN]]
// CHECK: %[[Y:.*]] = llvm.load %[[OUT]]
// CHECK: llvm.call @net_predict_body(%[[SIZE]], %[[PARAMS]], %[[X]], %[[Y]], %[[ARENA]])
// CHECK: llvm.return %{{.*}} : i32

// CHECK-LABEL: llvm.func @net_init(
// CHECK-SAME: !llvm.ptr, %{{[a-z0-9]+}}: !llvm.ptr, %[[SEED:[a-z0-9]+]]: i64) -> i32
// CHECK: llvm.call @net_init_body(%{{.*}}, %[[SEED]], %{{.*}})

// CHECK-LABEL: llvm.func @net_prepare(

// No optimizer and no metrics, so no entries for them; what stages told each other
// is gone.
// CHECK-NOT: llvm.func @net_
// CHECK: llvm.mlir.global external constant @net_abi_0123456789abcdef
// CHECK-NOT: ingot.variable
}
