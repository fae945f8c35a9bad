// What several products take, packed, is packed once, until it is written.
// RUN: ingot-opt %s --ingot-lower-contractions --remarks-filter=contraction --remark-policy=all --verify-diagnostics | FileCheck %s

module attributes {ingot.max_batch = 64 : i64, ingot.vector_width = 8 : i64, ingot.fma = true} {

// CHECK-LABEL: func.func private @twice(
// CHECK-SAME: %[[W:[a-z0-9]+]]: memref<40x48xf32>
// CHECK: %[[PANELS:.*]] = memref.alloc() {alignment = 64 : i64, ingot.packing} : memref<{{[0-9]+x48x[0-9]+}}xf32>
// CHECK: call @ingot_pack_t_48x40(%[[W]], %[[PANELS]])
// CHECK: call @ingot_kernel_nn_d64x40x48_packed(%{{.*}}, %[[PANELS]],
// CHECK-NOT: @ingot_pack
// CHECK: call @ingot_kernel_nn_d64x40x48_packed(%{{.*}}, %[[PANELS]],
// CHECK: linalg.fill
// CHECK: %[[AGAIN:.*]] = memref.alloc() {alignment = 64 : i64, ingot.packing} : memref<{{[0-9]+x48x[0-9]+}}xf32>
// CHECK: call @ingot_pack_t_48x40(%[[W]], %[[AGAIN]])
// CHECK: call @ingot_kernel_nn_d64x40x48_packed(%{{.*}}, %[[AGAIN]],
func.func private @twice(%w: memref<40x48xf32>, %a: memref<?x48xf32>, %b: memref<?x48xf32>,
                         %c: memref<?x40xf32>, %d: memref<?x40xf32>, %e: memref<?x40xf32>) attributes {ingot.kind = "train_step"} {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%c : memref<?x40xf32>)
  // expected-remark @below {{[Passed] kernel}}
  // expected-remark @below {{Remark="the right side is packed once, for all products that take it"}}
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%a, %w : memref<?x48xf32>, memref<40x48xf32>) outs(%c : memref<?x40xf32>)
  linalg.fill ins(%zero : f32) outs(%d : memref<?x40xf32>)
  // expected-remark @below {{[Passed] kernel}}
  // expected-remark @below {{Remark="the right side was packed for a product before, and has not changed since"}}
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%b, %w : memref<?x48xf32>, memref<40x48xf32>) outs(%d : memref<?x40xf32>)
  linalg.fill ins(%zero : f32) outs(%w : memref<40x48xf32>)
  linalg.fill ins(%zero : f32) outs(%e : memref<?x40xf32>)
  // expected-remark @below {{[Passed] kernel}}
  // expected-remark @below {{Remark="the right side is packed once, for all products that take it"}}
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%b, %w : memref<?x48xf32>, memref<40x48xf32>) outs(%e : memref<?x40xf32>)
  return
}
}
