//===- ReductionSpec.cpp - which reduction an op is -----------------------===//
//
// Recognition of the body and of the access maps, and the choice of a form.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/ReductionSpec.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace ingot::codegen {

bool mapUsesAny(AffineMap map, ArrayRef<unsigned> dims) {
  return llvm::any_of(dims,
                      [&](unsigned dim) { return map.isFunctionOfDim(dim); });
}

//===----------------------------------------------------------------------===//
// Recognition
//===----------------------------------------------------------------------===//

/// Accesses a loop can make directly: dimensions, and constants such as the 0
/// of a kept unit dimension.
static bool isPlainAccess(AffineMap map) {
  return llvm::all_of(map.getResults(), [](AffineExpr result) {
    return isa<AffineDimExpr, AffineConstantExpr>(result);
  });
}

static bool isElementwise(Operation &op) {
  return op.getNumResults() == 1 && op.getNumRegions() == 0 && isPure(&op) &&
         (op.hasTrait<OpTrait::ConstantLike>() ||
          OpTrait::hasElementwiseMappableTraits(&op));
}

bool isElementwiseTerm(Value value, Block *body) {
  Operation *definition = value.getDefiningOp();
  if (!definition || definition->getBlock() != body)
    return true;
  return isElementwise(*definition) &&
         llvm::all_of(definition->getOperands(), [&](Value operand) { return isElementwiseTerm(operand, body); });
}

std::optional<Reduction> classifyReduction(linalg::GenericOp op) {
  if (op.getNumDpsInits() != 1 || op.getNumReductionLoops() == 0 ||
      op->getNumResults() != 0)
    return std::nullopt;
  auto output = dyn_cast<MemRefType>(op.getDpsInits()[0].getType());
  if (!output || !output.getElementType().isF32())
    return std::nullopt;
  for (OpOperand &operand : op->getOpOperands()) {
    Type type = operand.get().getType();
    bool isAccessible = isa<MemRefType>(type) || type.isIntOrIndexOrFloat();
    if (!isAccessible || !isPlainAccess(op.getMatchingIndexingMap(&operand)))
      return std::nullopt;
  }

  Reduction reduction;
  reduction.op = op;
  Block *body = op.getBody();
  Value accumulator = body->getArguments().back();
  reduction.combiner = body->getTerminator()->getOperand(0).getDefiningOp();
  if (!isa_and_present<arith::AddFOp, arith::MaximumFOp, arith::MaxNumFOp>(
          reduction.combiner) ||
      reduction.combiner->getBlock() != body || !accumulator.hasOneUse())
    return std::nullopt;
  Value lhs = reduction.combiner->getOperand(0);
  Value rhs = reduction.combiner->getOperand(1);
  if (lhs != accumulator && rhs != accumulator)
    return std::nullopt;
  reduction.term = lhs == accumulator ? rhs : lhs;
  for (Operation &nested : body->without_terminator())
    if (!isElementwise(nested))
      return std::nullopt;

  op.getParallelDims(reduction.parallelDims);
  op.getReductionDims(reduction.reductionDims);
  AffineMap outputMap = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  if (mapUsesAny(outputMap, reduction.reductionDims))
    return std::nullopt;
  return reduction;
}

//===----------------------------------------------------------------------===//
// Forms
//===----------------------------------------------------------------------===//

static bool hasUnitStrideInside(MemRefType type) {
  SmallVector<int64_t> strides;
  int64_t offset;
  return succeeded(type.getStridesAndOffset(strides, offset)) &&
         !strides.empty() && strides.back() == 1;
}

/// Whether `operand` does not move along the reduction, or its innermost
/// dimensions are exactly the reduction's, one after the other in memory.
static bool isContiguousAlong(const Reduction &reduction, OpOperand &operand) {
  linalg::GenericOp op = reduction.op;
  AffineMap map = op.getMatchingIndexingMap(&operand);
  ArrayRef<unsigned> dims = reduction.reductionDims;
  if (!mapUsesAny(map, dims))
    return true;
  auto type = dyn_cast<MemRefType>(operand.get().getType());
  if (!type || map.getNumResults() < dims.size() ||
      !hasUnitStrideInside(type) ||
      (dims.size() > 1 && !type.getLayout().isIdentity()))
    return false;
  ArrayRef<AffineExpr> results = map.getResults();
  for (auto [result, dim] : llvm::zip(results.take_back(dims.size()), dims)) {
    auto expr = dyn_cast<AffineDimExpr>(result);
    if (!expr || expr.getPosition() != dim)
      return false;
  }
  return !mapUsesAny(AffineMap::get(map.getNumDims(), 0,
                                    results.drop_back(dims.size()),
                                    map.getContext()),
                     dims);
}

/// Whether `operand` does not move along `column`, or only does so with its
/// innermost dimension and stride one.
static bool isContiguousInColumns(linalg::GenericOp op, OpOperand &operand,
                                  unsigned column) {
  AffineMap map = op.getMatchingIndexingMap(&operand);
  if (!map.isFunctionOfDim(column))
    return true;
  auto type = dyn_cast<MemRefType>(operand.get().getType());
  unsigned uses = llvm::count_if(map.getResults(), [&](AffineExpr result) {
    return result.isFunctionOfDim(column);
  });
  return type && uses == 1 && hasUnitStrideInside(type) &&
         map.getResults().back().isFunctionOfDim(column);
}

linalg::FillOp findStart(linalg::GenericOp op) {
  auto fill = dyn_cast_or_null<linalg::FillOp>(op->getPrevNode());
  if (!fill || op.getNumDpsInits() != 1 || fill.getDpsInitOperand(0)->get() != op.getDpsInitOperand(0)->get() ||
      llvm::is_contained(op.getDpsInputs(), op.getDpsInitOperand(0)->get()))
    return {};
  Operation *value = fill.getDpsInputOperand(0)->get().getDefiningOp();
  return value && value->hasTrait<OpTrait::ConstantLike>() ? fill : linalg::FillOp();
}

/// Whether one copy of the loop's body is as fast as eight: a maximum is the same in any
/// order, and on a simple core the loop around a polynomial is nothing beside it.
static bool isAsFastInALoop(const Reduction &reduction, const TargetInfo &target) {
  auto isLong = [](Operation &op) {
    return isa<math::MathDialect>(op.getDialect()) && !isa<math::SqrtOp, math::AbsFOp, math::FmaOp>(op);
  };
  linalg::GenericOp op = reduction.op;
  return isa<arith::MaximumFOp>(reduction.combiner) ||
         (!target.caches && llvm::any_of(op.getBody()->without_terminator(), isLong));
}

ReductionForm chooseForm(const Reduction &reduction, const TargetInfo &target) {
  linalg::GenericOp op = reduction.op;
  if (target.vectorWidth == 1)
    return target.forSize || isAsFastInALoop(reduction, target) ? ReductionForm::LaneByLane : ReductionForm::Scalar;
  // A vector of i1 or index has no layout in memory that a load could use.
  for (OpOperand *operand : op.getDpsInputOperands()) {
    Type element = getElementTypeOrSelf(operand->get().getType());
    if (element.isIndex() || element.isInteger(1))
      return ReductionForm::Scalar;
  }
  if (llvm::all_of(op.getDpsInputOperands(), [&](OpOperand *operand) {
        return isContiguousAlong(reduction, *operand);
      }))
    return ReductionForm::Along;
  if (reduction.parallelDims.empty())
    return ReductionForm::Scalar;

  unsigned column = reduction.parallelDims.back();
  OpOperand *output = op.getDpsInitOperand(0);
  AffineMap outputMap = op.getMatchingIndexingMap(output);
  bool inColumns =
      outputMap.isFunctionOfDim(column) &&
      !ShapedType::isDynamic(op.getStaticLoopRanges()[column]) &&
      llvm::all_of(op->getOpOperands(), [&](OpOperand &operand) {
        return isContiguousInColumns(op, operand, column);
      });
  return inColumns ? ReductionForm::Columns : ReductionForm::Scalar;
}

} // namespace ingot::codegen
