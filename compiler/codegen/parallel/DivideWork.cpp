//===- DivideWork.cpp - which ops threads do together ---------------------===//
//
// In: bodies of entries on memrefs. Out: the same with regions. A region begins with
// the first op that divides and takes in each later one that may be done before all
// that was left behind, if no part of it needs another part of what the region does.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/Aliasing.h"
#include "codegen/parallel/Costs.h"
#include "codegen/parallel/Passes.h"
#include "codegen/parallel/RegionBuilder.h"

#include "ingot/Dialect/Remarks.h"
#include "ingot/Dialect/Roles.h"
#include "ingot/Dialect/Threads.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace ingot::codegen {
#define GEN_PASS_DEF_DIVIDEWORK
#include "codegen/parallel/Passes.h.inc"
} // namespace ingot::codegen

using namespace mlir;

namespace ingot::codegen {
namespace {

/// Reads and writes nothing, so that it may stand before a region as well: arithmetic,
/// views and allocations.
bool isFree(Operation *op) { return isa<memref::AllocOp>(op) || isMemoryEffectFree(op); }

class Divider {
public:
  Divider(func::FuncOp function, const RegionContext &context) : function(function), context(context) {
    for (Operation &op : function.getBody().front())
      if (auto contraction = dyn_cast<linalg::LinalgOp>(op); contraction && linalg::isaContractionOpInterface(contraction))
        prefer(contraction);
  }

  /// Divides what is worth it. `threads` makes the value on first use.
  bool run(function_ref<Value()> threads) {
    bool any = false;
    Block &block = function.getBody().front();
    for (Operation *start = &block.front(); start && worthFrom(start);) {
      Round round = gather(start);
      if (round.work < 2 * context.leastWorkOfChunk) {
        // Without its first op, there may be a better one.
        start = round.members.empty() ? nullptr : round.members.front().op->getNextNode();
        continue;
      }
      context.threads = threads();
      start = build(round);
      any = true;
    }
    return any;
  }

private:
  /// A region to be, what is left behind it, and the op behind both.
  struct Round {
    SmallVector<Member> members;
    SmallVector<Operation *> behind;
    Operation *end = nullptr;
    int64_t work = 0;
  };

  /// The gradient of a weight has a preferred side: what the other side reads, each
  /// part reads whole, so the longer one divides.
  void prefer(linalg::LinalgOp op) {
    if (batchDimOf(op.getDpsInits().front()))
      return;
    std::optional<unsigned> best;
    SmallVector<int64_t> extents = op.getStaticLoopRanges();
    for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
      if (context.partsOf(extents[loop]) > 1 && (!best || extents[loop] >= extents[*best]) &&
          divideLoop(op, loop))
        best = loop;
    if (best)
      for (const Access &access : divideLoop(op, *best)->accesses)
        if (access.isWrite)
          preferred[access.memref] = *access.dim;
  }

  /// The division that op is to have; none if it is to be done by one thread.
  const std::optional<Division> &divisionOf(Operation *op) {
    auto [known, isNew] = divisions.try_emplace(op);
    if (!isNew)
      return known->second;
    std::optional<Division> division = divideByBatch(op, context.batch);
    auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
    if (!division && linalgOp) {
      int bestScore = 0;
      for (unsigned loop = 0; loop < linalgOp.getNumLoops(); ++loop) {
        std::optional<Division> candidate = divideLoop(linalgOp, loop);
        if (!candidate || context.partsOf(candidate->extent) == 1)
          continue;
        int score = 1;
        for (const Access &access : candidate->accesses)
          if (auto wanted = preferred.find(access.memref); wanted != preferred.end())
            score += access.dim == wanted->second ? 1 : -1;
        if (score > bestScore) {
          bestScore = score;
          division = candidate;
        }
      }
      // What goes along with it, as slots with a weight, is divided alike.
      if (division)
        for (const Access &access : division->accesses)
          if (access.isWrite)
            preferred.try_emplace(access.memref, *access.dim);
    }
    return divisions[op] = std::move(division);
  }

  /// Is there enough to do from `start` on?
  bool worthFrom(Operation *start) {
    int64_t work = 0;
    for (Operation *op = start; op && work < 2 * context.leastWorkOfChunk; op = op->getNextNode())
      if (divisionOf(op))
        work += workOf(op, context.maxBatch);
    return work >= 2 * context.leastWorkOfChunk;
  }

  /// Can `op` be done with the region, before all that is left behind?
  bool joins(Operation *op, const Round &round) {
    const std::optional<Division> &division = divisionOf(op);
    return division && !dependsOn(op, round.behind) && mayOvertake(*division, round.behind) &&
           llvm::all_of(round.members,
                        [&](const Member &member) { return areCompatible(member.division, *division); });
  }

  void join(Operation *op, Round &round) {
    round.members.push_back({op, *divisionOf(op), workOf(op, context.maxBatch)});
    round.work += round.members.back().work;
  }

  /// Parts of `fill` are those of what `op` adds to.
  void divideAlike(linalg::FillOp fill, Operation *op) {
    const std::optional<Division> division = divisionOf(op);
    if (!division || division->isByBatch())
      return;
    for (const Access &access : division->accesses)
      if (access.isWrite && access.memref == fill.getDpsInitOperand(0)->get())
        divisions[fill] = divideLoop(fill, *access.dim);
  }

  /// Those of `fills` that `op` is the first to touch.
  static SmallVector<Operation *> takeTouched(SmallVectorImpl<linalg::FillOp> &fills, Operation *op) {
    SmallVector<Operation *> touched;
    llvm::erase_if(fills, [&](linalg::FillOp fill) {
      bool isTouched = mayTouch(op, fill.getDpsInitOperand(0)->get());
      if (isTouched)
        touched.push_back(fill);
      return isTouched;
    });
    return touched;
  }

  Round gather(Operation *start) {
    Round round;
    // A fill goes with what adds to it: a product then need not read it.
    SmallVector<linalg::FillOp> fills;
    for (Operation *op = start;; op = op->getNextNode()) {
      round.end = op;
      bool isEnd = op->hasTrait<OpTrait::IsTerminator>();
      if (!isEnd && isFree(op) && !dependsOn(op, round.behind))
        continue;
      SmallVector<Operation *> together = takeTouched(fills, op);
      together.push_back(op);
      if (auto fill = dyn_cast<linalg::FillOp>(op); fill && together.size() == 1 && divisionOf(fill)) {
        fills.push_back(fill);
        continue;
      }
      for (Operation *fill : llvm::drop_end(together))
        divideAlike(cast<linalg::FillOp>(fill), op);
      // Each on top of those before it.
      size_t before = round.members.size();
      int64_t workBefore = round.work;
      bool all = llvm::all_of(together, [&](Operation *each) {
        bool can = joins(each, round);
        if (can)
          join(each, round);
        return can;
      });
      if (all)
        continue;
      round.members.truncate(before);
      round.work = workBefore;
      isEnd |= divisionOf(op) && round.work > workOfLargeRegion;
      if (isEnd) {
        together.pop_back();
        together.append(fills.begin(), fills.end());
      }
      llvm::append_range(round.behind, together);
      if (isEnd)
        return round;
    }
  }

  /// Returns the op from which to go on.
  Operation *build(Round &round) {
    for (Operation *op : round.behind)
      op->moveBefore(round.end);
    Operation *next = round.behind.empty() ? round.end : round.behind.front();
    remark::passed(round.members.front().op->getLoc(), remarkOn(function, "threads", "region"))
        << remark::add("{0} operations from here on are done by up to {1} threads; they wait for one another once",
                       round.members.size(), context.mostThreads)
        << remark::reason("for {0} samples, that is worth the time of {1} thousand multiply-accumulates",
                          context.maxBatch, round.work / 1000);
    OpBuilder builder(next);
    buildRegion(builder, round.members, context);
    return next;
  }

  func::FuncOp function;
  RegionContext context;
  llvm::DenseMap<Value, int64_t> preferred;
  llvm::DenseMap<Operation *, std::optional<Division>> divisions;
};

struct DivideWork : impl::DivideWorkBase<DivideWork> {
  void runOnOperation() override {
    const int64_t threads = mostThreads(getOperation());
    if (threads == 1)
      return;
    auto given = getOperation()->getAttrOfType<IntegerAttr>(names::chunkWork);
    const int64_t leastWork = given ? std::max<int64_t>(1, given.getInt()) : usualWorkOfChunk;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (takesHost(function))
        divide(function, threads, leastWork);
  }

private:
  /// Entries that abi.h lends a host.
  static bool takesHost(func::FuncOp function) {
    auto kind = function->getAttrOfType<StringAttr>(names::kind);
    return kind && llvm::is_contained({StringRef("predict"), StringRef(kinds::predictPrepared), StringRef("evaluate"),
                                       StringRef("train_step"), StringRef("gradients"), StringRef("apply_gradients")},
                                      kind.getValue());
  }

  static void divide(func::FuncOp function, int64_t mostThreads, int64_t leastWork) {
    Value batch = argumentWithRole(function, "batch");
    if (!batch)
      return;
    RegionContext context{batch, {}, function->getAttrOfType<IntegerAttr>(names::maxBatch).getInt(), mostThreads, leastWork};
    Divider(function, context).run([&] { return getOrAddArgument(function, "threads", IndexType::get(function.getContext())); });
  }
};

} // namespace
} // namespace ingot::codegen
