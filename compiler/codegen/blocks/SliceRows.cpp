//===- SliceRows.cpp - loops over the rows of a batch, in one --------------===//
//
// In: bodies of entries whose products are kernels and whose elementwise loops are
// fused. Out: the same with loops that need no sample but its own, as those of a softmax, its
// loss, metrics and gradient, done for a few samples at a time, one after the other. What one
// leaves the next finds in the first cache, and it takes the room of these samples.
//
//===----------------------------------------------------------------------===//

#include "codegen/blocks/Fold.h"
#include "codegen/blocks/LiveBytes.h"
#include "codegen/blocks/Passes.h"
#include "codegen/blocks/Slices.h"
#include "codegen/kernels/Aliasing.h"
#include "codegen/kernels/ReductionSpec.h"
#include "codegen/kernels/TargetInfo.h"

#include "ingot/Dialect/Remarks.h"
#include "ingot/Dialect/Roles.h"
#include "ingot/Dialect/SaveRam.h"
#include "ingot/Dialect/Threads.h"
#include "lower/Layout.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace ingot::codegen {
#define GEN_PASS_DEF_SLICEROWS
#include "codegen/blocks/Passes.h.inc"
} // namespace ingot::codegen

using namespace mlir;

namespace ingot::codegen {
namespace {

/// As many as a reduction has lanes, so that sums over the batch keep their order.
constexpr int64_t leastSamples = reductionLanes;

/// Ops of the function's block that use `memref` or a view of it.
void collectUsers(Value memref, Block *block, SmallVectorImpl<Operation *> &users) {
  for (Operation *user : memref.getUsers()) {
    if (isa<ViewLikeOpInterface>(user))
      collectUsers(user->getResult(0), block, users);
    else
      users.push_back(block->findAncestorOpInBlock(*user));
  }
}

/// Whether `op` reads each element of `read` where it writes the same one of `written`.
bool worksInPlace(Operation *op, Value read, Value written) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic || generic.getNumParallelLoops() != generic.getNumLoops())
    return false;
  auto isEach = [&](OpOperand &operand) {
    return bufferOf(operand.get()) != read || (operand.get() == read && generic.getMatchingIndexingMap(&operand).isIdentity());
  };
  auto isElsewhere = [&](Operation *inner) {
    auto load = dyn_cast<memref::LoadOp>(inner);
    return load && bufferOf(load.getMemRef()) == read ? WalkResult::interrupt() : WalkResult::advance();
  };
  return llvm::is_contained(generic.getDpsInits(), written) && llvm::all_of(generic->getOpOperands(), isEach) &&
         llvm::all_of(generic.getDpsInitsMutable(),
                      [&](OpOperand &init) { return generic.getMatchingIndexingMap(&init).isIdentity(); }) &&
         !generic.getRegion().walk(isElsewhere).wasInterrupted();
}

/// Lets buffers that begin in the loop have the place of others that end there: of a
/// sample, the last to use one comes before the first to use the other.
class PlaceGiver {
public:
  PlaceGiver(func::FuncOp function, Value batch, const Slices &slices) : block(&function.getBody().front()), batch(batch), slices(slices) {
    for (auto [number, op] : llvm::enumerate(slices.loop))
      numbers[op] = number;
  }

  void run() {
    SmallVector<memref::AllocOp> allocs;
    for (auto alloc : block->getOps<memref::AllocOp>())
      if (batchDimOf(alloc) && isRowByRow(alloc))
        allocs.push_back(alloc);
    for (memref::AllocOp &born : allocs) {
      if (!born || !isBornInLoop(born))
        continue;
      for (memref::AllocOp &dying : allocs)
        if (dying && dying != born && dying.getType() == born.getType() && diesBefore(dying, born)) {
          dying->moveBefore(block, block->begin());
          born.replaceAllUsesWith(dying.getResult());
          born.erase();
          born = {};
          break;
        }
    }
  }

private:
  SmallVector<Operation *> usersOf(memref::AllocOp alloc) const {
    SmallVector<Operation *> users;
    collectUsers(alloc, block, users);
    return users;
  }

  bool isBehind(Operation *op) const { return llvm::is_contained(slices.behind, op); }

  /// Whether ops of the loop touch of it only what is of their sample.
  bool isRowByRow(memref::AllocOp alloc) const {
    return llvm::all_of(usersOf(alloc), [&](Operation *user) {
      if (!numbers.contains(user))
        return true;
      std::optional<Division> division = divideByBatch(user, batch);
      if (auto linalgOp = dyn_cast<linalg::LinalgOp>(user); !division && linalgOp)
        division = divideFold(linalgOp, batch);
      return division && llvm::all_of(division->accesses, [&](const Access &access) {
        return bufferOf(access.memref) != alloc.getResult() || access.dim;
      });
    });
  }

  bool isBornInLoop(memref::AllocOp alloc) const {
    return llvm::all_of(usersOf(alloc), [&](Operation *user) { return numbers.contains(user) || isBehind(user); });
  }

  bool diesBefore(memref::AllocOp dying, memref::AllocOp born) const {
    unsigned first = slices.loop.size(), last = 0;
    for (Operation *user : usersOf(born))
      if (auto known = numbers.find(user); known != numbers.end())
        first = std::min(first, known->second);
    for (Operation *user : usersOf(dying)) {
      if (isBehind(user))
        return false;
      if (auto known = numbers.find(user); known != numbers.end())
        last = std::max(last, known->second);
    }
    return last < first || (last == first && first < slices.loop.size() && worksInPlace(slices.loop[first], dying, born));
  }

  Block *block;
  Value batch;
  const Slices &slices;
  DenseMap<Operation *, unsigned> numbers;
};

class RowSlicing {
public:
  RowSlicing(func::FuncOp function, const TargetInfo &target,
             const LiveBytes &live, std::optional<int64_t> samples)
      : function(function), target(target), live(live), samples(samples),
        batch(argumentWithRole(function, "batch")),
        maxBatch(
            function->getAttrOfType<IntegerAttr>(names::maxBatch).getInt()) {}

  LogicalResult run() {
    if (!batch || maxBatch <= samples.value_or(leastSamples))
      return success();
    // Between two products there may be rows to do; one chain after the other.
    while (true) {
      SlicesWanted wanted = whatMayBe();
      Slices slices = findSlices(function, batch, wanted);
      if (slices.loop.empty())
        return success();
      if (!isWorthIt(slices)) {
        // In the way of the next chain no more.
        leftAlone.insert(slices.loop.begin(), slices.loop.end());
        continue;
      }
      FailureOr<bool> isSmaller = slice(wanted, slices);
      if (failed(isSmaller) || !*isSmaller)
        return isSmaller;
    }
  }

private:
  SlicesWanted whatMayBe() {
    SlicesWanted wanted;
    wanted.outside = leftAlone;
    for (Operation &op : function.getBody().front()) {
      auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
      if (linalgOp && mayGoOn(linalgOp))
        wanted.folds.insert(&op);
      else if (isa<scf::ForOp>(op))
        wanted.outside.insert(&op);
    }
    return wanted;
  }

  /// Whether `op` sums up the batch in an order that slices can keep: an object for several
  /// threads has none, and the same bits.
  bool mayGoOn(linalg::LinalgOp op) const {
    std::optional<Fold> fold = foldOf(op, batch, maxBatch);
    return fold && *fold != Fold::Reordered;
  }

  /// Bytes of a sample in the memory that the loop touches.
  int64_t rowBytes(const Slices &slices) const {
    llvm::SmallDenseSet<Value> roots;
    for (Operation *op : slices.loop)
      for (Value operand : op->getOperands())
        if (isa<MemRefType>(operand.getType()))
          if (Value root = batchRootOf(operand, batch))
            roots.insert(root);
    int64_t bytes = 0;
    for (Value root : roots)
      bytes += tensorBytes(cast<MemRefType>(root.getType()), 1);
    return bytes;
  }

  /// As many as half of the first cache holds.
  int64_t samplesOf(const Slices &slices) const {
    const int64_t fitting = target.l1Bytes / 2 / std::max<int64_t>(1, rowBytes(slices));
    return samples.value_or(std::max(leastSamples, fitting / leastSamples * leastSamples));
  }

  /// One loop is done where its operands are. Of what the first cache holds, nothing is to be gained.
  bool isWorthIt(const Slices &slices) const {
    auto reducesRows = [](Operation *op) {
      auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
      return linalgOp && linalgOp.getNumReductionLoops() > 0 && batchLoopOf(linalgOp);
    };
    return llvm::any_of(slices.loop, reducesRows) && rowBytes(slices) * maxBatch > 2 * target.l1Bytes &&
           samplesOf(slices) < maxBatch;
  }

  /// What it was again, if that takes less memory.
  FailureOr<bool> slice(SlicesWanted &wanted, Slices slices) {
    FailureOr<uint64_t> whole = live.in(function);
    if (failed(whole))
      return failure();
    OwningOpRef<func::FuncOp> before = function.clone();
    const Location first = slices.loop.front()->getLoc();
    const int64_t rows = samplesOf(slices);
    const unsigned ops = slices.loop.size();
    for (Operation *op : slices.loop)
      if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
          linalgOp && wanted.folds.contains(op) && *foldOf(linalgOp, batch, maxBatch) == Fold::SameInLanes) {
        wanted.folds.erase(op);
        wanted.folds.insert(keepLanes(cast<linalg::GenericOp>(op)));
      }
    slices = findSlices(function, batch, wanted);
    PlaceGiver(function, batch, slices).run();
    const unsigned buffers = doInSlices(function, batch, slices, rows);
    FailureOr<uint64_t> sliced = live.in(function);
    if (failed(sliced))
      return failure();
    if (*sliced > *whole) {
      function.getBody().takeBody(before->getBody());
      remark::missed(first, remarkOn(function, "rows", "slices"))
          << remark::add("loops over the rows of a batch stay apart")
          << remark::reason("{0} samples at a time, {1} bytes would be alive at once instead of {2}", rows, *sliced, *whole);
      return false;
    }
    remark::passed(first, remarkOn(function, "rows", "slices"))
        << remark::add("{0} loops over the rows of a batch are one, {1} samples at a time; buffers of so many: {2}", ops, rows,
                       buffers)
        << remark::reason("{0} bytes are alive at once instead of {1}", *sliced, *whole);
    return true;
  }

  func::FuncOp function;
  const TargetInfo &target;
  const LiveBytes &live;
  std::optional<int64_t> samples;
  Value batch;
  int64_t maxBatch;
  DenseSet<Operation *> leftAlone;
};

struct SliceRows : impl::SliceRowsBase<SliceRows> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<TargetInfo> target = TargetInfo::read(module);
    FailureOr<LiveBytes> live = LiveBytes::of(module);
    if (failed(target) || failed(live))
      return signalPassFailure();
    // Threads have slices of their own, and so has who saves memory.
    if (module->hasAttr(names::saveRam) || mostThreads(module) > 1 || target->forSize || !target->caches)
      return;
    std::optional<int64_t> samples;
    if (auto given = module->getAttrOfType<IntegerAttr>(names::sliceSamples))
      samples = std::max<int64_t>(1, given.getInt());
    for (auto function : module.getOps<func::FuncOp>())
      if (function->hasAttr(names::kind) && failed(RowSlicing(function, *target, *live, samples).run()))
        return signalPassFailure();
  }
};

} // namespace
} // namespace ingot::codegen
