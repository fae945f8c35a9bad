//===- RegionBuilder.cpp - a region of parallel work ----------------------===//

#include "codegen/parallel/RegionBuilder.h"
#include "codegen/kernels/KernelEmitter.h"
#include "codegen/parallel/Costs.h"
#include "codegen/parallel/Slicer.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace ingot::codegen {
namespace {

/// Members that stand in one loop over parts, or a run of members by the batch.
using Run = SmallVector<const Member *>;

class RegionBuilder {
public:
  RegionBuilder(OpBuilder &builder, ArrayRef<Member> members, const RegionContext &context)
      : emit(builder, members.front().op->getLoc()), members(members), context(context) {
    for (const Member &member : members) {
      hasBatch |= member.division.isByBatch();
      if (runs.empty() || runs.back().front()->division.extent != member.division.extent)
        runs.emplace_back();
      runs.back().push_back(&member);
      runOf[member.op] = member.division.isByBatch() ? wholeChunk : runs.size() - 1;
    }
  }

  scf::ParallelOp build() {
    count = emitNumberOfChunks();
    OpBuilder &builder = emit.builder;
    Value zero = emit.index(0), one = emit.index(1);
    auto region = scf::ParallelOp::create(builder, emit.loc, ValueRange{zero}, ValueRange{count}, ValueRange{one});
    region->setAttr(regionAttribute, builder.getUnitAttr());
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(region.getBody());
    chunk = region.getInductionVars().front();
    if (hasBatch) {
      Value begin = emitBound(context.batch, chunk);
      // The rows of a chunk are its end less its begin: ingot-plan-memory reads that.
      Value rows = arith::SubIOp::create(builder, emit.loc, emitBound(context.batch, emit.add(chunk, 1)), begin);
      slicer.emplace(builder, context.batch, begin, rows);
    }
    findOwnAllocs();
    for (const Run &run : runs)
      if (run.front()->division.isByBatch())
        emitRows(run);
      else
        emitParts(run);
    for (const Member &member : llvm::reverse(members))
      member.op->erase();
    for (auto &[alloc, dim] : own)
      eraseWithViews(alloc);
    return region;
  }

private:
  /// As many as there is work for.
  Value emitNumberOfChunks() {
    int64_t fixed = 0, byBatch = 0;
    for (const Member &member : members) {
      // Sums over the batch grow with it as well.
      bool grows = llvm::any_of(member.op->getOperands(), [](Value v) { return batchDimOf(v).has_value(); }) ||
                   member.division.isByBatch();
      (grows ? byBatch : fixed) += member.work;
    }
    // Small numbers, for targets with 32 bits.
    const int64_t unit = std::max<int64_t>(1, (fixed + byBatch) >> 24);
    const int64_t perSample = llvm::divideCeil(byBatch / unit, context.maxBatch);
    Value work = emit.add(emit.mul(context.batch, perSample), fixed / unit);
    Value chunks = emit.div(work, std::max<int64_t>(1, context.leastWorkOfChunk / unit));
    chunks = arith::MaxUIOp::create(emit.builder, emit.loc, chunks, emit.index(1));
    chunks = emit.min(chunks, context.threads);
    return hasBatch ? emit.min(chunks, context.batch) : chunks;
  }

  /// Where chunk `number` of `whole` begins.
  Value emitBound(Value whole, Value number) {
    Value product = arith::MulIOp::create(emit.builder, emit.loc, whole, number);
    return arith::DivUIOp::create(emit.builder, emit.loc, product, count);
  }

  /// The run in which all of `memref` is used, or the whole chunk for those by the batch;
  /// none if it is used elsewhere too.
  std::optional<unsigned> onlyRunOf(Value memref) {
    std::optional<unsigned> found;
    SmallVector<Value> open = {memref};
    while (!open.empty())
      for (Operation *user : open.pop_back_val().getUsers()) {
        if (isa<ViewLikeOpInterface>(user) && user->getBlock() == memref.getParentBlock()) {
          llvm::append_range(open, user->getResults());
          continue;
        }
        Operation *member = memref.getParentBlock()->findAncestorOpInBlock(*user);
        auto run = runOf.find(member);
        if (run == runOf.end())
          return std::nullopt;
        if (found && *found != run->second)
          return std::nullopt;
        found = run->second;
      }
    return found;
  }

  /// Buffers that nothing but the region uses, and of which a part of it uses a part.
  void findOwnAllocs() {
    for (const Member &member : members)
      for (const Access &access : member.division.accesses) {
        auto alloc = access.memref.getDefiningOp<memref::AllocOp>();
        const bool isByBatch = member.division.isByBatch();
        if (!alloc || !access.dim || batchDimOf(alloc).has_value() != isByBatch ||
            llvm::any_of(own, [&](auto &known) { return known.first == alloc; }) || !onlyRunOf(alloc))
          continue;
        // Parts are of the buffer itself; a view of it would be of another shape.
        if (!isByBatch && llvm::any_of(alloc->getUsers(), llvm::IsaPred<ViewLikeOpInterface>))
          continue;
        own.push_back({alloc, *access.dim});
        if (isByBatch)
          slicer->makePrivate(alloc);
      }
  }

  void emitRows(const Run &run) {
    for (const Member *member : run)
      slicer->clone(emit.builder, member->op);
  }

  void emitParts(const Run &run) {
    const int64_t extent = run.front()->division.extent, parts = context.partsOf(extent);
    Value whole = emit.index(parts);
    Value from = emitBound(whole, chunk), to = emitBound(whole, emit.add(chunk, 1));
    emit.loop(from, to, 1, [&](Value number) {
      PartSlicer part(emit.builder, emit.mul(number, extent / parts), extent / parts);
      for (auto &[alloc, dim] : own)
        if (!batchDimOf(alloc) && isOf(run, alloc))
          part.makePrivate(alloc, dim);
      for (const Member *member : run)
        part.clone(emit.builder, cast<linalg::LinalgOp>(member->op), member->division);
    });
  }

  static bool isOf(const Run &run, Value memref) {
    return llvm::any_of(run, [&](const Member *member) {
      return llvm::any_of(member->division.accesses, [&](const Access &access) { return access.memref == memref; });
    });
  }

  static void eraseWithViews(Operation *op) {
    for (Operation *user : llvm::make_early_inc_range(op->getUsers()))
      eraseWithViews(user);
    op->erase();
  }

  static constexpr unsigned wholeChunk = ~0u;

  KernelEmitter emit;
  ArrayRef<Member> members;
  const RegionContext &context;
  bool hasBatch = false;
  SmallVector<Run> runs;
  llvm::DenseMap<Operation *, unsigned> runOf;
  SmallVector<std::pair<memref::AllocOp, int64_t>> own;
  std::optional<BatchSlicer> slicer;
  Value count, chunk;
};

} // namespace

int64_t RegionContext::partsOf(int64_t extent) const {
  // A tile's rows, or its vector.
  constexpr int64_t usual = 8;
  return codegen::partsOf(extent, mostThreads, std::min(usual, leastWorkOfChunk));
}

scf::ParallelOp buildRegion(OpBuilder &builder, ArrayRef<Member> members, const RegionContext &context) {
  return RegionBuilder(builder, members, context).build();
}

} // namespace ingot::codegen
