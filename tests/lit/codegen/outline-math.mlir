// RUN: ingot-opt %s --ingot-outline-math | FileCheck %s

// CHECK-LABEL: func.func @twice
// CHECK: %[[E:.*]] = call @ingot_exp(%{{.*}}) : (f32) -> f32
// CHECK: %[[F:.*]] = call @ingot_exp(%[[E]]) : (f32) -> f32
// CHECK: math.sqrt %[[F]] : f32
func.func @twice(%x: f32) -> f32 {
  %0 = math.exp %x : f32
  %1 = math.exp %0 : f32
  %2 = math.sqrt %1 : f32
  return %2 : f32
}

// CHECK: func.func private @ingot_exp(%[[X:.*]]: f32) -> f32 {
// CHECK-NEXT: %[[Y:.*]] = math.exp %[[X]] : f32
// CHECK-NEXT: return %[[Y]] : f32
