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

def ScanMergePass : Pass<"ingot-scan-merge", "::mlir::ModuleOp"> {
  let summary = "recurrences that take the same steps become one";
  let description = [{
    Scans of one block whose bodies are equal and use the same outer values, as those of two
    calls of one layer, become one scan over carries and slices side by side: a step
    has one product with n * b rows instead of n of them, and so have the
    gradients. Only scans that do not wait for one another, and only if every op of
    the body has a batching rule. Entries with gradients are left alone: what they
    keep of each step would lie further apart, and a batch to train on has rows
    enough. Results keep their bits.

    Cost: a comparison of each pair of scans in a block. Operands that differ are
    put side by side first. Example: tests/lit/batching/scan-merge.mlir.
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

def ScanSumPass : Pass<"ingot-scan-sum", "::mlir::ModuleOp"> {
  let summary = "sums over the steps of a recurrence are added up while they are taken";
  let description = [{
    The sum of all slices of a stack, the gradient of a bias that left the steps,
    becomes a carry to which each step adds its slice, which is in cache then. The
    stack itself goes if nothing else reads it. Sums over steps are in the order of
    the steps then, so results agree up to rounding.

    Cost: linear in the results of scans. Example: tests/lit/batching/scan-sum.mlir.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}

def ScanLayoutPass : Pass<"ingot-scan-layout", "::mlir::ModuleOp"> {
  let summary = "products before a recurrence read a sequence as it lies in memory";
  let description = [{
    The input of a layer is (b, t, ...), a scan wants (t, b, ...). Where a product with
    a weight is all that reads the exchanged sequence, it reads the input itself and
    writes its rows in the order of the steps: one product of t rows a sample, where
    the copy would have been. So does the gradient of that weight, if there are many
    steps: it sums sample by sample then, so it agrees up to rounding. What else there is
    keeps its bits.

    Cost: linear in the products. Example: tests/lit/batching/scan-layout.mlir.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}
