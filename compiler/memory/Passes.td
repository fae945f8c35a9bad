//===- Passes.td - buffers and the arena -----------------------*- tablegen -*-===//
include "mlir/Pass/PassBase.td"

def ShareStacksPass : Pass<"ingot-share-stacks", "::mlir::ModuleOp"> {
  let summary = "steps of a loop write where they have read for the last time";
  let description = [{
    A buffer with a slice a step that a loop is the last to need gives its place to those
    that begin in the loop, if they fill its slices: each step has read its slice when it
    writes theirs, or does both element by element. Buffers narrower than it become columns
    of it, if nothing but linalg ops works on their slices. So memory falls, and what a
    step writes is in cache.

    Runs behind the fusion of loops, which decides what a step does at once. Cost: for each
    loop, quadratic in the accesses of stacks.
    Example: tests/lit/memory/share-stacks.mlir.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def PlanMemoryPass : Pass<"ingot-plan-memory", "::mlir::ModuleOp"> {
  let summary = "every memref.alloc becomes a view of one arena argument";
  let description = [{
    Lifetimes are counted in ops, through views: what a loop makes lives within
    an iteration, what it only uses for the whole loop. An elementwise op whose operand dies where its result is born works
    in the operand's buffer. Offsets are constants for the largest batch; a
    view takes the run-time batch, which fits in what is reserved. What
    buffers marked `ingot.packing` add to the arena is listed apart.

    The function gets the argument `arena` and the attributes
    `ingot.arena_bytes`, `ingot.arena_lower_bound` and `ingot.packing_bytes`.
    Cost: quadratic in the buffers.
    Example: tests/lit/memory/plan-memory.mlir.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect"];
}

def PlanPreparedPass : Pass<"ingot-plan-prepared", "::mlir::ModuleOp"> {
  let summary = "what prepare leaves for predict gets its place in one block";
  let description = [{
    Arguments with the role `prepared` of the entries `prepare` and `predict_prepared`
    get the attribute `ingot.offset`, those of one name the same one. The arena of
    `prepare` lies behind them, so that it needs no other block; the block begins with
    a hash of what `prepare` does, `ingot.prepared_hash`. `prepare` gets the size of
    all this, `ingot.prepared_bytes`.

    If there is no such argument, both functions are erased: `predict` is all there is.
    Example: tests/lit/memory/plan-prepared.mlir.
  }];
}
