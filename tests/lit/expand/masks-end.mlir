// RUN: ingot-opt %s --ingot-propagate-masks -verify-diagnostics -o /dev/null

// Layers that support no masks end them. That is said where it happens, and not behind it.
ingot.entry @ends(%x: tensor<?x4x3xf32>) -> (tensor<?x12xf32>, tensor<?x3x4xf32>) attributes {kind = "predict"} {
  %0 = ingot.masking %x : tensor<?x4x3xf32> -> tensor<?x4x3xf32>
  // expected-warning @below {{`flatten` is called on a masked tensor but does not support masks: what follows takes every element into account}}
  %1 = ingot.flatten %0 : tensor<?x4x3xf32> -> tensor<?x12xf32>
  %2 = ingot.reshape %1 to [3, 4] : tensor<?x12xf32> -> tensor<?x3x4xf32>
  %3 = ingot.flatten %2 : tensor<?x3x4xf32> -> tensor<?x12xf32>
  // expected-warning @below {{`permute` is called on a masked tensor}}
  %4 = ingot.permute %0 dims [2, 1] : tensor<?x4x3xf32> -> tensor<?x3x4xf32>
  // Nor does what heeds no masks, and says so by its rule.
  %5 = ingot.dot %0, %0 axes [1, 1] : tensor<?x4x3xf32>, tensor<?x4x3xf32> -> tensor<?x3x3xf32>
  ingot.return %3, %4 : tensor<?x12xf32>, tensor<?x3x4xf32>
}
