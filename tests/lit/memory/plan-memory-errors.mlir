// RUN: ingot-opt %s --ingot-plan-memory --verify-diagnostics

func.func @carried(%y: memref<16xf32>) attributes {ingot.kind = "predict", ingot.max_batch = 1 : i64} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %four = arith.constant 4 : index
  %a = memref.alloc() : memref<16xf32>
  // expected-error @below {{`scf.for` passes a buffer on in a way that lifetimes do not follow}}
  %last = scf.for %i = %zero to %four step %one iter_args(%carried = %a) -> (memref<16xf32>) {
    linalg.copy ins(%carried : memref<16xf32>) outs(%y : memref<16xf32>)
    scf.yield %carried : memref<16xf32>
  }
  return
}
