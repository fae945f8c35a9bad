//===- Passes.td - for debuggers and profilers -----------------*- tablegen -*-===//
include "mlir/Pass/PassBase.td"

def InstrumentLayers : Pass<"ingot-instrument-layers", "::mlir::ModuleOp"> {
  let summary = "calls of the host's hooks around what layers do";
  let description = [{
    Where the module has `ingot.instrument`, on bodies of entries with planned
    memory: consecutive ops of the same layers and directions are a span, and calls
    of `ingot_before_layer` and `ingot_after_layer` stand around it. A loop over
    several spans has them inside. What several threads do together is one span.
    `ingot.spans` of the module lists all; its indices are the ids. Bodies get the
    caller's `ingot_host` as an argument.
    Example: tests/lit/codegen/instrument-layers.mlir.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect", "::mlir::LLVM::LLVMDialect"];
}

def LowerHooks : Pass<"ingot-lower-hooks", "::mlir::ModuleOp"> {
  let summary = "the functions that call the host's hooks";
  let description = [{
    Input and output: the LLVM dialect. Defines `ingot_before_layer` and
    `ingot_after_layer` where they are declared: the host may be NULL, and so may
    its hook. Example: tests/lit/codegen/lower-hooks.mlir.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def MarkSpans : Pass<"ingot-mark-spans", "::mlir::ModuleOp"> {
  let summary = "ops in the bodies of entries say of which layers they are part";
  let description = [{
    Each loop over tensors and each call in the body of an entry gets, with all that
    is inside, a location fused with the names of the layers and the directions that
    it works for: `dense + dense_1 [forward]`. What is made of it later keeps that,
    whatever becomes of the place in the user's file.
    Example: tests/lit/codegen/mark-spans.mlir.
  }];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

def DebugScopes : Pass<"ingot-debug-scopes", "::mlir::ModuleOp"> {
  let summary = "locations become scopes of DWARF";
  let description = [{
    Input and output: the LLVM dialect, at its very end. Each function is a
    subprogram, and what `ingot-mark-spans` has marked is a function of that name
    which was inlined. A kernel that is called for one span only is code of that
    span; one that several share is code of its own, in a file that is none of the
    user's, with the kernels as lines. `ingot.debug` of the module says how much:
    `none`, `lines`, the default, or `full`, which describes also functions with
    nothing inlined and keeps a frame for every caller.
    Example: tests/lit/codegen/debug-scopes.mlir.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}
