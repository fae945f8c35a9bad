// RUN: ingot-opt %s --ingot-instrument-layers | FileCheck %s
// RUN: sed 's/module attributes {ingot.instrument = "layers"}/module/' %s | ingot-opt --ingot-instrument-layers | FileCheck %s --check-prefix=OFF

// OFF-NOT: layer

#dense = loc("dense"("m.cpp":3:1))
#dense_1 = loc("dense_1"("m.cpp":4:1))
#back = loc(fused<"backward">[#dense_1])

// CHECK: module attributes {ingot.instrument = "layers", ingot.spans = [
// CHECK-SAME: {directions = 1 : i64, layers = "dense"}, {directions = 1 : i64, layers = "dense_1"},
// CHECK-SAME: {directions = 2 : i64, layers = "dense_1"}, {directions = 3 : i64, layers = "dense + dense_1"}]}
module attributes {ingot.instrument = "layers"} {
// CHECK: func.func @body(%[[A:.*]]: memref<8xf32>, %[[B:.*]]: memref<8xf32>, %{{.*}}: index, %[[HOST:.*]]: !llvm.ptr {ingot.role = "host"})
func.func @body(%a: memref<8xf32>, %b: memref<8xf32>, %n: index) attributes {ingot.kind = "train_step"} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  // One after the other of one layer is one span.
  // CHECK: %[[ID0:.*]] = arith.constant 0 : i32
  // CHECK-NEXT: call @ingot_before_layer(%[[HOST]], %[[ID0]])
  // CHECK-NEXT: memref.copy
  // CHECK-NEXT: memref.copy
  // CHECK-NEXT: call @ingot_after_layer(%[[HOST]], %[[ID0]])
  memref.copy %a, %b : memref<8xf32> to memref<8xf32> loc(#dense)
  memref.copy %b, %a : memref<8xf32> to memref<8xf32> loc(#dense)
  // A loop with one layer is inside.
  // CHECK-NEXT: %[[ID1:.*]] = arith.constant 1 : i32
  // CHECK-NEXT: call @ingot_before_layer(%[[HOST]], %[[ID1]])
  // CHECK-NEXT: scf.for
  // CHECK: }
  // CHECK-NEXT: call @ingot_after_layer(%[[HOST]], %[[ID1]])
  scf.for %i = %zero to %n step %one {
    memref.copy %a, %b : memref<8xf32> to memref<8xf32> loc(#dense_1)
  } loc(#dense_1)
  // One with several is outside.
  // CHECK-NEXT: scf.for
  // CHECK: call @ingot_before_layer(%[[HOST]], %[[ID0B:.*]])
  // CHECK-NEXT: memref.copy
  // CHECK-NEXT: call @ingot_after_layer(%[[HOST]], %[[ID0B]])
  // CHECK: call @ingot_before_layer(%[[HOST]], %[[ID2:.*]])
  // CHECK-NEXT: memref.copy
  // CHECK-NEXT: call @ingot_after_layer(%[[HOST]], %[[ID2]])
  // CHECK: }
  scf.for %i = %zero to %n step %one {
    memref.copy %a, %b : memref<8xf32> to memref<8xf32> loc(#dense)
    memref.copy %b, %a : memref<8xf32> to memref<8xf32> loc(#back)
  } loc(#dense)
  // Hooks are for one thread: what several do is a span of all their layers.
  // CHECK: arith.constant 3 : i32
  // CHECK-NEXT: call @ingot_before_layer
  // CHECK-NEXT: scf.parallel
  // CHECK-NOT: call
  // CHECK: scf.reduce
  // CHECK: call @ingot_after_layer
  scf.parallel (%i) = (%zero) to (%n) step (%one) {
    %x = memref.load %a[%i] : memref<8xf32> loc(#dense)
    memref.copy %a, %b : memref<8xf32> to memref<8xf32> loc(#dense)
    memref.copy %b, %a : memref<8xf32> to memref<8xf32> loc(#back)
    %y = memref.load %b[%i] : memref<8xf32> loc(#back)
    scf.reduce
  } loc(#dense)
  return
} loc(#dense)

// No host is lent to it.
// CHECK: func.func @first(%{{.*}}: memref<8xf32>) attributes
// CHECK-NEXT: memref.copy
func.func @first(%a: memref<8xf32>) attributes {ingot.kind = "init"} {
  memref.copy %a, %a : memref<8xf32> to memref<8xf32> loc(#dense)
  return
} loc(#dense)
}
// CHECK: func.func private @ingot_before_layer(!llvm.ptr, i32)
// CHECK: func.func private @ingot_after_layer(!llvm.ptr, i32)
