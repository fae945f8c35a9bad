//===- Rows.cpp - rows of tables to loops --------------------------------===//

#include "lower/patterns/RowLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace ingot;

namespace {

/// One loop nest over the result, whose body picks from the table: the rows need
/// not be where the result is, and what follows may be fused.
struct LowerGatherRows : OpRewritePattern<GatherRowsOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(GatherRowsOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    Value table = op.getTable();
    const int64_t rank = tensorType(op).getRank(), outer = tensorType(op.getIds()).getRank();
    auto body = [&](OpBuilder &b, Location loc, ValueRange v) -> SmallVector<Value> {
      SmallVector<Value> at = {arith::IndexCastOp::create(b, loc, b.getIndexType(), v[0])};
      for (int64_t dim = outer; dim < rank; ++dim)
        at.push_back(linalg::IndexOp::create(b, loc, dim));
      return {tensor::ExtractOp::create(b, loc, table, at)};
    };
    AffineMap map = linalg.select(rank, llvm::to_vector(llvm::seq<int64_t>(0, outer)));
    rewriter.replaceOp(op, linalg.elementwise(op.getType(), op.getIds(), map, body));
    return success();
  }
};

/// Adds rows one by one, in the order of their indices.
struct LowerScatterRows : OpRewritePattern<ScatterRowsOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ScatterRowsOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    RowLoops rows(linalg);
    RankedTensorType ids = tensorType(op.getIds());
    Value list = rows.flat(op.getIds(), ids.getRank()), added = rows.flat(op.getRows(), ids.getRank());
    auto add = [&](Value i, ValueRange carried) -> SmallVector<Value> {
      Value at = rows.element(list, i);
      return {rows.addRow(carried[0], at, rows.row(added, i))};
    };
    Value zeros = linalg.filled(op.getType(), 0);
    rewriter.replaceOp(op, rows.loop(rows.count(ids), zeros, add));
    return success();
  }
};

/// Two loops: sums of rows with equal indices, in the order in which these are first
/// seen; then the body for each sum. All memory but the tables is as large as the
/// batch.
struct LowerUpdateRows : OpRewritePattern<UpdateRowsOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(UpdateRowsOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    RowLoops loops(linalg);
    UnitedRows united = uniteRows(linalg, op.getIds(), op.getRows());
    auto sumOf = [&](Value i) { return loops.row(united.sums, i); };
    rewriter.replaceOp(op, updateRows(op, linalg, united, loops.index(0), united.count, op.getTables(), sumOf));
    return success();
  }
};

/// x rate^(now - last), where x is. The power is that of a row.
struct LowerDecay : OpRewritePattern<DecayOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(DecayOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    const int64_t rank = tensorType(op).getRank(), outer = tensorType(op.getLast()).getRank();
    SmallVector<AffineMap> maps = {linalg.select(rank, llvm::to_vector(llvm::seq<int64_t>(0, outer))),
                                   linalg.select(rank, {}), linalg.identity(rank)};
    SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
    // A rate of 0 leaves nothing that counts, and 0 steps leave all.
    const double rate = std::max(op.getRate().convertToDouble(), double(std::numeric_limits<float>::min()));
    auto body = [&](OpBuilder &b, Location loc, ValueRange v) {
      Value missed = arith::SubIOp::create(b, loc, v[1], v[0]);
      Value steps = arith::SIToFPOp::create(b, loc, b.getF32Type(), missed);
      Value log = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(std::log(rate)));
      Value factor = math::ExpOp::create(b, loc, arith::MulFOp::create(b, loc, steps, log));
      Value left = arith::MulFOp::create(b, loc, v[2], factor);
      linalg::YieldOp::create(b, loc, left);
    };
    rewriter.replaceOp(op, linalg::GenericOp::create(rewriter, op.getLoc(), op.getType(), ValueRange{op.getLast(), op.getNow()},
                                                     op.getX(), maps, iterators, body));
    return success();
  }
};

struct LowerAssign : OpRewritePattern<AssignOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AssignOp op, PatternRewriter &rewriter) const override {
    Value value = tensor::ExtractOp::create(rewriter, op.getLoc(), op.getValue(), ValueRange());
    rewriter.replaceOp(op, linalg::FillOp::create(rewriter, op.getLoc(), value, op.getOld()).getResult(0));
    return success();
  }
};

} // namespace

void ingot::populateRowPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerGatherRows, LowerScatterRows, LowerUpdateRows, LowerDecay, LowerAssign>(patterns.getContext());
}
