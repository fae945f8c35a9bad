// RUN: ingot-opt %s --ingot-build-entries -split-input-file -verify-diagnostics

// expected-error @below {{has no `ingot.model`}}
module {
}

// -----

// expected-error @below {{@m is not a model}}
ingot.compile @m optimizer {class_name = "SGD"} outputs []

// -----

ingot.model @m(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  ingot.return %x : tensor<?x4xf32>
}
// expected-error @below {{describes 0 outputs but the model has 1}}
ingot.compile @m optimizer {class_name = "SGD"} outputs []

// -----

ingot.model @m(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  ingot.return %x : tensor<?x4xf32>
}
ingot.compile @m optimizer {class_name = "SGD"} outputs [{name = "y"}]
// expected-error @below {{a second `ingot.compile` in one module}}
ingot.compile @m optimizer {class_name = "Adam"} outputs [{name = "y"}]
