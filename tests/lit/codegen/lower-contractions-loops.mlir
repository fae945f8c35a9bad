// RUN: ingot-opt %s --ingot-lower-contractions | FileCheck %s

// Products in loops, and loops around products.

#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>

module attributes {ingot.max_batch = 32 : i64} {

// A weight that the loop does not change is packed before it; a loop behind it takes
// the same panels, the transposed product others.
// CHECK-LABEL: func.func @recurrence
// CHECK-SAME: (%[[N:.*]]: index, %[[STACK:.*]]: memref<5x32x8xf32>, %[[U:.*]]: memref<8x8xf32>,
func.func @recurrence(%n: index, %stack: memref<5x32x8xf32>, %u: memref<8x8xf32>, %h: memref<32x8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  // CHECK: %[[PANELS:.*]] = memref.alloc() {{{.*}}ingot.packing} : memref<1x8x8xf32>
  // CHECK-NEXT: call @ingot_pack_n_8x8(%[[U]], %[[PANELS]])
  // CHECK-NEXT: scf.for %[[T:.*]] = %c0
  // CHECK: %[[BASE:.*]], %[[OFFSET:.*]], %{{.*}}, %{{.*}} = memref.extract_strided_metadata %{{.*}} : memref<32x8xf32, strided<[8, 1], offset: ?>>
  // CHECK: call @ingot_kernel_nn_32x8x8_packed_acc_offc(%{{.*}}, %[[PANELS]], %[[BASE]], %[[OFFSET]])
  scf.for %t = %c0 to %c5 step %c1 {
    %slice = memref.subview %stack[%t, 0, 0] [1, 32, 8] [1, 1, 1] : memref<5x32x8xf32> to memref<32x8xf32, strided<[8, 1], offset: ?>>
    linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%h, %u : memref<32x8xf32>, memref<8x8xf32>) outs(%slice : memref<32x8xf32, strided<[8, 1], offset: ?>>)
  }
  // CHECK-NOT: call @ingot_pack_n
  // CHECK: call @ingot_pack_t_8x8(%[[U]], %[[OTHER:[a-z0-9_]+]])
  // CHECK-NEXT: scf.for
  // CHECK-DAG: call @ingot_kernel_nn_32x8x8_packed_acc{{.*}}(%{{.*}}, %[[PANELS]],
  // CHECK-DAG: call @ingot_kernel_nn_32x8x8_packed_acc{{.*}}(%{{.*}}, %[[OTHER]],
  scf.for %t = %c0 to %c5 step %c1 {
    %slice = memref.subview %stack[%t, 0, 0] [1, 32, 8] [1, 1, 1] : memref<5x32x8xf32> to memref<32x8xf32, strided<[8, 1], offset: ?>>
    linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%slice, %u : memref<32x8xf32, strided<[8, 1], offset: ?>>, memref<8x8xf32>) outs(%h : memref<32x8xf32>)
    linalg.contract indexing_maps = [#mk, #nk, #mn] ins(%h, %u : memref<32x8xf32>, memref<8x8xf32>) outs(%slice : memref<32x8xf32, strided<[8, 1], offset: ?>>)
  }
  return
}

// One that the loop writes is packed at each product, or not at all.
// CHECK-LABEL: func.func @changes
// CHECK-NOT: ingot_pack
// CHECK: call @ingot_kernel_nn_32x8x8_acc(
func.func @changes(%u: memref<8x8xf32>, %h: memref<32x8xf32>, %y: memref<32x8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %one = arith.constant 1.0 : f32
  scf.for %t = %c0 to %c5 step %c1 {
    linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%h, %u : memref<32x8xf32>, memref<8x8xf32>) outs(%y : memref<32x8xf32>)
    linalg.fill ins(%one : f32) outs(%u : memref<8x8xf32>)
  }
  return
}

// Batch before time against time before batch: a loop over time, the weight packed
// before it; each call writes elements of its own.
// CHECK-LABEL: func.func @time_major
// CHECK-SAME: (%[[N:.*]]: index, %[[X:.*]]: memref<?x5x8xf32>, %[[W:.*]]: memref<8x4xf32>, %[[Y:.*]]: memref<5x?x4xf32>)
func.func @time_major(%n: index, %x: memref<?x5x8xf32>, %w: memref<8x4xf32>, %y: memref<5x?x4xf32>) {
  // CHECK-NOT: linalg.fill
  // CHECK: call @ingot_pack_n_8x4(%[[W]],
  // CHECK-DAG: %[[XB:.*]], %[[XO:.*]], %{{.*}}, %[[XS:.*]]:3 = memref.extract_strided_metadata %[[X]]
  // CHECK-DAG: %[[YB:.*]], %[[YO:.*]], %{{.*}}, %[[YS:.*]]:3 = memref.extract_strided_metadata %[[Y]]
  // CHECK: scf.for %[[T:.*]] = %{{.*}} to %c5
  // CHECK: %[[XT:.*]] = arith.muli %[[T]], %[[XS]]#1
  // CHECK: %[[YT:.*]] = arith.muli %[[T]], %[[YS]]#0
  // CHECK: call @ingot_kernel_nn_d32x4x8_packed_lda40_offa_offc(
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<5x?x4xf32>)
  linalg.contract indexing_maps = [affine_map<(t, b, o, i) -> (b, t, i)>, affine_map<(t, b, o, i) -> (i, o)>, affine_map<(t, b, o, i) -> (t, b, o)>]
    ins(%x, %w : memref<?x5x8xf32>, memref<8x4xf32>) outs(%y : memref<5x?x4xf32>)
  return
}

// More steps than samples to expect: a loop over the batch, with rows of the result as far
// apart as the batch has it; the bias is added on the tiles of each.
// CHECK-LABEL: func.func @many_steps
// CHECK-SAME: (%[[N:.*]]: index, %[[X:.*]]: memref<?x50x8xf32>,
// CHECK-NOT: memref.alloc({{.*}}) : memref<50x?x4xf32>
// CHECK: %[[SIZE:.*]] = memref.dim %[[X]], %{{.*}}
// CHECK: call @ingot_pack_n_8x4
// CHECK: %{{.*}}, %{{.*}}, %{{.*}}, %[[STRIDES:.*]]:3 = memref.extract_strided_metadata %{{.*}} : memref<50x?x4xf32>
// CHECK: scf.for %{{.*}} to %[[SIZE]]
// CHECK: call @ingot_kernel_nn_50x4x8_packed_offa_ldcd_offc_then{{[0-9]+}}({{.*}}, %[[STRIDES]]#0)
func.func @many_steps(%n: index, %x: memref<?x50x8xf32>, %w: memref<8x4xf32>, %bias: memref<4xf32>, %y: memref<50x?x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %product = memref.alloc(%n) : memref<50x?x4xf32>
  linalg.fill ins(%zero : f32) outs(%product : memref<50x?x4xf32>)
  linalg.contract indexing_maps = [affine_map<(t, b, o, i) -> (b, t, i)>, affine_map<(t, b, o, i) -> (i, o)>, affine_map<(t, b, o, i) -> (t, b, o)>]
    ins(%x, %w : memref<?x50x8xf32>, memref<8x4xf32>) outs(%product : memref<50x?x4xf32>)
  linalg.generic {indexing_maps = [affine_map<(t, b, o) -> (t, b, o)>, affine_map<(t, b, o) -> (o)>, affine_map<(t, b, o) -> (t, b, o)>],
                  iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%product, %bias : memref<50x?x4xf32>, memref<4xf32>) outs(%y : memref<50x?x4xf32>) {
  ^bb0(%p: f32, %b: f32, %old: f32):
    %sum = arith.addf %p, %b : f32
    linalg.yield %sum : f32
  }
  return
}

// All steps of a weight gradient are one sum where the orders agree, and a loop that
// adds where they do not.
// CHECK-LABEL: func.func @all_steps
func.func @all_steps(%x: memref<5x?x8xf32>, %z: memref<?x5x8xf32>, %dy: memref<5x?x4xf32>, %dw: memref<8x4xf32>, %dv: memref<8x4xf32>) {
  %zero = arith.constant 0.0 : f32
  // CHECK: call @ingot_kernel_tn_8x4xd160(
  linalg.fill ins(%zero : f32) outs(%dw : memref<8x4xf32>)
  linalg.contract indexing_maps = [affine_map<(i, o, t, b) -> (t, b, i)>, affine_map<(i, o, t, b) -> (t, b, o)>, affine_map<(i, o, t, b) -> (i, o)>]
    ins(%x, %dy : memref<5x?x8xf32>, memref<5x?x4xf32>) outs(%dw : memref<8x4xf32>)
  // CHECK: linalg.fill
  // CHECK: scf.for
  // CHECK: call @ingot_kernel_tn_8x4xd32_acc_lda40_offa_offb(
  linalg.fill ins(%zero : f32) outs(%dv : memref<8x4xf32>)
  linalg.contract indexing_maps = [affine_map<(i, o, t, b) -> (b, t, i)>, affine_map<(i, o, t, b) -> (t, b, o)>, affine_map<(i, o, t, b) -> (i, o)>]
    ins(%z, %dy : memref<?x5x8xf32>, memref<5x?x4xf32>) outs(%dv : memref<8x4xf32>)
  return
}

// Sample by sample, if that is the order of the sum: rows of the gradient are as far apart as
// the batch has it. In the order of the steps there are loops over these, however many.
// CHECK-LABEL: func.func @sample_by_sample
// CHECK-SAME: (%[[X:[a-z0-9_]+]]: memref<?x50x8xf32>, %[[DY:[a-z0-9_]+]]: memref<50x?x4xf32>,
func.func @sample_by_sample(%x: memref<?x50x8xf32>, %dy: memref<50x?x4xf32>, %dw: memref<8x4xf32>, %dv: memref<8x4xf32>) {
  %zero = arith.constant 0.0 : f32
  // CHECK: linalg.fill
  // CHECK: %[[SIZE:.*]] = memref.dim %[[X]], %{{.*}}
  // CHECK: %{{.*}}, %{{.*}}, %{{.*}}, %[[STRIDES:.*]]:3 = memref.extract_strided_metadata %[[DY]]
  // CHECK: scf.for %[[B:.*]] = %{{.*}} to %[[SIZE]]
  // CHECK: arith.muli %[[B]], %[[STRIDES]]#1
  // CHECK: call @ingot_kernel_tn_8x4x50_acc_offa_ldbd_offb({{.*}}, %[[STRIDES]]#0)
  linalg.fill ins(%zero : f32) outs(%dw : memref<8x4xf32>)
  linalg.contract indexing_maps = [affine_map<(i, o, b, t) -> (b, t, i)>, affine_map<(i, o, b, t) -> (t, b, o)>, affine_map<(i, o, b, t) -> (i, o)>]
    ins(%x, %dy : memref<?x50x8xf32>, memref<50x?x4xf32>) outs(%dw : memref<8x4xf32>)
  // CHECK: scf.for %{{.*}} to %c50
  // CHECK: call @ingot_kernel_tn_8x4xd32_acc_lda400_offa_offb(
  linalg.fill ins(%zero : f32) outs(%dv : memref<8x4xf32>)
  linalg.contract indexing_maps = [affine_map<(i, o, t, b) -> (b, t, i)>, affine_map<(i, o, t, b) -> (t, b, o)>, affine_map<(i, o, t, b) -> (i, o)>]
    ins(%x, %dy : memref<?x50x8xf32>, memref<50x?x4xf32>) outs(%dv : memref<8x4xf32>)
  return
}

// CHECK: func.func private @ingot_pack_n_8x8(%{{.*}}: memref<8x8xf32> {llvm.noalias, llvm.readonly}, %{{.*}}: memref<1x8x8xf32> {llvm.noalias})
}
