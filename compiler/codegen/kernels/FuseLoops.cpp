//===- FuseLoops.cpp - elementwise ops over one shape in one loop ---------===//
//
// On memory, so that results which are kept and results which only the next op
// reads are told apart: the latter never reach it.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/Aliasing.h"
#include "codegen/kernels/Passes.h"

#include "ingot/Dialect/Remarks.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace ingot::codegen {
#define GEN_PASS_DEF_FUSELOOPS
#include "codegen/kernels/Passes.h.inc"
} // namespace ingot::codegen

using namespace mlir;

namespace ingot::codegen {
namespace {

/// Beyond this many streams, addresses no longer fit into registers.
constexpr unsigned mostOperands = 20;

/// An elementwise op or a copy, its shape that of what it writes.
bool isElementwise(Operation *op) {
  if (auto copy = dyn_cast<memref::CopyOp>(op))
    return cast<MemRefType>(copy.getTarget().getType()).getRank() > 0;
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic || !generic.hasPureBufferSemantics() || generic.getNumLoops() == 0 ||
      generic.getNumParallelLoops() != generic.getNumLoops() || generic.hasIndexSemantics())
    return false;
  return llvm::all_of(generic.getDpsInitsMutable(), [&](OpOperand &init) {
    return generic.getMatchingIndexingMap(&init).isIdentity();
  });
}

MemRefType shapeOf(Operation *op) {
  Value written = isa<memref::CopyOp>(op) ? cast<memref::CopyOp>(op).getTarget()
                                          : cast<linalg::GenericOp>(op).getDpsInits().front();
  return cast<MemRefType>(written.getType());
}

linalg::GenericOp toGeneric(Operation *op) {
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return generic;
  auto copy = cast<memref::CopyOp>(op);
  OpBuilder builder(op);
  AffineMap each = builder.getMultiDimIdentityMap(shapeOf(op).getRank());
  SmallVector<utils::IteratorType> loops(each.getNumDims(), utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      builder, op->getLoc(), ValueRange{copy.getSource()}, ValueRange{copy.getTarget()},
      ArrayRef<AffineMap>{each, each}, loops,
      [](OpBuilder &b, Location loc, ValueRange v) { linalg::YieldOp::create(b, loc, v.front()); });
  op->erase();
  return generic;
}

/// What an op reads or writes, and whether element for element.
struct Access {
  Value memref;
  bool isWrite, isEach;
};

SmallVector<Access> accessesOf(Operation *op) {
  SmallVector<Access> result;
  if (auto copy = dyn_cast<memref::CopyOp>(op))
    return {{copy.getSource(), false, true}, {copy.getTarget(), true, true}};
  auto generic = cast<linalg::GenericOp>(op);
  for (OpOperand &operand : generic->getOpOperands())
    if (isa<MemRefType>(operand.get().getType()))
      result.push_back({operand.get(), generic.isDpsInit(&operand), generic.getMatchingIndexingMap(&operand).isIdentity()});
  return result;
}

/// Whether it reads what it writes, as an optimizer's step does.
bool worksInPlace(Operation *op) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  return generic && llvm::any_of(generic.getDpsInitsMutable(),
                                 [&](OpOperand &init) { return generic.payloadUsesValueFromOperand(&init); });
}

/// One element after the other, both ops done for each: is that the same as one
/// op after the other? And do they share anything? Steps on two weights do not,
/// though these are of one block: each is to be done as soon as its gradient is.
bool areFusable(Operation *first, Operation *second) {
  bool share = false, inPlace = worksInPlace(first) || worksInPlace(second);
  for (const Access &before : accessesOf(first))
    for (const Access &after : accessesOf(second)) {
      bool isSame = before.memref == after.memref && before.isEach && after.isEach;
      share |= isSame || (!inPlace && before.isEach && after.isEach && bufferOf(before.memref) == bufferOf(after.memref));
      if ((before.isWrite || after.isWrite) && !isSame && mayOverlap(before.memref, after.memref))
        return false;
    }
  return share;
}

/// Nothing between the two minds that `first` is done where `second` is.
bool canSink(Operation *first, Operation *second) {
  SmallVector<Access> accesses = accessesOf(first);
  for (Operation *op = first->getNextNode(); op != second; op = op->getNextNode())
    for (const Access &access : accesses)
      if (access.isWrite ? mayTouch(op, access.memref) : mayWrite(op, access.memref))
        return false;
  return true;
}

/// Both ops as one, in the place of the second.
linalg::GenericOp fuse(linalg::GenericOp first, linalg::GenericOp second) {
  OpBuilder builder(second);
  SmallVector<Value> inputs, outputs;
  SmallVector<AffineMap> inputMaps, outputMaps;
  struct Argument {
    linalg::GenericOp op;
    unsigned number;
  };
  // What the first writes the second gets from it; what both write, the second does.
  auto written = [&](Value memref) { return llvm::is_contained(first.getDpsInits(), memref); };
  SmallVector<std::pair<BlockArgument, unsigned>> arguments;
  auto addInputs = [&](linalg::GenericOp op, bool isSecond) {
    for (OpOperand *input : op.getDpsInputOperands()) {
      if (isSecond && written(input->get()))
        continue;
      AffineMap map = op.getMatchingIndexingMap(input);
      unsigned at = 0;
      while (at < inputs.size() && (inputs[at] != input->get() || inputMaps[at] != map))
        ++at;
      if (at == inputs.size()) {
        inputs.push_back(input->get());
        inputMaps.push_back(map);
      }
      arguments.push_back({op.getMatchingBlockArgument(input), at});
    }
  };
  addInputs(first, false);
  addInputs(second, true);
  SmallVector<std::pair<linalg::GenericOp, unsigned>> yields;
  for (linalg::GenericOp op : {first, second})
    for (auto [number, init] : llvm::enumerate(op.getDpsInits())) {
      if (op == first && llvm::is_contained(second.getDpsInits(), init))
        continue;
      outputs.push_back(init);
      outputMaps.push_back(builder.getMultiDimIdentityMap(op.getNumLoops()));
      yields.push_back({op, number});
    }

  SmallVector<AffineMap> maps = inputMaps;
  llvm::append_range(maps, outputMaps);
  auto body = [&](OpBuilder &b, Location loc, ValueRange values) {
    IRMapping map;
    for (auto [argument, at] : arguments)
      map.map(argument, values[at]);
    auto cloneBody = [&](linalg::GenericOp op) {
      for (Operation &inner : op.getBody()->without_terminator())
        b.clone(inner, map);
    };
    auto yielded = [&](linalg::GenericOp op, unsigned number) {
      return map.lookupOrDefault(op.getBody()->getTerminator()->getOperand(number));
    };
    auto before = [&](Value init) { return values[inputs.size() + (llvm::find(outputs, init) - outputs.begin())]; };
    for (auto [argument, init] : llvm::zip_equal(first.getRegionOutputArgs(), first.getDpsInits()))
      map.map(argument, before(init));
    cloneBody(first);
    for (auto [argument, init] : llvm::zip_equal(second.getRegionOutputArgs(), second.getDpsInits())) {
      auto known = llvm::find(first.getDpsInits(), init);
      map.map(argument, written(init) ? yielded(first, std::distance(first.getDpsInits().begin(), known)) : before(init));
    }
    for (OpOperand *input : second.getDpsInputOperands())
      for (auto [number, init] : llvm::enumerate(first.getDpsInits()))
        if (init == input->get())
          map.map(second.getMatchingBlockArgument(input), yielded(first, number));
    cloneBody(second);
    SmallVector<Value> results;
    for (auto [op, number] : yields)
      results.push_back(yielded(op, number));
    linalg::YieldOp::create(b, loc, results);
  };
  SmallVector<utils::IteratorType> loops(first.getNumLoops(), utils::IteratorType::parallel);
  auto fused = linalg::GenericOp::create(builder, second.getLoc(), inputs, outputs, maps, loops, body);
  first.erase();
  second.erase();
  return fused;
}

/// The op without those results that nobody reads.
linalg::GenericOp dropUnread(linalg::GenericOp op) {
  SmallVector<Value> inits(op.getDpsInits());
  llvm::BitVector unread(inits.size());
  for (auto [i, init] : llvm::enumerate(inits))
    if (init.getDefiningOp<memref::AllocOp>() && init.hasOneUse())
      unread.set(i);
  if (unread.none() || unread.all())
    return op;
  OpBuilder builder(op);
  SmallVector<Value> kept;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  unsigned inputs = op.getNumDpsInputs();
  for (unsigned i = inits.size(); i-- > 0;)
    if (unread[i])
      maps.erase(maps.begin() + inputs + i);
    else
      kept.insert(kept.begin(), inits[i]);
  auto body = [&](OpBuilder &b, Location loc, ValueRange values) {
    IRMapping map;
    for (auto [argument, value] : llvm::zip(op.getBody()->getArguments().take_front(inputs), values))
      map.map(argument, value);
    for (Operation &inner : op.getBody()->without_terminator())
      b.clone(inner, map);
    SmallVector<Value> results;
    for (auto [i, value] : llvm::enumerate(op.getBody()->getTerminator()->getOperands()))
      if (!unread[i])
        results.push_back(map.lookupOrDefault(value));
    linalg::YieldOp::create(b, loc, results);
  };
  auto rebuilt = linalg::GenericOp::create(builder, op.getLoc(), SmallVector<Value>(op.getDpsInputs()), kept, maps,
                                           op.getIteratorTypesArray(), body);
  op.erase();
  for (unsigned i : unread.set_bits())
    inits[i].getDefiningOp()->erase();
  return rebuilt;
}

/// Of two elementwise ops over one shape that share something: why they stay apart.
StringRef whyApart(Operation *before, Operation *op) {
  if (!areFusable(before, op))
    return "one reads other elements than the other writes";
  if (before->getNumOperands() + op->getNumOperands() > mostOperands)
    return "together they would have more streams than there are registers for addresses";
  return canSink(before, op) ? "" : "something between them needs the first one done";
}

bool shareBuffer(Operation *before, Operation *op) {
  SmallVector<Access> accesses = accessesOf(before);
  return llvm::any_of(accessesOf(op), [&](const Access &access) {
    return llvm::any_of(accesses, [&](const Access &other) {
      return other.isWrite && bufferOf(access.memref) == bufferOf(other.memref);
    });
  });
}

/// "(batch, 32)"
std::string describe(MemRefType type) {
  std::string text;
  for (int64_t size : type.getShape())
    text += (text.empty() ? "(" : ", ") + (ShapedType::isDynamic(size) ? "batch" : std::to_string(size));
  return text + ")";
}

/// The op with all before it that it can take in.
linalg::GenericOp takeIn(Operation *op) {
  MemRefType shape = shapeOf(op);
  unsigned count = 1;
  for (Operation *before = op->getPrevNode(); before;) {
    Operation *next = before->getPrevNode();
    if (isElementwise(before) && shapeOf(before).getShape() == shape.getShape()) {
      StringRef reason = whyApart(before, op);
      if (reason.empty()) {
        op = fuse(toGeneric(before), toGeneric(op));
        ++count;
      } else if (shareBuffer(before, op)) {
        remark::missed(op->getLoc(), remarkOn(op, "loops", "fuse"))
            << remark::add("a loop over {0} that makes what this one reads stays apart", describe(shape))
            << remark::reason("{0}", reason.str());
      }
    }
    before = next;
  }
  if (count > 1)
    remark::passed(op->getLoc(), remarkOn(op, "loops", "fuse")) << remark::add("{0} loops over {1} are one", count, describe(shape));
  return dyn_cast<linalg::GenericOp>(op);
}

struct FuseLoops : impl::FuseLoopsBase<FuseLoops> {
  void runOnOperation() override {
    SmallVector<Block *> blocks;
    getOperation().walk([&](Block *block) { blocks.push_back(block); });
    for (Block *block : blocks) {
      if (isa<linalg::LinalgOp>(block->getParentOp()))
        continue;
      for (Operation *op = block->empty() ? nullptr : &block->front(); op;) {
        if (isElementwise(op))
          if (linalg::GenericOp taken = takeIn(op))
            op = dropUnread(taken);
        op = op->getNextNode();
      }
    }
  }
};

} // namespace
} // namespace ingot::codegen
