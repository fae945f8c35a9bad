//===- Rows.cpp - rows of tables to loops --------------------------------===//

#include "lower/Patterns.h"

#include "lower/Layout.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

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

/// Loops over rows that stand one behind the other.
class RowLoops {
public:
  RowLoops(LinalgBuilder &linalg) : linalg(linalg), b(linalg.builder), loc(linalg.loc) {}

  OpBuilder &builder() { return b; }
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

/// `body` on two rows, the second being the destination.
Value combineRows(LinalgBuilder &linalg, Value row, Value into, GenericBody body) {
  const int64_t rank = tensorType(into).getRank();
  SmallVector<AffineMap> maps(2, linalg.identity(rank));
  SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
  return linalg::GenericOp::create(linalg.builder, linalg.loc, into.getType(), row, into, maps, iterators,
                                   [&](OpBuilder &b, Location loc, ValueRange v) {
                                     linalg::YieldOp::create(b, loc, body(b, loc, v));
                                   })
      .getResult(0);
}

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
      Value row = rows.row(added, i), before = rows.row(carried[0], at);
      Value sum = combineRows(linalg, row, before,
                              [](OpBuilder &b, Location loc, ValueRange v) -> SmallVector<Value> {
                                return {arith::AddFOp::create(b, loc, v[1], v[0])};
                              });
      return {rows.setRow(carried[0], at, sum)};
    };
    Value zeros = linalg.filled(op.getType(), 0);
    rewriter.replaceOp(op, rows.loop(rows.count(ids), zeros, add));
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Updates
//===----------------------------------------------------------------------===//

/// Finds the place of an index among those seen so far: open addressing in a table
/// of twice as many pairs (index, place) as there are indices. Free pairs are -1.
class IndexTable {
public:
  IndexTable(LinalgBuilder &linalg, RowLoops &rows, RankedTensorType ids)
      : b(linalg.builder), loc(linalg.loc), rows(rows) {
    SmallVector<int64_t> shape(ids.getShape());
    shape.append({2, 2});
    Value free = integer(-1), memory = linalg.empty(ids.clone(shape));
    empty = rows.flat(linalg::FillOp::create(b, loc, free, memory).getResult(0), ids.getRank() + 1);
    Value count = rows.count(ids), two = rows.index(2);
    size = arith::MulIOp::create(b, loc, count, two);
  }

  /// The table without an index.
  Value empty;

  /// The pair in `table` that has `id`, or the free one where it belongs.
  Value find(Value table, Value id) {
    auto search = scf::WhileOp::create(
        b, loc, TypeRange{b.getIndexType()}, ValueRange{hash(id)},
        [&](OpBuilder &, Location, ValueRange at) {
          Value key = get(table, at[0], 0);
          Value isOther = compare(arith::CmpIPredicate::ne, key, id);
          Value isTaken = compare(arith::CmpIPredicate::ne, key, integer(-1));
          scf::ConditionOp::create(b, loc, arith::AndIOp::create(b, loc, isOther, isTaken), at);
        },
        [&](OpBuilder &, Location, ValueRange at) {
          Value next = arith::AddIOp::create(b, loc, at[0], rows.index(1));
          Value isBehind = compare(arith::CmpIPredicate::eq, next, size);
          scf::YieldOp::create(b, loc, arith::SelectOp::create(b, loc, isBehind, rows.index(0), next).getResult());
        });
    return search.getResult(0);
  }

  Value get(Value table, Value at, int64_t field) {
    return tensor::ExtractOp::create(b, loc, table, ValueRange{at, rows.index(field)});
  }
  Value set(Value table, Value at, Value id, Value place) {
    table = tensor::InsertOp::create(b, loc, id, table, ValueRange{at, rows.index(0)});
    return tensor::InsertOp::create(b, loc, place, table, ValueRange{at, rows.index(1)});
  }
  Value isFree(Value table, Value at) {
    Value key = get(table, at, 0);
    return compare(arith::CmpIPredicate::eq, key, integer(-1));
  }

private:
  /// Where to begin: the upper bits of Fibonacci hashing, scaled to the size.
  Value hash(Value id) {
    Type wide = b.getI64Type();
    Value mixed = arith::MulIOp::create(b, loc, id, integer(static_cast<int32_t>(0x9E3779B1u)));
    Value unsigned64 = arith::ExtUIOp::create(b, loc, wide, mixed), factor = arith::IndexCastOp::create(b, loc, wide, size);
    Value scaled = arith::MulIOp::create(b, loc, unsigned64, factor);
    Value half = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(32));
    Value upper = arith::ShRUIOp::create(b, loc, scaled, half);
    return arith::IndexCastOp::create(b, loc, b.getIndexType(), upper);
  }
  Value integer(int32_t value) { return arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(value)); }
  Value compare(arith::CmpIPredicate predicate, Value x, Value y) {
    return arith::CmpIOp::create(b, loc, predicate, x, y);
  }

  OpBuilder &b;
  Location loc;
  RowLoops &rows;
  Value size;
};

/// Two loops: sums of rows with equal indices, in the order in which these are first
/// seen; then the body for each sum. All memory but the tables is as large as the
/// batch.
struct LowerUpdateRows : OpRewritePattern<UpdateRowsOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(UpdateRowsOp op, PatternRewriter &rewriter) const override {
    LinalgBuilder linalg(rewriter, op);
    RowLoops rows(linalg);
    SmallVector<Value> united = unite(op, linalg, rows);
    Value indices = united[0], sums = united[1], count = united[2];
    auto update = [&](Value i, ValueRange tables) {
      prefetch(op, rows, indices, i, count);
      Value at = rows.element(indices, i);
      IRMapping map;
      map.map(op.block().getArgument(0), rows.row(sums, i));
      for (auto [argument, table] : llvm::zip(op.block().getArguments().drop_front(), tables))
        map.map(argument, rows.row(table, at));
      for (Operation &inner : op.block().without_terminator())
        rewriter.clone(inner, map);
      SmallVector<Value> next;
      for (auto [value, table] : llvm::zip(op.block().getTerminator()->getOperands(), tables))
        next.push_back(rows.setRow(table, at, map.lookupOrDefault(value)));
      return next;
    };
    rewriter.replaceOp(op, rows.loop(count, op.getTables(), update));
    return success();
  }

private:
  /// Asks for the rows of a later index. They are anywhere in memory, so that the
  /// processor has no guess, and one row is not work enough to wait for another.
  static void prefetch(UpdateRowsOp op, RowLoops &rows, Value indices, Value i, Value count) {
    constexpr int64_t distance = 16, lineBytes = 64, mostLines = 16;
    OpBuilder &b = rows.builder();
    Location loc = op.getLoc();
    Value last = arith::SubIOp::create(b, loc, count, rows.index(1));
    Value later = arith::AddIOp::create(b, loc, i, rows.index(distance));
    Value at = rows.element(indices, arith::MinUIOp::create(b, loc, later, last));
    for (Value table : op.getTables()) {
      auto whole = table.getDefiningOp<bufferization::ToTensorOp>();
      auto type = tensorType(table);
      if (!whole || type.getRank() > 2)
        continue;
      const int64_t inLine = lineBytes / static_cast<int64_t>(elementBytes(type.getElementType()));
      const int64_t width = type.getRank() == 2 ? type.getDimSize(1) : 1;
      for (int64_t first = 0; first < std::min(width, mostLines * inLine); first += inLine) {
        SmallVector<Value> place = {at};
        if (type.getRank() == 2)
          place.push_back(rows.index(first));
        memref::PrefetchOp::create(b, loc, whole.getBuffer(), place, /*isWrite=*/true, /*localityHint=*/3,
                                   /*isDataCache=*/true);
      }
    }
  }

  /// Indices without repetition, the sum of the rows of each, and their number.
  static SmallVector<Value> unite(UpdateRowsOp op, LinalgBuilder &linalg, RowLoops &rows) {
    OpBuilder &b = linalg.builder;
    Location loc = op.getLoc();
    RankedTensorType ids = tensorType(op.getIds());
    const int64_t outer = ids.getRank();
    Value list = rows.flat(op.getIds(), outer), added = rows.flat(op.getRows(), outer);
    IndexTable table(linalg, rows, ids);
    SmallVector<Value> first = {rows.flat(linalg.empty(ids), outer), rows.flat(linalg.empty(op.getRows().getType()), outer),
                                rows.index(0), table.empty};
    auto unite = [&](Value i, ValueRange carried) -> SmallVector<Value> {
      Value indices = carried[0], sums = carried[1], count = carried[2], seen = carried[3];
      Value id = tensor::ExtractOp::create(b, loc, list, i);
      Value at = table.find(seen, id);
      Value isNew = table.isFree(seen, at);
      Value known = arith::IndexCastOp::create(b, loc, b.getIndexType(), table.get(seen, at, 1));
      Value place = arith::SelectOp::create(b, loc, isNew, count, known);
      // What stands in a place that was not used yet means nothing.
      Value row = rows.row(added, i), before = rows.row(sums, place);
      Value sum = combineRows(linalg, row, before,
                              [&](OpBuilder &b, Location loc, ValueRange v) -> SmallVector<Value> {
                                Value both = arith::AddFOp::create(b, loc, v[1], v[0]);
                                return {arith::SelectOp::create(b, loc, isNew, v[0], both)};
                              });
      Value number = arith::IndexCastOp::create(b, loc, b.getI32Type(), place);
      Value next = arith::AddIOp::create(b, loc, count, rows.index(1));
      return {tensor::InsertOp::create(b, loc, id, indices, place), rows.setRow(sums, place, sum),
              arith::SelectOp::create(b, loc, isNew, next, count), table.set(seen, at, id, number)};
    };
    return rows.loop(rows.count(ids), first, unite);
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
