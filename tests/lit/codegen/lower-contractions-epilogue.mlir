// RUN: ingot-opt %s --ingot-lower-contractions | FileCheck %s

// Arithmetic behind a product is done by its kernel; the product is in no memory.

#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>
#all = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (n)>
#column = affine_map<(m, n) -> (m)>

module attributes {ingot.max_batch = 256 : i64} {

// A bias and a relu; a residual at an offset.
// CHECK-LABEL: func.func @fused
// CHECK-SAME: (%[[X:[a-z0-9]*]]: memref<256x64xf32>, %[[W:[a-z0-9]*]]: memref<64x16xf32>, %[[BIAS:[a-z0-9]*]]: memref<16xf32>, %[[OTHER:.*]]: memref<?x16xf32, strided<[16, 1], offset: ?>>, %[[Y:.*]]: memref<?x16xf32>, %[[SIZE:.*]]: index)
func.func @fused(%x: memref<256x64xf32>, %w: memref<64x16xf32>, %bias: memref<16xf32>,
                 %other: memref<?x16xf32, strided<[16, 1], offset: ?>>, %y: memref<?x16xf32>, %batch: index) {
  // CHECK-NOT: memref.alloc
  // CHECK-NOT: linalg.
  // CHECK: %[[ROW:.*]] = memref.reinterpret_cast %[[BIAS]]
  // CHECK: %[[BASE:.*]], %[[OFFSET:.*]], %{{.*}}:2, %{{.*}}:2 = memref.extract_strided_metadata %[[OTHER]]
  // CHECK: call @ingot_kernel_nn_d256x16x64_then0(%[[X]], %[[W]], %{{.*}}, %[[SIZE]], %[[ROW]], %[[BASE]], %[[OFFSET]])
  // CHECK-NOT: linalg.
  %zero = arith.constant 0.0 : f32
  %p = memref.alloc(%batch) : memref<?x16xf32>
  linalg.fill ins(%zero : f32) outs(%p : memref<?x16xf32>)
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%x, %w : memref<256x64xf32>, memref<64x16xf32>) outs(%p : memref<?x16xf32>)
  linalg.generic {indexing_maps = [#all, #row, #all, #all], iterator_types = ["parallel", "parallel"]}
    ins(%p, %bias, %other : memref<?x16xf32>, memref<16xf32>, memref<?x16xf32, strided<[16, 1], offset: ?>>) outs(%y : memref<?x16xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %old: f32):
    %0 = arith.addf %a, %b : f32
    %1 = arith.addf %0, %c : f32
    %2 = arith.maximumf %1, %zero : f32
    linalg.yield %2 : f32
  }
  // CHECK: return
  return
}

// In place, other arithmetic: another kernel.
// CHECK-LABEL: func.func @in_place
func.func @in_place(%x: memref<256x64xf32>, %w: memref<64x16xf32>, %bias: memref<16xf32>, %y: memref<?x16xf32>) {
  // CHECK: call @ingot_kernel_nn_d256x16x64_then1(
  // CHECK-NOT: linalg.
  // CHECK: return
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<?x16xf32>)
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%x, %w : memref<256x64xf32>, memref<64x16xf32>) outs(%y : memref<?x16xf32>)
  linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
    ins(%y, %bias : memref<?x16xf32>, memref<16xf32>) outs(%y : memref<?x16xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.addf %a, %b : f32
    linalg.yield %0 : f32
  }
  return
}

// The same again is the same kernel.
// CHECK-LABEL: func.func @again
func.func @again(%x: memref<256x64xf32>, %w: memref<64x16xf32>, %bias: memref<16xf32>, %y: memref<?x16xf32>) {
  // CHECK: call @ingot_kernel_nn_d256x16x64_then1(
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<?x16xf32>)
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%x, %w : memref<256x64xf32>, memref<64x16xf32>) outs(%y : memref<?x16xf32>)
  linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
    ins(%y, %bias : memref<?x16xf32>, memref<16xf32>) outs(%y : memref<?x16xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.addf %a, %b : f32
    linalg.yield %0 : f32
  }
  return
}

// The product is read once more.
// CHECK-LABEL: func.func @needed
func.func @needed(%x: memref<4x8xf32>, %w: memref<8x16xf32>, %y: memref<4x16xf32>, %copy: memref<4x16xf32>) {
  // CHECK: call @ingot_kernel_nn_4x16x8(
  // CHECK: linalg.generic
  %zero = arith.constant 0.0 : f32
  %p = memref.alloc() : memref<4x16xf32>
  linalg.fill ins(%zero : f32) outs(%p : memref<4x16xf32>)
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%x, %w : memref<4x8xf32>, memref<8x16xf32>) outs(%p : memref<4x16xf32>)
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%p : memref<4x16xf32>) outs(%y : memref<4x16xf32>) {
  ^bb0(%a: f32, %old: f32):
    %0 = arith.negf %a : f32
    linalg.yield %0 : f32
  }
  memref.copy %p, %copy : memref<4x16xf32> to memref<4x16xf32>
  return
}

// The weight is updated in between: what follows comes up to the product, with the
// buffer that it writes.
// CHECK-LABEL: func.func @update
func.func @update(%x: memref<4x16xf32>, %w: memref<16x16xf32>, %h: memref<4x16xf32>, %y: memref<4x16xf32>) {
  // CHECK: memref.alloc()
  // CHECK: call @ingot_kernel_nn_4x16x16_then{{[0-9]+}}(
  // CHECK: linalg.fill {{.*}}memref<16x16xf32>
  // CHECK-NOT: linalg.generic
  // CHECK: memref.copy
  %zero = arith.constant 0.0 : f32
  %p = memref.alloc() : memref<4x16xf32>
  linalg.fill ins(%zero : f32) outs(%p : memref<4x16xf32>)
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%x, %w : memref<4x16xf32>, memref<16x16xf32>) outs(%p : memref<4x16xf32>)
  linalg.fill ins(%zero : f32) outs(%w : memref<16x16xf32>)
  %r = memref.alloc() : memref<4x16xf32>
  linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]}
    ins(%p, %h : memref<4x16xf32>, memref<4x16xf32>) outs(%r : memref<4x16xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.mulf %a, %b : f32
    linalg.yield %0 : f32
  }
  memref.copy %r, %y : memref<4x16xf32> to memref<4x16xf32>
  return
}

// A factor has changed in between, and what follows needs it as it is then; the
// output is a factor.
// CHECK-LABEL: func.func @overwritten
func.func @overwritten(%x: memref<4x16xf32>, %w: memref<16x16xf32>, %y: memref<4x16xf32>) {
  // CHECK: call @ingot_kernel_nn_4x16x16(
  // CHECK: linalg.generic
  // CHECK: call @ingot_kernel_nn_4x16x16(
  // CHECK: linalg.generic
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<4x16xf32>)
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%x, %w : memref<4x16xf32>, memref<16x16xf32>) outs(%y : memref<4x16xf32>)
  linalg.fill ins(%zero : f32) outs(%x : memref<4x16xf32>)
  linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]}
    ins(%y, %x : memref<4x16xf32>, memref<4x16xf32>) outs(%y : memref<4x16xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.addf %a, %b : f32
    linalg.yield %0 : f32
  }
  %p = memref.alloc() : memref<4x16xf32>
  linalg.fill ins(%zero : f32) outs(%p : memref<4x16xf32>)
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%x, %w : memref<4x16xf32>, memref<16x16xf32>) outs(%p : memref<4x16xf32>)
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%p : memref<4x16xf32>) outs(%x : memref<4x16xf32>) {
  ^bb0(%a: f32, %old: f32):
    %0 = arith.negf %a : f32
    linalg.yield %0 : f32
  }
  return
}

// An exponential, a number for each row, and a sum have loops of their own.
// CHECK-LABEL: func.func @loops
func.func @loops(%x: memref<4x8xf32>, %w: memref<8x16xf32>, %y: memref<4x16xf32>, %each: memref<4xf32>) {
  // CHECK-COUNT-2: linalg.generic
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<4x16xf32>)
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%x, %w : memref<4x8xf32>, memref<8x16xf32>) outs(%y : memref<4x16xf32>)
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%y : memref<4x16xf32>) outs(%y : memref<4x16xf32>) {
  ^bb0(%a: f32, %old: f32):
    %0 = math.exp %a : f32
    linalg.yield %0 : f32
  }
  linalg.fill ins(%zero : f32) outs(%y : memref<4x16xf32>)
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%x, %w : memref<4x8xf32>, memref<8x16xf32>) outs(%y : memref<4x16xf32>)
  linalg.generic {indexing_maps = [#all, #column, #all], iterator_types = ["parallel", "parallel"]}
    ins(%y, %each : memref<4x16xf32>, memref<4xf32>) outs(%y : memref<4x16xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.addf %a, %b : f32
    linalg.yield %0 : f32
  }
  return
}

// On vectors, before the store; the bias is loaded once a column.
// CHECK-LABEL: func.func private @ingot_kernel_nn_d256x16x64_then1
// CHECK-SAME: %{{[a-z0-9]*}}: memref<1x16xf32> {llvm.noalias, llvm.readonly})
// CHECK: %{{.*}}:12 = scf.for
// CHECK: vector.load
// CHECK-COUNT-6: arith.addf %{{.*}} : vector<8xf32>
// CHECK: vector.load
// CHECK-COUNT-6: arith.addf %{{.*}} : vector<8xf32>
// CHECK-COUNT-12: vector.store
}
