//===- LowerGathers.cpp - rows that indices name, as rows -----------------===//
//
// In: elementwise ops that load rows of a memref, which of them the outer loops
// say. Out: loops that find the row once, around an op on rows that lie side by
// side. An op for all of it would look for the row at each element, one scalar
// at a time: nobody can tell that what it writes is not the index.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/KernelEmitter.h"
#include "codegen/kernels/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace ingot::codegen {
#define GEN_PASS_DEF_LOWERGATHERS
#include "codegen/kernels/Passes.h.inc"
} // namespace ingot::codegen

using namespace mlir;

namespace ingot::codegen {
namespace {

//===----------------------------------------------------------------------===//
// Recognition
//===----------------------------------------------------------------------===//

/// An elementwise op whose innermost loop goes along rows.
class Gather {
public:
  /// None if `op` loads no rows, or does anything else with its innermost
  /// index.
  static std::optional<Gather> find(linalg::GenericOp op) {
    Gather gather(op);
    const bool isElementwise = op.hasPureBufferSemantics() &&
                               op.getNumReductionLoops() == 0 &&
                               op.getNumLoops() > 1;
    if (!isElementwise ||
        !llvm::all_of(
            op->getOpOperands(),
            [&](OpOperand &operand) { return gather.hasRows(operand); }) ||
        !llvm::all_of(op.getBody()->without_terminator(),
                      [&](Operation &inner) { return gather.add(inner); }) ||
        gather.rows.empty())
      return std::nullopt;
    return gather;
  }

  unsigned loop() const { return op.getNumLoops() - 1; }
  bool isAlong(OpOperand &operand) const {
    return linalg::GenericOp(op)
        .getMatchingIndexingMap(&operand)
        .isFunctionOfDim(loop());
  }
  bool isOfElement(Operation *inner) const { return ofElement.contains(inner); }
  bool isRow(Operation *inner) const { return rows.contains(inner); }

  mutable linalg::GenericOp op;
  /// The loads of rows.
  llvm::SmallSetVector<Operation *, 2> rows;

private:
  explicit Gather(linalg::GenericOp op) : op(op) {}

  bool hasRows(OpOperand &operand) const {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    const bool liesAlong =
        !isAlong(operand) ||
        map.getResults().back() == getAffineDimExpr(loop(), map.getContext());
    return isa<MemRefType>(operand.get().getType()) &&
           map.isProjectedPermutation() && liesAlong &&
           (isAlong(operand) || op.isDpsInput(&operand));
  }

  bool differsAlong(Value value) const {
    if (auto argument = dyn_cast<BlockArgument>(value);
        argument && argument.getOwner() == op.getBody())
      return isAlong(op->getOpOperand(argument.getArgNumber()));
    return isOfElement(value.getDefiningOp());
  }

  bool isInnermostIndex(Value value) const {
    auto index = value.getDefiningOp<linalg::IndexOp>();
    return index && index.getDim() == loop();
  }

  /// Whether a part of the body is of the row, of the element, or such a load.
  bool add(Operation &inner) {
    if (inner.getNumRegions())
      return false;
    if (isa<linalg::IndexOp>(inner)) {
      if (isInnermostIndex(inner.getResult(0)))
        ofElement.insert(&inner);
      return true;
    }
    if (auto load = dyn_cast<memref::LoadOp>(inner)) {
      if (llvm::none_of(load.getIndices(),
                        [&](Value index) { return differsAlong(index); }))
        return true;
      if (!isInnermostIndex(load.getIndices().back()) ||
          llvm::any_of(load.getIndices().drop_back(),
                       [&](Value index) { return differsAlong(index); }))
        return false;
      rows.insert(&inner);
      ofElement.insert(&inner);
      return true;
    }
    if (!isMemoryEffectFree(&inner) ||
        llvm::any_of(inner.getOperands(),
                     [&](Value value) { return isInnermostIndex(value); }))
      return false;
    if (llvm::any_of(inner.getOperands(),
                     [&](Value value) { return differsAlong(value); }))
      ofElement.insert(&inner);
    return true;
  }

  llvm::SmallPtrSet<Operation *, 8> ofElement;
};

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

class GatherEmitter {
public:
  GatherEmitter(OpBuilder &builder, const Gather &gather)
      : builder(builder), emit(builder, gather.op.getLoc()), gather(gather),
        op(gather.op) {}

  void run() {
    if (ivs.size() == gather.loop())
      return emitRow();
    emit.loop(emit.index(0), extentOf(ivs.size()), 1, [&](Value iv) {
      ivs.push_back(iv);
      run();
      ivs.pop_back();
    });
  }

private:
  Value extentOf(unsigned dim) {
    SmallVector<std::pair<Value, unsigned>> sources;
    op.mapIterationSpaceDimToAllOperandDims(dim, sources);
    return emit.sizeOf(sources.front().first, sources.front().second);
  }

  OpFoldResult lengthOfRow() {
    const int64_t length = op.getStaticLoopRanges().back();
    return ShapedType::isDynamic(length) ? OpFoldResult(extentOf(gather.loop()))
                                         : builder.getIndexAttr(length);
  }

  /// The row of `memref` at `outer`, the indices of all dimensions but the
  /// last.
  Value rowOf(Value memref, ArrayRef<OpFoldResult> outer) {
    if (outer.empty())
      return memref;
    auto type = cast<MemRefType>(memref.getType());
    SmallVector<OpFoldResult> offsets(outer),
        sizes(type.getRank(), builder.getIndexAttr(1)), strides(sizes);
    offsets.push_back(builder.getIndexAttr(0));
    sizes.back() = lengthOfRow();
    auto row = memref::SubViewOp::inferRankReducedResultType(
        op.getStaticLoopRanges().back(), type, offsets, sizes, strides);
    return memref::SubViewOp::create(builder, emit.loc, row, memref, offsets,
                                     sizes, strides);
  }

  SmallVector<Value> indicesOf(OpOperand &operand, unsigned count) {
    return llvm::map_to_vector(
        op.getMatchingIndexingMap(&operand).getResults().take_front(count),
        [&](AffineExpr expr) {
          return ivs[cast<AffineDimExpr>(expr).getPosition()];
        });
  }

  Value rowOf(OpOperand &operand) {
    auto rank = static_cast<unsigned>(
        cast<MemRefType>(operand.get().getType()).getRank());
    return rowOf(operand.get(),
                 getAsOpFoldResult(indicesOf(operand, rank - 1)));
  }

  /// What all elements of a row have in common, in front of the op for them.
  void emitCommon(IRMapping &values) {
    for (OpOperand &operand : op->getOpOperands())
      if (BlockArgument argument = op.getMatchingBlockArgument(&operand);
          !gather.isAlong(operand) && !argument.use_empty())
        values.map(argument,
                   emit.loadScalar(
                       operand.get(),
                       indicesOf(operand, op.getMatchingIndexingMap(&operand)
                                              .getNumResults())));
    for (Operation &inner : op.getBody()->without_terminator()) {
      if (auto index = dyn_cast<linalg::IndexOp>(inner);
          index && index.getDim() != gather.loop())
        values.map(index.getResult(), ivs[index.getDim()]);
      else if (!gather.isOfElement(&inner))
        builder.clone(inner, values);
    }
  }

  void emitRow() {
    IRMapping values;
    emitCommon(values);
    SmallVector<Value> inputs, outputs, elements;
    for (OpOperand *operand : op.getDpsInputOperands())
      if (gather.isAlong(*operand)) {
        inputs.push_back(rowOf(*operand));
        elements.push_back(op.getMatchingBlockArgument(operand));
      }
    for (Operation *inner : gather.rows) {
      auto load = cast<memref::LoadOp>(inner);
      auto outer = llvm::map_to_vector(load.getIndices().drop_back(),
                                       [&](Value index) -> OpFoldResult {
                                         return values.lookupOrDefault(index);
                                       });
      inputs.push_back(rowOf(load.getMemRef(), outer));
      elements.push_back(load.getResult());
    }
    for (OpOperand &operand : op.getDpsInitsMutable()) {
      outputs.push_back(rowOf(operand));
      elements.push_back(op.getMatchingBlockArgument(&operand));
    }
    const SmallVector<AffineMap> maps(elements.size(),
                                      builder.getMultiDimIdentityMap(1));
    linalg::GenericOp::create(
        builder, emit.loc, inputs, outputs, maps, utils::IteratorType::parallel,
        [&](OpBuilder &inside, Location, ValueRange arguments) {
          values.map(elements, arguments);
          for (Operation &inner : *op.getBody())
            if (inner.hasTrait<OpTrait::IsTerminator>() ||
                (gather.isOfElement(&inner) && !gather.isRow(&inner) &&
                 !isa<linalg::IndexOp>(inner)))
              inside.clone(inner, values);
        });
  }

  OpBuilder &builder;
  KernelEmitter emit;
  const Gather &gather;
  linalg::GenericOp op;
  /// Of the loops around.
  SmallVector<Value> ivs;
};

struct LowerGathers : public impl::LowerGathersBase<LowerGathers> {
  void runOnOperation() override {
    getOperation().walk([](linalg::GenericOp op) {
      std::optional<Gather> gather = Gather::find(op);
      if (!gather)
        return;
      OpBuilder builder(op);
      GatherEmitter(builder, *gather).run();
      op.erase();
    });
  }
};

} // namespace
} // namespace ingot::codegen
