//===- ExpandMath.cpp - math ops to polynomials --------------------------===//
//
// In: functions with math ops on scalars and vectors. Out: arithmetic, and those
// few math ops that are an instruction of the target.
//
//===----------------------------------------------------------------------===//

#include "codegen/Passes.h"

#include "codegen/Approximations.h"
#include "codegen/SoftFloat.h"
#include "codegen/TargetFacts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_EXPANDMATHPASS
#include "codegen/Passes.h.inc"
} // namespace ingot

using namespace ingot;

namespace {

/// fma(a, b, c) -> a * b + c, with two roundings.
struct SplitFma : OpRewritePattern<math::FmaOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::FmaOp op, PatternRewriter &rewriter) const override {
    Value product = arith::MulFOp::create(rewriter, op.getLoc(), op.getA(), op.getB());
    rewriter.replaceOpWithNewOp<arith::AddFOp>(op, product, op.getC());
    return success();
  }
};

/// floor(x) -> truncation, less 1 if that is above x. Exact for |x| < 2^31, as
/// it is wherever the approximations round.
struct SplitFloor : OpRewritePattern<math::FloorOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::FloorOp op, PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value x = op.getOperand();
    Type type = x.getType(), integer = rewriter.getI32Type();
    if (auto vector = dyn_cast<VectorType>(type))
      integer = vector.clone(integer);
    auto constant = [&](double value) -> Value {
      auto attribute = rewriter.getFloatAttr(getElementTypeOrSelf(type), value);
      if (auto vector = dyn_cast<VectorType>(type))
        return arith::ConstantOp::create(rewriter, loc, DenseElementsAttr::get(vector, Attribute(attribute)));
      return arith::ConstantOp::create(rewriter, loc, attribute);
    };
    Value whole = arith::FPToSIOp::create(rewriter, loc, integer, x);
    Value truncated = arith::SIToFPOp::create(rewriter, loc, type, whole);
    Value above = arith::CmpFOp::create(rewriter, loc, arith::CmpFPredicate::OGT, truncated, x);
    Value excess = arith::SelectOp::create(rewriter, loc, above, constant(1), constant(0));
    rewriter.replaceOpWithNewOp<arith::SubFOp>(op, truncated, excess);
    return success();
  }
};

/// Math ops that are instructions, or arithmetic.
bool isInstruction(Operation *op) {
  return isa<math::SqrtOp, math::AbsFOp, math::FmaOp, math::FloorOp, math::CopySignOp>(op);
}

bool isPolynomial(Operation *op) { return isa<math::MathDialect>(op->getDialect()) && !isInstruction(op); }

/// A polynomial is a chain of operations each of which waits for the one before, and its
/// constants are more than there are registers. A loop with several takes two vectors
/// at a time: what waits for one can work on the other, and both use what was loaded. Only
/// where two vectors divide the loop: what is left would be scalars.
void interleave(func::FuncOp function, int64_t width) {
  function.walk([&](scf::ForOp loop) {
    auto isLoop = [](Operation &op) { return op.getNumRegions() > 0; };
    auto polynomials = llvm::count_if(*loop.getBody(), [](Operation &op) { return isPolynomial(&op); });
    std::optional<llvm::APInt> trips = loop.getStaticTripCount();
    if (polynomials < 2 || llvm::any_of(*loop.getBody(), isLoop) || !trips || trips->urem(2 * width) != 0)
      return;
    MLIRContext *context = function.getContext();
    auto count = LLVM::LoopInterleaveAttr::get(context, IntegerAttr::get(IntegerType::get(context, 32), 2));
    loop->setAttr("loop_annotation", LLVM::LoopAnnotationAttr::get(context, {}, {}, count, {}, {}, {}, {}, {}, {}, {}, {},
                                                                   {}, {}, {}, {}));
  });
}

bool hasFlag(ModuleOp module, StringRef name) {
  auto flag = module->getAttrOfType<BoolAttr>(name);
  return !flag || flag.getValue();
}

struct ExpandMathPass : ingot::impl::ExpandMathPassBase<ExpandMathPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto numerics = module->getAttrOfType<StringAttr>(names::numerics);
    bool fuse = hasFlag(module, names::fma) && !(numerics && numerics == "portable");
    bool rounds = hasFlag(module, names::floor), roots = hasFlag(module, codegen::sqrtAttribute);
    auto width = module->getAttrOfType<IntegerAttr>(names::vectorWidth);
    auto goal = module->getAttrOfType<StringAttr>(names::optimizeFor);
    bool forSize = goal && goal == "size";
    for (auto function : llvm::to_vector(module.getOps<func::FuncOp>())) {
      // The first weights are the same bits on every target, in every mode.
      auto kind = function->getAttrOfType<StringAttr>(names::kind);
      bool portable = !fuse || (kind && kind == "init");
      if (!forSize)
        interleave(function, width ? width.getInt() : 8);
      if (failed(expand(function, portable, rounds, roots)))
        return signalPassFailure();
    }
  }

  LogicalResult expand(func::FuncOp function, bool portable, bool rounds, bool roots) {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    populateMathPolynomialApproximationPatterns(patterns);
    codegen::populateApproximationPatterns(patterns);
    if (portable)
      patterns.add<SplitFma>(context);
    if (!rounds)
      patterns.add<SplitFloor>(context);
    if (!roots)
      codegen::populateSoftFloatPatterns(patterns);
    if (failed(applyPatternsGreedily(function, std::move(patterns))))
      return failure();
    WalkResult result = function.walk([&](Operation *op) -> WalkResult {
      if (!isPolynomial(op) && (roots || !isa<math::SqrtOp>(op)))
        return WalkResult::advance();
      return op->emitError("`") << op->getName() << "` has no approximation and would call libm";
    });
    return failure(result.wasInterrupted());
  }
};

} // namespace
