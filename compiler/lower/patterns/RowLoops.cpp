//===- RowLoops.cpp - loops over the rows that indices name ---------------===//

#include "lower/patterns/RowLoops.h"

#include "lower/Layout.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace ingot;

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

Value RowLoops::index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }

Value RowLoops::flat(Value value, int64_t outer) {
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

Value RowLoops::count(RankedTensorType type) {
  int64_t known = 1;
  for (int64_t size : type.getShape())
    known *= ShapedType::isDynamic(size) ? 1 : size;
  if (type.hasStaticShape())
    return index(known);
  return arith::MulIOp::create(b, loc, linalg.batch(), index(known));
}

SmallVector<Value> RowLoops::loop(Value begin, Value end, int64_t step, ValueRange carried, Body body) {
  auto op = scf::ForOp::create(b, loc, begin, end, index(step), carried);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.getBody());
  SmallVector<Value> next = body(op.getInductionVar(), op.getRegionIterArgs());
  scf::YieldOp::create(b, loc, next);
  return llvm::to_vector_of<Value>(op.getResults());
}

namespace {
/// Rows of a table, from one on.
struct Place {
  SmallVector<OpFoldResult> offsets, sizes, strides;

  Place(OpBuilder &b, RankedTensorType type, Value first, OpFoldResult count)
      : offsets(type.getRank(), b.getIndexAttr(0)), sizes({count}), strides(type.getRank(), b.getIndexAttr(1)) {
    offsets.front() = first;
    for (int64_t size : type.getShape().drop_front())
      sizes.push_back(b.getIndexAttr(size));
  }
};
} // namespace

Value RowLoops::row(Value table, Value i) {
  RankedTensorType type = tensorType(table);
  Place place(b, type, i, b.getIndexAttr(1));
  auto rowType = RankedTensorType::get(type.getShape().drop_front(), type.getElementType());
  return tensor::ExtractSliceOp::create(b, loc, rowType, table, place.offsets, place.sizes, place.strides);
}

Value RowLoops::setRow(Value table, Value i, Value row) {
  Place place(b, tensorType(table), i, b.getIndexAttr(1));
  return tensor::InsertSliceOp::create(b, loc, row, table, place.offsets, place.sizes, place.strides);
}

Value RowLoops::block(Value table, Value begin, Value size) {
  Place place(b, tensorType(table), begin, size);
  return tensor::ExtractSliceOp::create(b, loc, table, place.offsets, place.sizes, place.strides);
}

Value RowLoops::setBlock(Value table, Value begin, Value size, Value rows) {
  Place place(b, tensorType(table), begin, size);
  return tensor::InsertSliceOp::create(b, loc, rows, table, place.offsets, place.sizes, place.strides);
}

Value RowLoops::element(Value list, Value i) {
  return arith::IndexCastOp::create(b, loc, b.getIndexType(), tensor::ExtractOp::create(b, loc, list, i));
}

Value RowLoops::combine(Value row, Value into, GenericBody body) {
  const int64_t rank = tensorType(into).getRank();
  SmallVector<AffineMap> maps(2, linalg.identity(rank));
  SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
  auto yield = [&](OpBuilder &b, Location loc, ValueRange v) { linalg::YieldOp::create(b, loc, body(b, loc, v)); };
  return linalg::GenericOp::create(b, loc, into.getType(), row, into, maps, iterators, yield).getResult(0);
}

Value RowLoops::addRow(Value table, Value i, Value added) {
  Value before = row(table, i);
  Value sum = combine(added, before, [](OpBuilder &b, Location loc, ValueRange v) -> SmallVector<Value> {
    return {arith::AddFOp::create(b, loc, v[1], v[0])};
  });
  return setRow(table, i, sum);
}

//===----------------------------------------------------------------------===//
// Uniting
//===----------------------------------------------------------------------===//

namespace {

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

} // namespace

UnitedRows ingot::uniteRows(LinalgBuilder &linalg, Value ids, Value rows) {
  OpBuilder &b = linalg.builder;
  Location loc = linalg.loc;
  RowLoops loops(linalg);
  RankedTensorType type = tensorType(ids);
  const int64_t outer = type.getRank();
  Value list = loops.flat(ids, outer), added = rows ? loops.flat(rows, outer) : Value();
  IndexTable table(linalg, loops, type);
  // Beside the indices, either sums or places.
  SmallVector<Value> first = {loops.flat(linalg.empty(type), outer),
                              loops.flat(linalg.empty(rows ? rows.getType() : ids.getType()), outer), loops.index(0),
                              table.empty};
  auto unite = [&](Value i, ValueRange carried) -> SmallVector<Value> {
    Value indices = carried[0], beside = carried[1], count = carried[2], seen = carried[3];
    Value id = tensor::ExtractOp::create(b, loc, list, i);
    Value at = table.find(seen, id);
    Value isNew = table.isFree(seen, at);
    Value known = arith::IndexCastOp::create(b, loc, b.getIndexType(), table.get(seen, at, 1));
    Value place = arith::SelectOp::create(b, loc, isNew, count, known);
    Value number = arith::IndexCastOp::create(b, loc, b.getI32Type(), place);
    if (rows) {
      // What stands in a place that was not used yet means nothing.
      auto add = [&](OpBuilder &b, Location loc, ValueRange v) -> SmallVector<Value> {
        Value both = arith::AddFOp::create(b, loc, v[1], v[0]);
        return {arith::SelectOp::create(b, loc, isNew, v[0], both)};
      };
      Value row = loops.row(added, i), before = loops.row(beside, place);
      Value sum = loops.combine(row, before, add);
      beside = loops.setRow(beside, place, sum);
    } else {
      beside = tensor::InsertOp::create(b, loc, number, beside, i);
    }
    Value next = arith::AddIOp::create(b, loc, count, loops.index(1));
    return {tensor::InsertOp::create(b, loc, id, indices, place), beside,
            arith::SelectOp::create(b, loc, isNew, next, count), table.set(seen, at, id, number)};
  };
  SmallVector<Value> united = loops.loop(loops.count(type), first, unite);
  if (rows)
    return {united[0], united[2], united[1], {}};
  Value places = united[1];
  if (outer > 1) {
    SmallVector<ReassociationIndices> group = {llvm::to_vector(llvm::seq<int64_t>(0, outer))};
    places = tensor::ExpandShapeOp::create(b, loc, type, places, group, linalg.sizesOf(type));
  }
  return {united[0], united[2], {}, places};
}

//===----------------------------------------------------------------------===//
// Updates
//===----------------------------------------------------------------------===//

void ingot::prefetchRows(LinalgBuilder &linalg, ValueRange tables, const UnitedRows &united, Value i, bool areWritten) {
  constexpr int64_t distance = 16, lineBytes = 64, mostLines = 16;
  OpBuilder &b = linalg.builder;
  Location loc = linalg.loc;
  RowLoops loops(linalg);
  Value last = arith::SubIOp::create(b, loc, united.count, loops.index(1));
  Value later = arith::AddIOp::create(b, loc, i, loops.index(distance));
  Value at = loops.element(united.indices, arith::MinUIOp::create(b, loc, later, last));
  for (Value table : tables) {
    auto whole = table.getDefiningOp<bufferization::ToTensorOp>();
    auto type = tensorType(table);
    if (!whole || type.getRank() > 2)
      continue;
    const int64_t inLine = lineBytes / static_cast<int64_t>(elementBytes(type.getElementType()));
    const int64_t width = type.getRank() == 2 ? type.getDimSize(1) : 1;
    for (int64_t first = 0; first < std::min(width, mostLines * inLine); first += inLine) {
      SmallVector<Value> place = {at};
      if (type.getRank() == 2)
        place.push_back(loops.index(first));
      memref::PrefetchOp::create(b, loc, whole.getBuffer(), place, areWritten, /*localityHint=*/3,
                                 /*isDataCache=*/true);
    }
  }
}

SmallVector<Value> ingot::updateRows(UpdateRowsOp op, LinalgBuilder &linalg, const UnitedRows &united, Value begin,
                                     Value end, ValueRange tables, llvm::function_ref<Value(Value)> sumOf) {
  OpBuilder &b = linalg.builder;
  RowLoops loops(linalg);
  auto update = [&](Value i, ValueRange tables) {
    prefetchRows(linalg, op.getTables(), united, i, /*areWritten=*/true);
    Value at = loops.element(united.indices, i);
    IRMapping map;
    map.map(op.block().getArgument(0), sumOf(i));
    for (auto [argument, table] : llvm::zip(op.block().getArguments().drop_front(), tables))
      map.map(argument, loops.row(table, at));
    for (Operation &inner : op.block().without_terminator())
      b.clone(inner, map);
    SmallVector<Value> next;
    for (auto [value, table] : llvm::zip(op.block().getTerminator()->getOperands(), tables))
      next.push_back(loops.setRow(table, at, map.lookupOrDefault(value)));
    return next;
  };
  return loops.loop(begin, end, 1, tables, update);
}
