// RUN: ingot-opt %s --ingot-lower-contractions | FileCheck %s

// Matrix products become calls of kernels, one function a shape.

#mk = affine_map<(m, n, k) -> (m, k)>
#km = affine_map<(m, n, k) -> (k, m)>
#kn = affine_map<(m, n, k) -> (k, n)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
#nm = affine_map<(m, n, k) -> (n, m)>

module attributes {ingot.max_batch = 256 : i64} {

// The fill disappears, the kernel overwrites, the size comes from the alloc.
// CHECK-LABEL: func.func @forward
// CHECK-SAME: (%[[X:.*]]: memref<256x64xf32>, %[[W:.*]]: memref<64x16xf32>, %[[SIZE:.*]]: index)
func.func @forward(%x: memref<256x64xf32>, %w: memref<64x16xf32>, %batch: index) {
  // CHECK: %[[Y:.*]] = memref.alloc(%[[SIZE]])
  // CHECK-NOT: linalg.fill
  // CHECK: %[[STATIC:.*]] = memref.reinterpret_cast %[[Y]] to offset: [0], sizes: [256, 16], strides: [16, 1]
  // CHECK: call @ingot_kernel_nn_d256x16x64(%[[X]], %[[W]], %[[STATIC]], %[[SIZE]])
  %zero = arith.constant 0.0 : f32
  %y = memref.alloc(%batch) : memref<?x16xf32>
  linalg.fill ins(%zero : f32) outs(%y : memref<?x16xf32>)
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%x, %w : memref<256x64xf32>, memref<64x16xf32>) outs(%y : memref<?x16xf32>)
  return
}

// The same shape twice is one function; a spelled-out layout is no difference.
// CHECK-LABEL: func.func @again
func.func @again(%x: memref<?x64xf32, strided<[64, 1]>>, %w: memref<64x16xf32>, %y: memref<?x16xf32>) {
  // CHECK: call @ingot_kernel_nn_d256x16x64(
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<?x16xf32>)
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%x, %w : memref<?x64xf32, strided<[64, 1]>>, memref<64x16xf32>) outs(%y : memref<?x16xf32>)
  return
}

// Without a fill, with one of another number, or with a reader between the two
// the kernel accumulates.
// CHECK-LABEL: func.func @accumulate
func.func @accumulate(%x: memref<4x8xf32>, %w: memref<8x16xf32>, %y: memref<4x16xf32>, %copy: memref<4x16xf32>) {
  // CHECK: call @ingot_kernel_nn_4x16x8_acc(
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%x, %w : memref<4x8xf32>, memref<8x16xf32>) outs(%y : memref<4x16xf32>)
  // CHECK: linalg.fill
  // CHECK: call @ingot_kernel_nn_4x16x8_acc(
  %one = arith.constant 1.0 : f32
  linalg.fill ins(%one : f32) outs(%y : memref<4x16xf32>)
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%x, %w : memref<4x8xf32>, memref<8x16xf32>) outs(%y : memref<4x16xf32>)
  // CHECK: linalg.fill
  // CHECK: memref.copy
  // CHECK: call @ingot_kernel_nn_4x16x8_acc(
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<4x16xf32>)
  memref.copy %y, %copy : memref<4x16xf32> to memref<4x16xf32>
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%x, %w : memref<4x8xf32>, memref<8x16xf32>) outs(%y : memref<4x16xf32>)
  return
}

// The weight gradient sums over the batch; the wide output gradient is packed.
// CHECK-LABEL: func.func @weight_gradient
func.func @weight_gradient(%x: memref<?x784xf32>, %dy: memref<?x64xf32>, %dw: memref<784x64xf32>) {
  // CHECK: %[[SIZE:.*]] = memref.dim
  // CHECK: %[[SCRATCH:.*]] = memref.alloc() {{{.*}}ingot.packing} : memref<4x128x16xf32>
  // CHECK-NEXT: call @ingot_kernel_tn_784x64xd256_acc({{.*}}, %[[SCRATCH]], %[[SIZE]])
  linalg.contract indexing_maps = [#km, #kn, #mn] ins(%x, %dy : memref<?x784xf32>, memref<?x64xf32>) outs(%dw : memref<784x64xf32>)
  return
}

// The input gradient packs the transposed weights.
// CHECK-LABEL: func.func @input_gradient
func.func @input_gradient(%dy: memref<?x64xf32>, %w: memref<24x64xf32>, %dx: memref<?x24xf32>) {
  // CHECK: memref.alloc() {{{.*}}ingot.packing} : memref<1x64x24xf32>
  // CHECK: call @ingot_kernel_nt_d256x24x64_acc(
  linalg.contract indexing_maps = [#mk, #nk, #mn] ins(%dy, %w : memref<?x64xf32>, memref<24x64xf32>) outs(%dx : memref<?x24xf32>)
  return
}

// An output stored transposed is the product of the swapped operands.
// CHECK-LABEL: func.func @swapped
// CHECK-SAME: (%[[A:.*]]: memref<8x5xf32>, %[[B:.*]]: memref<8x7xf32>, %[[C:.*]]: memref<7x5xf32>)
func.func @swapped(%a: memref<8x5xf32>, %b: memref<8x7xf32>, %c: memref<7x5xf32>) {
  // CHECK: call @ingot_kernel_tn_7x5x8_acc(%[[B]], %[[A]], %[[C]])
  linalg.contract indexing_maps = [#km, #kn, #nm] ins(%a, %b : memref<8x5xf32>, memref<8x7xf32>) outs(%c : memref<7x5xf32>)
  return
}

// Batch and time collapse; their product is computed at the call.
// CHECK-LABEL: func.func @collapsed
func.func @collapsed(%x: memref<?x10x8xf32>, %w: memref<8x4xf32>, %y: memref<?x10x4xf32>) {
  // CHECK: %[[BATCH:.*]] = memref.dim
  // CHECK: %[[ROWS:.*]] = arith.muli %[[BATCH]], %c10
  // CHECK: call @ingot_kernel_nn_d2560x4x8_acc({{.*}}, %[[ROWS]])
  linalg.contract indexing_maps = [affine_map<(b, t, o, i) -> (b, t, i)>, affine_map<(b, t, o, i) -> (i, o)>, affine_map<(b, t, o, i) -> (b, t, o)>]
    ins(%x, %w : memref<?x10x8xf32>, memref<8x4xf32>) outs(%y : memref<?x10x4xf32>)
  return
}

// A step of a sequence: rows far apart, behind an offset.
// CHECK-LABEL: func.func @strided
func.func @strided(%x: memref<?x8xf32, strided<[80, 1], offset: ?>>, %w: memref<8x4xf32>, %y: memref<?x4xf32>) {
  // CHECK: %[[BASE:.*]], %[[OFFSET:.*]], %{{.*}}, %{{.*}} = memref.extract_strided_metadata
  // CHECK: call @ingot_kernel_nn_d256x4x8_acc_lda80_offa(%[[BASE]], {{.*}}, %[[OFFSET]])
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%x, %w : memref<?x8xf32, strided<[80, 1], offset: ?>>, memref<8x4xf32>) outs(%y : memref<?x4xf32>)
  return
}

// Left for loops: no N, a dynamic K inside. A label of all three is a loop around.
// CHECK-LABEL: func.func @left
func.func @left(%q: memref<2x3x4xf32>, %k: memref<2x4x5xf32>, %s: memref<2x3x5xf32>,
                %a: memref<3x4xf32>, %v: memref<4xf32>, %y: memref<3xf32>,
                %d: memref<3x?xf32>, %e: memref<?x4xf32>, %f: memref<3x4xf32>) {
  // CHECK: scf.for
  // CHECK: call @ingot_kernel_nn_3x5x4_acc_offa_offb_offc(
  // CHECK-COUNT-2: linalg.contract
  linalg.contract indexing_maps = [affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (b, k, n)>, affine_map<(b, m, n, k) -> (b, m, n)>]
    ins(%q, %k : memref<2x3x4xf32>, memref<2x4x5xf32>) outs(%s : memref<2x3x5xf32>)
  linalg.contract indexing_maps = [affine_map<(m, k) -> (m, k)>, affine_map<(m, k) -> (k)>, affine_map<(m, k) -> (m)>]
    ins(%a, %v : memref<3x4xf32>, memref<4xf32>) outs(%y : memref<3xf32>)
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%d, %e : memref<3x?xf32>, memref<?x4xf32>) outs(%f : memref<3x4xf32>)
  return
}

// What is not multiplied as it is read is no product.
// CHECK-LABEL: func.func @computed_operand
func.func @computed_operand(%a: memref<3x4xf32>, %b: memref<4x5xf32>, %c: memref<3x5xf32>) {
  // CHECK-NOT: call
  // CHECK: linalg.generic
  // CHECK: math.tanh
  linalg.generic {indexing_maps = [#mk, #kn, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%a, %b : memref<3x4xf32>, memref<4x5xf32>) outs(%c : memref<3x5xf32>) {
  ^bb0(%x: f32, %y: f32, %sum: f32):
    %t = math.tanh %x : f32
    %p = arith.mulf %t, %y : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  }
  return
}

// The kernel of the first two functions: internal, no aliases, twelve sums in
// registers.
// CHECK-LABEL: func.func private @ingot_kernel_nn_d256x16x64
// CHECK-SAME: memref<256x64xf32> {llvm.noalias, llvm.readonly}, %{{.*}}: memref<64x16xf32> {llvm.noalias, llvm.readonly}, %{{.*}}: memref<256x16xf32> {llvm.noalias}, %{{.*}}: index)
// CHECK-SAME: llvm.linkage = #llvm.linkage<internal>, passthrough = ["no-builtins", "noinline"]
// CHECK: %{{.*}}:12 = scf.for
// CHECK-COUNT-48: vector.fma
// CHECK: scf.yield
// CHECK: scf.index_switch
// CHECK-NOT: func.func private @ingot_kernel_nn_d256x16x64(
}
