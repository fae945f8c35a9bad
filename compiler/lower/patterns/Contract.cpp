//===- Contract.cpp - contractions to linalg.contract --------------------===//

#include "lower/Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace ingot;

namespace {
/// "A,B->C" -> linalg.contract with one loop a label: those of the result first,
/// then those that are summed. Without the latter it is a product of elements.
struct LowerContract : OpRewritePattern<ContractOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ContractOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    shape::Equation labels = *shape::parseEquation(op.getEquation().str());
    std::string loops = labels.result;
    for (char label : labels.lhs + labels.rhs)
      if (loops.find(label) == std::string::npos)
        loops += label;
    auto map = [&](const std::string &term) {
      return linalg.select(loops.size(), llvm::map_to_vector(term, [&](char label) { return static_cast<int64_t>(loops.find(label)); }));
    };
    if (loops == labels.result) {
      auto product = [](OpBuilder &b, Location loc, ValueRange v) -> SmallVector<Value> {
        return {arith::MulFOp::create(b, loc, v[0], v[1])};
      };
      rewriter.replaceOp(op, linalg.elementwise(op.getType(), {op.getLhs(), op.getRhs()}, {map(labels.lhs), map(labels.rhs)}, product));
      return success();
    }
    ArrayAttr maps = rewriter.getAffineMapArrayAttr({map(labels.lhs), map(labels.rhs), map(labels.result)});
    rewriter.replaceOpWithNewOp<linalg::ContractOp>(op, TypeRange{op.getType()}, ValueRange{op.getLhs(), op.getRhs()},
                                                    ValueRange{linalg.filled(op.getType(), 0)}, maps);
    return success();
  }
};
} // namespace

void ingot::populateContractPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerContract>(patterns.getContext());
}
