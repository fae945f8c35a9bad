// RUN: ingot-opt %s --ingot-to-linalg -verify-diagnostics

// Tier 1 and what earlier passes replace must be gone.

func.func @layer(%n: index {ingot.role = "batch"}, %x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error @below {{`ingot.activation` has no lowering to linalg}}
  %0 = ingot.activation "relu" %x : tensor<?x4xf32> -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
