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

def SliceRows : Pass<"ingot-slice-rows", "::mlir::ModuleOp"> {
  let summary = "loops over the rows of a batch become one";
  let description = [{
    Works on the bodies of entries, when products are kernels and elementwise loops
    are fused, where the goal is speed, for one thread, on a machine with caches.

    Loops that need no sample but their own and lie between two products, as those of a
    softmax, its loss, metrics and gradient, are done for some samples at a time, all of
    them, before the next samples: as many as half of the first cache holds, 8 at least, or
    `ingot.slice_samples`. Buffers between them have so many rows. One that is
    there for the whole batch, since a product makes it, is given to another one that
    a product reads, if of each sample it is not needed any more. So it is where some loop
    reduces rows, rows of all samples are more than the first cache holds twice, and not more memory
    is alive at once; remarks tell.

    Sums over the batch go on from slice to slice in their order, as portable ones in
    `ingot-slice-batch`: objects for several threads have no slices and the same bits.
    Example: tests/lit/codegen/slice-rows.mlir.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def StripSteps : Pass<"ingot-strip-steps", "::mlir::ModuleOp"> {
  let summary = "steps of a recurrence are taken in strips, with the products over them";
  let description = [{
    Works on the bodies of entries, before contractions become kernels and memory is
    planned, where the module has no `ingot.save_ram`.

    A loop over steps fills a stack, a slice a step, that products behind it read: sums
    over all steps, as the gradients of a recurrence's weights, and products along them, as
    the gradient of its inputs. If all can be done as far as the steps are taken, they are
    taken a strip at a time, and the products go on with that strip: of the stack there is
    a strip, not all. A strip has about an eighth of the steps, a divisor of them if one is near,
    16 at least, or `ingot.strip_steps`. What a strip does not fill comes behind.

    Done where the stack is larger than half of `ingot.l2_bytes` and a sixteenth of what is alive at once is
    saved; so not for one that will lie where another one was (`ingot-share-stacks`).
    Sums are of strips in the order of the steps, so they agree up to rounding, and in
    portable numerics no sum is done so. For several threads stacks stay, for they divide
    by samples, but sums have the same order. Remarks tell.
    Example: tests/lit/codegen/strip-steps.mlir.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}
