// RUN: ingot-opt %s --ingot-block-updates --remarks-filter=update --remark-policy=all 2>%t | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t

// Of a gradient that no near cache holds, 256 rows are made and used up at a time. One of 2 MB stays whole, and so does
// one that has nothing but columns.
#same = affine_map<(d0, d1) -> (d0, d1)>
#rowsB = affine_map<(d0, d1, d2) -> (d2, d1)>
#rowsC = affine_map<(d0, d1, d2) -> (d0, d1)>
#sumA = affine_map<(d0, d1, d2) -> (d2, d0)>

module {
  // CHECK-LABEL: func.func private @large
  // CHECK: scf.for %{{.*}} = %c0{{.*}} to %c1024{{.*}} step %c256
  // CHECK: memref.alloc() : memref<256x2048xf32>
  // CHECK: linalg.contract
  // CHECK: linalg.generic
  // CHECK: }
  // CHECK: return
  // REMARK: a gradient of 8388608 bytes is made and used up 2097152 bytes at a time
  // REMARK-NOT: a gradient of
  func.func private @large(%batch: index {ingot.role = "batch"}, %x: memref<?x1024xf32>, %dy: memref<?x2048xf32>,
                           %params: memref<8388608xi8> {ingot.role = "params"})
      attributes {ingot.kind = "train_step", ingot.max_batch = 64 : i64} {
    %c0 = arith.constant 0 : index
    %zero = arith.constant 0.0 : f32
    %w = memref.view %params[%c0][] : memref<8388608xi8> to memref<1024x2048xf32>
    %dw = memref.alloc() : memref<1024x2048xf32>
    linalg.fill ins(%zero : f32) outs(%dw : memref<1024x2048xf32>)
    linalg.contract indexing_maps = [#sumA, #rowsB, #rowsC] ins(%x, %dy : memref<?x1024xf32>, memref<?x2048xf32>) outs(%dw : memref<1024x2048xf32>)
    linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel", "parallel"]} ins(%dw : memref<1024x2048xf32>) outs(%w : memref<1024x2048xf32>) {
    ^bb0(%g: f32, %old: f32):
      %new = arith.subf %old, %g : f32
      linalg.yield %new : f32
    }
    return
  }

  // CHECK-LABEL: func.func private @medium
  // CHECK-NOT: scf.for
  // CHECK: return
  func.func private @medium(%batch: index {ingot.role = "batch"}, %x: memref<?x512xf32>, %dy: memref<?x1024xf32>,
                            %params: memref<2097152xi8> {ingot.role = "params"})
      attributes {ingot.kind = "train_step", ingot.max_batch = 64 : i64} {
    %c0 = arith.constant 0 : index
    %zero = arith.constant 0.0 : f32
    %w = memref.view %params[%c0][] : memref<2097152xi8> to memref<512x1024xf32>
    %dw = memref.alloc() : memref<512x1024xf32>
    linalg.fill ins(%zero : f32) outs(%dw : memref<512x1024xf32>)
    linalg.contract indexing_maps = [#sumA, #rowsB, #rowsC] ins(%x, %dy : memref<?x512xf32>, memref<?x1024xf32>) outs(%dw : memref<512x1024xf32>)
    linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel", "parallel"]} ins(%dw : memref<512x1024xf32>) outs(%w : memref<512x1024xf32>) {
    ^bb0(%g: f32, %old: f32):
      %new = arith.subf %old, %g : f32
      linalg.yield %new : f32
    }
    return
  }

  // CHECK-LABEL: func.func private @flat
  // CHECK-NOT: scf.for
  // CHECK: return
  func.func private @flat(%batch: index {ingot.role = "batch"}, %x: memref<?x64xf32>, %dy: memref<?x65536xf32>,
                          %params: memref<16777216xi8> {ingot.role = "params"})
      attributes {ingot.kind = "train_step", ingot.max_batch = 64 : i64} {
    %c0 = arith.constant 0 : index
    %zero = arith.constant 0.0 : f32
    %w = memref.view %params[%c0][] : memref<16777216xi8> to memref<64x65536xf32>
    %dw = memref.alloc() : memref<64x65536xf32>
    linalg.fill ins(%zero : f32) outs(%dw : memref<64x65536xf32>)
    linalg.contract indexing_maps = [#sumA, #rowsB, #rowsC] ins(%x, %dy : memref<?x64xf32>, memref<?x65536xf32>) outs(%dw : memref<64x65536xf32>)
    linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel", "parallel"]} ins(%dw : memref<64x65536xf32>) outs(%w : memref<64x65536xf32>) {
    ^bb0(%g: f32, %old: f32):
      %new = arith.subf %old, %g : f32
      linalg.yield %new : f32
    }
    return
  }
}
