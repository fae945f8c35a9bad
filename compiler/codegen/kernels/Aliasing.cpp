//===- Aliasing.cpp - which memory ops touch ------------------------------===//
//
// Buffers are found through their views; weights are views of one block at
// constant offsets.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/Aliasing.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;

namespace ingot::codegen {

Value bufferOf(Value memref) {
  while (auto view = memref.getDefiningOp<ViewLikeOpInterface>())
    memref = view.getViewSource();
  return memref;
}

/// Whether `buffer` overlaps no other buffer of which this is true as well.
static bool isIdentified(Value buffer) {
  if (auto argument = dyn_cast<BlockArgument>(buffer))
    return isa<FunctionOpInterface>(argument.getOwner()->getParentOp());
  return buffer.getDefiningOp<memref::AllocOp>() ||
         buffer.getDefiningOp<memref::AllocaOp>() ||
         buffer.getDefiningOp<memref::GetGlobalOp>();
}

namespace {
/// A part of a block of bytes.
struct Bytes {
  Value block;
  int64_t begin, end;
};
} // namespace

/// The bytes that `memref` is a view of, if they are known.
static std::optional<Bytes> bytesOf(Value memref) {
  while (auto view = memref.getDefiningOp<ViewLikeOpInterface>()) {
    if (auto bytes = dyn_cast<memref::ViewOp>(*view)) {
      std::optional<int64_t> begin = getConstantIntValue(bytes.getByteShift());
      MemRefType type = bytes.getType();
      if (!begin || !type.hasStaticShape() || !type.getElementType().isIntOrFloat())
        return std::nullopt;
      int64_t size = type.getNumElements() * llvm::divideCeil(type.getElementTypeBitWidth(), 8);
      return Bytes{bytes.getSource(), *begin, *begin + size};
    }
    memref = view.getViewSource();
  }
  return std::nullopt;
}

/// Slices of one memref that end, in some dimension, before the other begins.
static bool areDisjointSlices(Value lhs, Value rhs) {
  auto lhsView = lhs.getDefiningOp<memref::SubViewOp>(), rhsView = rhs.getDefiningOp<memref::SubViewOp>();
  if (!lhsView || !rhsView || lhsView.getSource() != rhsView.getSource())
    return false;
  for (int64_t dim = 0; dim < lhsView.getSourceType().getRank(); ++dim) {
    auto range = [&](memref::SubViewOp view) -> std::optional<std::pair<int64_t, int64_t>> {
      if (view.isDynamicOffset(dim) || view.isDynamicSize(dim) || view.isDynamicStride(dim) || view.getStaticStride(dim) != 1)
        return std::nullopt;
      return std::pair(view.getStaticOffset(dim), view.getStaticOffset(dim) + view.getStaticSize(dim));
    };
    auto lhsRange = range(lhsView), rhsRange = range(rhsView);
    if (lhsRange && rhsRange && (lhsRange->second <= rhsRange->first || rhsRange->second <= lhsRange->first))
      return true;
  }
  return false;
}

bool mayOverlap(Value lhs, Value rhs) {
  Value lhsBuffer = bufferOf(lhs), rhsBuffer = bufferOf(rhs);
  if (lhsBuffer != rhsBuffer)
    return !isIdentified(lhsBuffer) || !isIdentified(rhsBuffer);
  if (areDisjointSlices(lhs, rhs))
    return false;
  auto lhsBytes = bytesOf(lhs), rhsBytes = bytesOf(rhs);
  return !lhsBytes || !rhsBytes || lhsBytes->block != rhsBytes->block ||
         (lhsBytes->begin < rhsBytes->end && rhsBytes->begin < lhsBytes->end);
}

static bool anyOperandOverlaps(Operation *op, Value memref, llvm::function_ref<bool(OpOperand &)> matters) {
  // Views and sizes do not look at the elements.
  auto result = op->walk([&](Operation *nested) {
    if (isa<ViewLikeOpInterface, memref::DimOp, memref::AllocOp>(nested))
      return WalkResult::advance();
    for (OpOperand &operand : nested->getOpOperands())
      if (isa<BaseMemRefType>(operand.get().getType()) && matters(operand) && mayOverlap(operand.get(), memref))
        return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return result.wasInterrupted();
}

bool mayTouch(Operation *op, Value memref) {
  return anyOperandOverlaps(op, memref, [](OpOperand &) { return true; });
}

bool writes(OpOperand &operand) {
  Operation *op = operand.getOwner();
  if (auto effects = dyn_cast<MemoryEffectOpInterface>(op)) {
    SmallVector<MemoryEffects::EffectInstance> instances;
    effects.getEffectsOnValue(operand.get(), instances);
    return llvm::any_of(instances, [](const auto &effect) { return isa<MemoryEffects::Write>(effect.getEffect()); });
  }
  auto call = dyn_cast<func::CallOp>(op);
  auto callee = call ? SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, call.getCalleeAttr()) : func::FuncOp();
  return !callee || !callee.getArgAttr(operand.getOperandNumber(), LLVM::LLVMDialect::getReadonlyAttrName());
}

bool mayWrite(Operation *op, Value memref) { return anyOperandOverlaps(op, memref, writes); }

} // namespace ingot::codegen
