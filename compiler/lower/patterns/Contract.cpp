//===- Contract.cpp - contractions to linalg.contract --------------------===//

#include "lower/Patterns.h"

using namespace mlir;
using namespace ingot;

namespace {
/// "A,B->C" -> linalg.contract with one loop a label: those of the result first,
/// then those that are summed.
struct LowerContract : OpRewritePattern<ContractOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ContractOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    shape::Equation labels = *shape::parseEquation(op.getEquation().str());
    std::string loops = labels.result;
    for (char label : labels.lhs + labels.rhs)
      if (loops.find(label) == std::string::npos)
        loops += label;
    auto map = [&](const std::string &term) -> Attribute {
      auto dims = llvm::map_to_vector(term, [&](char label) { return static_cast<int64_t>(loops.find(label)); });
      return AffineMapAttr::get(linalg.select(loops.size(), dims));
    };
    ArrayAttr maps = rewriter.getArrayAttr({map(labels.lhs), map(labels.rhs), map(labels.result)});
    rewriter.replaceOpWithNewOp<linalg::ContractOp>(op, TypeRange{op.getType()}, ValueRange{op.getLhs(), op.getRhs()},
                                                    ValueRange{linalg.filled(op.getType(), 0)}, maps);
    return success();
  }
};
} // namespace

void ingot::populateContractPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerContract>(patterns.getContext());
}
