//===- Passes.td - tier 2 to linalg on tensors -----------------*- tablegen -*-===//
include "mlir/Pass/PassBase.td"

def LowerEntriesPass : Pass<"ingot-lower-entries", "::mlir::ModuleOp"> {
  let summary = "entries to functions over the caller's memory";
  let description = [{
    Each `ingot.entry` becomes a private function whose arguments are the
    caller's blocks (params, state, grads, metrics), its tensors at their
    largest batch, and the batch. A read becomes a tensor on a view of its
    block, a write a `bufferization.materialize_in_destination` into it: the
    update happens in place. The layout of the blocks is Layout.h's. Each
    argument's `ingot.role` says what the entry point has to pass.

    Precondition: tier 2 only; module attribute `ingot.max_batch`.
    Example: tests/lit/lower/entries.mlir.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
    "::mlir::func::FuncDialect", "::mlir::memref::MemRefDialect", "::mlir::tensor::TensorDialect"];
}

def UniteRowsPass : Pass<"ingot-unite-rows", "::mlir::ModuleOp"> {
  let summary = "products with rows that indices name, each row once";
  let description = [{
    Where the rows that `ingot.update_rows` or `ingot.scatter_rows` takes are a
    product, the gradients of equal indices are added up before it, not behind it;
    and products of the rows that the same indices gather are over each row once.
    Rows are gathered, and those of the product consumed, a block at a time, so that
    no stack of either is in memory. Rows of less than 64 numbers stay as they are:
    their products cost less than finding equal indices does.

    Precondition: functions of `ingot-lower-entries`. Remarks: `rows/unite`.
    Example: tests/lit/lower/unite-rows.mlir.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect", "::mlir::scf::SCFDialect",
    "::mlir::bufferization::BufferizationDialect", "::mlir::memref::MemRefDialect", "::mlir::tensor::TensorDialect"];
}

def ToLinalgPass : Pass<"ingot-to-linalg", "::mlir::ModuleOp"> {
  let summary = "primitives to linalg on tensors";
  let description = [{
    Elementwise ops, broadcasts and reductions become `linalg.generic`,
    contractions `linalg.contract`. Every op gets a destination of its own:
    sharing one would buy a copy at bufferization, so no CSE may run from here
    to there. A primitive that is left is an error.

    Where two primitives need the same on the way, as softmax and logsumexp of one
    operand do, it is computed once if it is kept in memory anyway.

    A scan becomes an `scf.for` that carries its carries and stacks; each new
    carry is materialized into the old one, so that it stays in place.
    Example: tests/lit/lower/elementwise.mlir.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"];
}

def FuseElementwisePass : Pass<"ingot-fuse-elementwise", "::mlir::ModuleOp"> {
  let summary = "elementwise ops into their only reader";
  let description = [{
    MLIR's fusion of elementwise ops and of reshapes, but not into a contraction:
    that would compute an activation once for each column, and hide the product.
    Example: tests/lit/lower/fuse-elementwise.mlir.
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"];
}

def VerifyInPlacePass : Pass<"ingot-verify-inplace", "::mlir::ModuleOp"> {
  let summary = "no tensor of a variable is used after the variable is written";
  let description = [{
    Bufferization would accept such a use without a word and compute with the
    new value. On memrefs, the same pass rejects a copy of a whole variable,
    which is what a bad schedule turns into.
    Example: tests/lit/lower/verify-inplace.mlir.
  }];
}
