//===- Passes.td - work for several threads --------------------*- tablegen -*-===//
include "mlir/Pass/PassBase.td"

def DivideWork : Pass<"ingot-divide-work", "::mlir::ModuleOp"> {
  let summary = "ops whose work divides among threads, together in few regions";
  let description = [{
    Works on the bodies of entries, before contractions become kernels, where the
    module has an `ingot.threads` above 1.

    An op divides by rows of the batch, recurrences included, if each of its
    rows needs no other; or by equal parts of a static dimension of its result,
    as the gradient of a weight does, which sums over the batch. Sums keep their
    order either way. Ops that divide are gathered into regions, past others that they
    do not depend on, so that a step has few points where threads wait for one
    another. A region is an `scf.parallel` with the attribute `ingot.region` over
    chunks: as many as there is work for, and at most the threads of the call, a
    new argument of the body. What only one region uses is allocated inside it.

    A region that is worth less than the threads' meeting stays as it was.
    Remarks tell what a region holds. Example: tests/lit/codegen/divide-work.mlir.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def OutlineRegions : Pass<"ingot-outline-regions", "::mlir::ModuleOp"> {
  let summary = "regions of parallel work become functions of a chunk";
  let description = [{
    Each `scf.parallel` with `ingot.region` becomes a function of the number of a
    chunk, the number of chunks, and what it takes from outside. It is called
    where there is one chunk; where there are more, a declaration is, with
    `ingot.fork`, that `ingot-lower-forks` defines. The body gets the caller's
    `ingot_host` as an argument.

    Precondition: memory is planned, so that views are all that must be made again.
    Example: tests/lit/codegen/outline-regions.mlir.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def LowerForks : Pass<"ingot-lower-forks", "::mlir::ModuleOp"> {
  let summary = "calls of the host's parallel_for";
  let description = [{
    Input and output: the LLVM dialect. A declaration with `ingot.fork` is defined:
    it puts its arguments into a struct on the stack and hands that to
    `parallel_for` of the host, with a function that takes them out and calls the
    one that `ingot.fork` names.
    Example: tests/lit/codegen/lower-forks.mlir.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}
