// RUN: ingot-opt %s --ingot-lower-forks | FileCheck %s

// What a chunk takes goes through a struct on the stack.
// CHECK: llvm.func @chunk(i64, i64, !llvm.ptr, f32)
llvm.func @chunk(i64, i64, !llvm.ptr, f32)

// What the host calls with the number of a chunk.
// CHECK: llvm.func internal @chunk_one(%[[STRUCT:.*]]: !llvm.ptr, %[[NUMBER:.*]]: i32) {
// CHECK-DAG: %[[INDEX:.*]] = llvm.zext %[[NUMBER]] : i32 to i64
// CHECK-DAG: %[[AT:.*]] = llvm.getelementptr %[[STRUCT]][0, 0] : {{.*}}, !llvm.struct<(i64, ptr, f32)>
// CHECK: %[[COUNT:.*]] = llvm.load %[[AT]] : !llvm.ptr -> i64
// CHECK: %[[MEMORY:.*]] = llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr
// CHECK: %[[SCALE:.*]] = llvm.load %{{.*}} : !llvm.ptr -> f32
// CHECK: llvm.call @chunk(%[[INDEX]], %[[COUNT]], %[[MEMORY]], %[[SCALE]])

// CHECK: llvm.func @chunk_fork(%[[HOST:.*]]: !llvm.ptr, %[[CHUNKS:.*]]: i64, %[[X:.*]]: !llvm.ptr, %[[Y:.*]]: f32) {
// CHECK: %[[BLOCK:.*]] = llvm.alloca
// CHECK: llvm.store %[[CHUNKS]],
// CHECK: llvm.store %[[X]],
// CHECK: llvm.store %[[Y]],
// CHECK: %[[SHORT:.*]] = llvm.trunc %[[CHUNKS]] : i64 to i32
// The fields of ingot_host.
// CHECK: llvm.getelementptr %[[HOST]][8]
// CHECK: %[[CONTEXT:.*]] = llvm.load
// CHECK: llvm.getelementptr %[[HOST]][16]
// CHECK: %[[FUNCTION:.*]] = llvm.load
// CHECK: %[[ONE:.*]] = llvm.mlir.addressof @chunk_one
// CHECK: llvm.call %[[FUNCTION]](%[[CONTEXT]], %[[SHORT]], %[[ONE]], %[[BLOCK]]) : !llvm.ptr, (!llvm.ptr, i32, !llvm.ptr, !llvm.ptr) -> ()
llvm.func @chunk_fork(!llvm.ptr, i64, !llvm.ptr, f32) attributes {ingot.fork = @chunk}
