//===- Liveness.cpp - lifetimes of a function's buffers ------------------===//

#include "memory/Liveness.h"

#include "lower/Layout.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

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

/// Numbers of the ops of an entry block.
static DenseMap<Operation *, size_t> numberOps(Block &block) {
  DenseMap<Operation *, size_t> numbers;
  for (Operation &op : block)
    numbers[&op] = numbers.size();
  return numbers;
}

FailureOr<std::vector<LiveBuffer>> memory::collectBuffers(func::FuncOp function, int64_t maxBatch) {
  Block &entry = function.getBody().front();
  DenseMap<Operation *, size_t> numbers = numberOps(entry);
  std::vector<LiveBuffer> buffers;
  WalkResult result = function.walk([&](memref::AllocOp alloc) {
    if (alloc->getBlock() != &entry) {
      alloc.emitError("allocates inside a loop; a buffer must be in the function's entry block");
      return WalkResult::interrupt();
    }
    LiveBuffer buffer;
    buffer.allocs = {alloc};
    buffer.size = tensorBytes(alloc.getType(), maxBatch);
    buffer.isPacking = alloc->hasAttr("ingot.packing");
    SmallVector<Operation *> users;
    collectUsers(alloc, users);
    buffer.first = buffer.last = numbers[alloc];
    bool used = false;
    for (Operation *user : users) {
      if (!isa<ViewLikeOpInterface>(user) && llvm::any_of(user->getResultTypes(), llvm::IsaPred<MemRefType>)) {
        user->emitError("`") << user->getName() << "` passes a buffer on in a way that lifetimes do not follow";
        return WalkResult::interrupt();
      }
      // A view has no cost of its own: memory lives from its first access.
      if (isa<ViewLikeOpInterface>(user))
        continue;
      size_t at = numbers[entry.findAncestorOpInBlock(*user)];
      buffer.first = used ? std::min(buffer.first, at) : at;
      buffer.last = std::max(buffer.last, at);
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
    if (!operand || operand == &result || operand->last != at || operand->size != result.size)
      continue;
    auto readsElsewhere = [&](OpOperand *other) {
      bool same = bufferBehind(other->get(), buffers) == operand;
      return same && (bufferOf(other->get(), buffers) != operand || op.getMatchingIndexingMap(other) != written);
    };
    // A load in the body could touch any element.
    bool loads = false;
    op.getRegion().walk([&](memref::LoadOp load) { loads |= bufferBehind(load.getMemRef(), buffers) == operand; });
    if (!loads && llvm::none_of(op.getDpsInputOperands(), readsElsewhere))
      return operand;
  }
  return nullptr;
}

void memory::shareInPlace(func::FuncOp function, std::vector<LiveBuffer> &buffers) {
  DenseMap<Operation *, size_t> numbers = numberOps(function.getBody().front());
  for (auto op : function.getBody().front().getOps<linalg::GenericOp>()) {
    if (op.getNumParallelLoops() != op.getNumLoops() || op.getNumDpsInits() != 1)
      continue;
    size_t at = numbers[op];
    LiveBuffer *result = bufferOf(op.getDpsInits()[0], buffers);
    if (!result || result->first != at || result->isPacking)
      continue;
    LiveBuffer *operand = dyingOperand(op, *result, at, buffers);
    if (!operand)
      continue;
    operand->last = result->last;
    operand->allocs.append(result->allocs);
    buffers.erase(buffers.begin() + (result - buffers.data()));
  }
}
