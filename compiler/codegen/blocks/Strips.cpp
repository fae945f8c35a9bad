//===- Strips.cpp - a stack and the steps that fill it --------------------===//

#include "codegen/blocks/Strips.h"
#include "codegen/kernels/Aliasing.h"
#include "codegen/kernels/ContractionSpec.h"
#include "codegen/kernels/KernelEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace ingot::codegen {

//===----------------------------------------------------------------------===//
// The loop
//===----------------------------------------------------------------------===//

/// Steps of `loop`, if they are counted from 0 and it hands nothing on.
static std::optional<int64_t> stepsOf(scf::ForOp loop) {
  std::optional<int64_t> end = getConstantIntValue(loop.getUpperBound());
  const bool isPlain = isConstantIntValue(loop.getLowerBound(), 0) && isConstantIntValue(loop.getStep(), 1) && !loop.getNumResults();
  return isPlain ? end : std::nullopt;
}

/// Whether `step` counts the steps of `loop` (false), or counts them down (true).
static std::optional<bool> directionOf(OpFoldResult step, scf::ForOp loop, int64_t steps) {
  Value value = dyn_cast<Value>(step);
  if (value == loop.getInductionVar())
    return false;
  auto reversed = value ? value.getDefiningOp<arith::SubIOp>() : arith::SubIOp();
  if (reversed && reversed.getRhs() == loop.getInductionVar() && isConstantIntValue(reversed.getLhs(), steps - 1))
    return true;
  return std::nullopt;
}

static SmallVector<OpFoldResult> sizesOf(memref::AllocOp alloc) {
  return getMixedValues(alloc.getType().getShape(), alloc.getDynamicSizes(), alloc.getContext());
}

/// Whether `slice` is one step of `stack`, all of it.
static bool isStep(memref::SubViewOp slice, memref::AllocOp stack) {
  const SmallVector<OpFoldResult> sizes = slice.getMixedSizes(), all = sizesOf(stack);
  for (size_t dim = 1; dim < all.size(); ++dim)
    if (sizes[dim] != all[dim] || !isConstantIntValue(slice.getMixedOffsets()[dim], 0))
      return false;
  return slice.getSource() == stack.getMemref() && isConstantIntValue(sizes[0], 1) && slice.getDroppedDims().count() == 1 &&
         slice.getDroppedDims().test(0) &&
         llvm::all_of(slice.getMixedStrides(), [](OpFoldResult stride) { return isConstantIntValue(stride, 1); });
}

//===----------------------------------------------------------------------===//
// What reads the stack
//===----------------------------------------------------------------------===//

/// The dimension of each operand of `op` that goes along with `loop`.
static std::optional<int64_t> dimAlong(AffineMap map, unsigned loop) {
  for (auto [dim, expr] : llvm::enumerate(map.getResults()))
    if (expr == getAffineDimExpr(loop, map.getContext()))
      return dim;
  return std::nullopt;
}

/// The fill before `op` of what it adds to, which nothing touches in between.
static linalg::FillOp fillOf(linalg::LinalgOp op) {
  Value result = op.getDpsInits().front();
  for (Operation *before = op->getPrevNode(); before; before = before->getPrevNode()) {
    auto fill = dyn_cast<linalg::FillOp>(before);
    if (fill && fill.getDpsInits().front() == result)
      return fill;
    if (mayTouch(before, result))
      return {};
  }
  return {};
}

/// `user`, a product, if it can be done strip by strip.
static std::optional<StackReader> readerOf(Operation *user, memref::AllocOp stack, int64_t maxBatch) {
  auto op = dyn_cast<linalg::LinalgOp>(user);
  if (!op || !linalg::isaContractionOpInterface(op) || op.getDpsInputOperand(0)->get() == op.getDpsInputOperand(1)->get() ||
      op.getDpsInits().front() == stack.getMemref())
    return std::nullopt;
  OpOperand &use = *llvm::find_if(op->getOpOperands(), [&](OpOperand &each) { return each.get() == stack.getMemref(); });
  auto expr = dyn_cast<AffineDimExpr>(op.getMatchingIndexingMap(&use).getResult(0));
  if (!expr)
    return std::nullopt;
  StackReader reader{op, fillOf(op), expr.getPosition()};
  reader.sums = op.getIteratorTypesArray()[reader.loop] == utils::IteratorType::reduction;
  // Of loops around a product each would load and store the result for a strip's steps alone.
  std::optional<Contraction> product = classifyContraction(op, maxBatch);
  return reader.fill && product && product->outer.empty() ? std::optional(reader) : std::nullopt;
}

/// Whether what `reader` needs is there before `loop`, or can be.
static bool canComeTo(const StackReader &reader, scf::ForOp loop, memref::AllocOp stack, ArrayRef<StackReader> others) {
  linalg::LinalgOp op = reader.op;
  Value result = op.getDpsInits().front();
  auto isThere = [&](Value value) {
    Operation *definition = value.getDefiningOp();
    return !definition || definition->getBlock() != loop->getBlock() || definition->isBeforeInBlock(loop);
  };
  auto alloc = result.getDefiningOp<memref::AllocOp>();
  if (!isThere(result) && !(alloc && llvm::all_of(alloc->getOperands(), isThere)))
    return false;
  if (!llvm::all_of(reader.fill->getOperands().drop_back(), isThere) || mayTouch(loop, result))
    return false;
  for (Value input : op.getDpsInputs())
    if (input != stack.getMemref() && (!isThere(input) || mayWrite(loop, input)))
      return false;
  // From the loop to the op, but for what comes along.
  for (Operation *between = loop->getNextNode(); between != op; between = between->getNextNode()) {
    auto comesAlong = [&](const StackReader &other) { return between == other.op || between == other.fill; };
    if (between == reader.fill || llvm::any_of(others, comesAlong))
      continue;
    if (mayTouch(between, result) || llvm::any_of(op.getDpsInputs(), [&](Value input) { return mayWrite(between, input); }))
      return false;
  }
  // Those that come along do not need one another.
  return llvm::none_of(others, [&](const StackReader &other) {
    return other.op != op && (mayTouch(other.op, result) || mayTouch(other.fill, result));
  });
}

std::optional<FilledStack> findFilledStack(memref::AllocOp stack, int64_t maxBatch, std::string &whyNot) {
  MemRefType type = stack.getType();
  if (type.getRank() < 2 || type.isDynamicDim(0) || !type.getLayout().isIdentity())
    return std::nullopt;
  FilledStack filled{.stack = stack};
  SmallVector<Operation *> behind;
  for (Operation *user : stack->getUsers()) {
    auto loop = dyn_cast_or_null<scf::ForOp>(stack->getBlock()->findAncestorOpInBlock(*user));
    if (!loop) {
      behind.push_back(user);
      continue;
    }
    auto slice = dyn_cast<memref::SubViewOp>(user);
    std::optional<int64_t> steps = stepsOf(loop);
    if ((filled.loop && filled.loop != loop) || steps != type.getDimSize(0) || !slice || slice->getBlock() != loop.getBody() ||
        !isStep(slice, stack))
      return std::nullopt;
    std::optional<bool> direction = directionOf(slice.getMixedOffsets()[0], loop, *steps);
    if (!direction || (filled.loop && filled.isReversed != *direction))
      return std::nullopt;
    filled.loop = loop, filled.steps = *steps, filled.isReversed = *direction;
    filled.slices.push_back(slice);
  }
  if (!filled.loop || behind.empty())
    return std::nullopt;
  for (Operation *user : behind) {
    std::optional<StackReader> reader = filled.loop->isBeforeInBlock(user) ? readerOf(user, stack, maxBatch) : std::nullopt;
    if (!reader) {
      whyNot = "something needs all of them at once";
      return std::nullopt;
    }
    filled.readers.push_back(*reader);
  }
  llvm::sort(filled.readers, [](const StackReader &a, const StackReader &b) { return a.op->isBeforeInBlock(b.op); });
  for (const StackReader &reader : filled.readers)
    if (!canComeTo(reader, filled.loop, stack, filled.readers)) {
      whyNot = "what a product reads or writes is not there yet when the steps are taken";
      return std::nullopt;
    }
  return filled;
}

//===----------------------------------------------------------------------===//
// Strips
//===----------------------------------------------------------------------===//

/// `length` elements of dimension `dim` of `memref`, from `first` on.
static Value sliceOf(OpBuilder &builder, Value memref, int64_t dim, OpFoldResult first, int64_t length) {
  auto type = cast<MemRefType>(memref.getType());
  KernelEmitter emit(builder, memref.getLoc());
  SmallVector<OpFoldResult> offsets(type.getRank(), builder.getIndexAttr(0)), strides(type.getRank(), builder.getIndexAttr(1)), sizes;
  for (int64_t i = 0; i < type.getRank(); ++i)
    sizes.push_back(type.isDynamicDim(i) ? OpFoldResult(emit.sizeOf(memref, i)) : builder.getIndexAttr(type.getDimSize(i)));
  offsets[dim] = first;
  sizes[dim] = builder.getIndexAttr(length);
  return memref::SubViewOp::create(builder, memref.getLoc(), memref, offsets, sizes, strides);
}

/// `reader` for `length` steps from slice `first` on. Of the stack there may be that strip alone.
static void emitReader(OpBuilder &builder, const StackReader &reader, memref::AllocOp stack, Value strip, OpFoldResult first,
                       int64_t length) {
  linalg::LinalgOp op = reader.op;
  IRMapping map;
  for (OpOperand &operand : op->getOpOperands()) {
    std::optional<int64_t> dim = dimAlong(op.getMatchingIndexingMap(&operand), reader.loop);
    if (strip && operand.get() == stack.getMemref())
      map.map(operand.get(), strip);
    else if (dim)
      map.map(operand.get(), sliceOf(builder, operand.get(), *dim, first, length));
  }
  if (!reader.sums)
    builder.clone(*reader.fill, map);
  builder.clone(*op, map);
}

/// `length` steps, the first of which is `begin`, and what reads them.
static void emitStrip(OpBuilder &builder, const FilledStack &filled, Value begin, int64_t length) {
  scf::ForOp loop = filled.loop;
  memref::AllocOp stack = filled.stack;
  KernelEmitter emit(builder, loop.getLoc());
  SmallVector<int64_t> shape(stack.getType().getShape());
  shape[0] = length;
  Value strip = memref::AllocOp::create(builder, stack.getLoc(), MemRefType::get(shape, stack.getType().getElementType()),
                                        stack.getDynamicSizes(), stack.getAlignmentAttr());
  emit.loop(emit.index(0), emit.index(length), 1, [&](Value number) {
    IRMapping map;
    map.map(loop.getInductionVar(), emit.add(begin, number));
    Value place = filled.isReversed ? emit.sub(emit.index(length - 1), number) : number;
    for (Operation &op : loop.getBody()->without_terminator()) {
      auto slice = dyn_cast<memref::SubViewOp>(op);
      if (!slice || !llvm::is_contained(filled.slices, slice)) {
        builder.clone(op, map);
        continue;
      }
      SmallVector<OpFoldResult> offsets = slice.getMixedOffsets();
      offsets[0] = place;
      map.map(slice.getResult(), memref::SubViewOp::create(builder, slice.getLoc(), slice.getType(), strip, offsets,
                                                           slice.getMixedSizes(), slice.getMixedStrides())
                                     .getResult());
    }
  });
  Value first = filled.isReversed ? emit.sub(emit.index(filled.steps - length), begin) : begin;
  for (const StackReader &reader : filled.readers)
    emitReader(builder, reader, stack, strip, first, length);
}

void doInStrips(const FilledStack &filled, int64_t length) {
  scf::ForOp loop = filled.loop;
  for (const StackReader &reader : filled.readers) {
    linalg::LinalgOp op = reader.op;
    if (auto alloc = op.getDpsInits().front().getDefiningOp<memref::AllocOp>(); alloc && !alloc->isBeforeInBlock(loop))
      alloc->moveBefore(loop);
    if (reader.sums)
      linalg::FillOp(reader.fill)->moveBefore(loop);
  }
  OpBuilder builder(loop);
  KernelEmitter emit(builder, loop.getLoc());
  const int64_t rest = filled.steps % length, whole = filled.steps - rest;
  emit.loop(emit.index(0), emit.index(whole), length, [&](Value begin) { emitStrip(builder, filled, begin, length); });
  if (rest)
    emitStrip(builder, filled, emit.index(whole), rest);
  for (const StackReader &reader : filled.readers) {
    linalg::LinalgOp(reader.op)->erase();
    if (!reader.sums)
      linalg::FillOp(reader.fill)->erase();
  }
  loop->erase();
  memref::AllocOp(filled.stack)->erase();
}

void sumInStrips(const FilledStack &filled, int64_t length) {
  for (const StackReader &reader : filled.readers) {
    if (!reader.sums)
      continue;
    OpBuilder builder(reader.op);
    for (int64_t begin = 0; begin < filled.steps; begin += length) {
      const int64_t own = std::min(length, filled.steps - begin);
      emitReader(builder, reader, filled.stack, Value(),
                 builder.getIndexAttr(filled.isReversed ? filled.steps - own - begin : begin), own);
    }
    linalg::LinalgOp(reader.op)->erase();
  }
}

} // namespace ingot::codegen
