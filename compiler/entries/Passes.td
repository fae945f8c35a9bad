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

def BuildPreparePass : Pass<"ingot-build-prepare", "::mlir::ModuleOp"> {
  let summary = "divide predict into what depends on weights alone and the rest";
  let description = [{
    Adds the entries `prepare` and `predict_prepared`, which together are `predict`:
    values of weights that cost something to compute are results of the first and
    arguments of the second. `predict` stays, for callers who prepare nothing.

    In `predict_prepared`, what is done to the rows that were looked up in a table is
    done to the whole table, where that is a function of the row and of weights with a
    contraction in it, and the result is smaller than the table. So an embedding that
    feeds only a linear map, that of a recurrence's inputs for example, is one table
    of products. Bits are the same, as each element is computed as before.

    Nothing is added for `ingot.optimize_for = "size"`, with `ingot.save_ram` unless
    the object holds weights, and without the entry
    `prepare` among `entries`, unless the object holds its weights: those it prepares
    when it is compiled.

    Precondition: tier 2, simplified.
    Example: tests/lit/entries/build-prepare.mlir, tests/lit/entries/fold-tables.mlir.
  }];
  let options = [ListOption<"entries", "entries", "std::string",
      "kinds that are built; all if empty">];
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
