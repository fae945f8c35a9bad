//===- ScalarizeVectors.cpp - vectors of one element ----------------------===//
//
// In and out: functions on memrefs; afterwards none has a vector, or a hint to fetch
// what C has no word for.
//
//===----------------------------------------------------------------------===//

#include "codegen/emitc/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace ingot::codegen {
#define GEN_PASS_DEF_SCALARIZEVECTORS
#include "codegen/emitc/Passes.h.inc"
} // namespace ingot::codegen

using namespace mlir;

/// The element of a vector that has one; null for other types.
static Type onlyElement(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector && vector.getNumElements() == 1 && !vector.isScalable() ? vector.getElementType() : Type();
}

static void retype(Value value) {
  if (Type element = onlyElement(value.getType()))
    value.setType(element);
}

/// Types of values are those of elements already.
static void replace(Operation *op) {
  OpBuilder builder(op);
  Location loc = op->getLoc();
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    auto dense = dyn_cast<DenseElementsAttr>(constant.getValue());
    if (dense && onlyElement(dense.getType()))
      constant.setValueAttr(cast<TypedAttr>(dense.getSplatValue<Attribute>()));
  } else if (auto load = dyn_cast<vector::LoadOp>(op); load && !isa<VectorType>(op->getResult(0).getType())) {
    load.replaceAllUsesWith(memref::LoadOp::create(builder, loc, load.getBase(), load.getIndices()).getResult());
    load.erase();
  } else if (auto store = dyn_cast<vector::StoreOp>(op); store && !isa<VectorType>(op->getOperand(0).getType())) {
    memref::StoreOp::create(builder, loc, store.getValueToStore(), store.getBase(), store.getIndices());
    store.erase();
  } else if (isa<memref::PrefetchOp>(op)) {
    op->erase();
  } else if (isa<vector::BroadcastOp, vector::ExtractOp, vector::ShapeCastOp>(op)) {
    if (op->getOperand(0).getType() == op->getResult(0).getType()) {
      op->getResult(0).replaceAllUsesWith(op->getOperand(0));
      op->erase();
    }
  }
}

namespace {
struct ScalarizeVectors : ingot::codegen::impl::ScalarizeVectorsBase<ScalarizeVectors> {
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      llvm::for_each(op->getResults(), retype);
      for (Region &region : op->getRegions())
        for (Block &block : region)
          llvm::for_each(block.getArguments(), retype);
      ops.push_back(op);
    });
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal())
        function.setType(FunctionType::get(&getContext(), function.front().getArgumentTypes(), function.getResultTypes()));
    for (Operation *op : ops)
      replace(op);
    WalkResult left = getOperation().walk([](Operation *op) -> WalkResult {
      auto isVector = [](Type type) { return isa<VectorType>(type); };
      if (llvm::any_of(op->getResultTypes(), isVector) || llvm::any_of(op->getOperandTypes(), isVector))
        return op->emitError("`") << op->getName() << "` works on vectors, and C has none";
      return WalkResult::advance();
    });
    if (left.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
