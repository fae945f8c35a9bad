// RUN: ingotc %s --emit=c -o - | FileCheck %s

// Memory is pointers, const where nobody writes; an expression is one line, and a value
// that would change meanwhile has a name.

module attributes {ingot.prefix = "net", ingot.stage = "bufferized", ingot.fma = false, ingot.floor = false,
                   ingot.vector_width = 1 : i64, ingot.numerics = "portable", ingot.max_batch = 4 : i64} {
// CHECK: #pragma GCC optimize("fp-contract=off"

// CHECK: static INGOT_CODE void net_predict_body(ptrdiff_t batch, const ingot_f32 *restrict x,
// CHECK-NEXT: const unsigned char *restrict params,
// CHECK: ingot_f32 *restrict y_out) {
func.func private @net_predict_body(%batch: index {ingot.role = "batch"},
    %x: memref<4x3xf32> {ingot.role = "input", ingot.name = "x", llvm.noalias},
    %params: memref<64xi8> {ingot.role = "params", llvm.noalias},
    %y: memref<4x3xf32> {ingot.role = "output", ingot.name = "y", llvm.noalias})
    attributes {ingot.kind = "predict", ingot.max_batch = 4 : i64, ingot.arena_bytes = 0 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %zero = arith.constant 0.0 : f32
  // CHECK: const ingot_f32 *const buffer = (const ingot_f32 *)params;
  %w = memref.view %params[%c0][] : memref<64xi8> to memref<3xf32>
  // CHECK: for (ptrdiff_t i = 0; i < batch; ++i) {
  scf.for %i = %c0 to %batch step %c1 {
    // CHECK: float x0 = 0.0f;
    // CHECK: for (ptrdiff_t j = 0; j < 3; ++j) {
    // CHECK-NEXT: x0 += x[i * 3 + j] * buffer[j];
    // CHECK-NEXT: }
    %sum = scf.for %j = %c0 to %c3 step %c1 iter_args(%s = %zero) -> (f32) {
      %a = memref.load %x[%i, %j] : memref<4x3xf32>
      %b = memref.load %w[%j] : memref<3xf32>
      %ab = arith.mulf %a, %b : f32
      %next = arith.addf %s, %ab : f32
      scf.yield %next : f32
    }
    // CHECK-NEXT: y_out[i * 3] = x0;
    memref.store %sum, %y[%i, %c0] : memref<4x3xf32>
    // CHECK-NEXT: const float [[OLD:.*]] = y_out[i * 3];
    // CHECK-NEXT: y_out[i * 3] = 0.0f;
    // CHECK-NEXT: y_out[i * 3 + 1] = x0 - ([[OLD]] - x0);
    %old = memref.load %y[%i, %c0] : memref<4x3xf32>
    memref.store %zero, %y[%i, %c0] : memref<4x3xf32>
    %d = arith.subf %old, %sum : f32
    %e = arith.subf %sum, %d : f32
    memref.store %e, %y[%i, %c1] : memref<4x3xf32>
    // Fibonacci: both take the values of the round before.
    // CHECK: float [[A:x[0-9]+]] = 0.0f;
    // CHECK-NEXT: float [[B:x[0-9]+]] = x0;
    // CHECK: const float [[NEXT:x[0-9]+]] = [[A]] + [[B]];
    // CHECK-NEXT: [[A]] = [[B]];
    // CHECK-NEXT: [[B]] = [[NEXT]];
    %p, %q = scf.for %k = %c0 to %c2 step %c1 iter_args(%f = %zero, %g = %sum) -> (f32, f32) {
      %h = arith.addf %f, %g : f32
      scf.yield %g, %h : f32, f32
    }
    %pq = arith.mulf %p, %q : f32
    // CHECK: y_out[i * 3 + 2] = [[A]] * [[B]];
    memref.store %pq, %y[%i, %c2] : memref<4x3xf32>
  }
  return
}
// CHECK: INGOT_CODE int32_t net_predict(const float *params, const void *prepared, const net_inputs *in,
// CHECK: if (params == NULL) { return INGOT_NULL_ARGUMENT; }
// CHECK: if ((((uintptr_t)params | (uintptr_t)prepared | (uintptr_t)arena) & 63ull) != 0ull) {
// CHECK-NEXT: return INGOT_MISALIGNED;
// CHECK: if (host->struct_size < sizeof(ingot_host)) { return INGOT_ABI_MISMATCH; }
// CHECK: if ((uint32_t)batch - 1u >= 4u) { return INGOT_BATCH_OUT_OF_RANGE; }
// CHECK: net_predict_body((ptrdiff_t)batch, in->x, (const unsigned char *)params, out->y);
// CHECK: return INGOT_OK;
}
