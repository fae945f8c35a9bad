// RUN: ingot-opt %s --ingot-plan-memory --split-input-file --verify-diagnostics

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

// -----

func.func @computed(%n: index, %y: memref<?x4xf32>) attributes {ingot.kind = "predict", ingot.max_batch = 4 : i64} {
  %two = arith.constant 2 : index
  %twice = arith.muli %n, %two : index
  // expected-error @below {{the size of a buffer is computed, so it has no bound; only the batch may be dynamic}}
  %a = memref.alloc(%twice) : memref<?x4xf32>
  linalg.copy ins(%a : memref<?x4xf32>) outs(%y : memref<?x4xf32>)
  return
}
