//===- Passes.td - one op for many rows ------------------------*- tablegen -*-===//
include "mlir/Pass/PassBase.td"

def DistributeTimePass : Pass<"ingot-distribute-time", "::mlir::ModuleOp"> {
  let summary = "what is applied to each step is applied to all steps at once";
  let description = [{
    `ingot.time_distributed` is replaced by its body with one more dimension, the
    time, behind the batch: a product over b rows becomes one over b * t. If an op
    of the body has no batching rule, because it mixes rows, the whole becomes an
    `ingot.scan` over time. Steps are calls of their own, so each draws other random
    numbers. Inner ones come first, and the body is primitives.

    Cost: linear in the ops. Example: tests/lit/batching/distribute-time.mlir.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}

def ScanHoistPass : Pass<"ingot-scan-hoist", "::mlir::ModuleOp"> {
  let summary = "contractions that need no carry leave a recurrence before it";
  let description = [{
    A contraction whose operands in the body are slices, or come from slices by
    batchable ops, becomes one contraction of the stacks; what follows it alone,
    such as its bias, goes along. The result is one of the scan's `xs`. What does
    not depend on the step at all leaves first. Equal, unused or untouched
    operands and results of scans go.

    Cost: linear in the ops. A stack of what was hoisted lives as long as the
    scan. Example: tests/lit/batching/scan-hoist.mlir.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}

def ScanSinkPass : Pass<"ingot-scan-sink", "::mlir::ModuleOp"> {
  let summary = "contractions that no step waits for leave a recurrence behind it";
  let description = [{
    A carry that only adds up contractions or sums over the steps becomes one
    contraction, or sum, with the steps as one more dimension that is summed: the
    gradients of recurrent weights. A stacked result that ends in contractions is
    computed from stacks of their operands. Sums over steps change their order,
    so results agree up to rounding.

    Cost: linear in the ops. Stacks of the operands are added unless they are
    there. Example: tests/lit/batching/scan-sink.mlir.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}
