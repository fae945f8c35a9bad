// Weights in half precision are widened in registers, which sums need as well: a loop takes
// one step at a time, and nothing goes to the stack.
// RUN: ingot-opt %s --ingot-lower-contractions | FileCheck %s
// RUN: sed 's/ingot.frozen_f16, //' %s | ingot-opt --ingot-lower-contractions | FileCheck %s --check-prefix=SINGLE

// CHECK-LABEL: func.func private @ingot_kernel_nn_d1x64x64_acc
// CHECK: scf.for {{.*}} step %c1 iter_args
// CHECK-COUNT-8: vector.fma
// CHECK-NOT: vector.fma
// CHECK: scf.yield

// SINGLE-LABEL: func.func private @ingot_kernel_nn_d1x64x64_acc
// SINGLE: scf.for {{.*}} iter_args
// SINGLE-COUNT-16: vector.fma
// SINGLE: scf.yield
module attributes {ingot.frozen_f16, ingot.max_batch = 1 : i64, ingot.vector_width = 8 : i64, ingot.vector_registers = 16 : i64, ingot.fma = true} {
func.func @single(%a: memref<?x64xf32>, %b: memref<64x64xf32>, %c: memref<?x64xf32>) {
  linalg.matmul ins(%a, %b : memref<?x64xf32>, memref<64x64xf32>) outs(%c : memref<?x64xf32>)
  return
}
}
