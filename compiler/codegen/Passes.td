//===- Passes.td - from planned memory to LLVM -----------------*- tablegen -*-===//
include "mlir/Pass/PassBase.td"

def OutlineLoopsPass : Pass<"ingot-outline-loops", "::mlir::ModuleOp"> {
  let summary = "equal elementwise ops and reductions become one function";
  let description = [{
    Each `linalg.generic` in the body of an entry becomes a call of a private
    function, the same for all ops that are equal but for their buffers, in loops
    and out of them. A slice is passed as its buffer and an offset.
    Entries so share code, and distinct buffers of a call are `noalias`.

    On a machine without vectors, where code is to be small or `ingot.caches` is false, extents are arguments
    of the function: ops that differ by them alone share it. An op that does the same to each
    element, whatever its place, is a loop over one dimension. Fills and copies are such
    ops, and what has no loop stays where it is.

    Precondition: memory is planned, and views of one place are one value (CSE),
    since an op that works in place must pass its buffer once. An op on memory
    with a run-time stride stays where it is.
    Example: tests/lit/codegen/outline-loops.mlir, tests/lit/codegen/outline-loops-size.mlir.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::memref::MemRefDialect"];
}

def PrepareFunctionsPass : Pass<"ingot-prepare-functions", "::mlir::ModuleOp"> {
  let summary = "what keeps the object free of undefined symbols";
  let description = [{
    `memref.copy` becomes `linalg.copy`, since its own lowering calls a runtime
    library; every function gets `no-builtins`, so that LLVM makes no memset or
    memcpy of a loop, `nounwind`, and `optsize` where the module's
    `ingot.optimize_for` is `"size"`, with `minsize` on a machine without vectors; there
    `ingot.caches = false` gets `optsize`, too.
    Example: tests/lit/codegen/prepare-functions.mlir.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def ShareMathPass : Pass<"ingot-share-math", "::mlir::ModuleOp"> {
  let summary = "one function for each polynomial that is needed twice";
  let description = [{
    On a machine without vectors, where code is to be small or `ingot.caches` is false, a math op on a scalar that
    becomes a polynomial, and which the module has more than once, is a call of a private function
    that holds it alone, as `ingot_math_exp`. So is a maximum or minimum, which becomes comparisons,
    with the bits that IEEE 754 wants of zeros. The entry `init`, whose numerics are its own, keeps its ops.

    With `all`, each polynomial of a scalar is such a function, wherever it is and however often, and
    maxima stay: for the C form, which has words for them and is read.
    Example: tests/lit/codegen/share-math.mlir.
  }];
  let options = [Option<"all", "all", "bool", "false", "every polynomial, for a form that is read">];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect"];
}

def ExpandMathPass : Pass<"ingot-expand-math", "::mlir::ModuleOp"> {
  let summary = "math ops to polynomials";
  let description = [{
    MLIR's polynomial approximations of log, erf and their relatives, and others of exp
    and tanh, so that the object calls no libm. Where numerics are portable, in the entry
    `init`, and on targets without FMA, a fused multiply-add becomes a product
    and a sum; where the target has no rounding instruction, `floor` becomes
    conversions, and where it has no square root (`ingot.sqrt = false`), `sqrt` a
    call of a function in integers with the same bits. What is left but sqrt, abs,
    fma and floor is an error.
    Accuracy: exp 1 ulp, log 1 ulp, tanh 5 ulp (7 where products are rounded), sigmoid 3 ulp.

    A loop with two or more of them is marked to be vectorized two vectors at a
    time, if these divide it and the goal is speed: the chains of two polynomials
    overlap. Example: tests/lit/codegen/expand-math.mlir.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::math::MathDialect", "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
}

def LowerToLLVMPass : Pass<"ingot-lower-to-llvm", "::mlir::ModuleOp"> {
  let summary = "functions on memrefs to the LLVM dialect";
  let description = [{
    Vectors, memrefs, arithmetic, branches and functions in one conversion, whose
    bodies take plain pointers. An index is as wide as the module's data layout
    says: `dlti.dl_spec` with an entry for `index`, 64 bits without.
    Example: tests/lit/codegen/lower-to-llvm.mlir.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def EmitEntryPointsPass : Pass<"ingot-emit-entry-points", "::mlir::ModuleOp"> {
  let summary = "the C functions of the object, which check and call the bodies";
  let description = [{
    Input and output: the LLVM dialect. For each private `PREFIX_KIND_body`, a
    public `PREFIX_KIND` with the signature of abi.h, which checks pointers,
    alignment, batch, labels and the state's hash before it calls the body,
    and returns a status. The rest of the ABI (`prepare`, learning rate,
    metrics) and the symbol that guards the header are emitted as well.

    Where the module has `ingot.frozen_weights`, `PREFIX_weights` is declared, a
    constant laid out like params that the object is to hold: `predict`, `evaluate`
    and `prepare` take it for params that are NULL, and `init` copies it.
    Example: tests/lit/codegen/entry-points.mlir.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}
