// RUN: ingot-opt %s --ingot-lower-hooks | FileCheck %s
// RUN: sed 's/index = 64/index = 32/' %s | ingot-opt --ingot-lower-hooks | FileCheck %s --check-prefix=SHORT

module attributes {dlti.dl_spec = #dlti.dl_spec<index = 64 : i32>} {
// CHECK: llvm.func @ingot_before_layer(%[[HOST:.*]]: !llvm.ptr, %[[ID:.*]]: i32)
// CHECK: %[[NONE:.*]] = llvm.icmp "eq" %[[HOST]], %{{.*}} : !llvm.ptr
// CHECK: llvm.cond_br %[[NONE]], ^[[DONE:.*]], ^[[LENT:.*]]
// CHECK: ^[[LENT]]:
// CHECK: llvm.getelementptr %[[HOST]][24]
// CHECK: %[[HOOK:.*]] = llvm.load
// CHECK: %[[UNSET:.*]] = llvm.icmp "eq" %[[HOOK]]
// CHECK: llvm.cond_br %[[UNSET]], ^[[DONE]], ^[[CALL:.*]]
// CHECK: ^[[CALL]]:
// CHECK: llvm.getelementptr %[[HOST]][8]
// CHECK: %[[CONTEXT:.*]] = llvm.load
// CHECK: llvm.call %[[HOOK]](%[[CONTEXT]], %[[ID]])
// CHECK: ^[[DONE]]:
// CHECK-NEXT: llvm.return
llvm.func @ingot_before_layer(!llvm.ptr, i32)

// CHECK: llvm.func @ingot_after_layer
// CHECK: llvm.getelementptr %{{.*}}[32]
llvm.func @ingot_after_layer(!llvm.ptr, i32)
}

// Pointers of four bytes.
// SHORT: llvm.func @ingot_before_layer
// SHORT: llvm.getelementptr %{{.*}}[16]
// SHORT: llvm.func @ingot_after_layer
// SHORT: llvm.getelementptr %{{.*}}[20]
