// RUN: ingot-opt %s --ingot-share-math --split-input-file | FileCheck %s
// RUN: ingot-opt %s --ingot-share-math=all --split-input-file | FileCheck %s --check-prefix=ALL

// An op that is there twice becomes calls; one that is there once, or an instruction, stays.
module attributes {ingot.vector_width = 1 : i64, ingot.optimize_for = "size"} {
// CHECK-LABEL: func.func @entry
func.func @entry(%a: f32, %b: f32) -> (f32, f32, f32, f32) {
  // CHECK: %[[A:.*]] = call @ingot_math_exp(%{{.*}})
  // CHECK: %[[B:.*]] = call @ingot_math_exp(%[[A]])
  // CHECK: math.log
  // CHECK: math.sqrt
  %c = math.exp %a : f32
  %d = math.exp %c : f32
  %e = math.log %b : f32
  %f = math.sqrt %e : f32
  return %c, %d, %e, %f : f32, f32, f32, f32
}
// Numerics of its own.
// CHECK-LABEL: func.func @first_weights
func.func @first_weights(%a: f32) -> f32 attributes {ingot.kind = "init"} {
  // CHECK: math.exp
  %c = math.exp %a : f32
  return %c : f32
}
// A maximum: what is no number wins, and +0 from -0.
// CHECK-LABEL: func.func @larger
// CHECK-SAME: (%[[A:.*]]: f32, %[[B:.*]]: f32)
func.func @larger(%a: f32, %b: f32) -> f32 {
  // CHECK: %[[GT:.*]] = arith.cmpf ogt, %[[A]], %[[B]]
  // CHECK: %[[M:.*]] = arith.select %[[GT]], %[[A]], %[[B]]
  // CHECK: %[[BITS:.*]] = arith.andi
  // CHECK: %[[EQ:.*]] = arith.cmpf oeq, %[[A]], %[[B]]
  // CHECK: %[[BOTH:.*]] = arith.bitcast %[[BITS]]
  // CHECK: %[[M2:.*]] = arith.select %[[EQ]], %[[BOTH]], %[[M]]
  // CHECK: %[[UNO:.*]] = arith.cmpf uno, %[[A]], %[[B]]
  // CHECK: %[[SUM:.*]] = arith.addf %[[A]], %[[B]]
  // CHECK: arith.select %[[UNO]], %[[SUM]], %[[M2]]
  %c = arith.maximumf %a, %b : f32
  return %c : f32
}
// CHECK: func.func private @ingot_math_exp(%[[X:.*]]: f32) -> f32
// CHECK-SAME: "noinline"{{.*}}"minsize"
// CHECK: math.exp %[[X]]
}

// -----

// With vectors, loops with polynomials are vectorized.
module attributes {ingot.vector_width = 4 : i64, ingot.optimize_for = "size"} {
// CHECK-LABEL: func.func @entry
func.func @entry(%a: f32) -> f32 {
  // CHECK-NOT: call
  %c = math.exp %a : f32
  %d = math.exp %c : f32
  return %d : f32
}
}

// -----

// All, for a form that is read: also what is there once, for whatever goal, and in `init`.
module attributes {ingot.vector_width = 1 : i64} {
// ALL-LABEL: func.func @read
func.func @read(%a: f32, %b: f32) -> (f32, f32, f32) {
  // ALL: call @ingot_math_tanh(%{{.*}}) : (f32) -> f32
  // ALL: math.sqrt
  // ALL: arith.maximumf
  %c = math.tanh %a : f32
  %d = math.sqrt %c : f32
  %e = arith.maximumf %c, %b : f32
  return %c, %d, %e : f32, f32, f32
}
// ALL-LABEL: func.func @drawn
func.func @drawn(%a: f32) -> f32 attributes {ingot.kind = "init"} {
  // ALL: call @ingot_math_log
  %c = math.log %a : f32
  return %c : f32
}
// ALL: func.func private @ingot_math_tanh(%[[X:.*]]: f32) -> f32
// ALL: math.tanh %[[X]]
}
