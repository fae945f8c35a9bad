//===- SliceBatch.cpp - some samples at a time ----------------------------===//
//
// In: bodies of entries on memrefs. Out: the same with what needs no sample but its own
// in a loop over slices of the batch. What only the loop uses has the rows of a slice.
//
//===----------------------------------------------------------------------===//

#include "codegen/blocks/LiveBytes.h"
#include "codegen/blocks/Passes.h"
#include "codegen/kernels/KernelEmitter.h"
#include "codegen/parallel/Slicer.h"

#include "ingot/Dialect/Remarks.h"
#include "ingot/Dialect/Roles.h"
#include "ingot/Dialect/SaveRam.h"
#include "ingot/Dialect/Threads.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace ingot::codegen {
#define GEN_PASS_DEF_SLICEBATCH
#include "codegen/blocks/Passes.h.inc"
} // namespace ingot::codegen

using namespace mlir;

namespace ingot::codegen {
namespace {

/// Rows of a tile, so that products lose little.
constexpr int64_t samplesOfSlice = 8;

/// Ops that a loop over slices can do together, and those between them, which come
/// behind it.
struct Slices {
  SmallVector<Operation *> ops, behind;
  Operation *end = nullptr;
};

/// Everything of `function` that needs no sample but its own.
Slices findSlices(func::FuncOp function, Value batch) {
  Slices slices;
  SmallVector<Division> divisions;
  for (Operation &op : function.getBody().front()) {
    slices.end = &op;
    if (op.hasTrait<OpTrait::IsTerminator>())
      break;
    if ((isa<memref::AllocOp>(op) || isMemoryEffectFree(&op)) && !dependsOn(&op, slices.behind))
      continue;
    std::optional<Division> division = divideByBatch(&op, batch);
    auto isCompatible = [&](const Division &other) { return areCompatible(other, *division); };
    if (division && !dependsOn(&op, slices.behind) && mayOvertake(*division, slices.behind) &&
        llvm::all_of(divisions, isCompatible)) {
      slices.ops.push_back(&op);
      divisions.push_back(*division);
    } else {
      slices.behind.push_back(&op);
    }
  }
  return slices;
}

/// Nobody but `ops` looks at `memref`.
bool isUsedOnlyBy(Value memref, ArrayRef<Operation *> ops) {
  return llvm::all_of(memref.getUsers(), [&](Operation *user) {
    if (isa<ViewLikeOpInterface>(user) && user->getBlock() == memref.getParentBlock())
      return isUsedOnlyBy(user->getResult(0), ops);
    return llvm::is_contained(ops, memref.getParentBlock()->findAncestorOpInBlock(*user));
  });
}

void eraseWithViews(Operation *op) {
  for (Operation *user : llvm::make_early_inc_range(op->getUsers()))
    eraseWithViews(user);
  op->erase();
}

/// Does the ops for `samples` samples at a time. Returns how many buffers got smaller.
unsigned doInSlices(func::FuncOp function, Value batch, const Slices &slices, int64_t samples) {
  for (Operation *op : slices.behind)
    op->moveBefore(slices.end);
  OpBuilder builder(slices.behind.empty() ? slices.end : slices.behind.front());
  KernelEmitter emit(builder, slices.ops.front()->getLoc());
  SmallVector<memref::AllocOp> own;
  for (auto alloc : function.getBody().front().getOps<memref::AllocOp>())
    if (batchDimOf(alloc) && isUsedOnlyBy(alloc, slices.ops))
      own.push_back(alloc);
  emit.loop(emit.index(0), batch, samples, [&](Value begin) {
    // That it is no more than `samples` is what ingot-plan-memory reads.
    Value rows = arith::MinUIOp::create(builder, emit.loc, emit.sub(batch, begin), emit.index(samples));
    BatchSlicer slicer(builder, batch, begin, rows);
    for (memref::AllocOp alloc : own)
      slicer.makePrivate(alloc);
    for (Operation *op : slices.ops)
      slicer.clone(builder, op);
  });
  for (Operation *op : llvm::reverse(slices.ops))
    op->erase();
  for (memref::AllocOp alloc : own)
    eraseWithViews(alloc);
  return own.size();
}

struct SliceBatch : impl::SliceBatchBase<SliceBatch> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    // Threads have slices of their own.
    if (!module->hasAttr(names::saveRam) || mostThreads(module) > 1)
      return;
    auto given = module->getAttrOfType<IntegerAttr>(names::sliceSamples);
    for (auto function : module.getOps<func::FuncOp>())
      if (function->hasAttr(names::kind) &&
          failed(slice(function, given ? std::max<int64_t>(1, given.getInt()) : samplesOfSlice)))
        return signalPassFailure();
  }

private:
  static LogicalResult slice(func::FuncOp function, int64_t samples) {
    Value batch = argumentWithRole(function, "batch");
    if (!batch || function->getAttrOfType<IntegerAttr>(names::maxBatch).getInt() <= samples)
      return success();
    Slices slices = findSlices(function, batch);
    if (slices.ops.empty())
      return success();
    OwningOpRef<func::FuncOp> copy = function.clone();
    Value batchOfCopy = argumentWithRole(*copy, "batch");
    unsigned smaller = doInSlices(*copy, batchOfCopy, findSlices(*copy, batchOfCopy), samples);
    FailureOr<uint64_t> before = liveBytesOf(function, 1), after = liveBytesOf(*copy, 1);
    if (failed(before) || failed(after))
      return failure();
    const Location loc = slices.ops.front()->getLoc();
    if (*after >= *before) {
      if (*before)
        remark::missed(loc, remarkOn(function, "batch", "slices"))
            << remark::add("the whole batch is done at once")
            << remark::reason("in slices of {0} samples, {1} bytes would be alive at once instead of {2}", samples, *after,
                              *before);
      return success();
    }
    remark::passed(loc, remarkOn(function, "batch", "slices"))
        << remark::add("operations from here on are done for {0} samples at a time: {1} of them; buffers of so many: {2}",
                       samples, slices.ops.size(), smaller)
        << remark::reason("{0} bytes are alive at once instead of {1}", *after, *before);
    doInSlices(function, batch, slices, samples);
    return success();
  }
};

} // namespace
} // namespace ingot::codegen
