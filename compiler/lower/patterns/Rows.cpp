//===- Rows.cpp - rows of tables to loops --------------------------------===//

#include "lower/Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

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

/// Loops over rows that stand one behind the other.
class RowLoops {
public:
  RowLoops(LinalgBuilder &linalg) : linalg(linalg), b(linalg.builder), loc(linalg.loc) {}

  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }

  /// The first `outer` dimensions of `value` as one.
  Value flat(Value value, int64_t outer) {
    RankedTensorType type = tensorType(value);
    if (outer == 1)
      return value;
    SmallVector<int64_t> shape = {1};
    for (int64_t size : type.getShape().take_front(outer))
      shape[0] = ShapedType::isDynamic(size) || ShapedType::isDynamic(shape[0]) ? ShapedType::kDynamic : shape[0] * size;
    llvm::append_range(shape, type.getShape().drop_front(outer));
    auto to = RankedTensorType::get(shape, type.getElementType());
    SmallVector<ReassociationIndices> groups = {llvm::to_vector(llvm::seq<int64_t>(0, outer))};
    for (int64_t dim = outer; dim < type.getRank(); ++dim)
      groups.push_back({dim});
    return tensor::CollapseShapeOp::create(b, loc, to, value, groups);
  }

  /// How many elements a tensor of `type` has.
  Value count(RankedTensorType type) {
    int64_t known = 1;
    for (int64_t size : type.getShape())
      known *= ShapedType::isDynamic(size) ? 1 : size;
    if (type.hasStaticShape())
      return index(known);
    return arith::MulIOp::create(b, loc, linalg.batch(), index(known));
  }

  /// for i in 0..end: carried = body(i, carried)
  SmallVector<Value> loop(Value end, ValueRange carried, llvm::function_ref<SmallVector<Value>(Value, ValueRange)> body) {
    auto op = scf::ForOp::create(b, loc, index(0), end, index(1), carried);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(op.getBody());
    SmallVector<Value> next = body(op.getInductionVar(), op.getRegionIterArgs());
    scf::YieldOp::create(b, loc, next);
    return llvm::to_vector_of<Value>(op.getResults());
  }

  /// Row `i` of `table`, and the table with another row `i`.
  Value row(Value table, Value i) {
    SmallVector<OpFoldResult> offsets, sizes, strides;
    RankedTensorType type = place(table, i, offsets, sizes, strides);
    return tensor::ExtractSliceOp::create(b, loc, type, table, offsets, sizes, strides);
  }
  Value setRow(Value table, Value i, Value row) {
    SmallVector<OpFoldResult> offsets, sizes, strides;
    place(table, i, offsets, sizes, strides);
    return tensor::InsertSliceOp::create(b, loc, row, table, offsets, sizes, strides);
  }

  /// Element `i` of a list of indices, to name a row by.
  Value element(Value list, Value i) {
    return arith::IndexCastOp::create(b, loc, b.getIndexType(), tensor::ExtractOp::create(b, loc, list, i));
  }

private:
  RankedTensorType place(Value table, Value i, SmallVector<OpFoldResult> &offsets, SmallVector<OpFoldResult> &sizes,
                         SmallVector<OpFoldResult> &strides) {
    RankedTensorType type = tensorType(table);
    offsets.assign(type.getRank(), b.getIndexAttr(0));
    offsets.front() = i;
    strides.assign(type.getRank(), b.getIndexAttr(1));
    sizes = {b.getIndexAttr(1)};
    for (int64_t size : type.getShape().drop_front())
      sizes.push_back(b.getIndexAttr(size));
    return RankedTensorType::get(type.getShape().drop_front(), type.getElementType());
  }

  LinalgBuilder &linalg;
  OpBuilder &b;
  Location loc;
};

/// Adds rows one by one, in the order of their indices.
struct LowerScatterRows : OpRewritePattern<ScatterRowsOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ScatterRowsOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    RowLoops rows(linalg);
    RankedTensorType ids = tensorType(op.getIds());
    const int64_t width = tensorType(op).getRank() - 1;
    Value list = rows.flat(op.getIds(), ids.getRank()), added = rows.flat(op.getRows(), ids.getRank());
    auto add = [&](Value i, ValueRange carried) -> SmallVector<Value> {
      Value at = rows.element(list, i);
      SmallVector<AffineMap> maps(2, linalg.identity(width));
      SmallVector<utils::IteratorType> iterators(width, utils::IteratorType::parallel);
      Value before = rows.row(carried[0], at);
      auto sum = linalg::GenericOp::create(rewriter, op.getLoc(), before.getType(), rows.row(added, i), before, maps, iterators,
                                           [](OpBuilder &b, Location loc, ValueRange v) {
                                             Value sum = arith::AddFOp::create(b, loc, v[1], v[0]);
                                             linalg::YieldOp::create(b, loc, sum);
                                           });
      return {rows.setRow(carried[0], at, sum.getResult(0))};
    };
    Value zeros = linalg.filled(op.getType(), 0);
    rewriter.replaceOp(op, rows.loop(rows.count(ids), zeros, add));
    return success();
  }
};

} // namespace

void ingot::populateRowPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerGatherRows, LowerScatterRows>(patterns.getContext());
}
