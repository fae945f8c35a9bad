//===- Passes.td - the optimizer inside the step ---------------*- tablegen -*-===//
include "mlir/Pass/PassBase.td"

def BuildTrainStepPass : Pass<"ingot-build-train-step", "::mlir::ModuleOp"> {
  let summary = "ingot.update to the optimizer's step on variable and slots";
  let description = [{
    Declares the optimizer's slots and counters as variables, turns each
    `ingot.update` into reads, one `ingot.apply_*` and writes at the end of the
    entry, in `ingot.update_rows` where a `sparse` table's gradient is one
    `ingot.scatter_rows` and the optimizer needs no other rows, counts the step, and adds the entry `init_state`, which gives state
    its first values. `ingot.compile` is consumed.
    Examples: tests/lit/train/optimizers.mlir, tests/lit/train/rows.mlir.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}

def SchedulePass : Pass<"ingot-schedule", "::mlir::ModuleOp"> {
  let summary = "each update right after the last use of what it consumes";
  let description = [{
    Moves every `ingot.apply_*` with its writes behind the last reader of its
    variables and the gradient's definition, so that a gradient dies at its
    update and the arena need not hold all of them.
    Example: tests/lit/train/schedule.mlir.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}
