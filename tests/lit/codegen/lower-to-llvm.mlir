// RUN: split-file %s %t
// RUN: ingot-opt %t/wide.mlir --ingot-lower-to-llvm | FileCheck %t/wide.mlir --implicit-check-not=unrealized
// RUN: ingot-opt %t/narrow.mlir --ingot-lower-to-llvm | FileCheck %t/narrow.mlir --implicit-check-not='index) : i64' --implicit-check-not='array<2 x i64>' --implicit-check-not=unrealized

// An index has 64 bits, if the module does not say otherwise.

//--- wide.mlir
// CHECK: llvm.func @rows(%{{.*}}: !llvm.ptr, %{{.*}}: i64) -> i64
func.func @rows(%memory: memref<4x8xf32>, %n: index) -> index {
  %c0 = arith.constant 0 : index
  %row = vector.load %memory[%n, %c0] : memref<4x8xf32>, vector<8xf32>
  vector.store %row, %memory[%c0, %c0] : memref<4x8xf32>, vector<8xf32>
  return %n : index
}

// What the data layout says holds for every dialect.

//--- narrow.mlir
// CHECK: index = 32
module attributes {dlti.dl_spec = #dlti.dl_spec<index = 32 : i32>} {
  // CHECK: llvm.func @rows(%{{.*}}: !llvm.ptr, %{{.*}}: i32, %{{.*}}: vector<8xf32>) -> i32
  // CHECK: vector<8xf32>
  // CHECK: llvm.sdiv {{.*}} : i32
  // CHECK: llvm.icmp {{.*}} : i32
  // CHECK: llvm.cond_br {{.*}}(%{{.*}} : i32)
  func.func @rows(%memory: memref<4x8xf32>, %n: index, %row: vector<8xf32>) -> index {
    %c0 = arith.constant 0 : index
    %c4 = arith.constant 4 : index
    %old = vector.load %memory[%n, %c0] : memref<4x8xf32>, vector<8xf32>
    %new = arith.addf %old, %row : vector<8xf32>
    vector.store %new, %memory[%c0, %c0] : memref<4x8xf32>, vector<8xf32>
    %half = arith.divsi %n, %c4 : index
    %small = arith.cmpi slt, %half, %c4 : index
    cf.cond_br %small, ^done(%half : index), ^done(%n : index)
  ^done(%result: index):
    %x = memref.load %memory[%result, %c0] : memref<4x8xf32>
    memref.store %x, %memory[%c0, %result] : memref<4x8xf32>
    return %result : index
  }
}
