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
