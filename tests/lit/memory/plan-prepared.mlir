// What prepare leaves gets its place in one block, its own scratch behind that.
// RUN: ingot-opt %s --ingot-plan-memory --ingot-plan-prepared --split-input-file | FileCheck %s

// CHECK-LABEL: func.func private @net_predict_prepared_body(
// CHECK-SAME: memref<10x3xf32> {ingot.name = "b", ingot.offset = 128 : i64, ingot.role = "prepared"}
// CHECK-SAME: memref<7xf32> {ingot.name = "a", ingot.offset = 64 : i64, ingot.role = "prepared"}
// CHECK-SAME: ingot.prepared_hash = [[$HASH:-?[0-9]+]] : i64
func.func private @net_predict_prepared_body(%batch: index {ingot.role = "batch"},
    %b: memref<10x3xf32> {ingot.role = "prepared", ingot.name = "b"}, %a: memref<7xf32> {ingot.role = "prepared", ingot.name = "a"})
    attributes {ingot.kind = "predict_prepared", ingot.max_batch = 8 : i64} {
  return
}

// CHECK-LABEL: func.func private @net_prepare_body(
// CHECK-SAME: memref<7xf32> {ingot.name = "a", ingot.offset = 64 : i64, ingot.role = "prepared"}
// CHECK-SAME: memref<10x3xf32> {ingot.name = "b", ingot.offset = 128 : i64, ingot.role = "prepared"}
// CHECK-SAME: memref<64xi8> {ingot.offset = 256 : i64, ingot.role = "arena", llvm.noalias}
// CHECK-SAME: ingot.prepared_bytes = 320 : i64, ingot.prepared_hash = [[$HASH]] : i64
func.func private @net_prepare_body(%batch: index {ingot.role = "batch"}, %a: memref<7xf32> {ingot.role = "prepared", ingot.name = "a"},
    %b: memref<10x3xf32> {ingot.role = "prepared", ingot.name = "b"}) attributes {ingot.kind = "prepare", ingot.max_batch = 8 : i64} {
  %zero = arith.constant 0.0 : f32
  %scratch = memref.alloc() : memref<7xf32>
  linalg.fill ins(%zero : f32) outs(%scratch : memref<7xf32>)
  memref.copy %scratch, %a : memref<7xf32> to memref<7xf32>
  linalg.fill ins(%zero : f32) outs(%b : memref<10x3xf32>)
  return
}

// -----

// Nothing is prepared, so predict is all there is.
// CHECK-NOT: prepare
// CHECK: @net_predict_body
// CHECK-NOT: prepare
func.func private @net_predict_body(%batch: index {ingot.role = "batch"}) attributes {ingot.kind = "predict", ingot.max_batch = 8 : i64} {
  return
}
func.func private @net_predict_prepared_body(%batch: index {ingot.role = "batch"}) attributes {ingot.kind = "predict_prepared", ingot.max_batch = 8 : i64} {
  return
}
func.func private @net_prepare_body(%batch: index {ingot.role = "batch"}) attributes {ingot.kind = "prepare", ingot.max_batch = 8 : i64} {
  return
}
