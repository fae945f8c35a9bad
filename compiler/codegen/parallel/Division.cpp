//===- Division.cpp - how the work of an op divides -----------------------===//
//
// A dynamic dimension is the batch: that is what holds of entries (Ingot.h), and
// chunks of it are what a thread gets.
//
//===----------------------------------------------------------------------===//

#include "codegen/parallel/Division.h"
#include "codegen/kernels/Aliasing.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace ingot::codegen {

//===----------------------------------------------------------------------===//
// Memory with a batch
//===----------------------------------------------------------------------===//

static MemRefType memoryType(Value value) { return dyn_cast<MemRefType>(value.getType()); }

std::optional<int64_t> batchDimOf(Value memref) {
  MemRefType type = memoryType(memref);
  if (!type || type.getNumDynamicDims() != 1)
    return std::nullopt;
  return llvm::find(type.getShape(), ShapedType::kDynamic) - type.getShape().begin();
}

/// The source's dimension that is dimension `dim` of a slice.
static int64_t dimOfSource(memref::SubViewOp slice, int64_t dim) {
  llvm::SmallBitVector dropped = slice.getDroppedDims();
  for (int64_t source = 0; source < slice.getSourceType().getRank(); ++source)
    if (!dropped.test(source) && dim-- == 0)
      return source;
  llvm_unreachable("a slice has no dimension that its source lacks");
}

/// All samples, as they stand, of the source.
static bool keepsBatch(memref::SubViewOp slice, Value batch) {
  int64_t dim = dimOfSource(slice, *batchDimOf(slice));
  return slice.getSourceType().isDynamicDim(dim) && isConstantIntValue(slice.getMixedOffsets()[dim], 0) &&
         isConstantIntValue(slice.getMixedStrides()[dim], 1) &&
         slice.getMixedSizes()[dim] == OpFoldResult(batch);
}

/// The dimensions of its source that the batch of a collapsed shape stands for; the
/// batch itself is the first of them.
static ArrayRef<int64_t> collapsedWithBatch(memref::CollapseShapeOp view, SmallVectorImpl<ReassociationIndices> &groups) {
  groups = view.getReassociationIndices();
  return groups[*batchDimOf(view)];
}

Value batchRootOf(Value memref, Value batch) {
  if (!batchDimOf(memref))
    return {};
  Operation *definition = memref.getDefiningOp();
  if (auto slice = dyn_cast_or_null<memref::SubViewOp>(definition))
    return keepsBatch(slice, batch) ? batchRootOf(slice.getSource(), batch) : Value();
  if (auto view = dyn_cast_or_null<memref::CollapseShapeOp>(definition)) {
    SmallVector<ReassociationIndices> groups;
    std::optional<int64_t> dim = batchDimOf(view.getSrc());
    return dim && collapsedWithBatch(view, groups).front() == *dim ? batchRootOf(view.getSrc(), batch) : Value();
  }
  if (auto alloc = dyn_cast_or_null<memref::AllocOp>(definition))
    return alloc.getDynamicSizes().front() == batch ? memref : Value();
  if (auto view = dyn_cast_or_null<memref::ReinterpretCastOp>(definition))
    return view.getMixedSizes()[*batchDimOf(memref)] == OpFoldResult(batch) ? memref : Value();
  return {};
}

int64_t rowsOfSample(Value memref) {
  if (auto slice = memref.getDefiningOp<memref::SubViewOp>())
    return rowsOfSample(slice.getSource());
  auto view = memref.getDefiningOp<memref::CollapseShapeOp>();
  if (!view)
    return 1;
  SmallVector<ReassociationIndices> groups;
  int64_t rows = rowsOfSample(view.getSrc());
  for (int64_t dim : collapsedWithBatch(view, groups).drop_front())
    rows *= view.getSrcType().getDimSize(dim);
  return rows;
}

//===----------------------------------------------------------------------===//
// By the batch
//===----------------------------------------------------------------------===//

/// Position of the loop in what an operand is indexed by: exactly one, and nothing
/// but the loop there.
static std::optional<int64_t> positionOf(AffineMap map, unsigned loop) {
  std::optional<int64_t> found;
  for (auto [position, expr] : llvm::enumerate(map.getResults())) {
    if (!expr.isFunctionOfDim(loop))
      continue;
    if (found || expr != getAffineDimExpr(loop, map.getContext()))
      return std::nullopt;
    found = position;
  }
  return found;
}

static bool dependsOn(AffineMap map, unsigned loop) {
  return llvm::any_of(map.getResults(), [&](AffineExpr expr) { return expr.isFunctionOfDim(loop); });
}

/// The loop that stands for the batch in every operand that has one.
static std::optional<unsigned> loopOverBatch(linalg::LinalgOp op) {
  std::optional<unsigned> loop;
  for (OpOperand &operand : op->getOpOperands()) {
    std::optional<int64_t> dim = batchDimOf(operand.get());
    if (!dim)
      continue;
    auto expr = dyn_cast<AffineDimExpr>(op.getMatchingIndexingMap(&operand).getResult(*dim));
    if (!expr || (loop && *loop != expr.getPosition()))
      return std::nullopt;
    loop = expr.getPosition();
  }
  return loop;
}

std::optional<unsigned> foldLoopOf(linalg::LinalgOp op) {
  std::optional<unsigned> loop = loopOverBatch(op);
  if (!loop || op.getIteratorTypesArray()[*loop] != utils::IteratorType::reduction)
    return std::nullopt;
  for (OpOperand *input : op.getDpsInputOperands()) {
    AffineMap map = op.getMatchingIndexingMap(input);
    std::optional<int64_t> dim = batchDimOf(input->get());
    if (dim ? positionOf(map, *loop) != dim : dependsOn(map, *loop))
      return std::nullopt;
  }
  auto hasBatch = [](Value init) { return batchDimOf(init).has_value(); };
  return llvm::none_of(op.getDpsInits(), hasBatch) ? loop : std::nullopt;
}

std::optional<unsigned> batchLoopOf(linalg::LinalgOp op) {
  std::optional<unsigned> loop = loopOverBatch(op);
  if (!loop || op.getIteratorTypesArray()[*loop] != utils::IteratorType::parallel)
    return std::nullopt;
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    std::optional<int64_t> dim = batchDimOf(operand.get());
    if (dim ? positionOf(map, *loop) != dim : (op.isDpsInit(&operand) || dependsOn(map, *loop)))
      return std::nullopt;
  }
  return loop;
}

bool staysInSample(memref::LoadOp load, unsigned loop) {
  std::optional<int64_t> dim = batchDimOf(load.getMemRef());
  auto index = dim ? load.getIndices()[*dim].getDefiningOp<linalg::IndexOp>() : linalg::IndexOp();
  return index && index.getDim() == loop;
}

namespace {

/// Looks at an op and at those inside it, and collects what they touch outside.
class ByBatch {
public:
  ByBatch(Operation *whole, Value batch) : whole(whole), batch(batch) {}

  bool visit(Operation *op) {
    if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
      return visitLinalg(linalgOp);
    if (auto copy = dyn_cast<memref::CopyOp>(op))
      return batchDimOf(copy.getSource()) && batchDimOf(copy.getSource()) == batchDimOf(copy.getTarget()) &&
             touchRows(copy.getSource(), false) && touchRows(copy.getTarget(), true);
    if (auto alloc = dyn_cast<memref::AllocOp>(op))
      return alloc.getDynamicSizes().empty() || batchRootOf(alloc, batch);
    if (isa<memref::SubViewOp, memref::CollapseShapeOp>(op))
      return !batchDimOf(op->getResult(0)) ? !batchDimOf(op->getOperand(0))
                                           : batchRootOf(op->getResult(0), batch) != nullptr;
    if (auto load = dyn_cast<memref::LoadOp>(op))
      return !batchDimOf(load.getMemRef()) && touchAll(load.getMemRef(), false);
    if (isa<scf::ForOp, scf::IfOp>(op)) {
      if (llvm::any_of(op->getResultTypes(), llvm::IsaPred<MemRefType>))
        return false;
      for (Region &region : op->getRegions())
        for (Operation &inner : region.getOps())
          if (!visit(&inner))
            return false;
      return true;
    }
    return isa<scf::YieldOp>(op) || (op->getNumRegions() == 0 && isMemoryEffectFree(op) &&
                                     llvm::none_of(op->getOperandTypes(), llvm::IsaPred<BaseMemRefType>));
  }

  bool visitFold(linalg::LinalgOp op) {
    std::optional<unsigned> loop = foldLoopOf(op);
    if (!loop || !op.hasPureBufferSemantics())
      return false;
    std::optional<int64_t> rows;
    for (OpOperand *input : op.getDpsInputOperands()) {
      if (!batchDimOf(input->get())) {
        if (memoryType(input->get()) && !touchAll(input->get(), false))
          return false;
        continue;
      }
      const int64_t own = rowsOfSample(input->get());
      if (own != rows.value_or(own) || !touchRows(input->get(), false))
        return false;
      rows = own;
    }
    for (Value init : op.getDpsInits())
      division.accesses.push_back({init, std::nullopt, /*isWrite=*/true});
    return visitBody(op, *loop, *rows);
  }

  Division division;

private:
  bool isInside(Value value) const { return whole->isAncestor(value.getParentRegion()->getParentOp()); }

  bool touchRows(Value memref, bool isWrite) {
    Value root = batchRootOf(memref, batch);
    if (root && !isInside(root))
      division.accesses.push_back({root, batchDimOf(root), isWrite});
    return root != nullptr;
  }

  bool touchAll(Value memref, bool isWrite) {
    Value buffer = bufferOf(memref);
    if (isInside(buffer))
      return true;
    // In a loop: all of what it is a slice of.
    division.accesses.push_back({isInside(memref) ? buffer : memref, std::nullopt, isWrite});
    return !isWrite;
  }

  bool visitLinalg(linalg::LinalgOp op) {
    std::optional<unsigned> loop = batchLoopOf(op);
    if (!loop || !op.hasPureBufferSemantics())
      return false;
    for (OpOperand &operand : op->getOpOperands())
      if (memoryType(operand.get()) && !(batchDimOf(operand.get()) ? touchRows(operand.get(), op.isDpsInit(&operand))
                                                                   : touchAll(operand.get(), false)))
        return false;
    return visitBody(op, *loop, rowsOfSample(op.getDpsInits().front()));
  }

  /// What the body of `op` loads itself; `rows` of its loop are one sample.
  bool visitBody(linalg::LinalgOp op, unsigned loop, int64_t rows) {
    WalkResult result = op->getRegion(0).walk([&](Operation *inner) {
      if (auto load = dyn_cast<memref::LoadOp>(inner)) {
        bool inSample = staysInSample(load, loop);
        if (inSample && rowsOfSample(load.getMemRef()) != rows)
          return WalkResult::interrupt();
        // What lies in rows of one chunk may be inside; all rows are outside only.
        bool isKnown = inSample ? touchRows(load.getMemRef(), false)
                                : (!batchDimOf(load.getMemRef()) || !isInside(bufferOf(load.getMemRef()))) &&
                                      touchAll(load.getMemRef(), false);
        return isKnown ? WalkResult::advance() : WalkResult::interrupt();
      }
      return isa<linalg::YieldOp>(inner) || isMemoryEffectFree(inner) ? WalkResult::advance() : WalkResult::interrupt();
    });
    return !result.wasInterrupted();
  }

  Operation *whole;
  Value batch;
};

} // namespace

//===----------------------------------------------------------------------===//
// Divisions
//===----------------------------------------------------------------------===//

bool areCompatible(const Division &lhs, const Division &rhs) {
  for (const Access &a : lhs.accesses)
    for (const Access &b : rhs.accesses) {
      if (!a.isWrite && !b.isWrite)
        continue;
      bool isSamePart = a.memref == b.memref && a.dim && a.dim == b.dim && lhs.extent == rhs.extent;
      if (!isSamePart && mayOverlap(a.memref, b.memref))
        return false;
    }
  return true;
}

bool dependsOn(Operation *op, ArrayRef<Operation *> others) {
  auto isResult = [&](Value value) {
    Operation *definition = value.getDefiningOp();
    return definition && llvm::is_contained(others, definition);
  };
  auto result = op->walk([&](Operation *inner) {
    return llvm::any_of(inner->getOperands(), isResult) ? WalkResult::interrupt() : WalkResult::advance();
  });
  return result.wasInterrupted();
}

bool mayOvertake(const Division &division, ArrayRef<Operation *> others) {
  for (const Access &access : division.accesses)
    for (Operation *other : others)
      if (access.isWrite ? mayTouch(other, access.memref) : mayWrite(other, access.memref))
        return false;
  return true;
}

std::optional<Division> divideByBatch(Operation *op, Value batch) {
  if (!isa<linalg::LinalgOp, memref::CopyOp, scf::ForOp>(op) || op->getNumResults() != 0)
    return std::nullopt;
  ByBatch visitor(op, batch);
  if (!visitor.visit(op) || visitor.division.accesses.empty() || !areCompatible(visitor.division, visitor.division))
    return std::nullopt;
  return visitor.division;
}

std::optional<Division> divideFold(linalg::LinalgOp op, Value batch) {
  ByBatch visitor(op, batch);
  return visitor.visitFold(op) ? std::optional(visitor.division) : std::nullopt;
}

std::optional<Division> divideLoop(linalg::LinalgOp op, unsigned loop) {
  Division division;
  division.loop = loop;
  division.extent = op.getStaticLoopRanges()[loop];
  if (ShapedType::isDynamic(division.extent) || division.extent < 2 || !op.hasPureBufferSemantics() ||
      op.getIteratorTypesArray()[loop] != utils::IteratorType::parallel)
    return std::nullopt;
  for (OpOperand &operand : op->getOpOperands()) {
    if (!memoryType(operand.get()))
      continue;
    AffineMap map = op.getMatchingIndexingMap(&operand);
    std::optional<int64_t> dim = positionOf(map, loop);
    if (!dim && (op.isDpsInit(&operand) || dependsOn(map, loop)))
      return std::nullopt;
    division.accesses.push_back({operand.get(), dim, op.isDpsInit(&operand)});
  }
  WalkResult result = op->getRegion(0).walk([&](Operation *inner) {
    if (auto load = dyn_cast<memref::LoadOp>(inner)) {
      division.accesses.push_back({load.getMemRef(), std::nullopt, false});
      return WalkResult::advance();
    }
    return isa<linalg::YieldOp>(inner) || isMemoryEffectFree(inner) ? WalkResult::advance() : WalkResult::interrupt();
  });
  if (result.wasInterrupted() || !areCompatible(division, division))
    return std::nullopt;
  return division;
}

} // namespace ingot::codegen
