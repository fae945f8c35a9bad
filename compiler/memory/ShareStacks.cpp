//===- ShareStacks.cpp - stacks in the place of one that has been read ----===//
//
// In: loops over the steps of a recurrence, on buffers with a slice a step. Out: if a
// loop is the last to need one of them, and others begin there whose slices are as wide
// together, each step writes these where it has just read that: what a recurrence keeps
// of its gates lies where its projected inputs were, and gradients of gates where the
// gates were. Lifetimes of whole buffers could not say so.
//
//===----------------------------------------------------------------------===//

#include "ingot/Dialect/Remarks.h"
#include "memory/Passes.h"
#include "memory/ShareStacks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace ingot {
#define GEN_PASS_DEF_SHARESTACKSPASS
#include "memory/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

//===----------------------------------------------------------------------===//
// What is done with a stack
//===----------------------------------------------------------------------===//

namespace {

/// An op that reads or writes a stack: all of it, or columns of the slice of one step.
struct Access {
  OpOperand *operand;
  Value step; ///< null: perhaps all steps
  int64_t begin = 0, end = 0;
  bool isExact = true; ///< it sees all of these columns, and as they lie

  bool meets(const Access &other) const { return begin < other.end && other.begin < end; }
};

/// A buffer [steps, ..., columns].
class Stack {
public:
  explicit Stack(memref::AllocOp alloc) : alloc(alloc) { follow(alloc, {nullptr, Value(), 0, columns(), true}); }

  int64_t columns() const { return memref::AllocOp(alloc).getType().getShape().back(); }

  memref::AllocOp alloc;
  SmallVector<Access> accesses;
  /// The slices, if there is nothing but slices on which linalg ops work.
  SmallVector<memref::SubViewOp> slices;
  bool hasOtherUses = false;

private:
  /// Collects what is done with `view`, whose place in the stack is that of `seen`.
  void follow(Value view, const Access &seen);
};

} // namespace

static bool isStack(memref::AllocOp alloc) {
  MemRefType type = alloc.getType();
  return type.getRank() >= 2 && type.getLayout().isIdentity() && type.getElementType().isIntOrFloat() &&
         !type.isDynamicDim(0) && !type.isDynamicDim(type.getRank() - 1);
}

/// Whether `slice` has all of its source in all dimensions but the last, and but the first if
/// that `isStep`.
static bool isWhole(memref::SubViewOp slice, bool isStep) {
  SmallVector<OpFoldResult> ofSource;
  if (auto alloc = slice.getSource().getDefiningOp<memref::AllocOp>())
    ofSource = getMixedValues(alloc.getType().getShape(), alloc.getDynamicSizes(), slice.getContext());
  else if (auto outer = slice.getSource().getDefiningOp<memref::SubViewOp>())
    for (auto [dim, size] : llvm::enumerate(outer.getMixedSizes()))
      if (!outer.getDroppedDims().test(dim))
        ofSource.push_back(size);
  const auto rank = static_cast<size_t>(slice.getSourceType().getRank());
  if (ofSource.size() != rank)
    return false;
  for (size_t dim = isStep; dim + 1 < rank; ++dim)
    if (slice.getMixedSizes()[dim] != ofSource[dim] || !isConstantIntValue(slice.getMixedOffsets()[dim], 0))
      return false;
  return true;
}

/// The columns of its source that `slice` has, if they are known and side by side.
static std::optional<std::pair<int64_t, int64_t>> columnsOf(memref::SubViewOp slice) {
  const int64_t last = slice.getSourceType().getRank() - 1;
  if (slice.isDynamicOffset(last) || slice.isDynamicSize(last) || slice.getDroppedDims().test(last) ||
      llvm::any_of(slice.getMixedStrides(), [](OpFoldResult stride) { return !isConstantIntValue(stride, 1); }))
    return std::nullopt;
  return std::pair(slice.getStaticOffset(last), slice.getStaticOffset(last) + slice.getStaticSize(last));
}

/// Whether `slice` is columns of the slice of one step of a stack.
static bool isStepOfStack(memref::SubViewOp slice) {
  return columnsOf(slice) && slice.isDynamicOffset(0) && isConstantIntValue(slice.getMixedSizes()[0], 1) &&
         slice.getDroppedDims().count() == 1 && slice.getDroppedDims().test(0) && isWhole(slice, /*isStep=*/true);
}

/// Whether `slice` is columns of what it is a slice of.
static bool isColumns(memref::SubViewOp slice) {
  return columnsOf(slice) && slice.getDroppedDims().none() && isWhole(slice, /*isStep=*/false);
}

void Stack::follow(Value view, const Access &seen) {
  for (OpOperand &use : view.getUses()) {
    Operation *user = use.getOwner();
    Access access = seen;
    access.operand = &use;
    auto slice = dyn_cast<memref::SubViewOp>(user);
    if (slice && view == alloc.getMemref() && isStepOfStack(slice)) {
      access.step = slice.getOffsets().front();
      std::tie(access.begin, access.end) = *columnsOf(slice);
      slices.push_back(slice);
      follow(slice, access);
    } else if (slice && seen.step && isColumns(slice)) {
      hasOtherUses = true;
      access.end = seen.begin + columnsOf(slice)->second;
      access.begin = seen.begin + columnsOf(slice)->first;
      follow(slice, access);
    } else if (isa<ViewLikeOpInterface>(user)) {
      hasOtherUses = true;
      access.isExact = false;
      for (Value result : user->getResults())
        if (isa<MemRefType>(result.getType()))
          follow(result, access);
    } else if (!isa<memref::DimOp>(user)) {
      hasOtherUses |= !seen.step || !isa<linalg::LinalgOp>(user);
      accesses.push_back(access);
    }
  }
}

//===----------------------------------------------------------------------===//
// May one be in the place of another?
//===----------------------------------------------------------------------===//

/// The op of the loop's body, or of the block around the loop, that `op` is or is in.
static Operation *ancestorIn(Block &block, Operation *op) { return block.findAncestorOpInBlock(*op); }

/// Whether `value` is another one in each step of `loop`.
static bool countsSteps(Value value, scf::ForOp loop) {
  if (auto reversed = value.getDefiningOp<arith::SubIOp>(); reversed && loop.isDefinedOutsideOfLoop(reversed.getLhs()))
    value = reversed.getRhs();
  return value == loop.getInductionVar();
}

/// The step at which `loop` accesses `stack`, if it is one and the same in the body.
static Value stepIn(scf::ForOp loop, const Stack &stack) {
  Value step;
  for (const Access &access : stack.accesses) {
    if (!loop->isProperAncestor(access.operand->getOwner()))
      continue;
    if (!access.step || (step && step != access.step))
      return {};
    step = access.step;
  }
  return step && countsSteps(step, loop) ? step : Value();
}

/// Nothing touches `stack` behind the loop (`isBehind`) or before it.
static bool isQuiet(const Stack &stack, scf::ForOp loop, bool isBehind) {
  return llvm::all_of(stack.accesses, [&](const Access &access) {
    Operation *op = ancestorIn(*loop->getBlock(), access.operand->getOwner());
    return op && (op == loop || (isBehind ? op->isBeforeInBlock(loop) : loop->isBeforeInBlock(op)));
  });
}

/// Whether an element of `from` has been read when `to` is written there, though not all of
/// them have: by one op, or by two that will be one loop if loops are to be fused.
static bool readsWhereItWrites(const Access &from, const Access &to, bool willFuse) {
  auto reader = dyn_cast<linalg::GenericOp>(from.operand->getOwner()), writer = dyn_cast<linalg::GenericOp>(to.operand->getOwner());
  auto isElementwise = [](linalg::GenericOp op) { return op && op.getNumParallelLoops() == op.getNumLoops(); };
  if (!isElementwise(reader) || !reader.isDpsInput(from.operand) || !from.isExact || !to.isExact || from.begin != to.begin)
    return false;
  const AffineMap map = reader.getMatchingIndexingMap(from.operand);
  // Such a loop takes a copy along.
  if (auto copy = dyn_cast<memref::CopyOp>(to.operand->getOwner()))
    return willFuse && to.operand == &copy.getTargetMutable() && map.isIdentity();
  return isElementwise(writer) && (reader == writer || willFuse) && writer.isDpsInit(to.operand) &&
         map == writer.getMatchingIndexingMap(to.operand);
}

/// Whether each step of `loop` has read what it needs of `old` when it writes `next`, whose
/// columns begin at `column` of it.
static bool canTakePlace(const Stack &old, const Stack &next, int64_t column, scf::ForOp loop, bool willFuse) {
  for (Access to : next.accesses) {
    if (!loop->isProperAncestor(to.operand->getOwner()))
      continue;
    to.begin += column, to.end += column;
    Operation *later = ancestorIn(*loop.getBody(), to.operand->getOwner());
    for (const Access &from : old.accesses) {
      if (!loop->isProperAncestor(from.operand->getOwner()) || !from.meets(to))
        continue;
      Operation *earlier = ancestorIn(*loop.getBody(), from.operand->getOwner());
      if (!earlier->isBeforeInBlock(later) && !readsWhereItWrites(from, to, willFuse))
        return false;
    }
  }
  return true;
}

/// Whether slices of both differ in nothing but their columns.
static bool areAlike(memref::AllocOp lhs, memref::AllocOp rhs) {
  return lhs.getType().getElementType() == rhs.getType().getElementType() &&
         lhs.getType().getShape().drop_back() == rhs.getType().getShape().drop_back() &&
         lhs.getDynamicSizes() == rhs.getDynamicSizes() && lhs->getBlock() == rhs->getBlock();
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

/// `slice` as columns of a wider stack, from `column` on.
static Value columnsIn(Value stack, memref::SubViewOp slice, int64_t column) {
  OpBuilder builder(slice);
  SmallVector<OpFoldResult> offsets = slice.getMixedOffsets();
  offsets.back() = builder.getIndexAttr(columnsOf(slice)->first + column);
  auto type = memref::SubViewOp::inferRankReducedResultType(slice.getType().getShape(), cast<MemRefType>(stack.getType()),
                                                            offsets, slice.getMixedSizes(), slice.getMixedStrides());
  return memref::SubViewOp::create(builder, slice.getLoc(), type, stack, offsets, slice.getMixedSizes(),
                                   slice.getMixedStrides());
}

/// Puts `next` into `old`, from `column` on.
static void takePlace(memref::AllocOp old, const Stack &next, int64_t column) {
  memref::AllocOp alloc = next.alloc;
  if (alloc.getType() == old.getType())
    alloc.replaceAllUsesWith(old.getMemref());
  else
    for (memref::SubViewOp slice : next.slices) {
      slice.replaceAllUsesWith(columnsIn(old, slice, column));
      slice.erase();
    }
  alloc.erase();
}

/// Columns of slices become slices of the stack themselves: what is read where it is written
/// is one value then, after CSE.
static void flattenSlices(memref::AllocOp stack) {
  for (Operation *user : llvm::make_early_inc_range(stack->getUsers())) {
    auto slice = dyn_cast<memref::SubViewOp>(user);
    if (!slice || !isStepOfStack(slice))
      continue;
    for (Operation *inner : llvm::make_early_inc_range(slice->getUsers())) {
      auto columns = dyn_cast<memref::SubViewOp>(inner);
      if (!columns || !isColumns(columns))
        continue;
      OpBuilder builder(columns);
      SmallVector<OpFoldResult> offsets = slice.getMixedOffsets(), sizes = slice.getMixedSizes();
      offsets.back() = builder.getIndexAttr(columnsOf(slice)->first + columnsOf(columns)->first);
      sizes.back() = columns.getMixedSizes().back();
      columns.replaceAllUsesWith(memref::SubViewOp::create(builder, columns.getLoc(), columns.getType(), stack, offsets,
                                                           sizes, slice.getMixedStrides())
                                     .getResult());
      columns.erase();
    }
  }
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

/// Nothing looks at `next` where `old` is not there yet.
static bool isDefinedBefore(const Stack &old, const Stack &next) {
  return llvm::all_of(next.alloc->getUsers(), [&](Operation *user) {
    Operation *op = ancestorIn(*old.alloc->getBlock(), user);
    return op && old.alloc->isBeforeInBlock(op);
  });
}

/// Puts stacks that begin in `loop` into `old`, whose last loop it is, if they fill it: so the
/// rest of it is nobody's loss.
static bool fill(const Stack &old, const std::vector<Stack> &stacks, scf::ForOp loop, bool willFuse) {
  Value step = stepIn(loop, old);
  if (!step || !isQuiet(old, loop, /*isBehind=*/true))
    return false;
  SmallVector<std::pair<const Stack *, int64_t>> placed;
  int64_t filled = 0;
  for (const Stack &next : stacks) {
    if (&next == &old || !areAlike(old.alloc, next.alloc) || filled + next.columns() > old.columns() ||
        (next.hasOtherUses && next.columns() != old.columns()) || stepIn(loop, next) != step ||
        !isQuiet(next, loop, /*isBehind=*/false) || !isDefinedBefore(old, next) || !canTakePlace(old, next, filled, loop, willFuse))
      continue;
    placed.emplace_back(&next, filled);
    filled += next.columns();
  }
  if (filled != old.columns())
    return false;
  if (!willFuse)
    remark::passed(loop.getLoc(), remarkOn(loop, "recurrence", "in-place"))
        << remark::add("each step writes what it keeps where it has read what it needed, buffers: {0}", placed.size());
  for (auto [next, column] : placed)
    takePlace(old.alloc, *next, column);
  flattenSlices(old.alloc);
  return true;
}

static void shareIn(scf::ForOp loop, bool willFuse) {
  for (bool isDone = false; !isDone;) {
    std::vector<Stack> stacks;
    for (auto alloc : loop->getBlock()->getOps<memref::AllocOp>())
      if (isStack(alloc) && llvm::any_of(alloc->getUsers(), [&](Operation *user) { return loop->isProperAncestor(user); }))
        stacks.emplace_back(alloc);
    // What was filled is somebody else's now, and the rest has to be looked at again.
    isDone = llvm::none_of(stacks, [&](const Stack &old) { return fill(old, stacks, loop, willFuse); });
  }
}

void memory::shareStacks(func::FuncOp function, bool willFuse) {
  SmallVector<scf::ForOp> loops;
  function.walk<WalkOrder::PreOrder>([&](scf::ForOp loop) { loops.push_back(loop); });
  for (scf::ForOp loop : loops)
    shareIn(loop, willFuse);
}

namespace {
struct ShareStacksPass : ingot::impl::ShareStacksPassBase<ShareStacksPass> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      memory::shareStacks(function, /*willFuse=*/false);
  }
};
} // namespace
