//===- Fold.cpp - sums over the batch, slice by slice ---------------------===//
//
// What a sum is lowered to later decides which order it has now: a matrix product and a
// plain loop go on from memory, element by element; a reduction has its lanes.
//
//===----------------------------------------------------------------------===//

#include "codegen/blocks/Fold.h"
#include "codegen/kernels/ContractionSpec.h"
#include "codegen/kernels/ReductionSpec.h"
#include "codegen/parallel/Division.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace ingot::codegen {

/// Whether `loop` is the outermost of those that `op` reduces over.
static bool isOutermost(linalg::LinalgOp op, unsigned loop) {
  SmallVector<unsigned> reduced;
  op.getReductionDims(reduced);
  return reduced.front() == loop;
}

/// Whether a kernel sums up all of one sample before the next: loops around the product
/// come first, then dimensions of A in the order of memory.
static bool sumsSampleBySample(linalg::LinalgOp op, const Contraction &product, unsigned loop) {
  auto isSum = [](const OuterLabel &label) { return !label.dimOfC; };
  const auto *outer = llvm::find_if(product.outer, isSum);
  if (outer != product.outer.end())
    return outer->dimOfA && batchDimOf(product.a) == outer->dimOfA;
  auto loops = op.getIteratorTypesArray();
  for (AffineExpr expr : op.getIndexingMapsArray()[product.isSwapped ? 1 : 0].getResults())
    if (const unsigned dim = cast<AffineDimExpr>(expr).getPosition(); loops[dim] == utils::IteratorType::reduction)
      return dim == loop;
  return false;
}

std::optional<Fold> foldOf(linalg::LinalgOp op, Value batch, int64_t maxBatch) {
  std::optional<unsigned> loop = foldLoopOf(op);
  if (!loop || !divideFold(op, batch))
    return std::nullopt;
  if (std::optional<Contraction> product = classifyContraction(op, maxBatch))
    return sumsSampleBySample(op, *product, *loop) ? Fold::Same : Fold::Reordered;
  const bool isSampleBySample = isOutermost(op, *loop);
  auto generic = dyn_cast<linalg::GenericOp>(op.getOperation());
  if (std::optional<Reduction> reduction = generic ? classifyReduction(generic) : std::nullopt) {
    if (!isa<arith::AddFOp>(reduction->combiner))
      return Fold::Same;
    return isSampleBySample ? Fold::SameInLanes : Fold::Reordered;
  }
  // Of a fold that is not known, the order may be all.
  return isSampleBySample ? std::optional(Fold::Same) : std::nullopt;
}

linalg::GenericOp keepLanes(linalg::GenericOp op) {
  const Reduction reduction = *classifyReduction(op);
  OpBuilder builder(op);
  MLIRContext *context = op.getContext();
  const Location loc = op.getLoc();
  const SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  SmallVector<int64_t> shape = {reductionLanes};
  // Element r, in the order of the loops, is of lane r mod 8.
  AffineExpr element = getAffineConstantExpr(0, context);
  for (unsigned dim : reduction.reductionDims)
    element = dim == reduction.reductionDims.front() ? getAffineDimExpr(dim, context)
                                                     : element * ranges[dim] + getAffineDimExpr(dim, context);
  SmallVector<AffineExpr> laneOf = {element % reductionLanes};
  SmallVector<AffineExpr> kept(op.getNumLoops(), getAffineConstantExpr(0, context));
  SmallVector<utils::IteratorType> iterators = {utils::IteratorType::reduction};
  for (unsigned dim : reduction.parallelDims) {
    kept[dim] = getAffineDimExpr(shape.size(), context);
    shape.push_back(ranges[dim]);
    laneOf.push_back(getAffineDimExpr(dim, context));
    iterators.push_back(utils::IteratorType::parallel);
  }

  const auto type = MemRefType::get(shape, builder.getF32Type());
  Value lanes = memref::AllocOp::create(builder, loc, type, builder.getI64IntegerAttr(64));
  Value zero = arith::ConstantOp::create(builder, loc, builder.getF32FloatAttr(0));
  linalg::FillOp::create(builder, loc, zero, lanes);
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  const AffineMap result = maps.back();
  maps.back() = AffineMap::get(op.getNumLoops(), 0, laneOf, context);
  auto partial = linalg::GenericOp::create(builder, loc, SmallVector<Value>(op.getDpsInputs()), lanes, maps,
                                           op.getIteratorTypesArray());
  IRMapping unchanged;
  op.getRegion().cloneInto(&partial.getRegion(), unchanged);

  // The lanes meet as those of any reduction over eight elements do.
  const unsigned rank = shape.size();
  linalg::GenericOp::create(
      builder, loc, lanes, op.getDpsInits(),
      {AffineMap::getMultiDimIdentityMap(rank, context), result.replaceDimsAndSymbols(kept, {}, rank, 0)}, iterators,
      [&](OpBuilder &body, Location, ValueRange arguments) {
        linalg::YieldOp::create(body, loc, arith::AddFOp::create(body, loc, arguments[1], arguments[0]).getResult());
      });
  op.erase();
  return partial;
}

} // namespace ingot::codegen
