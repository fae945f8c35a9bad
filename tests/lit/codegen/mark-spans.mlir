// RUN: ingot-opt %s --ingot-mark-spans --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s

#id = affine_map<(d0) -> (d0)>
#dense = loc("dense"("m.cpp":3:1))
#dense_1 = loc("dense_1"("m.cpp":4:1))
#back = loc(fused<"backward">[#dense_1])
#step = loc(fused<"update">[#dense_1])

// CHECK-LABEL: func.func @step
func.func @step(%a: memref<8xf32>, %b: memref<8xf32>, %n: index) attributes {ingot.kind = "train_step"} {
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0 : index
  %next = arith.constant 1 : index
  // Two layers in one loop, each at its own line. The number belongs to none.
  // CHECK: arith.addf {{.*}} loc(fused<{ingot.span = "dense + dense_1 [forward]"}>["dense"("m.cpp":3:1)])
  // CHECK: arith.mulf {{.*}} loc(fused<{ingot.span = "dense + dense_1 [forward]"}>["dense_1"("m.cpp":4:1)])
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%a : memref<8xf32>) outs(%b : memref<8xf32>) {
  ^bb0(%x: f32, %y: f32):
    %other = arith.constant 2.0 : f32 loc("other"("m.cpp":9:1))
    %s = arith.addf %x, %other : f32 loc(#dense)
    %m = arith.mulf %s, %one : f32 loc(#dense_1)
    linalg.yield %m : f32 loc(#dense_1)
  } loc(#dense_1)

  // Each direction of a layer that has two.
  // CHECK: arith.subf {{.*}} loc(fused<{ingot.span = "dense_1 [backward + update]"}>
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%a : memref<8xf32>) outs(%b : memref<8xf32>) {
  ^bb0(%x: f32, %y: f32):
    %s = arith.mulf %x, %one : f32 loc(#back)
    %m = arith.subf %y, %s : f32 loc(#step)
    linalg.yield %m : f32 loc(#step)
  } loc(#step)

  // Of a loop over ops, each op is of its own layer.
  // CHECK: memref.copy {{.*}} loc(fused<{ingot.span = "dense [forward]"}>
  // CHECK: memref.copy {{.*}} loc(fused<{ingot.span = "dense_1 [backward]"}>
  // CHECK: } loc(fused<{ingot.span = "dense [forward] + dense_1 [backward]"}>
  scf.for %i = %zero to %n step %next {
    memref.copy %a, %b : memref<8xf32> to memref<8xf32> loc(#dense)
    memref.copy %b, %a : memref<8xf32> to memref<8xf32> loc(#back)
  } loc(#dense)

  // A call can say that it is for several.
  // CHECK: call @kernel() {{.*}} loc(fused<{ingot.span = "dense [forward] + dense_1 [backward]"}>
  func.call @kernel() : () -> () loc(fused[#dense, #back])
  return
} loc(#dense)

// Kernels are marked by their callers.
// CHECK-NOT: ingot.span
func.func private @kernel() {
  return
} loc(#dense)

// What is done once has a direction of its own.
// CHECK-LABEL: func.func @init
// CHECK: linalg.fill {{.*}} loc(fused<{ingot.span = "dense [init]"}>
func.func @init(%a: memref<8xf32>) attributes {ingot.kind = "init"} {
  %one = arith.constant 1.0 : f32
  linalg.fill ins(%one : f32) outs(%a : memref<8xf32>) loc(#dense)
  return
} loc(#dense)
