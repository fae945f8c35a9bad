//===- Liveness.cpp - lifetimes of a function's buffers ------------------===//

#include "memory/Liveness.h"

#include "lower/Layout.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::memory;

/// Every op that touches `value`, through its views.
static void collectUsers(Value value, SmallVectorImpl<Operation *> &users) {
  for (Operation *user : value.getUsers()) {
    users.push_back(user);
    if (isa<ViewLikeOpInterface>(user))
      for (Value view : user->getResults())
        collectUsers(view, users);
  }
}

namespace {

/// Ops in the order of the text, those in loops among them; what other regions
/// hold counts as their op.
class Timeline {
public:
  explicit Timeline(Block &block) { number(block); }

  size_t at(Operation *op) const {
    while (!begins.contains(op))
      op = op->getParentOp();
    return begins.lookup(op);
  }

  /// From the first op to the last of what `op` holds.
  std::pair<size_t, size_t> span(Operation *op) const { return {begins.lookup(op), ends.lookup(op)}; }

  /// What the lifetime of a buffer made in `block` gains by an access of `op`: the
  /// whole of a loop that repeats the access, but not the buffer.
  std::pair<size_t, size_t> access(Operation *op, Block *block) const {
    std::pair<size_t, size_t> span = {at(op), at(op)};
    for (Operation *around = op->getParentOp(); around != block->getParentOp(); around = around->getParentOp())
      if (isa<LoopLikeOpInterface>(around) && begins.contains(around))
        span = {begins.lookup(around), ends.lookup(around)};
    return span;
  }

private:
  void number(Block &block) {
    for (Operation &op : block) {
      begins[&op] = next++;
      if (isa<LoopLikeOpInterface>(op))
        for (Region &region : op.getRegions())
          for (Block &body : region)
            number(body);
      ends[&op] = next - 1;
    }
  }

  DenseMap<Operation *, size_t> begins, ends;
  size_t next = 0;
};

} // namespace

/// What addresses of today's machines reach. Below it, offsets in an arena cannot
/// overflow.
static constexpr uint64_t mostBytes = uint64_t{1} << 48;

/// What `size`, of a slice of the batch, is at most.
static std::optional<int64_t> boundOf(Value size) {
  auto smaller = size.getDefiningOp<arith::MinUIOp>();
  return smaller ? getConstantIntValue(smaller.getRhs()) : std::nullopt;
}

/// Of what is not known, the batch alone has a bound, and it is a parameter, or the
/// size of something; and a slice of it.
static bool isComputed(Value size) {
  if (boundOf(size))
    return false;
  auto dim = size.getDefiningOp<memref::DimOp>();
  if (!dim)
    return size.getDefiningOp() != nullptr;
  auto slice = dim.getSource().getDefiningOp<memref::SubViewOp>();
  return slice && llvm::any_of(slice.getSizes(), isComputed);
}

FailureOr<std::vector<LiveBuffer>> memory::collectBuffers(func::FuncOp function, int64_t maxBatch, int64_t threads) {
  Timeline timeline(function.getBody().front());
  std::vector<LiveBuffer> buffers;
  WalkResult result = function.walk([&](memref::AllocOp alloc) {
    LiveBuffer buffer;
    buffer.allocs = {alloc};
    int64_t most = maxBatch;
    for (Value size : alloc.getDynamicSizes())
      most = std::min(most, boundOf(size).value_or(most));
    buffer.size = tensorBytes(alloc.getType(), most);
    if (buffer.size > mostBytes) {
      alloc.emitError() << "a buffer takes more than 2^48 bytes for " << maxBatch << " samples; lower `--max-batch`";
      return WalkResult::interrupt();
    }
    buffer.isPacking = alloc->hasAttr("ingot.packing");
    buffer.region = alloc->getParentOfType<scf::ParallelOp>();
    if (buffer.region && !alloc.getDynamicSizes().empty() &&
        !alloc.getDynamicSizes().front().getDefiningOp<arith::SubIOp>()) {
      alloc.emitError("a buffer of a chunk must have as many rows as the chunk, its end less its begin");
      return WalkResult::interrupt();
    }
    if (!buffer.region && llvm::any_of(alloc.getDynamicSizes(), isComputed)) {
      alloc.emitError("the size of a buffer is computed, so it has no bound; only the batch may be dynamic");
      return WalkResult::interrupt();
    }
    // Rows of the batch are divided among chunks, anything else each has for itself.
    if (buffer.region && alloc.getType().hasStaticShape())
      buffer.size = llvm::alignTo(buffer.size, blockAlignment) * threads;
    SmallVector<Operation *> users;
    collectUsers(alloc, users);
    buffer.first = buffer.last = timeline.at(alloc);
    bool used = false;
    for (Operation *user : users) {
      bool passesOn = llvm::any_of(user->getResultTypes(), llvm::IsaPred<MemRefType>) || isa<scf::YieldOp>(user);
      if (!isa<ViewLikeOpInterface>(user) && passesOn) {
        user->emitError("`") << user->getName() << "` passes a buffer on in a way that lifetimes do not follow";
        return WalkResult::interrupt();
      }
      // A view has no cost of its own: memory lives from its first access.
      if (isa<ViewLikeOpInterface>(user))
        continue;
      auto [first, last] = timeline.access(user, alloc->getBlock());
      buffer.first = used ? std::min(buffer.first, first) : first;
      buffer.last = std::max(buffer.last, last);
      used = true;
    }
    buffers.push_back(std::move(buffer));
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  return buffers;
}

/// The buffer that `value` is all of, if any.
static LiveBuffer *bufferOf(Value value, std::vector<LiveBuffer> &buffers) {
  auto alloc = value.getDefiningOp<memref::AllocOp>();
  for (LiveBuffer &buffer : buffers)
    if (alloc && llvm::is_contained(buffer.allocs, alloc))
      return &buffer;
  return nullptr;
}

/// The buffer that `value` is all or a view of, if any.
static LiveBuffer *bufferBehind(Value value, std::vector<LiveBuffer> &buffers) {
  while (auto view = value.getDefiningOp<ViewLikeOpInterface>())
    value = view.getViewSource();
  return bufferOf(value, buffers);
}

/// An operand that `op` reads at the very element it writes, whose buffer dies
/// here.
static LiveBuffer *dyingOperand(linalg::GenericOp op, const LiveBuffer &result, size_t at,
                                std::vector<LiveBuffer> &buffers) {
  AffineMap written = op.getIndexingMapsArray().back();
  for (OpOperand *input : op.getDpsInputOperands()) {
    LiveBuffer *operand = bufferOf(input->get(), buffers);
    if (!operand || operand == &result || operand->last != at || operand->size != result.size ||
        operand->region != result.region)
      continue;
    auto readsElsewhere = [&](OpOperand *other) {
      bool same = bufferBehind(other->get(), buffers) == operand;
      return same && (bufferOf(other->get(), buffers) != operand || op.getMatchingIndexingMap(other) != written);
    };
    // What chunks have a part of and what each has for itself lie apart.
    auto typeOf = [](memref::AllocOp alloc) { return alloc.getType(); };
    if (result.region && typeOf(operand->allocs.front()) != typeOf(result.allocs.front()))
      continue;
    // A load in the body could touch any element.
    bool loads = false;
    op.getRegion().walk([&](memref::LoadOp load) { loads |= bufferBehind(load.getMemRef(), buffers) == operand; });
    if (!loads && llvm::none_of(op.getDpsInputOperands(), readsElsewhere))
      return operand;
  }
  return nullptr;
}

void memory::shareInPlace(func::FuncOp function, std::vector<LiveBuffer> &buffers) {
  Timeline timeline(function.getBody().front());
  function.walk([&](linalg::GenericOp op) {
    if (op.getNumParallelLoops() != op.getNumLoops() || op.getNumDpsInits() != 1)
      return;
    size_t at = timeline.at(op);
    LiveBuffer *result = bufferOf(op.getDpsInits()[0], buffers);
    if (!result || result->first != at || result->isPacking)
      return;
    LiveBuffer *operand = dyingOperand(op, *result, at, buffers);
    if (!operand)
      return;
    operand->last = result->last;
    operand->allocs.append(result->allocs);
    buffers.erase(buffers.begin() + (result - buffers.data()));
  });
}

void memory::widenToRegions(func::FuncOp function, std::vector<LiveBuffer> &buffers) {
  Timeline timeline(function.getBody().front());
  function.walk([&](scf::ParallelOp region) {
    auto [first, last] = timeline.span(region);
    for (LiveBuffer &buffer : buffers)
      if (buffer.region == region) {
        buffer.first = first;
        buffer.last = last;
      }
  });
}
