//===- Passes.td - work in blocks, so that buffers are small ---*- tablegen -*-===//
include "mlir/Pass/PassBase.td"

def BlockUpdates : Pass<"ingot-block-updates", "::mlir::ModuleOp"> {
  let summary = "gradients are made block by block, each with its update";
  let description = [{
    Works on the bodies of entries, before contractions become kernels and memory is
    planned, but not for size without `ingot.save_ram`.

    A gradient of a weight lives from the product that sums it up to the update that
    reads it. Both, and what stands between them element by element, are done for
    some rows at a time, or columns, in a loop over blocks of the weight: what is
    left of the gradient is a buffer of one block, of about `ingot.block_bytes`: 4096
    with `ingot.save_ram`, else 1 MB, but 256 rows, so that only gradients of several
    MB are divided. Rows that whole blocks leave over are done behind the loop. Slots
    of the optimizer go along with the weight. A gradient that is a sum of several
    products takes all of them along, or the last one if the others would keep more
    alive than they save. No sum changes its order.

    All is done where the update stood, so no op but the update sees other values. A
    gradient stays whole if something between needs all of it, if something on the way
    changes what its products read, or if the arena would have to be larger; remarks
    tell which. Example: tests/lit/codegen/block-updates.mlir.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def SliceBatch : Pass<"ingot-slice-batch", "::mlir::ModuleOp"> {
  let summary = "what needs no sample but its own is done for some samples at a time";
  let description = [{
    Works on the bodies of entries, before contractions become kernels and memory is
    planned, where the module has `ingot.save_ram` and is for one thread.

    Ops that divide by rows of the batch, recurrences included, go into one `scf.for`
    over slices of the batch, what they need of the whole batch before it, all else
    behind. Buffers that only the loop uses have the rows of a slice. A sum over the batch,
    as a mean or the gradient of a weight, is in the loop, too, and goes on from slice to
    slice in memory; or behind, with what it reads whole, if that is smaller, as where
    `ingot-block-updates` makes the gradient in blocks. Each is tried on a copy, and what is
    alive at once decides, of which a sixteenth must be saved; remarks tell. A slice has
    8 samples, more if that costs nothing, or `ingot.slice_samples`. With
    `ingot.slice_always` all sums are in the loop, whatever it saves.

    In portable numerics no sum changes its order: products go on element by element, of
    reductions eight lanes go on and meet behind the loop, and what sums up the batch
    inside of something else, as steps that lie one behind the other, is behind the loop.
    Examples: tests/lit/codegen/slice-batch.mlir, slice-sums.mlir.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}
