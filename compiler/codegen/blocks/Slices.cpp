//===- Slices.cpp - what is done some samples at a time -------------------===//

#include "codegen/blocks/Slices.h"
#include "codegen/kernels/Aliasing.h"
#include "codegen/kernels/KernelEmitter.h"
#include "codegen/parallel/Slicer.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;

namespace ingot::codegen {

//===----------------------------------------------------------------------===//
// What has to stay in order
//===----------------------------------------------------------------------===//

namespace {

/// For each op of a block, the earlier ones that it must not overtake.
class Order {
public:
  explicit Order(Block &block) {
    for (Operation &op : block) {
      const unsigned number = ops.size();
      numbers[&op] = number;
      ops.push_back(&op);
      SmallVector<unsigned> &own = before.emplace_back();
      addOperands(&op, own);
      addMemory(&op, number, own);
      llvm::sort(own);
      own.erase(llvm::unique(own), own.end());
    }
  }

  SmallVector<Operation *> ops;
  DenseMap<Operation *, unsigned> numbers;
  std::vector<SmallVector<unsigned>> before;

private:
  struct Touch {
    unsigned by;
    Value memref;
    bool isWrite;
  };

  void addOperands(Operation *op, SmallVectorImpl<unsigned> &own) {
    op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        if (Operation *definition = operand.getDefiningOp())
          if (auto known = numbers.find(definition); known != numbers.end() && definition != op)
            own.push_back(known->second);
    });
  }

  /// What touches other buffers is not asked.
  void addMemory(Operation *op, unsigned number, SmallVectorImpl<unsigned> &own) {
    op->walk([&](Operation *inner) {
      if (isa<ViewLikeOpInterface>(inner))
        return;
      for (OpOperand &operand : inner->getOpOperands()) {
        if (!isa<BaseMemRefType>(operand.get().getType()))
          continue;
        Value buffer = bufferOf(operand.get());
        if (op->isAncestor(buffer.getParentRegion()->getParentOp()))
          continue;
        const Touch touch{number, operand.get(), writes(operand)};
        for (const Touch &other : touches[buffer])
          if ((touch.isWrite || other.isWrite) && other.by != number && mayOverlap(touch.memref, other.memref))
            own.push_back(other.by);
        touches[buffer].push_back(touch);
      }
    });
  }

  DenseMap<Value, SmallVector<Touch>> touches;
};

/// Finds a place for each op, in the order of the text.
class Finder {
public:
  Finder(func::FuncOp function, Value batch, const SlicesWanted &wanted)
      : order(function.getBody().front()), batch(batch), wanted(wanted), places(order.ops.size(), Place::Undecided) {
    for (Operation *op : wanted.front)
      addNeeded(order.numbers.lookup(op));
  }

  Slices run() {
    for (unsigned number = 0; number + 1 < order.ops.size(); ++number)
      places[number] = place(number);
    Slices slices;
    for (unsigned number = 0; number + 1 < order.ops.size(); ++number) {
      if (places[number] == Place::Loop)
        slices.loop.push_back(order.ops[number]);
      else if (places[number] != Place::Front)
        slices.behind.push_back(order.ops[number]);
    }
    return slices;
  }

private:
  /// What is undecided waits for somebody in the loop who needs it.
  enum class Place { Front, Undecided, Loop, Behind };

  void addNeeded(unsigned number) {
    if (!needed.insert(number).second)
      return;
    for (unsigned other : order.before[number])
      addNeeded(other);
  }

  /// Everything that `number` needs, which nothing in the loop has a part in.
  void bringToFront(unsigned number) {
    for (unsigned other : order.before[number])
      if (places[other] == Place::Undecided) {
        places[other] = Place::Front;
        bringToFront(other);
      }
  }

  bool dependsOn(unsigned number, Place place) const {
    return llvm::any_of(order.before[number], [&](unsigned other) { return places[other] == place; });
  }

  std::optional<Division> divide(Operation *op) const {
    if (!wanted.folds.contains(op))
      return divideByBatch(op, batch);
    return divideFold(cast<linalg::LinalgOp>(op), batch);
  }

  Place place(unsigned number) {
    Operation *op = order.ops[number];
    if (dependsOn(number, Place::Behind))
      return Place::Behind;
    const bool hasNoEffect = isa<memref::AllocOp>(op) || isMemoryEffectFree(op);
    if (!needed.contains(number) && !hasNoEffect && !wanted.outside.contains(op)) {
      std::optional<Division> division = divide(op);
      auto isCompatible = [&](const Division &other) { return areCompatible(other, *division); };
      if (division && llvm::all_of(divisions, isCompatible)) {
        bringToFront(number);
        divisions.push_back(*division);
        return Place::Loop;
      }
    }
    if (dependsOn(number, Place::Loop))
      return Place::Behind;
    if (needed.contains(number)) {
      bringToFront(number);
      return Place::Front;
    }
    return hasNoEffect && !dependsOn(number, Place::Undecided) ? Place::Front : Place::Undecided;
  }

  Order order;
  Value batch;
  const SlicesWanted &wanted;
  /// What is to be before the loop, whether or not it could be in it.
  DenseSet<unsigned> needed;
  SmallVector<Place> places;
  SmallVector<Division> divisions;
};

} // namespace

Slices findSlices(func::FuncOp function, Value batch, const SlicesWanted &wanted) {
  return Finder(function, batch, wanted).run();
}

bool isReadBySamples(Operation *fold, Value batch) {
  Order order(*fold->getBlock());
  DenseSet<unsigned> readers = {order.numbers.lookup(fold)};
  for (unsigned number = order.numbers.lookup(fold) + 1; number < order.ops.size(); ++number) {
    auto isReader = [&](unsigned other) { return readers.contains(other); };
    if (!llvm::any_of(order.before[number], isReader))
      continue;
    if (divideByBatch(order.ops[number], batch))
      return true;
    readers.insert(number);
  }
  return false;
}

//===----------------------------------------------------------------------===//
// The loop
//===----------------------------------------------------------------------===//

/// Nobody but `ops` looks at `memref`.
static bool isUsedOnlyBy(Value memref, ArrayRef<Operation *> ops) {
  return llvm::all_of(memref.getUsers(), [&](Operation *user) {
    if (isa<ViewLikeOpInterface>(user) && user->getBlock() == memref.getParentBlock())
      return isUsedOnlyBy(user->getResult(0), ops);
    return llvm::is_contained(ops, memref.getParentBlock()->findAncestorOpInBlock(*user));
  });
}

static void eraseWithViews(Operation *op) {
  for (Operation *user : llvm::make_early_inc_range(op->getUsers()))
    eraseWithViews(user);
  op->erase();
}

unsigned doInSlices(func::FuncOp function, Value batch, const Slices &slices, int64_t samples) {
  Operation *end = function.getBody().front().getTerminator();
  for (Operation *op : slices.behind)
    op->moveBefore(end);
  OpBuilder builder(slices.behind.empty() ? end : slices.behind.front());
  KernelEmitter emit(builder, slices.loop.front()->getLoc());
  SmallVector<memref::AllocOp> own;
  for (auto alloc : function.getBody().front().getOps<memref::AllocOp>())
    if (batchDimOf(alloc) && isUsedOnlyBy(alloc, slices.loop))
      own.push_back(alloc);
  emit.loop(emit.index(0), batch, samples, [&](Value begin) {
    // That it is no more than `samples` is what ingot-plan-memory reads.
    Value rows = arith::MinUIOp::create(builder, emit.loc, emit.sub(batch, begin), emit.index(samples));
    BatchSlicer slicer(builder, batch, begin, rows);
    for (memref::AllocOp alloc : own)
      slicer.makePrivate(alloc);
    for (Operation *op : slices.loop)
      slicer.clone(builder, op);
  });
  for (Operation *op : llvm::reverse(slices.loop))
    op->erase();
  for (memref::AllocOp alloc : own)
    eraseWithViews(alloc);
  return own.size();
}

} // namespace ingot::codegen
