// RUN: ingot-opt %s --ingot-slice-batch | FileCheck %s --check-prefixes=CHECK,PORTABLE
// RUN: sed 's/"portable"/"native"/' %s | ingot-opt --ingot-slice-batch | FileCheck %s --check-prefixes=CHECK,NATIVE
// RUN: ingot-opt %s --ingot-slice-batch --remarks-filter=batch --remark-policy=all -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// Gradients sum over the batch, slice after slice. In portable numerics, no order changes.
// PORTABLE: #[[$LANEOF:.*]] = affine_map<(d0, d1) -> (d0 mod 8, d1)>
#same = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#all = affine_map<(d0) -> (d0)>
#none = affine_map<(d0) -> ()>
#rowsB = affine_map<(d0, d1, d2) -> (d2, d1)>
#rowsC = affine_map<(d0, d1, d2) -> (d0, d1)>
#sumA = affine_map<(d0, d1, d2) -> (d2, d0)>
#stepsA = affine_map<(d0, d1, d2, d3) -> (d2, d3, d0)>
#stepsB = affine_map<(d0, d1, d2, d3) -> (d2, d3, d1)>
#stepsC = affine_map<(d0, d1, d2, d3) -> (d0, d1)>

module attributes {ingot.save_ram, ingot.numerics = "portable", ingot.max_batch = 256 : i64} {
  // A product goes on from what it left. A reduction has eight lanes, which go on and meet behind the loop.
  // CHECK-LABEL: func.func private @dense
  // CHECK-SAME: %[[BATCH:.*]]: index {ingot.role = "batch"}, %{{.*}}: memref<256x16xf32>, %[[DW:.*]]: memref<16x32xf32>, %[[DB:.*]]: memref<32xf32>
  // PORTABLE: %[[LANES:.*]] = memref.alloc() {alignment = 64 : i64} : memref<8x32xf32>
  // PORTABLE: linalg.fill ins(%{{.*}} : f32) outs(%[[LANES]]
  // NATIVE: linalg.fill ins(%{{.*}} : f32) outs(%[[DB]]
  // CHECK: linalg.fill ins(%{{.*}} : f32) outs(%[[DW]]
  // CHECK: scf.for %{{.*}} = %c0{{.*}} to %[[BATCH]] step %c8
  // CHECK: %[[DY:.*]] = memref.alloc(%{{.*}}) : memref<?x32xf32>
  // PORTABLE: linalg.generic {indexing_maps = [#{{.*}}, #[[$LANEOF]]], iterator_types = ["reduction", "parallel"]} ins(%[[DY]] : {{.*}}) outs(%[[LANES]]
  // NATIVE: linalg.generic {{.*}} iterator_types = ["reduction", "parallel"]} ins(%[[DY]] : {{.*}}) outs(%[[DB]]
  // CHECK: linalg.contract {{.*}} ins(%{{.*}}, %[[DY]] : {{.*}}) outs(%[[DW]]
  // CHECK: }
  // PORTABLE: linalg.fill ins(%{{.*}} : f32) outs(%[[DB]]
  // PORTABLE: linalg.generic {{.*}} iterator_types = ["reduction", "parallel"]} ins(%[[LANES]] : {{.*}}) outs(%[[DB]]
  // CHECK: return
  // REMARK: Reason="2048 bytes are alive at once instead of 32768", Remark="3 operations are done for 8 samples at a time, 2 of them sums that go on from slice to slice; buffers of so many: 1"
  func.func private @dense(%batch: index {ingot.role = "batch"}, %x: memref<256x16xf32>, %dw: memref<16x32xf32>, %db: memref<32xf32>)
      attributes {ingot.kind = "gradients", ingot.max_batch = 256 : i64} {
    %zero = arith.constant 0.0 : f32
    %rows = memref.reinterpret_cast %x to offset: [0], sizes: [%batch, 16], strides: [16, 1] : memref<256x16xf32> to memref<?x16xf32>
    %dy = memref.alloc(%batch) : memref<?x32xf32>
    linalg.fill ins(%zero : f32) outs(%dy : memref<?x32xf32>)
    linalg.fill ins(%zero : f32) outs(%db : memref<32xf32>)
    linalg.generic {indexing_maps = [#same, #column], iterator_types = ["reduction", "parallel"]} ins(%dy : memref<?x32xf32>) outs(%db : memref<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %sum = arith.addf %out, %in : f32
      linalg.yield %sum : f32
    }
    linalg.fill ins(%zero : f32) outs(%dw : memref<16x32xf32>)
    linalg.contract indexing_maps = [#sumA, #rowsB, #rowsC] ins(%rows, %dy : memref<?x16xf32>, memref<?x32xf32>) outs(%dw : memref<16x32xf32>)
    return
  }

  // All samples of a step, then those of the next: in slices, that is another order.
  // CHECK-LABEL: func.func private @recurrent
  // PORTABLE-NOT: scf.for
  // NATIVE: scf.for
  // NATIVE: linalg.contract
  // NATIVE: }
  // CHECK: return
  // REMARK: Reason="by slices it would add up in another order, and portable numerics keep theirs", Remark="a sum over the batch has all samples at once"
  func.func private @recurrent(%batch: index {ingot.role = "batch"}, %dw: memref<16x32xf32>)
      attributes {ingot.kind = "gradients", ingot.max_batch = 256 : i64} {
    %zero = arith.constant 0.0 : f32
    %x = memref.alloc(%batch) : memref<7x?x16xf32>
    linalg.fill ins(%zero : f32) outs(%x : memref<7x?x16xf32>)
    %dy = memref.alloc(%batch) : memref<7x?x32xf32>
    linalg.fill ins(%zero : f32) outs(%dy : memref<7x?x32xf32>)
    linalg.fill ins(%zero : f32) outs(%dw : memref<16x32xf32>)
    linalg.contract indexing_maps = [#stepsA, #stepsB, #stepsC] ins(%x, %dy : memref<7x?x16xf32>, memref<7x?x32xf32>) outs(%dw : memref<16x32xf32>)
    return
  }

  // How many steps a mask leaves, all samples need to know: they are counted before, and the rest is in slices.
  // CHECK-LABEL: func.func private @masked
  // CHECK-SAME: memref<256x4xf32>, %[[COUNT:.*]]: memref<f32>
  // CHECK: linalg.generic {{.*}} iterator_types = ["reduction"]} ins(%{{.*}} : memref<?xf32>) outs(%[[COUNT]]
  // CHECK: scf.for
  // CHECK: linalg.generic {{.*}} outs(%{{.*}} : memref<?x64xf32>)
  // CHECK: }
  // CHECK: return
  func.func private @masked(%batch: index {ingot.role = "batch"}, %x: memref<256x4xf32>, %count: memref<f32>, %dw: memref<4x64xf32>)
      attributes {ingot.kind = "gradients", ingot.max_batch = 256 : i64} {
    %zero = arith.constant 0.0 : f32
    %rows = memref.reinterpret_cast %x to offset: [0], sizes: [%batch, 4], strides: [4, 1] : memref<256x4xf32> to memref<?x4xf32>
    %mask = memref.alloc(%batch) : memref<?xf32>
    linalg.fill ins(%zero : f32) outs(%mask : memref<?xf32>)
    linalg.fill ins(%zero : f32) outs(%count : memref<f32>)
    linalg.generic {indexing_maps = [#all, #none], iterator_types = ["reduction"]} ins(%mask : memref<?xf32>) outs(%count : memref<f32>) {
    ^bb0(%in: f32, %out: f32):
      %sum = arith.addf %out, %in : f32
      linalg.yield %sum : f32
    }
    %steps = memref.load %count[] : memref<f32>
    %dy = memref.alloc(%batch) : memref<?x64xf32>
    linalg.generic {indexing_maps = [#row, #same], iterator_types = ["parallel", "parallel"]} ins(%mask : memref<?xf32>) outs(%dy : memref<?x64xf32>) {
    ^bb0(%in: f32, %out: f32):
      %part = arith.divf %in, %steps : f32
      linalg.yield %part : f32
    }
    linalg.fill ins(%zero : f32) outs(%dw : memref<4x64xf32>)
    linalg.contract indexing_maps = [#sumA, #rowsB, #rowsC] ins(%rows, %dy : memref<?x4xf32>, memref<?x64xf32>) outs(%dw : memref<4x64xf32>)
    return
  }

}
