// RUN: ingot-opt %s --ingot-block-updates | FileCheck %s
// RUN: sed 's/ingot.save_ram, /ingot.optimize_for = "size", /' %s | ingot-opt --ingot-block-updates | FileCheck %s --check-prefix=WHOLE
// RUN: ingot-opt %s --ingot-block-updates --remarks-filter=update --remark-policy=all -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// A gradient is made some rows at a time, each followed by its update. For small code without the wish to save memory
// all stays as it was.
// WHOLE-NOT: scf.for
#same = affine_map<(d0, d1) -> (d0, d1)>
#none = affine_map<(d0, d1) -> ()>
#rowsB = affine_map<(d0, d1, d2) -> (d2, d1)>
#rowsC = affine_map<(d0, d1, d2) -> (d0, d1)>
#sumA = affine_map<(d0, d1, d2) -> (d2, d0)>

module attributes {ingot.save_ram, ingot.block_bytes = 512 : i64} {
  // The slot goes along with the weight. Three rows are left over behind four blocks.
  // CHECK-LABEL: func.func private @step
  // CHECK-SAME: %[[BATCH:.*]]: index {ingot.role = "batch"}, %[[X:.*]]: memref<?x35xf32>, %[[DY:.*]]: memref<?x16xf32>,
  // CHECK: %[[W:.*]] = memref.view %{{.*}} to memref<35x16xf32>
  // CHECK: %[[SLOT:.*]] = memref.view %{{.*}} to memref<35x16xf32>
  // CHECK-NOT: memref.alloc
  // CHECK: scf.for %[[AT:.*]] = %c0{{.*}} to %c32{{.*}} step %c8
  // CHECK: %[[DW:.*]] = memref.alloc() : memref<8x16xf32>
  // CHECK: %[[PART:.*]] = memref.subview %[[X]][0, %[[AT]]] [%{{.*}}, 8]
  // CHECK: %[[PARTOFW:.*]] = memref.subview %[[W]][%[[AT]], 0] [8, 16]
  // CHECK: %[[PARTOFSLOT:.*]] = memref.subview %[[SLOT]][%[[AT]], 0] [8, 16]
  // CHECK: linalg.fill {{.*}} outs(%[[DW]]
  // CHECK: linalg.contract {{.*}} ins(%[[PART]], %[[DY]] : {{.*}}) outs(%[[DW]]
  // CHECK: linalg.generic {{.*}} ins(%[[DW]] : {{.*}}) outs(%[[PARTOFW]], %[[PARTOFSLOT]]
  // CHECK: }
  // CHECK: memref.alloc() : memref<3x16xf32>
  // CHECK: memref.subview %[[W]][32, 0] [3, 16]
  // CHECK: linalg.contract
  // CHECK: linalg.generic
  // CHECK: return
  // REMARK: a gradient of 2240 bytes is made and used up 512 bytes at a time
  func.func private @step(%batch: index {ingot.role = "batch"}, %x: memref<?x35xf32>, %dy: memref<?x16xf32>,
                          %params: memref<2240xi8> {ingot.role = "params"}, %state: memref<2240xi8> {ingot.role = "state"})
      attributes {ingot.kind = "train_step", ingot.max_batch = 64 : i64} {
    %c0 = arith.constant 0 : index
    %zero = arith.constant 0.0 : f32
    %w = memref.view %params[%c0][] : memref<2240xi8> to memref<35x16xf32>
    %slot = memref.view %state[%c0][] : memref<2240xi8> to memref<35x16xf32>
    %dw = memref.alloc() : memref<35x16xf32>
    linalg.fill ins(%zero : f32) outs(%dw : memref<35x16xf32>)
    linalg.contract indexing_maps = [#sumA, #rowsB, #rowsC] ins(%x, %dy : memref<?x35xf32>, memref<?x16xf32>) outs(%dw : memref<35x16xf32>)
    linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel"]} ins(%dw : memref<35x16xf32>) outs(%w, %slot : memref<35x16xf32>, memref<35x16xf32>) {
    ^bb0(%g: f32, %old: f32, %velocity: f32):
      %next = arith.addf %velocity, %g : f32
      %new = arith.subf %old, %next : f32
      linalg.yield %new, %next : f32, f32
    }
    return
  }

  // Of a weight with short and many columns, those are divided. A sum takes both of its products along.
  // CHECK-LABEL: func.func private @shared
  // CHECK-NOT: memref.alloc
  // CHECK: scf.for
  // CHECK-DAG: memref.alloc() : memref<4x32xf32>
  // CHECK-DAG: memref.alloc() : memref<4x32xf32>
  // CHECK: linalg.contract
  // CHECK: linalg.contract
  // CHECK: linalg.generic
  // CHECK: }
  // CHECK: return
  func.func private @shared(%batch: index {ingot.role = "batch"}, %x: memref<?x4xf32>, %dy: memref<?x256xf32>,
                            %other: memref<?x4xf32>, %dother: memref<?x256xf32>,
                            %params: memref<4096xi8> {ingot.role = "params"})
      attributes {ingot.kind = "train_step", ingot.max_batch = 64 : i64} {
    %c0 = arith.constant 0 : index
    %zero = arith.constant 0.0 : f32
    %w = memref.view %params[%c0][] : memref<4096xi8> to memref<4x256xf32>
    %one = memref.alloc() : memref<4x256xf32>
    linalg.fill ins(%zero : f32) outs(%one : memref<4x256xf32>)
    linalg.contract indexing_maps = [#sumA, #rowsB, #rowsC] ins(%x, %dy : memref<?x4xf32>, memref<?x256xf32>) outs(%one : memref<4x256xf32>)
    %two = memref.alloc() : memref<4x256xf32>
    linalg.fill ins(%zero : f32) outs(%two : memref<4x256xf32>)
    linalg.contract indexing_maps = [#sumA, #rowsB, #rowsC] ins(%other, %dother : memref<?x4xf32>, memref<?x256xf32>) outs(%two : memref<4x256xf32>)
    linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel"]} ins(%one, %two : memref<4x256xf32>, memref<4x256xf32>) outs(%w : memref<4x256xf32>) {
    ^bb0(%g: f32, %h: f32, %old: f32):
      %sum = arith.addf %g, %h : f32
      %new = arith.subf %old, %sum : f32
      linalg.yield %new : f32
    }
    return
  }

  // A norm needs all of the gradient before any of the update.
  // CHECK-LABEL: func.func private @clipped
  // CHECK-NOT: scf.for
  // CHECK: return
  // REMARK: `linalg.generic` needs more than a part of it{{.*}}a gradient of 4096 bytes is made before its update
  func.func private @clipped(%batch: index {ingot.role = "batch"}, %x: memref<?x64xf32>, %dy: memref<?x16xf32>,
                             %params: memref<4096xi8> {ingot.role = "params"})
      attributes {ingot.kind = "train_step", ingot.max_batch = 64 : i64} {
    %c0 = arith.constant 0 : index
    %zero = arith.constant 0.0 : f32
    %w = memref.view %params[%c0][] : memref<4096xi8> to memref<64x16xf32>
    %dw = memref.alloc() : memref<64x16xf32>
    linalg.fill ins(%zero : f32) outs(%dw : memref<64x16xf32>)
    linalg.contract indexing_maps = [#sumA, #rowsB, #rowsC] ins(%x, %dy : memref<?x64xf32>, memref<?x16xf32>) outs(%dw : memref<64x16xf32>)
    %norm = memref.alloc() : memref<f32>
    linalg.fill ins(%zero : f32) outs(%norm : memref<f32>)
    linalg.generic {indexing_maps = [#same, #none], iterator_types = ["reduction", "reduction"]} ins(%dw : memref<64x16xf32>) outs(%norm : memref<f32>) {
    ^bb0(%g: f32, %out: f32):
      %square = arith.mulf %g, %g : f32
      %sum = arith.addf %out, %square : f32
      linalg.yield %sum : f32
    }
    linalg.generic {indexing_maps = [#same, #none, #same], iterator_types = ["parallel", "parallel"]} ins(%dw, %norm : memref<64x16xf32>, memref<f32>) outs(%w : memref<64x16xf32>) {
    ^bb0(%g: f32, %all: f32, %old: f32):
      %part = arith.divf %g, %all : f32
      %new = arith.subf %old, %part : f32
      linalg.yield %new : f32
    }
    return
  }

  // What the product reads is overwritten before its result is used.
  // CHECK-LABEL: func.func private @overwritten
  // CHECK-NOT: scf.for
  // CHECK: return
  // REMARK: what its products read is written{{.*}}a gradient of 2048 bytes is made before its update
  func.func private @overwritten(%batch: index {ingot.role = "batch"}, %x: memref<?x32xf32>, %dy: memref<?x16xf32>,
                                 %params: memref<2048xi8> {ingot.role = "params"})
      attributes {ingot.kind = "train_step", ingot.max_batch = 64 : i64} {
    %c0 = arith.constant 0 : index
    %zero = arith.constant 0.0 : f32
    %w = memref.view %params[%c0][] : memref<2048xi8> to memref<32x16xf32>
    %dw = memref.alloc() : memref<32x16xf32>
    linalg.fill ins(%zero : f32) outs(%dw : memref<32x16xf32>)
    linalg.contract indexing_maps = [#sumA, #rowsB, #rowsC] ins(%x, %dy : memref<?x32xf32>, memref<?x16xf32>) outs(%dw : memref<32x16xf32>)
    linalg.fill ins(%zero : f32) outs(%dy : memref<?x16xf32>)
    linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel", "parallel"]} ins(%dw : memref<32x16xf32>) outs(%w : memref<32x16xf32>) {
    ^bb0(%g: f32, %old: f32):
      %new = arith.subf %old, %g : f32
      linalg.yield %new : f32
    }
    return
  }

  // To wait for the update, a product would keep its operand alive where another buffer is larger.
  // CHECK-LABEL: func.func private @wait
  // CHECK: linalg.contract
  // CHECK: memref.alloc(%{{.*}}) : memref<?x512xf32>
  // CHECK: return
  // REMARK: bytes would be alive at once instead of{{.*}}a gradient of 3072 bytes is made before its update
  func.func private @wait(%batch: index {ingot.role = "batch"}, %x: memref<?x48xf32>, %out: memref<?x512xf32>,
                          %params: memref<3072xi8> {ingot.role = "params"})
      attributes {ingot.kind = "train_step", ingot.max_batch = 64 : i64} {
    %c0 = arith.constant 0 : index
    %zero = arith.constant 0.0 : f32
    %w = memref.view %params[%c0][] : memref<3072xi8> to memref<48x16xf32>
    %dy = memref.alloc(%batch) : memref<?x16xf32>
    linalg.fill ins(%zero : f32) outs(%dy : memref<?x16xf32>)
    %dw = memref.alloc() : memref<48x16xf32>
    linalg.fill ins(%zero : f32) outs(%dw : memref<48x16xf32>)
    linalg.contract indexing_maps = [#sumA, #rowsB, #rowsC] ins(%x, %dy : memref<?x48xf32>, memref<?x16xf32>) outs(%dw : memref<48x16xf32>)
    %large = memref.alloc(%batch) : memref<?x512xf32>
    linalg.fill ins(%zero : f32) outs(%large : memref<?x512xf32>)
    memref.copy %large, %out : memref<?x512xf32> to memref<?x512xf32>
    linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel", "parallel"]} ins(%dw : memref<48x16xf32>) outs(%w : memref<48x16xf32>) {
    ^bb0(%g: f32, %old: f32):
      %new = arith.subf %old, %g : f32
      linalg.yield %new : f32
    }
    return
  }
}
