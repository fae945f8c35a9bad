//===- SliceBatch.cpp - some samples at a time ----------------------------===//
//
// In: bodies of entries on memrefs. Out: the same with what needs no sample but its own
// in a loop over slices of the batch, and sums over the batch that go on from slice to
// slice. What only the loop uses has the rows of a slice. Which sums are in the loop, and
// how long a slice is, the lifetimes of all buffers tell, on copies.
//
//===----------------------------------------------------------------------===//

#include "codegen/blocks/BlockUpdates.h"
#include "codegen/blocks/Fold.h"
#include "codegen/blocks/Passes.h"
#include "codegen/blocks/Slices.h"
#include "codegen/kernels/ContractionSpec.h"
#include "codegen/kernels/ReductionSpec.h"
#include "codegen/parallel/Division.h"

#include "ingot/Dialect/Remarks.h"
#include "ingot/Dialect/Roles.h"
#include "ingot/Dialect/SaveRam.h"
#include "ingot/Dialect/Threads.h"
#include "lower/Layout.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <limits>

namespace ingot::codegen {
#define GEN_PASS_DEF_SLICEBATCH
#include "codegen/blocks/Passes.h.inc"
} // namespace ingot::codegen

using namespace mlir;

namespace ingot::codegen {
namespace {

/// Rows of a tile, so that products lose little, and as many as a reduction has lanes.
constexpr int64_t leastSamples = 8;
/// Longer slices are taken only where they cost nothing.
constexpr int64_t mostSamples = 64;
/// Of the peak, what saves less than this part of it is not worth a loop.
constexpr uint64_t leastSaving = 16;
/// Ways to try, and the squares of ops in them: a trial tries blocks for every gradient, each on a copy. So a model
/// of fifty layers is not tried in fifty ways.
constexpr size_t mostTrials = 64, mostSquares = 4'000'000;

/// A sum over the batch, by its number among the ops of the body.
struct Sum {
  unsigned number;
  Location loc;
  Fold fold;
  /// Of its results.
  int64_t bytes = 0;
  bool isReadBySamples = false;
  /// Whether its order is kept, if it must be.
  bool mayBeInLoop = false;
};

enum class Place { Loop, Behind, Front };

/// A way to do it: places of all sums, and the samples of a slice.
struct Choice {
  SmallVector<Place> places;
  int64_t samples = leastSamples;
};

/// What the module says about it.
struct SliceOptions {
  /// Samples of a slice, if that is not to be chosen.
  std::optional<int64_t> samples;
  /// Whatever it saves.
  bool always = false;
  /// No sum may change its order.
  bool keepsOrder = false;
};

/// What was done.
struct Outcome {
  unsigned ops = 0, buffers = 0, sums = 0;
  Location first;
};

class BatchSlicing {
public:
  BatchSlicing(func::FuncOp function, const SliceOptions &options, const BlockOptions &blocks, const LiveBytes &live)
      : function(function), options(options), blocks(blocks), live(live), batch(argumentWithRole(function, "batch")),
        maxBatch(function->getAttrOfType<IntegerAttr>(names::maxBatch).getInt()) {
    this->blocks.tells = false;
  }

  LogicalResult run() {
    const int64_t samples = options.samples.value_or(leastSamples);
    if (!batch || maxBatch <= samples)
      return success();
    findSums(samples);
    const size_t ops = opsOf(function).size();
    trialsLeft = std::min(mostTrials, mostSquares / (ops * ops));
    FailureOr<uint64_t> whole = bytesWith(std::nullopt);
    Choice choice{SmallVector<Place>(sums.size(), Place::Behind), samples};
    if (options.always)
      choice = withAllSums(samples);
    FailureOr<uint64_t> least = bytesWith(choice);
    if (failed(whole) || failed(least))
      return failure();
    if (!options.always && (failed(placeSums(choice, *least)) || failed(lengthen(choice, *least))))
      return failure();
    return tell(choice, *whole, *least);
  }

private:
  static SmallVector<Operation *> opsOf(func::FuncOp function) {
    return llvm::map_to_vector(function.getBody().front(), [](Operation &op) { return &op; });
  }

  void findSums(int64_t samples) {
    for (auto [number, op] : llvm::enumerate(opsOf(function))) {
      auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
      std::optional<Fold> fold = linalgOp ? foldOf(linalgOp, batch, maxBatch) : std::nullopt;
      if (!fold)
        continue;
      Sum sum{static_cast<unsigned>(number), op->getLoc(), *fold};
      for (Value init : linalgOp.getDpsInits())
        sum.bytes += tensorBytes(cast<MemRefType>(init.getType()), maxBatch);
      sum.isReadBySamples = isReadBySamples(op, batch);
      sum.mayBeInLoop = !options.keepsOrder || *fold == Fold::Same ||
                        (*fold == Fold::SameInLanes && samples % reductionLanes == 0);
      sums.push_back(sum);
    }
    llvm::sort(sums, [](const Sum &a, const Sum &b) { return std::pair(-a.bytes, a.number) < std::pair(-b.bytes, b.number); });
  }

  /// Changes `body`, which is the function or a copy of it, unless there is nothing to slice.
  std::optional<Outcome> apply(func::FuncOp body, const Choice &choice) const {
    SmallVector<Operation *> ops = opsOf(body);
    Value batchOfBody = argumentWithRole(body, "batch");
    SlicesWanted wanted;
    for (auto [sum, place] : llvm::zip_equal(sums, choice.places)) {
      Operation *op = ops[sum.number];
      if (place == Place::Front)
        wanted.front.insert(op);
      else if (place == Place::Loop)
        wanted.folds.insert(options.keepsOrder && sum.fold == Fold::SameInLanes ? keepLanes(cast<linalg::GenericOp>(op)).getOperation()
                                                                        : op);
    }
    const Slices slices = findSlices(body, batchOfBody, wanted);
    if (slices.loop.empty())
      return std::nullopt;
    Outcome outcome{.ops = static_cast<unsigned>(slices.loop.size()), .first = slices.loop.front()->getLoc()};
    outcome.sums = llvm::count_if(slices.loop, [&](Operation *op) { return wanted.folds.contains(op); });
    outcome.buffers = doInSlices(body, batchOfBody, slices, choice.samples);
    return outcome;
  }

  /// Whether sums in loops of `body` go on from memory: one that would be a reduction of
  /// its own in each slice is of another order.
  bool sumsGoOn(func::FuncOp body) const {
    auto result = body.walk([&](linalg::GenericOp op) {
      std::optional<Reduction> reduction =
          isa<scf::ForOp>(op->getParentOp()) && foldLoopOf(op) ? classifyReduction(op) : std::nullopt;
      return reduction && isa<arith::AddFOp>(reduction->combiner) && !classifyContraction(op, maxBatch)
                 ? WalkResult::interrupt()
                 : WalkResult::advance();
    });
    return !result.wasInterrupted();
  }

  /// The most bytes alive at once, when gradients are in blocks as well.
  FailureOr<uint64_t> bytesWith(const std::optional<Choice> &choice) {
    trialsLeft -= trialsLeft > 0;
    OwningOpRef<func::FuncOp> copy = function.clone();
    if (choice)
      apply(*copy, *choice);
    if (options.keepsOrder && !sumsGoOn(*copy))
      return std::numeric_limits<uint64_t>::max();
    if (failed(blockUpdates(*copy, blocks, live)))
      return failure();
    return live.in(*copy);
  }

  /// All sums in the loop that may be, and before it those that it needs.
  Choice withAllSums(int64_t samples) const {
    auto placeOf = [](const Sum &sum) {
      return sum.isReadBySamples ? Place::Front : sum.mayBeInLoop ? Place::Loop : Place::Behind;
    };
    return {llvm::map_to_vector(sums, placeOf), samples};
  }

  /// Has all sums that may be in the loop, less one after the other where that needs no
  /// more: a sum that waits keeps what it reads, but not its result. Those that samples need are
  /// done before, if that helps.
  LogicalResult placeSums(Choice &best, uint64_t &least) {
    if (llvm::none_of(sums, [](const Sum &sum) { return sum.mayBeInLoop; }))
      return success();
    Choice choice = withAllSums(best.samples);
    FailureOr<uint64_t> bytes = bytesWith(choice);
    if (failed(bytes))
      return failure();
    for (bool improves = true; improves;) {
      improves = false;
      for (unsigned i = 0; i < sums.size() && trialsLeft > 0; ++i) {
        if (choice.places[i] == Place::Behind)
          continue;
        Choice other = choice;
        other.places[i] = Place::Behind;
        FailureOr<uint64_t> otherBytes = bytesWith(other);
        if (failed(otherBytes))
          return failure();
        if (*otherBytes > *bytes)
          continue;
        improves |= *otherBytes < *bytes;
        choice = other;
        bytes = otherBytes;
      }
    }
    if (*bytes < least) {
      best = choice;
      least = *bytes;
    }
    return success();
  }

  /// Slices of more samples are faster.
  LogicalResult lengthen(Choice &best, uint64_t &least) {
    for (Choice longer = best; trialsLeft > 0 && !options.samples && longer.samples < mostSamples && 2 * longer.samples < maxBatch;) {
      longer.samples *= 2;
      FailureOr<uint64_t> bytes = bytesWith(longer);
      if (failed(bytes))
        return failure();
      if (*bytes > least)
        return success();
      best = longer;
      least = *bytes;
    }
    return success();
  }

  LogicalResult tell(const Choice &choice, uint64_t whole, uint64_t least) {
    for (const Sum &sum : sums)
      if (!sum.mayBeInLoop)
        remark::missed(sum.loc, remarkOn(function, "batch", "slices"))
            << remark::add("a sum over the batch has all samples at once")
            << remark::reason("by slices it would add up in another order, and portable numerics keep theirs");
    OwningOpRef<func::FuncOp> copy = function.clone();
    std::optional<Outcome> outcome = apply(*copy, choice);
    if (!outcome)
      return success();
    const bool saves = least < whole && whole - least >= whole / leastSaving;
    if (options.always ? least == std::numeric_limits<uint64_t>::max() : !saves) {
      if (whole)
        remark::missed(outcome->first, remarkOn(function, "batch", "slices"))
            << remark::add("the whole batch is done at once")
            << remark::reason("in slices of {0} samples, {1} bytes would be alive at once instead of {2}", choice.samples,
                              least, whole);
      return success();
    }
    apply(function, choice);
    remark::passed(outcome->first, remarkOn(function, "batch", "slices"))
        << remark::add("{0} operations are done for {1} samples at a time, {2} of them sums that go on from slice to slice; "
                       "buffers of so many: {3}",
                       outcome->ops, choice.samples, outcome->sums, outcome->buffers)
        << remark::reason("{0} bytes are alive at once instead of {1}", least, whole);
    return success();
  }

  func::FuncOp function;
  SliceOptions options;
  BlockOptions blocks;
  const LiveBytes &live;
  Value batch;
  int64_t maxBatch;
  size_t trialsLeft = mostTrials;
  /// The largest results first.
  SmallVector<Sum> sums;
};

struct SliceBatch : impl::SliceBatchBase<SliceBatch> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    // Threads have slices of their own.
    if (!module->hasAttr(names::saveRam) || mostThreads(module) > 1)
      return;
    SliceOptions options;
    if (auto samples = module->getAttrOfType<IntegerAttr>(names::sliceSamples))
      options.samples = std::max<int64_t>(1, samples.getInt());
    options.always = module->hasAttr(names::sliceAlways);
    const FailureOr<TargetInfo> target = TargetInfo::read(module);
    const FailureOr<LiveBytes> live = LiveBytes::of(module);
    if (failed(target) || failed(live))
      return signalPassFailure();
    options.keepsOrder = target->portable;
    for (auto function : module.getOps<func::FuncOp>())
      if (function->hasAttr(names::kind) && failed(BatchSlicing(function, options, BlockOptions::of(module), *live).run()))
        return signalPassFailure();
  }
};

} // namespace
} // namespace ingot::codegen
