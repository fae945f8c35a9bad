// A weight that a kernel wants packed is packed by prepare, once for all its uses.
// RUN: ingot-opt %s --ingot-lower-contractions --remarks-filter=contraction --remark-policy=all --verify-diagnostics | FileCheck %s

module attributes {ingot.max_batch = 512 : i64, ingot.vector_width = 8 : i64, ingot.fma = true} {

// CHECK-LABEL: func.func private @predict_body(
// CHECK: call @ingot_kernel_nn_d512x128x256(
func.func private @predict_body(%batch: index {ingot.role = "batch"}, %params: memref<131072xi8> {ingot.role = "params"},
    %a: memref<?x256xf32>, %c: memref<?x128xf32>) attributes {ingot.kind = "predict"} {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %w = memref.view %params[%c0][] : memref<131072xi8> to memref<256x128xf32>
  linalg.fill ins(%zero : f32) outs(%c : memref<?x128xf32>)
  // expected-remark @below {{[Passed] kernel}}
  // expected-remark @below {{[Passed] pack | Category:contraction | Function=predict}}
  linalg.matmul ins(%a, %w : memref<?x256xf32>, memref<256x128xf32>) outs(%c : memref<?x128xf32>)
  return
}

// CHECK-LABEL: func.func private @predict_prepared_body(
// CHECK-SAME: %[[PANELS:[a-z0-9]+]]: memref<8x256x16xf32> {ingot.name = "packed.packed0", ingot.role = "prepared", llvm.noalias})
// CHECK-NOT: @ingot_pack
// CHECK: call @ingot_kernel_nn_d512x128x256_packed(%{{.*}}, %[[PANELS]],
// CHECK: call @ingot_kernel_nn_d512x128x256_packed(%{{.*}}, %[[PANELS]],
func.func private @predict_prepared_body(%batch: index {ingot.role = "batch"}, %params: memref<131072xi8> {ingot.role = "params"},
    %a: memref<?x256xf32>, %c: memref<?x128xf32>, %d: memref<?x128xf32>) attributes {ingot.kind = "predict_prepared"} {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %w = memref.view %params[%c0][] : memref<131072xi8> to memref<256x128xf32>
  linalg.fill ins(%zero : f32) outs(%c : memref<?x128xf32>)
  // expected-remark @below {{[Passed] kernel}}
  // expected-remark @below {{[Passed] pack-ahead | Category:contraction | Function=predict_prepared | Remark="the right side is packed by `prepare`"}}
  linalg.matmul ins(%a, %w : memref<?x256xf32>, memref<256x128xf32>) outs(%c : memref<?x128xf32>)
  linalg.fill ins(%zero : f32) outs(%d : memref<?x128xf32>)
  // expected-remark @below {{[Passed] kernel}}
  // expected-remark @below {{[Passed] pack-ahead | Category:contraction | Function=predict_prepared | Remark="what `prepare` has packed serves here, too"}}
  linalg.matmul ins(%a, %w : memref<?x256xf32>, memref<256x128xf32>) outs(%d : memref<?x128xf32>)
  return
}

// CHECK-LABEL: func.func private @prepare_body(
// CHECK-SAME: %[[PARAMS:[a-z0-9]+]]: memref<131072xi8> {ingot.role = "params"},
// CHECK-SAME: %[[PANELS:[a-z0-9]+]]: memref<8x256x16xf32> {ingot.name = "packed.packed0", ingot.role = "prepared", llvm.noalias})
// CHECK: %[[W:.*]] = memref.view %[[PARAMS]]
// CHECK-NEXT: call @ingot_pack_n_256x128(%[[W]], %[[PANELS]])
// CHECK-NEXT: return
func.func private @prepare_body(%batch: index {ingot.role = "batch"}) attributes {ingot.kind = "prepare"} {
  return
}
}
