//===- Passes.td - passes that emit compute kernels --------*- tablegen -*-===//
//
// The passes run on memrefs, after bufferization and before linalg is turned into
// loops; those that change what is in memory before the arena is planned. What they leave in place is
// lowered, correctly and more slowly, by `convert-linalg-to-loops`.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_KERNELS_PASSES
#define INGOT_CODEGEN_KERNELS_PASSES

include "mlir/Pass/PassBase.td"

def LowerContractions : Pass<"ingot-lower-contractions", "::mlir::ModuleOp"> {
  let summary = "turn matrix products into calls of outlined vector kernels";
  let description = [{
    Matches `linalg.contract`, and any other linalg op that multiplies and adds
    f32, on memrefs whose dimensions collapse to C[M, N] += A[M, K] * B[K, N]
    with A, B or C possibly transposed. Each match becomes a call of a private
    function `@ingot_kernel_<form>_<M>x<N>x<K>...`, emitted once for all sites
    with the same shape. A `linalg.fill` with zero that was the last writer of
    C is erased and the kernel overwrites C.

    Every memref parameter of a kernel has a static shape, so that the
    functions can use the bare-pointer calling convention: the one dynamic
    axis (M, or K of a weight gradient) takes the bound `ingot.max_batch`, of the
    function or else of the module, times its static factor in the type, and its run-time size as an `index` argument.
    An operand with an offset is passed as its base and the offset. A kernel
    that packs B gets a scratch buffer, `memref.alloc() {ingot.packing}`,
    allocated immediately before the call.

    A label of all three operands, or one that stands between labels of another
    kind, gets an `scf.for` around the call. Where B is the same in all runs of
    a loop, `@ingot_pack_<form>_<K>x<N>...` packs it before the loop, once for
    all products that follow until B is written. So it is for products of one block that
    take the same B packed. In the body of `predict_prepared`, a weight that is wanted
    packed is packed by the body of `prepare`, and is an argument of both.

    An elementwise op of arithmetic behind a product that nothing else reads is
    done by the kernel, on the tiles of C before they are stored: its name ends in
    `_then<number>`. Operands of that op beside the product have its shape or are
    rows that repeat.

    Module attributes read: `ingot.max_batch` (i64, elements of the batch),
    `ingot.vector_width` (i64, floats, default 8), `ingot.vector_registers`
    (i64, default 16, or 32 from a width of 16), `ingot.l1_bytes` and
    `ingot.l2_bytes` (i64, data caches of a core, default 32768 and 524288),
    `ingot.fma` (bool, default true), `ingot.numerics` (`"native"` or
    `"portable"`), `ingot.optimize_for` (`"speed"` or `"size"`: smaller tiles,
    no unrolling, rows left over one by one), `ingot.save_ram` (unit: packs few
    rows at a time, and only what cannot be read where it is).

    On a machine without vectors (`ingot.vector_width = 1`), for size or without caches
    (`ingot.caches = false`), all products call `@ingot_kernel_any`, which takes extents
    and distances between rows and columns: nothing is packed, and what follows a product
    stays a loop. `_add` adds to C, `_at` takes offsets, `_rest` does the rows that tiles
    of several leave over. For speed there is one function a layout, as `@ingot_kernel_any_nt`
    for a transposed B. Their tile and unrolling are chosen under the name `any`.

    A cost model chooses tiles, blocks and packing. `ingot.kernels` chooses
    otherwise, by the kernel's name, or under `*` for all that can:
    `{"nn_d256x64x784" = "tile=4x2:unroll=4:k-block=256:m-block=96:pack=no"}`,
    each of them alone or together. A tile is rows by vectors; `m-block=0` is no
    block. No choice changes a bit of the result.

    Every element of C is one sum in ascending k, from 0 or from C, in every
    mode. `portable` rounds each product, `native` may fuse it with its sum.

    Left in place: products without M, N or K labels, dynamic axes other than
    those above, rows that are not contiguous, and dynamic shapes in a module
    without `ingot.max_batch`.

    Example: tests/lit/codegen/lower-contractions.mlir,
    tests/lit/codegen/lower-contractions-epilogue.mlir,
    tests/lit/codegen/pack-ahead.mlir, tests/lit/codegen/pack-shared.mlir,
    tests/lit/codegen/shared-product.mlir
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def FuseLoops : Pass<"ingot-fuse-loops", "::mlir::ModuleOp"> {
  let summary = "make one loop of elementwise ops over one shape";
  let description = [{
    An elementwise `linalg.generic` or a `memref.copy` joins the next one of the
    same shape that reads or writes the same buffer, if each element of both can be
    done before the next: what they share, and one of them writes, is the same
    view, read and written in order. It is done where the second stands, so nothing
    between the two may see the difference.

    A buffer that only carried a result from one to the other is gone.

    In a function, dynamic dimensions are all of one size, the batch.

    Example: tests/lit/codegen/fuse-loops.mlir
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def LowerGathers : Pass<"ingot-lower-gathers", "::mlir::ModuleOp"> {
  let summary = "turn loads of rows that indices name into loops around rows";
  let description = [{
    Matches elementwise `linalg.generic` on memrefs that load, at their innermost index,
    from rows which the outer loops and operands without that loop decide, as those of
    an embedding. The outer loops become `scf.for`, in which the row is found once;
    inside there is a `linalg.generic` on that row and on those of the operands,
    which lie side by side.

    Left in place: ops that use the innermost index otherwise, and bodies with regions.

    Example: tests/lit/codegen/lower-gathers.mlir
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect"
  ];
}

def LowerReductions : Pass<"ingot-lower-reductions", "::mlir::ModuleOp"> {
  let summary = "turn linalg reductions into loops over eight virtual lanes";
  let description = [{
    Matches `linalg.generic` on memrefs with one output and at least one
    reduction iterator, whose body combines the output with an elementwise
    function of the inputs by `arith.addf`, `arith.maximumf` or `arith.maxnumf`.

    The order of evaluation is a contract: element r of a reduction, counted
    in row-major order of the reduction dimensions, goes to lane r mod 8 in
    ascending r; the lanes, which start at the identity of the combiner, meet
    in the tree ((0+4)+(2+6))+((1+5)+(3+7)); the value found in the output is
    combined last. The bits do not depend on the shape of the loops, on the
    target or on its vector width.

    Reductions along contiguous inputs use one vector per eight elements,
    reductions of columns use eight vectors of accumulators, everything else
    scalar loops of the same structure. On a machine without vectors, for size or where
    terms are polynomials and there are no caches, a loop goes over the lanes, which are in
    memory; a maximum, the same in any order, is one loop; and what the output was filled with right before is not
    read again.

    So does, on a machine with vectors, the maximum of a row with the place where it
    was found first: each lane has its own, and of equal ones the first stays.

    Left in place: other combiners, other bodies with `linalg.index` or with ops that
    are not elementwise, and operands that are not memrefs.

    Example: tests/lit/codegen/lower-reductions.mlir
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"
  ];
}

#endif // INGOT_CODEGEN_KERNELS_PASSES
