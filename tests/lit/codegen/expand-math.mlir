// RUN: split-file %s %t
// RUN: ingot-opt %t/native.mlir --ingot-expand-math | FileCheck %t/native.mlir
// RUN: ingot-opt %t/portable.mlir --ingot-expand-math | FileCheck %t/portable.mlir
// RUN: ingot-opt %t/no-floor.mlir --ingot-expand-math | FileCheck %t/no-floor.mlir
// RUN: ingot-opt %t/no-sqrt.mlir --ingot-expand-math | FileCheck %t/no-sqrt.mlir
// RUN: ingot-opt %t/errors.mlir --ingot-expand-math --verify-diagnostics

//--- native.mlir
// CHECK: #[[COUNT:.*]] = #llvm.loop_interleave<count = 2 : i32>
// CHECK: #[[$TWO:.*]] = #llvm.loop_annotation<interleave = #[[COUNT]]>
module attributes {ingot.numerics = "native", ingot.fma = true, ingot.floor = true} {
// CHECK-LABEL: func.func @formulas
// CHECK-NOT: math.{{exp|log|tanh|erf}}
// CHECK: math.fma
// CHECK-NOT: math.{{exp|log|tanh|erf}}
// CHECK: return
func.func @formulas(%x: f32, %v: vector<8xf32>) -> (f32, f32, vector<8xf32>, vector<8xf32>) {
  %0 = math.exp %x : f32
  %1 = math.log %x : f32
  %2 = math.tanh %v : vector<8xf32>
  %3 = math.erf %v : vector<8xf32>
  return %0, %1, %2, %3 : f32, f32, vector<8xf32>, vector<8xf32>
}

// What is an instruction stays.
// CHECK-LABEL: func.func @instructions
// CHECK: math.sqrt
// CHECK: math.absf
// CHECK: math.floor
// CHECK: math.fma
func.func @instructions(%x: f32) -> f32 {
  %0 = math.sqrt %x : f32
  %1 = math.absf %0 : f32
  %2 = math.floor %1 : f32
  %3 = math.fma %x, %1, %2 : f32
  return %3 : f32
}

// The first weights are the same on every target.
// CHECK-LABEL: func.func @init
// CHECK-NOT: math.fma
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK-NOT: math.fma
// CHECK: return
func.func @init(%x: f32) -> f32 attributes {ingot.kind = "init"} {
  %0 = math.log %x : f32
  return %0 : f32
}

// A loop of two polynomials takes two vectors at a time; not one that this does not
// divide, nor one of a single polynomial.
// CHECK-LABEL: func.func @loops
// CHECK: scf.for
// CHECK: } {loop_annotation = #[[$TWO]]}
// CHECK: scf.for
// CHECK-NOT: loop_annotation
// CHECK: return
func.func @loops(%x: memref<64xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c24 = arith.constant 24 : index
  %c64 = arith.constant 64 : index
  scf.for %i = %c0 to %c64 step %c1 {
    %0 = memref.load %x[%i] : memref<64xf32>
    %1 = math.tanh %0 : f32
    %2 = math.exp %1 : f32
    memref.store %2, %x[%i] : memref<64xf32>
  }
  scf.for %i = %c0 to %c24 step %c1 {
    %0 = memref.load %x[%i] : memref<64xf32>
    %1 = math.tanh %0 : f32
    %2 = math.exp %1 : f32
    memref.store %2, %x[%i] : memref<64xf32>
  }
  scf.for %i = %c0 to %c64 step %c1 {
    %0 = memref.load %x[%i] : memref<64xf32>
    %1 = math.tanh %0 : f32
    memref.store %1, %x[%i] : memref<64xf32>
  }
  return
}
}

//--- portable.mlir
module attributes {ingot.numerics = "portable", ingot.fma = true, ingot.floor = true} {
// CHECK-LABEL: func.func @exp
// CHECK-NOT: math.fma
// CHECK: arith.mulf
// CHECK-NOT: math.fma
// CHECK: return
func.func @exp(%x: f32) -> f32 {
  %0 = math.exp %x : f32
  return %0 : f32
}

// CHECK-LABEL: func.func @fma
// CHECK-SAME: (%[[A:.*]]: f32, %[[B:.*]]: f32, %[[C:.*]]: f32)
// CHECK: %[[PRODUCT:.*]] = arith.mulf %[[A]], %[[B]]
// CHECK: arith.addf %[[PRODUCT]], %[[C]]
func.func @fma(%a: f32, %b: f32, %c: f32) -> f32 {
  %0 = math.fma %a, %b, %c : f32
  return %0 : f32
}
}

//--- no-floor.mlir
module attributes {ingot.floor = false} {
// CHECK-LABEL: func.func @floor
// CHECK-SAME: (%[[X:.*]]: vector<4xf32>)
// CHECK-NOT: math.floor
// CHECK: %[[WHOLE:.*]] = arith.fptosi %[[X]]
// CHECK: %[[TRUNCATED:.*]] = arith.sitofp %[[WHOLE]]
// CHECK: arith.cmpf ogt, %[[TRUNCATED]], %[[X]]
// CHECK: arith.subf %[[TRUNCATED]]
func.func @floor(%x: vector<4xf32>) -> vector<4xf32> {
  %0 = math.floor %x : vector<4xf32>
  return %0 : vector<4xf32>
}
}

// A square root is one function for all, and a maximum needs no comparison of floats.

//--- no-sqrt.mlir
module attributes {ingot.sqrt = false} {
// CHECK-LABEL: func.func @roots
// CHECK-SAME: passthrough = ["nounwind"]
// CHECK: %[[A:.*]] = call @ingot_sqrt(%{{.*}}) : (f32) -> f32
// CHECK: %[[B:.*]] = call @ingot_sqrt(%[[A]]) : (f32) -> f32
// CHECK: return %[[B]]
func.func @roots(%x: f32) -> f32 attributes {passthrough = ["nounwind"]} {
  %0 = math.sqrt %x : f32
  %1 = math.sqrt %0 : f32
  return %1 : f32
}

// CHECK-LABEL: func.func @larger
// CHECK-NOT: arith.maximumf
// CHECK-NOT: arith.cmpf
// CHECK: arith.cmpi sgt
// CHECK: return
func.func @larger(%x: f32, %y: f32) -> f32 {
  %0 = arith.maximumf %x, %y : f32
  return %0 : f32
}

// CHECK: func.func private @ingot_sqrt(%{{.*}}: f32) -> f32 attributes {passthrough = ["nounwind"]}
// CHECK-NOT: math.
}

//--- errors.mlir
func.func @no_approximation(%x: f32, %y: f32) -> f32 {
  // expected-error @below {{`math.powf` has no approximation and would call libm}}
  %0 = math.powf %x, %y : f32
  return %0 : f32
}
