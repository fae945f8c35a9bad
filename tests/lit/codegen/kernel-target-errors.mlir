// RUN: ingot-opt %s --ingot-lower-contractions --split-input-file --verify-diagnostics

// expected-error @below {{`ingot.vector_width` is 6; must be a power of two from 1 to 64}}
module attributes {ingot.vector_width = 6 : i64} {}

// -----

// expected-error @below {{`ingot.max_batch` is -1 : i64; must be a positive i64}}
module attributes {ingot.max_batch = -1 : i64} {}

// -----

// expected-error @below {{`ingot.numerics` is "fast"; must be `native` or `portable`}}
module attributes {ingot.numerics = "fast"} {}

// -----

// expected-error @below {{`ingot.optimize_for` is "ram"; must be `speed` or `size`}}
module attributes {ingot.optimize_for = "ram"} {}

// -----

// expected-error @below {{`ingot.vector_registers` is 4, `ingot.l1_bytes` 32768 and `ingot.l2_bytes` 524288; kernels need 8 registers, 1024 bytes and a second cache that is no smaller}}
module attributes {ingot.vector_registers = 4 : i64} {}

// -----

// expected-error @below {{`ingot.vector_registers` is 16, `ingot.l1_bytes` 65536 and `ingot.l2_bytes` 32768; kernels need 8 registers, 1024 bytes and a second cache that is no smaller}}
module attributes {ingot.l1_bytes = 65536 : i64, ingot.l2_bytes = 32768 : i64} {}

// -----

// expected-error @below {{`ingot.kernels` is "tile=6x2"; must be a dictionary of strings}}
module attributes {ingot.kernels = "tile=6x2"} {}

// -----

// expected-error @below {{kernel `*` is to have `tile=6`; choices are `tile=6x2`, `unroll=4`, `k-block=256`, `m-block=96` and `pack=yes` or `pack=no`}}
module attributes {ingot.kernels = {"*" = "unroll=2:tile=6"}} {}

// -----

// expected-error @below {{kernel `*` is to have `unroll=0`; choices are}}
module attributes {ingot.kernels = {"*" = "unroll=0"}} {}

// -----

// expected-error @below {{kernel `*` is to have `pack=maybe`; choices are}}
module attributes {ingot.kernels = {"*" = "pack=maybe"}} {}

// -----

// expected-error @below {{`ingot.kernels` is {nn_1x2x3 = 4 : i64}; must be a dictionary of strings}}
module attributes {ingot.kernels = {nn_1x2x3 = 4 : i64}} {}

// -----

// expected-error @below {{no product of the module has the kernel `nn_1x2x3`; it has no products}}
module attributes {ingot.kernels = {nn_1x2x3 = "tile=6x2"}} {}

// -----

// expected-error @below {{no product of the module has the kernel `nn_1x2x3`; its kernels are `nn_4x4x8_acc`}}
module attributes {ingot.kernels = {nn_1x2x3 = "tile=6x2"}} {
func.func @one(%a: memref<4x8xf32>, %b: memref<8x4xf32>, %c: memref<4x4xf32>) {
  linalg.matmul ins(%a, %b : memref<4x8xf32>, memref<8x4xf32>) outs(%c : memref<4x4xf32>)
  return
}
}
