//===- Passes.td - bodies that C can say ------------------------*- tablegen -*-===//
include "mlir/Pass/PassBase.td"

def ScalarizeVectors : Pass<"ingot-scalarize-vectors", "::mlir::ModuleOp"> {
  let summary = "vectors of one element become that element";
  let description = [{
    Kernels for a target with `ingot.vector_width = 1` are written with vectors of
    one element. C has scalars: each such value gets the type of its element,
    loads and stores of vectors become those of memory, broadcasts and extractions
    go. Another vector is an error.
    Example: tests/lit/codegen/scalarize-vectors.mlir.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}
