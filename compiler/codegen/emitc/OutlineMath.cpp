//===- OutlineMath.cpp - a function for each math function ----------------===//

#include "codegen/emitc/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/SymbolTable.h"

namespace ingot::codegen {
#define GEN_PASS_DEF_OUTLINEMATH
#include "codegen/emitc/Passes.h.inc"
} // namespace ingot::codegen

using namespace mlir;

/// As ExpandMath.cpp sees it: not an instruction.
static bool isPolynomial(Operation *op) {
  return isa<math::MathDialect>(op->getDialect()) &&
         !isa<math::SqrtOp, math::AbsFOp, math::FmaOp, math::FloorOp, math::CopySignOp>(op) &&
         llvm::all_of(op->getOperandTypes(), [](Type type) { return type.isF32(); });
}

namespace {
struct OutlineMath : ingot::codegen::impl::OutlineMathBase<OutlineMath> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<Operation *> ops;
    module.walk([&](Operation *op) {
      if (isPolynomial(op))
        ops.push_back(op);
    });
    for (Operation *op : ops) {
      OpBuilder builder(op);
      func::FuncOp function = functionOf(op);
      auto call = func::CallOp::create(builder, op->getLoc(), function, op->getOperands());
      op->replaceAllUsesWith(call->getResults());
      op->erase();
    }
  }

  func::FuncOp functionOf(Operation *op) {
    ModuleOp module = getOperation();
    const std::string name = ("ingot_" + op->getName().stripDialect()).str();
    if (auto known = module.lookupSymbol<func::FuncOp>(name))
      return known;
    OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
    Location loc = module.getLoc();
    auto type = builder.getFunctionType(op->getOperandTypes(), op->getResultTypes());
    auto function = func::FuncOp::create(builder, loc, name, type);
    function.setPrivate();
    builder.setInsertionPointToStart(function.addEntryBlock());
    Operation *inside = builder.clone(*op);
    inside->setOperands(function.getArguments());
    inside->setLoc(loc);
    func::ReturnOp::create(builder, loc, inside->getResults());
    return function;
  }
};
} // namespace
