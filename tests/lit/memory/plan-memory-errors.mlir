// RUN: ingot-opt %s --ingot-plan-memory --verify-diagnostics

func.func @loop(%y: memref<16xf32>) attributes {ingot.kind = "predict", ingot.max_batch = 1 : i64} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %four = arith.constant 4 : index
  scf.for %i = %zero to %four step %one {
    // expected-error @below {{allocates inside a loop; a buffer must be in the function's entry block}}
    %a = memref.alloc() : memref<16xf32>
    linalg.copy ins(%a : memref<16xf32>) outs(%y : memref<16xf32>)
  }
  return
}
