//===- FirstMaximum.cpp - where the largest element of a row is -----------===//
//
// Each of eight lanes keeps its own best and where that was. A NaN is never greater,
// so lanes meet in any order.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/FirstMaximum.h"
#include "codegen/kernels/ReductionKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <limits>

using namespace mlir;

namespace ingot::codegen {

//===----------------------------------------------------------------------===//
// Recognition
//===----------------------------------------------------------------------===//

/// Whether `value`, of the body of `op`, is the index of loop `loop` as an i32.
static bool isIndexOf(Value value, unsigned loop) {
  auto cast = value.getDefiningOp<arith::IndexCastOp>();
  auto index = cast ? cast.getIn().getDefiningOp<linalg::IndexOp>() : linalg::IndexOp();
  return index && index.getDim() == loop;
}

/// Whether a select takes `chosen` where `condition` holds, and `kept` else.
static bool selects(Value value, Value condition, Value kept, llvm::function_ref<bool(Value)> isChosen) {
  auto select = value.getDefiningOp<arith::SelectOp>();
  return select && select.getCondition() == condition && select.getFalseValue() == kept && isChosen(select.getTrueValue());
}

/// Whether eight elements can be loaded at a time, or one for all of them.
static bool isAlong(linalg::GenericOp op, OpOperand *input, unsigned loop) {
  AffineMap map = op.getMatchingIndexingMap(input);
  auto type = dyn_cast<MemRefType>(input->get().getType());
  if (!map.isFunctionOfDim(loop))
    return type && map.isProjectedPermutation();
  SmallVector<int64_t> strides;
  int64_t offset;
  return type && type.getElementType().isF32() && map.isProjectedPermutation() &&
         map.getResults().back() == getAffineDimExpr(loop, map.getContext()) &&
         succeeded(type.getStridesAndOffset(strides, offset)) && strides.back() == 1;
}

std::optional<FirstMaximum> classifyFirstMaximum(linalg::GenericOp op) {
  const unsigned loop = op.getNumLoops() - 1;
  if (!op.hasPureBufferSemantics() || op.getNumReductionLoops() != 1 || op.getNumDpsInits() != 2 ||
      op.getIteratorTypesArray()[loop] != utils::IteratorType::reduction)
    return std::nullopt;
  for (OpOperand &init : op.getDpsInitsMutable())
    if (!op.getMatchingIndexingMap(&init).isProjectedPermutation())
      return std::nullopt;
  for (OpOperand *input : op.getDpsInputOperands())
    if (!isAlong(op, input, loop))
      return std::nullopt;

  auto yield = cast<linalg::YieldOp>(op.getBody()->getTerminator());
  Value best = op.getRegionOutputArgs()[0], at = op.getRegionOutputArgs()[1];
  auto better = yield.getOperand(0).getDefiningOp<arith::SelectOp>();
  auto compare = better ? better.getCondition().getDefiningOp<arith::CmpFOp>() : arith::CmpFOp();
  if (!compare || compare.getPredicate() != arith::CmpFPredicate::OGT || compare.getRhs() != best ||
      !best.getType().isF32() || !at.getType().isInteger(32))
    return std::nullopt;
  Value term = compare.getLhs();
  if (!selects(better, compare, best, [&](Value chosen) { return chosen == term; }) ||
      !selects(yield.getOperand(1), compare, at, [&](Value chosen) { return isIndexOf(chosen, loop); }))
    return std::nullopt;
  if (!isElementwiseTerm(term, op.getBody()) || llvm::is_contained({best, at}, term))
    return std::nullopt;
  return FirstMaximum{op, term};
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

namespace {

/// The best of each lane, and where.
struct Lanes {
  Value best, at;
};

class Emitter {
public:
  Emitter(OpBuilder &builder, FirstMaximum maximum)
      : emit(builder, maximum.op.getLoc()), builder(builder), op(maximum.op), term(maximum.term),
        loop(op.getNumLoops() - 1), ivs(op.getNumLoops()) {}

  void run(unsigned dim = 0) {
    if (dim == loop)
      return emitRow();
    emit.loop(emit.index(0), extentOf(dim), 1, [&](Value iv) {
      ivs[dim] = iv;
      run(dim + 1);
    });
  }

private:
  Value extentOf(unsigned dim) {
    SmallVector<std::pair<Value, unsigned>> sources;
    op.mapIterationSpaceDimToAllOperandDims(dim, sources);
    return emit.sizeOf(sources.front().first, sources.front().second);
  }

  SmallVector<Value> indicesOf(OpOperand &operand) {
    return llvm::map_to_vector(op.getMatchingIndexingMap(&operand).getResults(),
                               [&](AffineExpr expr) { return ivs[cast<AffineDimExpr>(expr).getPosition()]; });
  }

  Value ints(ArrayRef<int32_t> values) {
    auto type = VectorType::get({static_cast<int64_t>(values.size())}, builder.getI32Type());
    return arith::ConstantOp::create(builder, emit.loc, DenseElementsAttr::get(type, values));
  }

  /// Lanes with elements [r, r + 8), those of `mask` when given.
  Lanes take(Lanes lanes, Value r, Value mask) {
    ivs[loop] = r;
    SmallVector<Value> inputs;
    for (OpOperand *operand : op.getDpsInputOperands()) {
      if (!op.getMatchingIndexingMap(operand).isFunctionOfDim(loop)) {
        inputs.push_back(emit.loadScalar(operand->get(), indicesOf(*operand)));
        continue;
      }
      auto type = VectorType::get({reductionLanes}, builder.getF32Type());
      if (!mask)
        inputs.push_back(vector::LoadOp::create(builder, emit.loc, type, operand->get(), indicesOf(*operand)));
      else
        inputs.push_back(vector::MaskedLoadOp::create(builder, emit.loc, type, operand->get(), indicesOf(*operand), mask,
                                                      emit.splat(reductionLanes, 0)));
    }
    Value here = emitElementwiseTerm(emit, op, term, inputs, reductionLanes);
    Value first = arith::IndexCastOp::create(builder, emit.loc, builder.getI32Type(), r);
    Value places = arith::AddIOp::create(builder, emit.loc, emit.broadcast(first, reductionLanes), ints({0, 1, 2, 3, 4, 5, 6, 7}));
    Value better = arith::CmpFOp::create(builder, emit.loc, arith::CmpFPredicate::OGT, here, lanes.best);
    if (mask)
      better = arith::AndIOp::create(builder, emit.loc, better, mask);
    return select(better, {here, places}, lanes);
  }

  Lanes select(Value condition, Lanes then, Lanes otherwise) {
    return {arith::SelectOp::create(builder, emit.loc, condition, then.best, otherwise.best),
            arith::SelectOp::create(builder, emit.loc, condition, then.at, otherwise.at)};
  }

  /// The better of two: the greater, else the one that comes first.
  Lanes meet(Lanes low, Lanes high) {
    Value greater = arith::CmpFOp::create(builder, emit.loc, arith::CmpFPredicate::OGT, high.best, low.best);
    Value equal = arith::CmpFOp::create(builder, emit.loc, arith::CmpFPredicate::OEQ, high.best, low.best);
    Value before = arith::CmpIOp::create(builder, emit.loc, arith::CmpIPredicate::slt, high.at, low.at);
    Value first = arith::AndIOp::create(builder, emit.loc, equal, before);
    return select(arith::OrIOp::create(builder, emit.loc, greater, first), high, low);
  }

  Value part(Value lanes, int64_t offset, int64_t size) {
    if (size == 1)
      return vector::ExtractOp::create(builder, emit.loc, lanes, offset);
    return vector::ExtractStridedSliceOp::create(builder, emit.loc, lanes, ArrayRef<int64_t>{offset},
                                                 ArrayRef<int64_t>{size}, ArrayRef<int64_t>{1});
  }

  void emitRow() {
    Value extent = extentOf(loop), rest = emit.rem(extent, reductionLanes), full = emit.sub(extent, rest);
    Value lowest = emit.splat(reductionLanes, -std::numeric_limits<float>::infinity());
    SmallVector<Value> found = emit.loop(emit.index(0), full, reductionLanes, {lowest, ints(SmallVector<int32_t>(reductionLanes))},
                                         [&](Value r, ValueRange carried) -> SmallVector<Value> {
                                           Lanes next = take({carried[0], carried[1]}, r, nullptr);
                                           return {next.best, next.at};
                                         });
    Lanes lanes{found[0], found[1]};
    if (getConstantIntValue(rest) != 0) {
      auto type = VectorType::get({reductionLanes}, builder.getI1Type());
      lanes = take(lanes, full, vector::CreateMaskOp::create(builder, emit.loc, type, rest));
    }
    for (int64_t half = reductionLanes / 2; half >= 1; half /= 2)
      lanes = meet({part(lanes.best, 0, half), part(lanes.at, 0, half)},
                   {part(lanes.best, half, half), part(lanes.at, half, half)});
    // What was there first stays unless something is greater.
    OpOperand &best = *op.getDpsInitOperand(0), &at = *op.getDpsInitOperand(1);
    Lanes before{emit.loadScalar(best.get(), indicesOf(best)), emit.loadScalar(at.get(), indicesOf(at))};
    Value better = arith::CmpFOp::create(builder, emit.loc, arith::CmpFPredicate::OGT, lanes.best, before.best);
    Lanes result = select(better, lanes, before);
    emit.storeScalar(result.best, best.get(), indicesOf(best));
    emit.storeScalar(result.at, at.get(), indicesOf(at));
  }

  KernelEmitter emit;
  OpBuilder &builder;
  linalg::GenericOp op;
  Value term;
  unsigned loop;
  SmallVector<Value> ivs;
};

} // namespace

void emitFirstMaximum(OpBuilder &builder, FirstMaximum maximum) { Emitter(builder, maximum).run(); }

} // namespace ingot::codegen
