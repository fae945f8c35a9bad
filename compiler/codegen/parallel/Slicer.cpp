//===- Slicer.cpp - ops on a part of their memory -------------------------===//

#include "codegen/parallel/Slicer.h"
#include "codegen/kernels/KernelEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace ingot::codegen {

/// `count` elements of dimension `dim` of `memref`, from `offset` on.
static Value sliceDimension(OpBuilder &builder, Value memref, int64_t dim, Value offset, OpFoldResult count) {
  auto type = cast<MemRefType>(memref.getType());
  KernelEmitter emit(builder, memref.getLoc());
  SmallVector<OpFoldResult> offsets(type.getRank(), builder.getIndexAttr(0)), sizes,
      strides(type.getRank(), builder.getIndexAttr(1));
  for (int64_t i = 0; i < type.getRank(); ++i)
    sizes.push_back(i == dim                ? count
                    : type.isDynamicDim(i) ? OpFoldResult(emit.sizeOf(memref, i))
                                           : builder.getIndexAttr(type.getDimSize(i)));
  // What is known is in the type: folding slices of slices relies on it.
  offsets[dim] = getAsOpFoldResult(offset);
  return memref::SubViewOp::create(builder, memref.getLoc(), memref, offsets, sizes, strides);
}

/// The body of `op`, a copy of one that went over all, counts its loop `loop` from
/// `first` on; what `staysLocal` has been given a slice that begins there.
static void shiftIndices(linalg::LinalgOp op, unsigned loop, llvm::function_ref<Value(OpBuilder &)> first,
                         llvm::function_ref<bool(OpOperand &)> staysLocal) {
  SmallVector<linalg::IndexOp> indices;
  op->getRegion(0).walk([&](linalg::IndexOp index) {
    if (index.getDim() == loop)
      indices.push_back(index);
  });
  for (linalg::IndexOp index : indices) {
    SmallVector<OpOperand *> uses;
    for (OpOperand &use : index->getUses())
      if (!staysLocal(use))
        uses.push_back(&use);
    if (uses.empty())
      continue;
    OpBuilder before(op), builder(op.getContext());
    builder.setInsertionPointAfter(index);
    Value all = arith::AddIOp::create(builder, index.getLoc(), index, first(before));
    for (OpOperand *use : uses)
      use->set(all);
  }
}

//===----------------------------------------------------------------------===//
// Chunks of the batch
//===----------------------------------------------------------------------===//

BatchSlicer::BatchSlicer(OpBuilder &builder, Value batch, Value begin, Value rows)
    : top(builder), batch(batch), begin(begin), rows(rows) {
  // What is made before this op stands before all that uses it.
  Operation *mark = arith::ConstantIndexOp::create(builder, rows.getLoc(), 0);
  top.setInsertionPoint(mark);
}

void BatchSlicer::makePrivate(memref::AllocOp alloc) {
  map.map(alloc.getResult(), memref::AllocOp::create(top, alloc.getLoc(), alloc.getType(), ValueRange{rows},
                                                     alloc.getAlignmentAttr()).getResult());
}

Value BatchSlicer::sliceOfRoot(Value root) { return sliceDimension(top, root, *batchDimOf(root), begin, rows); }

/// What stands for `value` in the chunk. Memory from outside is sliced when it is
/// first asked for.
Value BatchSlicer::use(Value value) {
  if (Value known = map.lookupOrNull(value))
    return known;
  if (!batchDimOf(value))
    return value;
  Operation *definition = value.getDefiningOp();
  Value made = isa_and_nonnull<memref::SubViewOp, memref::CollapseShapeOp>(definition) ? cloneView(top, definition)
                                                                                      : sliceOfRoot(value);
  map.map(value, made);
  return made;
}

Value BatchSlicer::cloneView(OpBuilder &builder, Operation *view) {
  Location loc = view->getLoc();
  if (auto collapse = dyn_cast<memref::CollapseShapeOp>(view))
    return memref::CollapseShapeOp::create(builder, loc, use(collapse.getSrc()), collapse.getReassociationIndices());
  auto slice = cast<memref::SubViewOp>(view);
  Value source = use(slice.getSource());
  auto mapped = [&](ArrayRef<OpFoldResult> values) {
    return llvm::map_to_vector(values, [&](OpFoldResult value) -> OpFoldResult {
      auto dynamic = dyn_cast<Value>(value);
      return dynamic ? OpFoldResult(map.lookupOrDefault(dynamic)) : value;
    });
  };
  SmallVector<OpFoldResult> offsets = mapped(slice.getMixedOffsets()), strides = mapped(slice.getMixedStrides()), sizes;
  for (OpFoldResult size : slice.getMixedSizes())
    sizes.push_back(size == OpFoldResult(batch) ? OpFoldResult(rows) : size);
  auto type = memref::SubViewOp::inferRankReducedResultType(slice.getType().getShape(), cast<MemRefType>(source.getType()),
                                                            offsets, sizes, strides);
  return memref::SubViewOp::create(builder, loc, type, source, offsets, sizes, strides);
}

void BatchSlicer::cloneLinalg(OpBuilder &builder, linalg::LinalgOp op) {
  const std::optional<unsigned> overResults = batchLoopOf(op);
  const unsigned loop = overResults ? *overResults : *foldLoopOf(op);
  IRMapping own = map;
  for (Value operand : op->getOperands())
    own.map(operand, use(operand));
  // Elsewhere the body looks at the memory of all samples.
  SmallVector<memref::LoadOp> loads;
  op->getRegion(0).walk([&](memref::LoadOp load) { loads.push_back(load); });
  llvm::SmallPtrSet<Operation *, 4> local;
  Operation *made = op->cloneWithoutRegions(own);
  builder.insert(made);
  for (memref::LoadOp load : loads)
    own.map(load.getMemRef(), load.getMemRef());
  op->getRegion(0).cloneInto(&made->getRegion(0), own);
  for (memref::LoadOp load : loads)
    if (staysInSample(load, loop)) {
      auto copy = cast<memref::LoadOp>(own.lookup(load.getOperation()));
      copy.getMemrefMutable().set(use(load.getMemRef()));
      local.insert(copy);
    } else if (!batchDimOf(load.getMemRef())) {
      cast<memref::LoadOp>(own.lookup(load.getOperation())).getMemrefMutable().set(map.lookupOrDefault(load.getMemRef()));
    }
  auto hasBatch = [](Value operand) { return batchDimOf(operand).has_value(); };
  const int64_t perSample = rowsOfSample(*llvm::find_if(op->getOperands(), hasBatch));
  shiftIndices(
      cast<linalg::LinalgOp>(made), loop,
      [&](OpBuilder &before) { return KernelEmitter(before, op.getLoc()).mul(begin, perSample); },
      [&](OpOperand &use) {
        auto load = dyn_cast<memref::LoadOp>(use.getOwner());
        return load && local.contains(load) && use.getOperandNumber() == 1 + *batchDimOf(load.getMemRef());
      });
}

void BatchSlicer::cloneRegions(Operation *from, Operation *to) {
  for (auto [source, target] : llvm::zip(from->getRegions(), to->getRegions())) {
    target.getBlocks().clear();
    if (source.empty())
      continue;
    Block *block = new Block();
    target.push_back(block);
    for (BlockArgument argument : source.getArguments())
      map.map(argument, block->addArgument(argument.getType(), argument.getLoc()));
    OpBuilder inner = OpBuilder::atBlockEnd(block);
    for (Operation &op : source.front())
      clone(inner, &op);
  }
}

void BatchSlicer::clone(OpBuilder &builder, Operation *op) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return cloneLinalg(builder, linalgOp);
  if (isa<memref::SubViewOp, memref::CollapseShapeOp>(op) && batchDimOf(op->getResult(0)))
    return map.map(op->getResult(0), cloneView(builder, op));
  if (auto alloc = dyn_cast<memref::AllocOp>(op); alloc && batchDimOf(alloc))
    return map.map(alloc.getResult(), memref::AllocOp::create(builder, op->getLoc(), alloc.getType(), ValueRange{rows},
                                                              alloc.getAlignmentAttr()).getResult());
  for (Value operand : op->getOperands())
    if (batchDimOf(operand))
      use(operand);
  Operation *made = op->cloneWithoutRegions(map);
  builder.insert(made);
  map.map(op->getResults(), made->getResults());
  cloneRegions(op, made);
}

//===----------------------------------------------------------------------===//
// Parts of a static extent
//===----------------------------------------------------------------------===//

PartSlicer::PartSlicer(OpBuilder &builder, Value offset, int64_t part) : top(builder), offset(offset), part(part) {
  Operation *mark = arith::ConstantIndexOp::create(builder, offset.getLoc(), 0);
  top.setInsertionPoint(mark);
}

void PartSlicer::makePrivate(memref::AllocOp alloc, int64_t dim) {
  SmallVector<int64_t> shape(alloc.getType().getShape());
  shape[dim] = part;
  auto type = MemRefType::get(shape, alloc.getType().getElementType());
  slices[{alloc, dim}] = memref::AllocOp::create(top, alloc.getLoc(), type, alloc.getAlignmentAttr());
}

Value PartSlicer::slice(Value memref, int64_t dim) {
  Value &slice = slices[{memref, dim}];
  if (!slice)
    slice = sliceDimension(top, memref, dim, offset, top.getIndexAttr(part));
  return slice;
}

void PartSlicer::clone(OpBuilder &builder, linalg::LinalgOp op, const Division &division) {
  IRMapping own;
  auto access = division.accesses.begin();
  SmallVector<Value> operands;
  for (Value operand : op->getOperands()) {
    bool isMemory = isa<MemRefType>(operand.getType());
    operands.push_back(isMemory && access->dim ? slice(operand, *access->dim) : operand);
    access += isMemory;
  }
  Operation *made = builder.clone(*op);
  made->setOperands(operands);
  shiftIndices(
      cast<linalg::LinalgOp>(made), division.loop, [&](OpBuilder &) { return offset; },
      [](OpOperand &) { return false; });
}

} // namespace ingot::codegen
