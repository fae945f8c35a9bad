//===- ReductionKernel.cpp - the loops of a reduction ---------------------===//
//
// Around the reduction stand loops over the kept dimensions. Inside, every
// form keeps eight lanes that start at the identity: element r, counted in
// row-major order of the reduced dimensions, goes to lane r mod 8; the lanes
// meet in ((0+4)+(2+6))+((1+5)+(3+7)); the output's value is combined last.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/ReductionKernel.h"
#include "codegen/kernels/KernelEmitter.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

#include "llvm/ADT/STLExtras.h"

#include <limits>

using namespace mlir;

namespace ingot::codegen {
namespace {

class ReductionEmitter {
public:
  ReductionEmitter(OpBuilder &builder, const Reduction &reduction,
                   ReductionForm form, const TargetInfo &target)
      : emit(builder, reduction.combiner->getLoc()), reduction(reduction),
        op(reduction.op), form(form),
        columnWidth(form == ReductionForm::Columns ? target.vectorWidth : 1),
        ivs(op.getNumLoops()) {}

  void run();

private:

  Value extentOf(unsigned dim);
  void emitParallelLoops(ArrayRef<unsigned> dims);
  void emitColumns();
  void emitPoint();
  Value reduceAlong();
  Value reduceInLanes();
  Value reduceFrom(Value first, int64_t step);
  Value reduceLaneByLane();

  Value combine(Value lhs, Value rhs);
  Value meet(SmallVector<Value> lanes);
  Value identity(int64_t width);
  Value emitTerm(ArrayRef<Value> inputs, int64_t width) {
    return emitElementwiseTerm(emit, op, reduction.term, inputs, width);
  }
  SmallVector<Value> indicesOf(OpOperand &operand);
  Value loadColumns(OpOperand &operand);
  void setReductionIndex(Value linear);
  Value loadAlong(Value source, OpOperand &operand, Value r, Value mask);
  Value collapseReduction(OpOperand &operand);

  KernelEmitter emit;
  const Reduction &reduction;
  linalg::GenericOp op;
  ReductionForm form;
  /// Columns in one vector, and how many of the current one exist; 1 for
  /// scalars.
  int64_t columnWidth;
  int64_t activeColumns = 1;
  /// The index of each iteration dimension, as far as loops are open.
  SmallVector<Value> ivs;
  SmallVector<Value> extents;
  Value reductionExtent;
};

} // namespace

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

static bool isVector(Value value) { return isa<VectorType>(value.getType()); }

Value ReductionEmitter::combine(Value lhs, Value rhs) {
  OperationState state(emit.loc, reduction.combiner->getName(), {lhs, rhs},
                       {lhs.getType()}, reduction.combiner->getAttrs());
  return emit.builder.create(state)->getResult(0);
}

/// Halves the lanes until one is left: lane i meets lane i + half.
Value ReductionEmitter::meet(SmallVector<Value> lanes) {
  while (lanes.size() > 1) {
    size_t half = lanes.size() / 2;
    for (size_t lane = 0; lane < half; ++lane)
      lanes[lane] = combine(lanes[lane], lanes[lane + half]);
    lanes.resize(half);
  }
  return lanes.front();
}

/// The start of a lane; a scalar when `width` is 1.
Value ReductionEmitter::identity(int64_t width) {
  float value = isa<arith::AddFOp>(reduction.combiner)
                    ? 0.0f
                    : -std::numeric_limits<float>::infinity();
  if (width > 1)
    return emit.splat(width, value);
  return arith::ConstantOp::create(emit.builder, emit.loc,
                                   emit.builder.getF32FloatAttr(value));
}

Value emitElementwiseTerm(KernelEmitter &emit, linalg::GenericOp op, Value term, ArrayRef<Value> inputs, int64_t width) {
  llvm::SetVector<Operation *> needed;
  BackwardSliceOptions inBody;
  inBody.inclusive = true;
  inBody.filter = [&](Operation *nested) { return nested->getBlock() == op.getBody(); };
  (void)getBackwardSlice(term, &needed, inBody);
  IRMapping mapping;
  for (auto [argument, input] : llvm::zip(op.getBody()->getArguments(), inputs))
    mapping.map(argument, input);
  for (Operation &nested : op.getBody()->without_terminator()) {
    if (!needed.contains(&nested))
      continue;
    SmallVector<Value> operands;
    for (Value operand : nested.getOperands())
      operands.push_back(mapping.lookupOrDefault(operand));
    if (llvm::none_of(operands, isVector)) {
      emit.builder.clone(nested, mapping);
      continue;
    }
    for (Value &operand : operands)
      if (!isVector(operand))
        operand = emit.broadcast(operand, width);
    auto type = VectorType::get({width}, nested.getResult(0).getType());
    OperationState state(emit.loc, nested.getName(), operands, {type}, nested.getAttrs());
    mapping.map(nested.getResult(0), emit.builder.create(state)->getResult(0));
  }
  Value result = mapping.lookupOrDefault(term);
  return width > 1 && !isVector(result) ? emit.broadcast(result, width) : result;
}

//===----------------------------------------------------------------------===//
// Accesses
//===----------------------------------------------------------------------===//

SmallVector<Value> ReductionEmitter::indicesOf(OpOperand &operand) {
  SmallVector<Value> indices;
  for (AffineExpr result : op.getMatchingIndexingMap(&operand).getResults()) {
    if (auto constant = dyn_cast<AffineConstantExpr>(result))
      indices.push_back(emit.index(constant.getValue()));
    else
      indices.push_back(ivs[cast<AffineDimExpr>(result).getPosition()]);
  }
  return indices;
}

/// Loads an operand at the current indices: a vector where it moves along the
/// columns of a column form, a scalar otherwise.
Value ReductionEmitter::loadColumns(OpOperand &operand) {
  if (!isa<MemRefType>(operand.get().getType()))
    return operand.get();
  SmallVector<Value> indices = indicesOf(operand);
  AffineMap map = op.getMatchingIndexingMap(&operand);
  if (columnWidth == 1 || !map.isFunctionOfDim(reduction.parallelDims.back()))
    return emit.loadScalar(operand.get(), indices);
  return emit.load(operand.get(), indices, columnWidth, activeColumns);
}

/// Splits a row-major position among the reduced elements into the indices of
/// their dimensions.
void ReductionEmitter::setReductionIndex(Value linear) {
  ArrayRef<unsigned> dims = reduction.reductionDims;
  for (unsigned dim : llvm::reverse(dims.drop_front())) {
    ivs[dim] = arith::RemUIOp::create(emit.builder, emit.loc, linear,
                                      extents[dim]);
    linear = arith::DivUIOp::create(emit.builder, emit.loc, linear,
                                    extents[dim]);
  }
  ivs[dims.front()] = linear;
}

//===----------------------------------------------------------------------===//
// Along contiguous inputs: one vector holds the lanes
//===----------------------------------------------------------------------===//

/// Views the innermost dimensions of an input, those of the reduction, as one.
Value ReductionEmitter::collapseReduction(OpOperand &operand) {
  unsigned reduced = reduction.reductionDims.size();
  if (reduced == 1)
    return operand.get();
  unsigned kept = cast<MemRefType>(operand.get().getType()).getRank() - reduced;
  SmallVector<ReassociationIndices> groups;
  for (unsigned dim = 0; dim < kept; ++dim)
    groups.push_back({dim});
  groups.emplace_back(
      llvm::to_vector<2>(llvm::seq<int64_t>(kept, kept + reduced)));
  return memref::CollapseShapeOp::create(emit.builder, emit.loc, operand.get(),
                                         groups);
}

/// Loads elements [r, r + 8) of a reduction, those of `mask` when given.
Value ReductionEmitter::loadAlong(Value source, OpOperand &operand, Value r,
                                  Value mask) {
  auto memref = cast<MemRefType>(source.getType());
  for (unsigned dim : reduction.reductionDims)
    ivs[dim] = r;
  SmallVector<Value> indices = indicesOf(operand);
  indices.truncate(memref.getRank());
  auto type = VectorType::get({reductionLanes}, memref.getElementType());
  OpBuilder &builder = emit.builder;
  if (!mask)
    return vector::LoadOp::create(builder, emit.loc, type, source, indices);
  Value zero = arith::ConstantOp::create(builder, emit.loc,
                                         builder.getZeroAttr(type));
  return vector::MaskedLoadOp::create(builder, emit.loc, type, source, indices,
                                      mask, zero);
}

Value ReductionEmitter::reduceAlong() {
  OpBuilder &builder = emit.builder;
  SmallVector<Value> sources;
  SmallVector<bool> moves;
  for (OpOperand *operand : op.getDpsInputOperands()) {
    AffineMap map = op.getMatchingIndexingMap(operand);
    moves.push_back(mapUsesAny(map, reduction.reductionDims));
    sources.push_back(moves.back() ? collapseReduction(*operand)
                                   : loadColumns(*operand));
  }
  auto accumulate = [&](Value lanes, Value r, Value mask) {
    SmallVector<Value> inputs;
    for (auto [operand, source, isMoving] :
         llvm::zip(op.getDpsInputOperands(), sources, moves))
      inputs.push_back(isMoving ? loadAlong(source, *operand, r, mask)
                                : source);
    return combine(lanes, emitTerm(inputs, reductionLanes));
  };

  Value rest = emit.rem(reductionExtent, reductionLanes);
  Value full = emit.sub(reductionExtent, rest);
  Value lanes = emit.loop(emit.index(0), full, reductionLanes,
                          identity(reductionLanes),
                          [&](Value r, ValueRange carried) {
                            return SmallVector<Value>{
                                accumulate(carried[0], r, nullptr)};
                          })[0];
  if (getConstantIntValue(rest) != 0) {
    auto maskType = VectorType::get({reductionLanes}, builder.getI1Type());
    Value mask =
        vector::CreateMaskOp::create(builder, emit.loc, maskType, rest);
    lanes = arith::SelectOp::create(builder, emit.loc, mask,
                                    accumulate(lanes, full, mask), lanes);
  }

  for (int64_t half = reductionLanes / 2; half >= 1; half /= 2) {
    auto part = [&](int64_t offset) -> Value {
      if (half == 1)
        return vector::ExtractOp::create(builder, emit.loc, lanes, offset);
      return vector::ExtractStridedSliceOp::create(
          builder, emit.loc, lanes, ArrayRef<int64_t>{offset},
          ArrayRef<int64_t>{half}, ArrayRef<int64_t>{1});
    };
    Value low = part(0), high = part(half);
    lanes = combine(low, high);
  }
  return lanes;
}

//===----------------------------------------------------------------------===//
// Across: one scalar, or one vector of columns, a lane
//===----------------------------------------------------------------------===//

Value ReductionEmitter::reduceInLanes() {
  auto accumulate = [&](Value lane, Value r) {
    setReductionIndex(r);
    SmallVector<Value> inputs;
    for (OpOperand *operand : op.getDpsInputOperands())
      inputs.push_back(loadColumns(*operand));
    return combine(lane, emitTerm(inputs, columnWidth));
  };

  Value rest = emit.rem(reductionExtent, reductionLanes);
  Value full = emit.sub(reductionExtent, rest);
  SmallVector<Value> lanes = emit.loop(
      emit.index(0), full, reductionLanes,
      SmallVector<Value>(reductionLanes, identity(columnWidth)),
      [&](Value r, ValueRange carried) {
        SmallVector<Value> next;
        for (auto [number, lane] : llvm::enumerate(carried))
          next.push_back(accumulate(lane, emit.add(r, number)));
        return next;
      });

  for (int64_t number = 0; number + 1 < reductionLanes; ++number) {
    Value isInside = arith::CmpIOp::create(emit.builder, emit.loc,
                                           arith::CmpIPredicate::ugt, rest,
                                           emit.index(number));
    auto ifInside = scf::IfOp::create(
        emit.builder, emit.loc, isInside,
        [&](OpBuilder &, Location) {
          Value next = accumulate(lanes[number], emit.add(full, number));
          scf::YieldOp::create(emit.builder, emit.loc, next);
        },
        [&](OpBuilder &, Location) {
          scf::YieldOp::create(emit.builder, emit.loc, lanes[number]);
        });
    lanes[number] = ifInside.getResult(0);
  }
  return meet(lanes);
}

//===----------------------------------------------------------------------===//
// Lane by lane: the least code
//===----------------------------------------------------------------------===//

/// One loop from `first` in steps of `step`, into one sum.
Value ReductionEmitter::reduceFrom(Value first, int64_t step) {
  return emit.loop(first, reductionExtent, step, identity(1), [&](Value r, ValueRange carried) {
    setReductionIndex(r);
    SmallVector<Value> inputs;
    for (OpOperand *operand : op.getDpsInputOperands())
      inputs.push_back(loadColumns(*operand));
    return SmallVector<Value>{combine(carried[0], emitTerm(inputs, 1))};
  })[0];
}

/// A loop over lanes, which go to memory and meet there.
Value ReductionEmitter::reduceLaneByLane() {
  OpBuilder &builder = emit.builder;
  // A maximum is the same in any order.
  if (isa<arith::MaximumFOp>(reduction.combiner))
    return reduceFrom(emit.index(0), 1);
  Value memory;
  {
    // Once a call, whatever loops there are around.
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&op->getParentOfType<func::FuncOp>().getBody().front());
    memory = memref::AllocaOp::create(builder, emit.loc, MemRefType::get({reductionLanes}, builder.getF32Type()));
  }
  emit.loop(emit.index(0), emit.index(reductionLanes), 1,
            [&](Value lane) { emit.storeScalar(reduceFrom(lane, reductionLanes), memory, lane); });
  SmallVector<Value> lanes;
  for (int64_t lane = 0; lane < reductionLanes; ++lane)
    lanes.push_back(emit.loadScalar(memory, emit.index(lane)));
  return meet(lanes);
}

//===----------------------------------------------------------------------===//
// The loops around
//===----------------------------------------------------------------------===//

void ReductionEmitter::emitPoint() {
  Value reduced = form == ReductionForm::Along        ? reduceAlong()
                  : form == ReductionForm::LaneByLane ? reduceLaneByLane()
                                                      : reduceInLanes();
  OpOperand &output = *op.getDpsInitOperand(0);
  linalg::FillOp start = reduction.start;
  Value result = combine(start ? start.getDpsInputOperand(0)->get() : loadColumns(output), reduced);
  if (isVector(result))
    emit.store(result, output.get(), indicesOf(output), activeColumns);
  else
    emit.storeScalar(result, output.get(), indicesOf(output));
}

void ReductionEmitter::emitColumns() {
  unsigned column = reduction.parallelDims.back();
  int64_t extent = op.getStaticLoopRanges()[column];
  int64_t rest = extent % columnWidth;
  auto emitVector = [&](Value first, int64_t active) {
    ivs[column] = first;
    activeColumns = active;
    emitPoint();
  };
  if (extent > rest)
    emit.loop(emit.index(0), emit.index(extent - rest), columnWidth,
              [&](Value first) { emitVector(first, columnWidth); });
  if (rest > 0)
    emitVector(emit.index(extent - rest), rest);
}

void ReductionEmitter::emitParallelLoops(ArrayRef<unsigned> dims) {
  if (dims.empty())
    return form == ReductionForm::Columns ? emitColumns() : emitPoint();
  emit.loop(emit.index(0), extents[dims.front()], 1, [&](Value iv) {
    ivs[dims.front()] = iv;
    emitParallelLoops(dims.drop_front());
  });
}

Value ReductionEmitter::extentOf(unsigned dim) {
  int64_t extent = op.getStaticLoopRanges()[dim];
  if (!ShapedType::isDynamic(extent))
    return emit.index(extent);
  SmallVector<std::pair<Value, unsigned>> sources;
  op.mapIterationSpaceDimToAllOperandDims(dim, sources);
  return emit.sizeOf(sources.front().first, sources.front().second);
}

void ReductionEmitter::run() {
  for (unsigned dim = 0; dim < op.getNumLoops(); ++dim)
    extents.push_back(extentOf(dim));
  reductionExtent = emit.index(1);
  for (unsigned dim : reduction.reductionDims)
    reductionExtent = emit.builder.createOrFold<arith::MulIOp>(
        emit.loc, reductionExtent, extents[dim]);
  ArrayRef<unsigned> dims = reduction.parallelDims;
  emitParallelLoops(form == ReductionForm::Columns ? dims.drop_back() : dims);
}

void emitReduction(OpBuilder &builder, const Reduction &reduction,
                   ReductionForm form, const TargetInfo &target) {
  ReductionEmitter(builder, reduction, form, target).run();
}

} // namespace ingot::codegen
