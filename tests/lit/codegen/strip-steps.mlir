// RUN: ingot-opt %s --ingot-strip-steps | FileCheck %s
// RUN: ingot-opt %s --ingot-strip-steps --ingot-lower-contractions | FileCheck %s --check-prefix=KERNEL
// RUN: ingot-opt %s --ingot-strip-steps --ingot-plan-memory | FileCheck %s --check-prefix=ARENA
// RUN: sed 's/"native"/"portable"/' %s | ingot-opt --ingot-strip-steps | FileCheck %s --check-prefix=PORTABLE
// RUN: sed 's/ingot.numerics/ingot.threads = 2 : i64, ingot.numerics/' %s | ingot-opt --ingot-strip-steps | FileCheck %s --check-prefix=THREADS
// RUN: sed 's/ingot.numerics/ingot.strip_steps = 40 : i64, ingot.numerics/' %s | ingot-opt --ingot-strip-steps | FileCheck %s --check-prefix=GIVEN
// RUN: sed 's/ingot.numerics/ingot.save_ram, ingot.numerics/' %s | ingot-opt --ingot-strip-steps | FileCheck %s --check-prefix=WHOLE
// RUN: sed 's/ingot.l2_bytes = 32768/ingot.l2_bytes = 1048576/' %s | ingot-opt --ingot-strip-steps | FileCheck %s --check-prefix=WHOLE
// RUN: ingot-opt %s --ingot-strip-steps --remarks-filter=recurrence --remark-policy=all -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: sed 's/"native"/"portable"/' %s | ingot-opt --ingot-strip-steps --remarks-filter=recurrence --remark-policy=all -o /dev/null 2>&1 | FileCheck %s --check-prefix=KEPT

// WHOLE-LABEL: func.func private @gradients
// WHOLE: scf.for %{{.*}} = %c0{{.*}} to %c100
// WHOLE: linalg.contract {{.*}} outs(%{{.*}} : memref<16x32xf32>)

#same = affine_map<(d0, d1) -> (d0, d1)>
#ofH = affine_map<(i, o, t, b) -> (t, b, i)>
#ofZ = affine_map<(i, o, t, b) -> (t, b, o)>
#ofW = affine_map<(i, o, t, b) -> (i, o)>
#zRows = affine_map<(t, b, i, o) -> (t, b, o)>
#wRows = affine_map<(t, b, i, o) -> (i, o)>
#xRows = affine_map<(t, b, i, o) -> (t, b, i)>

module attributes {ingot.l1_bytes = 32768 : i64, ingot.l2_bytes = 32768 : i64, ingot.vector_width = 8 : i64, ingot.vector_registers = 16 : i64, ingot.fma = true, ingot.max_batch = 8 : i64, ingot.numerics = "native"} {
  // Twenty steps at a time, the last first, and what they add to a gradient; also the gradient of the inputs.
  // CHECK-LABEL: func.func private @gradients
  // CHECK-SAME: %[[BATCH:.*]]: index {ingot.role = "batch"}
  // CHECK-NOT: memref<100x?x32xf32>
  // CHECK: linalg.fill ins(%{{.*}}) outs(%[[DW:.*]] : memref<16x32xf32>)
  // CHECK: scf.for %[[BEGIN:.*]] = %c0{{.*}} to %c100{{.*}} step %c20
  // CHECK: %[[STRIP:.*]] = memref.alloc(%[[BATCH]]) : memref<20x?x32xf32>
  // CHECK: scf.for %[[NUMBER:.*]] = %c0{{.*}} to %c20
  // CHECK: %[[STEP:.*]] = arith.addi %[[BEGIN]], %[[NUMBER]]
  // CHECK: %[[PLACE:.*]] = arith.subi %c19{{.*}}, %[[NUMBER]]
  // CHECK: %[[GLOBAL:.*]] = arith.subi %c99{{.*}}, %[[STEP]]
  // CHECK: memref.subview %{{.*}}[%[[GLOBAL]], 0, 0] [1, %[[BATCH]], 32]
  // CHECK: memref.subview %[[STRIP]][%[[PLACE]], 0, 0] [1, %[[BATCH]], 32]
  // CHECK: }
  // CHECK: %[[FIRST:.*]] = arith.subi %c80{{.*}}, %[[BEGIN]]
  // CHECK: %[[H:.*]] = memref.subview %{{.*}}[%[[FIRST]], 0, 0] [20, %[[BATCH]], 16]
  // CHECK: linalg.contract {{.*}} ins(%[[H]], %[[STRIP]] : {{.*}}) outs(%[[DW]]
  // CHECK: %[[DX:.*]] = memref.subview %{{.*}}[%[[FIRST]], 0, 0] [20, %[[BATCH]], 16]
  // CHECK: linalg.fill ins(%{{.*}}) outs(%[[DX]]
  // CHECK: linalg.contract {{.*}} ins(%[[STRIP]], %{{.*}} : {{.*}}) outs(%[[DX]]
  // CHECK: }
  // CHECK-NOT: linalg.contract
  // CHECK: return
  // Rows of steps and samples are one dimension of a product, of slices of stacks, too.
  // KERNEL: call @ingot_kernel_tn_16x32xd160_acc_offa
  // KERNEL: call @ingot_kernel_nn_d160x16x32_packed_offc
  // ARENA-LABEL: func.func private @gradients
  // ARENA-SAME: ingot.arena_bytes = 123904 : i64
  // In the order of the samples and steps, a sum is that of all.
  // PORTABLE-LABEL: func.func private @gradients
  // PORTABLE: scf.for %{{.*}} = %c0{{.*}} to %c100{{.*}} step %c1
  // PORTABLE: memref<100x?x32xf32>
  // Threads divide the loop by samples, and sums by results: of strips in the same order.
  // THREADS-LABEL: func.func private @gradients
  // THREADS: memref.alloc(%{{.*}}) : memref<100x?x32xf32>
  // THREADS: scf.for %{{.*}} = %c0{{.*}} to %c100{{.*}} step %c1
  // THREADS-COUNT-5: linalg.contract {{.*}} outs(%{{.*}} : memref<16x32xf32>)
  // THREADS: linalg.contract {{.*}} outs(%{{.*}} : memref<100x?x16xf32>)
  // What is left over comes behind, once.
  // GIVEN-LABEL: func.func private @gradients
  // GIVEN: scf.for %{{.*}} = %c0{{.*}} to %c80{{.*}} step %c40
  // GIVEN: memref<40x?x32xf32>
  // GIVEN: memref<20x?x32xf32>
  // GIVEN: scf.for %{{.*}} = %c0{{.*}} to %c20
  // GIVEN: linalg.contract
  // REMARK: Reason="123904 bytes are alive at once instead of 154624, but for threads", Remark="20 of 100 steps are taken at a time, and products over them, 2, go on from strip to strip"
  // KEPT: Reason="strips come in the order of the steps, and portable numerics keep that of a sum"
  func.func private @gradients(%batch: index {ingot.role = "batch"}, %gates: memref<100x8x32xf32>, %h: memref<100x8x16xf32>,
                               %w: memref<16x32xf32>, %dw: memref<16x32xf32>, %dx: memref<100x8x16xf32>) attributes {ingot.kind = "gradients", ingot.max_batch = 8 : i64} {
    %zero = arith.constant 0.0 : f32
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c99 = arith.constant 99 : index
    %c100 = arith.constant 100 : index
    %z = memref.reinterpret_cast %gates to offset: [0], sizes: [100, %batch, 32], strides: [256, 32, 1] : memref<100x8x32xf32> to memref<100x?x32xf32, strided<[256, 32, 1]>>
    %hidden = memref.alloc(%batch) : memref<100x?x16xf32>
    linalg.fill ins(%zero : f32) outs(%hidden : memref<100x?x16xf32>)
    %carry = memref.alloc(%batch) : memref<?x32xf32>
    linalg.fill ins(%zero : f32) outs(%carry : memref<?x32xf32>)
    %stack = memref.alloc(%batch) : memref<100x?x32xf32>
    scf.for %i = %c0 to %c100 step %c1 {
      %step = arith.subi %c99, %i : index
      %old = memref.subview %z[%step, 0, 0] [1, %batch, 32] [1, 1, 1] : memref<100x?x32xf32, strided<[256, 32, 1]>> to memref<?x32xf32, strided<[32, 1], offset: ?>>
      %new = memref.subview %stack[%step, 0, 0] [1, %batch, 32] [1, 1, 1] : memref<100x?x32xf32> to memref<?x32xf32, strided<[32, 1], offset: ?>>
      linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel"]} ins(%old : memref<?x32xf32, strided<[32, 1], offset: ?>>) outs(%carry, %new : memref<?x32xf32>, memref<?x32xf32, strided<[32, 1], offset: ?>>) {
      ^bb0(%in: f32, %sum: f32, %out: f32):
        %next = arith.addf %sum, %in : f32
        linalg.yield %next, %next : f32, f32
      }
    }
    linalg.fill ins(%zero : f32) outs(%dw : memref<16x32xf32>)
    linalg.contract indexing_maps = [#ofH, #ofZ, #ofW] ins(%hidden, %stack : memref<100x?x16xf32>, memref<100x?x32xf32>) outs(%dw : memref<16x32xf32>)
    %inputs = memref.alloc(%batch) : memref<100x?x16xf32>
    linalg.fill ins(%zero : f32) outs(%inputs : memref<100x?x16xf32>)
    linalg.contract indexing_maps = [#zRows, #wRows, #xRows] ins(%stack, %w : memref<100x?x32xf32>, memref<16x32xf32>) outs(%inputs : memref<100x?x16xf32>)
    %out = memref.reinterpret_cast %dx to offset: [0], sizes: [100, %batch, 16], strides: [128, 16, 1] : memref<100x8x16xf32> to memref<100x?x16xf32, strided<[128, 16, 1]>>
    memref.copy %inputs, %out : memref<100x?x16xf32> to memref<100x?x16xf32, strided<[128, 16, 1]>>
    return
  }
}
