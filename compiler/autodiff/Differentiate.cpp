//===- Differentiate.cpp - ingot.gradients to the backward pass ----------===//
//
// In: entries in tier 2 with at most one `ingot.gradients`. Out: the same, with
// that op replaced by one gradient a variable. Everything else is left alone.
//
//===----------------------------------------------------------------------===//

#include "autodiff/Passes.h"
#include "autodiff/Reverse.h"
#include "autodiff/Rules.h"
#include "ingot/Dialect/Locations.h"
#include "ingot/Dialect/Remarks.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_DIFFERENTIATEPASS
#include "autodiff/Passes.h.inc"
} // namespace ingot

using namespace ingot;

void ingot::registerGradientRules(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, IngotDialect *) {
    attachElementwiseRules(*context);
    attachShapeRules(*context);
    attachContractRules(*context);
    attachConvRules(*context);
    attachLastAxisRules(*context);
    attachRowRules(*context);
    attachScanRules(*context);
  });
}

static LogicalResult differentiate(GradientsOp op) {
  Block &block = *op->getBlock();
  // A read gives the value at the beginning, wherever it stands.
  block.walk([&](ReadOp read) {
    if (read->getBlock() != &block)
      read->moveBefore(block.findAncestorOpInBlock(*read));
  });
  GradientMap gradients;
  for (auto read : block.getOps<ReadOp>())
    if (llvm::is_contained(op.getVariables(), read.getVariableAttr()))
      gradients.setActive(read);
    else if (auto frozen = SymbolTable::lookupNearestSymbolFrom<VariableOp>(read, read.getVariableAttr());
             frozen && frozen.isWeight())
      remark::passed(read.getLoc(), remarkOn(read, "gradient", "frozen"))
          << remark::add("no gradient of `{0}` is computed", read.getVariable().str()) << remark::reason("it is frozen");
  auto forward = llvm::make_range(block.begin(), op->getIterator());
  markActive(forward, gradients);
  OpBuilder builder(op);
  Value one = createFill(builder, op.getLoc(), op.getLoss().getType(), 1);
  gradients.add(builder, op.getLoc(), op.getLoss(), one);
  if (failed(walkBack(forward, builder, gradients)))
    return failure();

  for (auto [symbol, result] : llvm::zip(op.getVariables(), op.getGradients())) {
    Value sum;
    for (auto read : block.getOps<ReadOp>()) {
      Value part = read.getVariableAttr() == symbol ? gradients.lookup(read) : Value();
      if (part)
        sum = sum ? AddOp::create(builder, op.getLoc(), sum, part).getResult() : part;
    }
    result.replaceAllUsesWith(sum ? sum : createFill(builder, op.getLoc(), result.getType(), 0));
  }
  for (Operation &made : llvm::make_range(one.getDefiningOp()->getIterator(), op->getIterator()))
    made.walk([](Operation *inner) { inner->setLoc(inDirection(inner->getLoc(), directions::backward)); });
  op.erase();
  return success();
}

namespace {
struct DifferentiatePass : ingot::impl::DifferentiatePassBase<DifferentiatePass> {
  void runOnOperation() override {
    SmallVector<GradientsOp> work;
    getOperation().walk([&](GradientsOp op) { work.push_back(op); });
    for (GradientsOp op : work)
      if (failed(differentiate(op)))
        return signalPassFailure();
  }
};
} // namespace
