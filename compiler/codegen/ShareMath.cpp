//===- ShareMath.cpp - one function for each polynomial ------------------===//
//
// In and out: functions with math ops. A call and its return are some ten instructions,
// the polynomial of an exponential is fifty.
//
//===----------------------------------------------------------------------===//

#include "codegen/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_SHAREMATHPASS
#include "codegen/Passes.h.inc"
} // namespace ingot

using namespace ingot;

namespace {

bool isExtremum(Operation *op) { return isa<arith::MaximumFOp, arith::MinimumFOp>(op); }

/// What ingot-expand-math makes more of than an instruction or two.
bool isPolynomial(Operation *op) {
  return isa_and_nonnull<math::MathDialect>(op->getDialect()) &&
         !isa<math::SqrtOp, math::AbsFOp, math::FmaOp, math::FloorOp, math::CopySignOp>(op);
}

bool isOfFloats(Operation *op) {
  auto isFloat = [](Type type) { return type.isF32(); };
  return op->getNumResults() == 1 && llvm::all_of(op->getResultTypes(), isFloat) && llvm::all_of(op->getOperandTypes(), isFloat);
}

/// The larger or smaller of two floats in half of LLVM's instructions: bits of equal
/// numbers differ only for zeros, where the sign is the `and` or the `or` of both.
void expandExtremum(Operation *op) {
  OpBuilder builder(op);
  Location loc = op->getLoc();
  bool isMaximum = isa<arith::MaximumFOp>(op);
  Value a = op->getOperand(0), b = op->getOperand(1);
  auto is = [&](arith::CmpFPredicate predicate) { return arith::CmpFOp::create(builder, loc, predicate, a, b); };
  auto bits = [&](Value value) { return arith::BitcastOp::create(builder, loc, builder.getI32Type(), value); };
  Value isFirst = is(isMaximum ? arith::CmpFPredicate::OGT : arith::CmpFPredicate::OLT);
  Value result = arith::SelectOp::create(builder, loc, isFirst, a, b);
  Value both = isMaximum ? arith::AndIOp::create(builder, loc, bits(a), bits(b)).getResult()
                         : arith::OrIOp::create(builder, loc, bits(a), bits(b)).getResult();
  result = arith::SelectOp::create(builder, loc, is(arith::CmpFPredicate::OEQ),
                                   arith::BitcastOp::create(builder, loc, builder.getF32Type(), both), result);
  result = arith::SelectOp::create(builder, loc, is(arith::CmpFPredicate::UNO),
                                   arith::AddFOp::create(builder, loc, a, b), result);
  op->replaceAllUsesWith(ValueRange{result});
  op->erase();
}

struct ShareMathPass : ingot::impl::ShareMathPassBase<ShareMathPass> {
  using ShareMathPassBase::ShareMathPassBase;

  void runOnOperation() override {
    if (!all && !sharesLoops(getOperation()))
      return;
    llvm::MapVector<OperationName, SmallVector<Operation *>> uses;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      auto kind = function->getAttrOfType<StringAttr>(names::kind);
      if (all || !kind || kind != "init")
        function.walk([&](Operation *op) {
          if (isOfFloats(op) && (isPolynomial(op) || (!all && isExtremum(op))))
            uses[op->getName()].push_back(op);
        });
    }
    for (auto &[name, ops] : uses)
      if (all || ops.size() > 1)
        share(name.stripDialect(), ops);
    if (!all)
      expandExtrema();
  }

  /// A maximum minds what is no number and the sign of zero.
  void expandExtrema() {
    SmallVector<Operation *> extrema;
    getOperation().walk([&](Operation *op) {
      if (isExtremum(op) && op->getResult(0).getType().isF32())
        extrema.push_back(op);
    });
    for (Operation *op : extrema)
      expandExtremum(op);
  }

  void share(StringRef name, ArrayRef<Operation *> ops) {
    Operation *first = ops.front();
    OpBuilder builder = OpBuilder::atBlockEnd(getOperation().getBody());
    auto type = builder.getFunctionType(first->getOperandTypes(), first->getResultTypes());
    auto function = func::FuncOp::create(builder, getOperation().getLoc(), ("ingot_math_" + name).str(), type);
    function.setPrivate();
    SmallVector<StringRef> attributes = {"noinline", "no-builtins", "nounwind"};
    attributes.append(sizeAttributes(getOperation()));
    function->setAttr("passthrough", builder.getStrArrayAttr(attributes));
    builder.setInsertionPointToStart(function.addEntryBlock());
    OperationState state(function.getLoc(), first->getName(), function.getArguments(), first->getResultTypes(),
                         first->getAttrs());
    func::ReturnOp::create(builder, function.getLoc(), builder.create(state)->getResults());
    for (Operation *op : ops) {
      OpBuilder atOp(op);
      op->replaceAllUsesWith(func::CallOp::create(atOp, op->getLoc(), function, op->getOperands()));
      op->erase();
    }
  }
};

} // namespace
