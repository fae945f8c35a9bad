//===- PlanMemory.cpp - buffers to views of one arena --------------------===//
//
// In: bufferized functions with `memref.alloc`. Out: the same on views of an
// argument `arena`, at constant offsets.
//
//===----------------------------------------------------------------------===//

#include "memory/ArenaPlan.h"
#include "memory/Liveness.h"
#include "memory/Passes.h"

#include "ingot/Dialect/Locations.h"
#include "ingot/Dialect/Threads.h"
#include "lower/Layout.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_PLANMEMORYPASS
#include "memory/Passes.h.inc"
} // namespace ingot

using namespace ingot;
using namespace ingot::memory;

/// Where a chunk of a parallel region has what it allocates, behind the place of the
/// first chunk's: its rows of the batch are at those of all, anything else at its number.
static Value offsetInRegion(OpBuilder &builder, memref::AllocOp alloc, scf::ParallelOp region) {
  Location loc = alloc.getLoc();
  Value number = region.getInductionVars().front();
  uint64_t stride = llvm::alignTo(tensorBytes(alloc.getType(), 1), blockAlignment);
  if (!alloc.getDynamicSizes().empty()) {
    // ingot-divide-work writes rows as end less begin.
    number = alloc.getDynamicSizes().front().getDefiningOp<arith::SubIOp>().getRhs();
    stride = tensorBytes(alloc.getType(), 1);
  }
  Value bytes = arith::ConstantIndexOp::create(builder, loc, stride);
  return arith::MulIOp::create(builder, loc, number, bytes);
}

/// Replaces the allocs by views of `arena`.
static void placeBuffers(const std::vector<LiveBuffer> &buffers, const ArenaPlan &plan, Value arena) {
  for (auto [buffer, offset] : llvm::zip(buffers, plan.offsets))
    for (memref::AllocOp alloc : buffer.allocs) {
      OpBuilder builder(alloc);
      Value at = arith::ConstantIndexOp::create(builder, alloc.getLoc(), offset);
      if (auto region = dyn_cast_or_null<scf::ParallelOp>(buffer.region))
        at = arith::AddIOp::create(builder, alloc.getLoc(), at, offsetInRegion(builder, alloc, region));
      Value view = memref::ViewOp::create(builder, alloc.getLoc(), alloc.getType(), arena, at, alloc.getDynamicSizes());
      alloc.replaceAllUsesWith(view);
      alloc.erase();
    }
}

/// For people: what is live where the most is, by layer, and the layer that is at
/// work there. It is the one whose buffer begins: there the maximum is reached first.
static void annotatePeak(func::FuncOp function, const std::vector<LiveBuffer> &buffers, uint64_t alignment) {
  auto layerOf = [](const LiveBuffer &buffer) { return nameOf(buffer.allocs.front()->getLoc()); };
  auto liveAt = [&](size_t step) {
    llvm::StringMap<uint64_t> bytes;
    for (const LiveBuffer &buffer : buffers)
      if (buffer.first <= step && step <= buffer.last)
        bytes[layerOf(buffer)] += llvm::alignTo(buffer.size, alignment);
    return bytes;
  };
  const LiveBuffer *peak = nullptr;
  uint64_t most = 0;
  for (const LiveBuffer &buffer : buffers) {
    uint64_t sum = 0;
    for (const auto &entry : liveAt(buffer.first))
      sum += entry.second;
    if (sum > most || (sum == most && peak && buffer.first < peak->first)) {
      most = sum;
      peak = &buffer;
    }
  }
  if (!peak)
    return;
  Builder builder(function.getContext());
  SmallVector<NamedAttribute> live;
  for (const auto &entry : liveAt(peak->first))
    live.push_back(builder.getNamedAttr(entry.first().empty() ? "?" : entry.first(), builder.getI64IntegerAttr(entry.second)));
  function->setAttr("ingot.arena_peak", builder.getDictionaryAttr(live));
  function->setAttr("ingot.arena_peak_layer", builder.getStringAttr(layerOf(*peak)));
}

static LogicalResult planFunction(func::FuncOp function, int64_t threads) {
  const uint64_t alignment = callerAlignment(function->getParentOfType<ModuleOp>());
  int64_t maxBatch = function->getAttrOfType<IntegerAttr>(names::maxBatch).getInt();
  auto live = collectBuffers(function, maxBatch, threads);
  if (failed(live))
    return failure();
  shareInPlace(function, *live);
  widenToRegions(function, *live);

  std::vector<Buffer> buffers, withoutPacking;
  for (const LiveBuffer &buffer : *live) {
    buffers.push_back({buffer.size, buffer.first, buffer.last});
    if (!buffer.isPacking)
      withoutPacking.push_back(buffers.back());
  }
  ArenaPlan plan = planArena(buffers, alignment);
  uint64_t packing = plan.bytes - planArena(withoutPacking, alignment).bytes;

  Builder builder(function.getContext());
  function->setAttr("ingot.arena_bytes", builder.getI64IntegerAttr(plan.bytes));
  function->setAttr("ingot.arena_lower_bound", builder.getI64IntegerAttr(plan.lowerBound));
  function->setAttr("ingot.packing_bytes", builder.getI64IntegerAttr(packing));
  annotatePeak(function, *live, alignment);
  if (buffers.empty())
    return success();
  auto type = MemRefType::get({static_cast<int64_t>(plan.bytes)}, builder.getI8Type());
  auto attributes = builder.getDictionaryAttr({builder.getNamedAttr(names::role, builder.getStringAttr("arena")),
                                               builder.getNamedAttr("llvm.noalias", builder.getUnitAttr())});
  unsigned index = function.getNumArguments();
  if (failed(function.insertArgument(index, type, attributes, function.getLoc())))
    return failure();
  placeBuffers(*live, plan, function.getArgument(index));
  return success();
}

namespace {
struct PlanMemoryPass : ingot::impl::PlanMemoryPassBase<PlanMemoryPass> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr(names::kind) && failed(planFunction(function, mostThreads(getOperation()))))
        return signalPassFailure();
  }
};
} // namespace
