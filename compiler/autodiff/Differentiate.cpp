//===- Differentiate.cpp - ingot.gradients to the backward pass ----------===//
//
// In: entries in tier 2 with at most one `ingot.gradients`. Out: the same, with
// that op replaced by one gradient a variable. Everything else is left alone.
//
//===----------------------------------------------------------------------===//

#include "autodiff/Passes.h"
#include "autodiff/Rules.h"

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
  });
}

static bool isFloat(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && isa<FloatType>(type.getElementType());
}

/// Marks the reads of `variables` and all float values that depend on them.
static void markActive(Block &block, ArrayAttr variables, GradientMap &gradients) {
  for (Operation &op : block) {
    auto read = dyn_cast<ReadOp>(op);
    bool active = read ? llvm::is_contained(variables, read.getVariableAttr())
                       : llvm::any_of(op.getOperands(), [&](Value v) { return gradients.isActive(v); });
    if (!active)
      continue;
    for (Value result : op.getResults())
      if (isFloat(result))
        gradients.setActive(result);
  }
}

static LogicalResult walkBack(ArrayRef<Operation *> forward, OpBuilder &builder, GradientMap &gradients) {
  for (Operation *op : llvm::reverse(forward)) {
    if (isa<ReadOp>(op))
      continue;
    auto cotangents = llvm::map_to_vector(op->getResults(), [&](Value v) { return gradients.lookup(v); });
    if (llvm::none_of(cotangents, [](Value v) { return static_cast<bool>(v); }))
      continue;
    auto differentiable = dyn_cast<DifferentiableOpInterface>(op);
    if (!differentiable)
      return op->emitError("the loss depends on `") << op->getName() << "`, which has no gradient rule";
    if (failed(differentiable.buildVJP(builder, cotangents, gradients)))
      return failure();
  }
  return success();
}

static LogicalResult differentiate(GradientsOp op) {
  Block &block = *op->getBlock();
  GradientMap gradients;
  markActive(block, op.getVariables(), gradients);

  SmallVector<Operation *> forward;
  for (Operation &before : llvm::make_range(block.begin(), op->getIterator()))
    forward.push_back(&before);
  OpBuilder builder(op);
  gradients.add(builder, op.getLoc(), op.getLoss(),
                createFill(builder, op.getLoc(), op.getLoss().getType(), 1));
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
