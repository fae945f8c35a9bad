// RUN: ingot-opt %s --ingot-emit-entry-points --canonicalize | FileCheck %s

// predict takes one of two bodies; a block that prepare did not make is refused before
// anything is written.

module attributes {ingot.prefix = "net"} {
llvm.func @net_predict_body(%batch: i64 {ingot.role = "batch"}, %params: !llvm.ptr {ingot.role = "params"},
                            %y: !llvm.ptr {ingot.role = "output", ingot.name = "y"})
    attributes {ingot.kind = "predict", ingot.max_batch = 8 : i64} {
  llvm.return
}
llvm.func @net_predict_prepared_body(%batch: i64 {ingot.role = "batch"}, %y: !llvm.ptr {ingot.role = "output", ingot.name = "y"},
                                     %w: !llvm.ptr {ingot.role = "prepared", ingot.name = "w", ingot.offset = 128 : i64},
                                     %arena: !llvm.ptr {ingot.role = "arena"})
    attributes {ingot.kind = "predict_prepared", ingot.max_batch = 8 : i64, ingot.prepared_hash = 77 : i64, ingot.arena_bytes = 64 : i64} {
  llvm.return
}
llvm.func @net_prepare_body(%batch: i64 {ingot.role = "batch"}, %params: !llvm.ptr {ingot.role = "params"},
                            %w: !llvm.ptr {ingot.role = "prepared", ingot.name = "w", ingot.offset = 128 : i64},
                            %arena: !llvm.ptr {ingot.role = "arena", ingot.offset = 192 : i64})
    attributes {ingot.kind = "prepare", ingot.max_batch = 8 : i64, ingot.prepared_hash = 77 : i64, ingot.arena_bytes = 64 : i64} {
  llvm.return
}

// The arena must be there if either body has one: nine checks, the guard's and the batch's among them.
// CHECK-LABEL: llvm.func @net_predict(
// CHECK-SAME: %[[PARAMS:[a-z0-9]+]]: !llvm.ptr, %[[PREPARED:[a-z0-9]+]]: !llvm.ptr,
// CHECK-DAG: %[[NULL:.*]] = llvm.mlir.zero
// CHECK-DAG: %[[HASH:.*]] = llvm.mlir.constant(77 : i64)
// CHECK: %[[FOUND:.*]] = llvm.load %[[PREPARED]] : !llvm.ptr -> i64
// CHECK: llvm.icmp "ne" %[[FOUND]], %[[HASH]]
// CHECK: %[[NONE:.*]] = llvm.icmp "eq" %[[PREPARED]], %[[NULL]]
// CHECK-NEXT: llvm.cond_br %[[NONE]], ^[[PLAIN:.*]], ^[[READY:bb[0-9]+]]
// CHECK: llvm.call @net_predict_body(%{{.*}}, %[[PARAMS]], %{{.*}})
// CHECK: %[[W:.*]] = llvm.getelementptr %[[PREPARED]][128]
// CHECK: llvm.call @net_predict_prepared_body(%{{.*}}, %{{.*}}, %[[W]], %{{.*}})

// The hash is written last.
// CHECK-LABEL: llvm.func @net_prepare(
// CHECK-SAME: %[[PARAMS:[a-z0-9]+]]: !llvm.ptr, %[[PREPARED:[a-z0-9]+]]: !llvm.ptr)
// CHECK-DAG: %[[HASH:.*]] = llvm.mlir.constant(77 : i64)
// CHECK: %[[W:.*]] = llvm.getelementptr %[[PREPARED]][128]
// CHECK: %[[ARENA:.*]] = llvm.getelementptr %[[PREPARED]][192]
// CHECK: llvm.call @net_prepare_body(%{{.*}}, %[[PARAMS]], %[[W]], %[[ARENA]])
// CHECK-NEXT: llvm.store %[[HASH]], %[[PREPARED]]
}
