//===- Passes.td - from a model to entry points ----------------*- tablegen -*-===//
include "mlir/Pass/PassBase.td"

def BuildEntriesPass : Pass<"ingot-build-entries", "::mlir::ModuleOp"> {
  let summary = "derive predict, evaluate, train_step, ... from a model";
  let description = [{
    Writes one `ingot.entry` a kind: calls of the model, losses and metrics of
    `ingot.compile`, the weighted total with regularization, `ingot.gradients`
    and one `ingot.update` a trainable variable. A model without
    `ingot.compile` gets `init` and `predict` only. `ingot.compile` stays, for
    the optimizer. If a layer draws random numbers in training, the key of the
    seed that `init` gets is declared as a variable of the state.

    Example: tests/lit/entries/build-entries.mlir.
  }];
  let options = [ListOption<"entries", "entries", "std::string",
      "kinds to build; all that the model can have if empty">];
  let dependentDialects = ["::ingot::IngotDialect"];
}

def SpecializeModePass : Pass<"ingot-specialize-mode", "::mlir::ModuleOp"> {
  let summary = "what a layer does in training, and what it does else";
  let description = [{
    In the entries `train_step` and `gradients`, `ingot.dropout` becomes an
    `ingot.random_mask` under the key of the step and of the caller's stream,
    which `gradients` gets as an argument; each has a salt of its own, the same
    in both entries. Elsewhere, and for a rate of 0, it is the identity.

    Precondition: calls are inlined, so that a call of a shared layer is an op.
    Example: tests/lit/entries/specialize-mode.mlir.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}

def InlinePass : Pass<"ingot-inline", "::mlir::ModuleOp"> {
  let summary = "replace calls of models by their bodies, then drop the models";
  let description = [{
    Models do not call themselves, so this ends. Locations of a nested model's
    ops keep the call site.
    Example: tests/lit/entries/inline.mlir.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}
