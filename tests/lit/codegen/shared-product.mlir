// RUN: ingot-opt %s --ingot-lower-contractions --split-input-file | FileCheck %s

// Where code is to be small on a machine without vectors, products of any shape call one
// function with their extents and distances. A transposed matrix has them exchanged. Small
// products have no code for tiles of several rows.

module attributes {ingot.max_batch = 32 : i64, ingot.vector_width = 1 : i64, ingot.vector_registers = 32 : i64,
                   ingot.numerics = "portable", ingot.optimize_for = "size"} {
// CHECK-LABEL: func.func @forward_and_backward
// CHECK-SAME: (%[[X:.*]]: memref<?x12xf32>, %[[W:.*]]: memref<12x8xf32>, %[[Y:.*]]: memref<?x8xf32>, %[[DW:.*]]: memref<12x8xf32>)
func.func @forward_and_backward(%x: memref<?x12xf32>, %w: memref<12x8xf32>, %y: memref<?x8xf32>, %dw: memref<12x8xf32>) {
  %zero = arith.constant 0.0 : f32
  // CHECK-NOT: linalg.fill
  // CHECK: %[[PX:[a-z_]*]], %{{.*}} = memref.extract_strided_metadata %[[X]]
  // CHECK: %[[PW:[a-z_0-9]*]], %{{.*}} = memref.extract_strided_metadata %[[W]]
  // CHECK: call @ingot_kernel_any(%[[PX]], %[[PW]], %{{.*}}, %dim, %c8{{.*}}, %c12{{.*}}, %c12{{.*}}, %c1, %c8, %c1, %c8{{.*}})
  linalg.fill ins(%zero : f32) outs(%y : memref<?x8xf32>)
  linalg.matmul ins(%x, %w : memref<?x12xf32>, memref<12x8xf32>) outs(%y : memref<?x8xf32>)
  // CHECK: call @ingot_kernel_any(%{{.*}}, %{{.*}}, %{{.*}}, %c12{{.*}}, %c8{{.*}}, %{{.*}}, %c1{{.*}}, %c12{{.*}}, %c8{{.*}}, %c1{{.*}}, %c8{{.*}})
  linalg.fill ins(%zero : f32) outs(%dw : memref<12x8xf32>)
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%x, %y : memref<?x12xf32>, memref<?x8xf32>) outs(%dw : memref<12x8xf32>)
  return
}
// Each product has a tile of eight columns: the last tile of a row begins early enough.
// CHECK: func.func private @ingot_kernel_any(%{{.*}}: memref<f32> {llvm.noalias, llvm.readonly}, %{{.*}}: memref<f32> {llvm.noalias, llvm.readonly}, %{{.*}}: memref<f32> {llvm.noalias},
// CHECK: arith.minui
// CHECK: %{{.*}}:10 = scf.for
// CHECK-COUNT-8: arith.mulf
// CHECK-NOT: arith.mulf
// CHECK: scf.yield
// CHECK-NOT: scf.for
// CHECK: return
}

// -----

// Three columns: what tiles leave over has code of its own. What is added to C does not
// start from zero and is another function.

module attributes {ingot.max_batch = 32 : i64, ingot.vector_width = 1 : i64, ingot.vector_registers = 32 : i64,
                   ingot.numerics = "portable", ingot.optimize_for = "size"} {
// CHECK-LABEL: func.func @narrow
func.func @narrow(%x: memref<?x12xf32>, %w: memref<12x3xf32>, %y: memref<?x3xf32>) {
  // CHECK: call @ingot_kernel_any_add
  linalg.matmul ins(%x, %w : memref<?x12xf32>, memref<12x3xf32>) outs(%y : memref<?x3xf32>)
  return
}
// CHECK: func.func private @ingot_kernel_any_add
// CHECK: %{{.*}}:10 = scf.for
// CHECK-COUNT-8: arith.mulf
// CHECK: %{{.*}}:3 = scf.for
// CHECK-COUNT-1: arith.mulf
// CHECK-NOT: arith.mulf
}

// -----

// The tile of all products is chosen under `any`.

module attributes {ingot.max_batch = 32 : i64, ingot.vector_width = 1 : i64, ingot.optimize_for = "size",
                   ingot.kernels = {any = "tile=1x2"}} {
// CHECK-LABEL: func.func @chosen
func.func @chosen(%x: memref<?x12xf32>, %w: memref<12x3xf32>, %y: memref<?x3xf32>) {
  linalg.matmul ins(%x, %w : memref<?x12xf32>, memref<12x3xf32>) outs(%y : memref<?x3xf32>)
  return
}
// CHECK: %{{.*}}:4 = scf.for
// CHECK-COUNT-2: math.fma
}

// -----

// Large products have tiles of four rows, and what those leave over a function of its own,
// with the same arguments.

module attributes {ingot.max_batch = 32 : i64, ingot.vector_width = 1 : i64, ingot.vector_registers = 32 : i64,
                   ingot.numerics = "portable", ingot.optimize_for = "size"} {
// CHECK-LABEL: func.func @large
func.func @large(%x: memref<?x64xf32>, %w: memref<64x64xf32>, %y: memref<?x64xf32>) {
  // CHECK: call @ingot_kernel_any_add(
  linalg.matmul ins(%x, %w : memref<?x64xf32>, memref<64x64xf32>) outs(%y : memref<?x64xf32>)
  return
}
// CHECK: func.func private @ingot_kernel_any_add(
// CHECK: %{{.*}}:18 = scf.for
// CHECK: call @ingot_kernel_any_add_rest(%arg0, %arg1, %arg2, %arg3, %arg4, %arg5, %arg6, %arg7, %arg8, %arg9, %arg10)
// CHECK: func.func private @ingot_kernel_any_add_rest(
// CHECK: %{{.*}}:10 = scf.for
}

// -----

// Where there are no caches, speed wants one function a layout, with some steps of the sum
// in a round. A batch that the function bounds itself needs no tile of rows.

module attributes {ingot.max_batch = 32 : i64, ingot.vector_width = 1 : i64, ingot.vector_registers = 32 : i64,
                   ingot.numerics = "portable", ingot.caches = false} {
// CHECK-LABEL: func.func @fast
func.func @fast(%x: memref<?x64xf32>, %w: memref<64x64xf32>, %y: memref<?x64xf32>, %dx: memref<?x64xf32>) attributes {ingot.max_batch = 1 : i64} {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<?x64xf32>)
  // CHECK: call @ingot_kernel_any_nn(
  linalg.matmul ins(%x, %w : memref<?x64xf32>, memref<64x64xf32>) outs(%y : memref<?x64xf32>)
  linalg.fill ins(%zero : f32) outs(%dx : memref<?x64xf32>)
  // CHECK: call @ingot_kernel_any_nt(
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%y, %w : memref<?x64xf32>, memref<64x64xf32>) outs(%dx : memref<?x64xf32>)
  return
}
// CHECK: func.func private @ingot_kernel_any_nn(
// CHECK: %{{.*}}:10 = scf.for
// CHECK-COUNT-32: arith.mulf
// CHECK: %{{.*}}:10 = scf.for
// CHECK-COUNT-8: arith.mulf
// CHECK-NOT: arith.mulf
// CHECK-NOT: call
// CHECK: func.func private @ingot_kernel_any_nt(
}
