//===- UniteRows.cpp - products with rows that indices name ---------------===//
//
// In: functions with compute ops of tier 2. Out: a product of gathered rows is over
// each row of the table that the batch names once, however often it names it; what
// the backward pass adds up for a row it adds up before its product, not behind it.
// Both are the same by distributivity. Rows are copied block by block, while the
// products with them are at work: no stack of them is ever in memory, nor one of
// their gradients.
//
//===----------------------------------------------------------------------===//

#include "ingot/Dialect/Remarks.h"
#include "lower/Passes.h"
#include "lower/patterns/RowLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/RegionUtils.h"

#include <algorithm>
#include <map>
#include <numeric>

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_UNITEROWSPASS
#include "lower/Passes.h.inc"
} // namespace ingot

using namespace ingot;

/// With fewer numbers in a row, a product is cheaper than finding it again.
static constexpr int64_t leastWidth = 64;

/// Rows that one block has: three eighths of L2, and whole tiles.
static int64_t rowsInBlock(int64_t width, ModuleOp module) {
  constexpr int64_t usualL2 = 512 << 10, tiles = 48;
  auto l2 = module->getAttrOfType<IntegerAttr>("ingot.l2_bytes");
  const int64_t bytes = (l2 ? l2.getInt() : usualL2) / 8 * 3;
  return std::clamp<int64_t>(bytes / (width * 4) / tiles * tiles, tiles, 4 * tiles);
}

//===----------------------------------------------------------------------===//
// What there is
//===----------------------------------------------------------------------===//

namespace {

/// Labels of an equation by what they stand for: dimensions of the indices, of a
/// table's row, and of what the product makes of a row or its gradient has.
struct Labels {
  std::string indices, row, result;
};

/// A product that reads rows, or whose result is rows.
struct RowProduct {
  ContractOp op;
  Labels labels;
  /// The operand that is the rows, or their gradient.
  unsigned side = 0;

  shape::Equation terms() { return *shape::parseEquation(op.getEquation().str()); }
  std::string term(bool ofSide) { return (side == 0) == ofSide ? terms().lhs : terms().rhs; }
  Value operand(bool ofSide) { return (side == 0) == ofSide ? op.getLhs() : op.getRhs(); }
};

/// Rows that the batch's indices name, in one block of a function.
struct RowsOfBatch {
  /// Where their gradients go: `ingot.update_rows` or `ingot.scatter_rows`.
  Operation *sink = nullptr;
  Value ids;
  /// The product that makes the gradients; those of the rows; and those of the
  /// rows and a gradient, for a weight's.
  RowProduct gradient;
  SmallVector<std::pair<GatherRowsOp, RowProduct>> forward, weight;
  /// Tables and what else the sink needs, defined behind the product.
  SmallVector<Operation *> moved;
};

} // namespace

static bool areSame(std::string a, std::string b) {
  llvm::sort(a), llvm::sort(b);
  return a == b;
}

static bool shareNone(StringRef a, StringRef b) { return a.find_first_of(b) == StringRef::npos; }

/// What stands in `term` behind its first labels, if these are those of `indices`.
static std::optional<std::string> behindIndices(const std::string &term, const std::string &indices) {
  if (term.size() <= indices.size() || !areSame(term.substr(0, indices.size()), indices))
    return std::nullopt;
  return term.substr(indices.size());
}

/// The product whose result, perhaps transposed, is `rows`.
static std::optional<RowProduct> findGradient(Value rows, int64_t outer) {
  SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, tensorType(rows).getRank()));
  if (auto transpose = rows.getDefiningOp<TransposeOp>(); transpose && transpose->hasOneUse()) {
    order.assign(transpose.getPerm().begin(), transpose.getPerm().end());
    rows = transpose.getX();
  }
  auto op = rows.getDefiningOp<ContractOp>();
  if (!op || !op->hasOneUse())
    return std::nullopt;
  shape::Equation terms = *shape::parseEquation(op.getEquation().str());
  Labels labels;
  for (auto [i, dim] : llvm::enumerate(order))
    (static_cast<int64_t>(i) < outer ? labels.indices : labels.row) += terms.result[dim];
  for (unsigned side : {0, 1}) {
    auto result = behindIndices(side == 0 ? terms.lhs : terms.rhs, labels.indices);
    if (!result || !shareNone(*result, labels.row) || !shareNone(side == 0 ? terms.rhs : terms.lhs, labels.indices) ||
        !areSame(side == 0 ? terms.rhs : terms.lhs, labels.row + *result))
      continue;
    labels.result = *result;
    return RowProduct{op, labels, side};
  }
  return std::nullopt;
}

/// Adds `op` to the products of the rows of `gather` that are understood. Dimension
/// i of what it reads is dimension `order[i]` of these.
static void addReader(RowsOfBatch &batch, GatherRowsOp gather, OpOperand &use, ArrayRef<int64_t> order) {
  auto op = dyn_cast<ContractOp>(use.getOwner());
  if (!op || op->getBlock() != batch.sink->getBlock() || op.getLhs() == op.getRhs())
    return;
  RowProduct product{op, {}, use.getOperandNumber()};
  const std::string term = product.term(true), other = product.term(false), result = product.terms().result;
  std::string ofRows(order.size(), ' ');
  for (auto [label, dim] : llvm::zip(term, order))
    ofRows[dim] = label;
  Labels &labels = product.labels;
  const size_t outer = tensorType(gather.getIds()).getRank();
  labels.indices = ofRows.substr(0, outer), labels.row = ofRows.substr(outer);
  if (auto ofGradient = behindIndices(other, labels.indices)) {
    labels.result = *ofGradient;
    if (shareNone(*ofGradient, labels.row) && areSame(result, labels.row + labels.result))
      batch.weight.push_back({gather, product});
    return;
  }
  for (char label : result)
    if (labels.indices.find(label) == std::string::npos)
      labels.result += label;
  if (!labels.result.empty() && shareNone(labels.result, labels.row) && areSame(other, labels.row + labels.result) &&
      areSame(result, labels.indices + labels.result))
    batch.forward.push_back({gather, product});
}

static Value memoryOf(Value table) {
  auto read = table.getDefiningOp<bufferization::ToTensorOp>();
  return read ? read.getBuffer() : table;
}

/// Whether the sink changes the table that `gather` reads.
static bool isUpdated(RowsOfBatch &batch, GatherRowsOp gather) {
  auto update = dyn_cast<UpdateRowsOp>(batch.sink);
  return update && llvm::is_contained(llvm::map_range(update.getTables(), memoryOf), memoryOf(gather.getTable()));
}

/// The products of the rows that the sink's indices name. Those of a table that has
/// an update of its own are left to that.
static void findReaders(RowsOfBatch &batch) {
  for (Operation *user : batch.ids.getUsers()) {
    auto gather = dyn_cast<GatherRowsOp>(user);
    if (!gather || gather->getBlock() != batch.sink->getBlock() ||
        (isa<UpdateRowsOp>(batch.sink) && !isUpdated(batch, gather)))
      continue;
    auto order = llvm::to_vector(llvm::seq<int64_t>(0, tensorType(gather).getRank()));
    for (OpOperand &use : gather->getUses())
      if (auto transpose = dyn_cast<TransposeOp>(use.getOwner())) {
        for (OpOperand &ofTranspose : transpose->getUses())
          addReader(batch, gather, ofTranspose, transpose.getPerm());
      } else {
        addReader(batch, gather, use, order);
      }
  }
}

/// Whether the sink may be where its product is: then nobody reads a table between
/// the two, and what it needs is there or can be moved.
static bool canRise(RowsOfBatch &batch) {
  Operation *product = batch.gradient.op;
  auto isBehind = [&](Operation *op) {
    Operation *inBlock = product->getBlock()->findAncestorOpInBlock(*op);
    return inBlock && product->isBeforeInBlock(inBlock);
  };
  SetVector<Value> needed(batch.sink->operand_begin(), batch.sink->operand_end());
  getUsedValuesDefinedAbove(batch.sink->getRegions(), needed);
  for (Value value : needed) {
    Operation *definition = value.getDefiningOp();
    if (!definition || !isBehind(definition) || isa<TransposeOp>(definition))
      continue;
    auto read = dyn_cast<bufferization::ToTensorOp>(definition);
    Operation *memory = read ? read.getBuffer().getDefiningOp() : nullptr;
    if (!memory || isBehind(memory))
      return false;
    batch.moved.push_back(read);
  }
  auto update = dyn_cast<UpdateRowsOp>(batch.sink);
  if (!update)
    return true;
  for (Value table : update.getTables()) {
    SmallVector<Value> views = {table};
    if (auto read = table.getDefiningOp<bufferization::ToTensorOp>())
      for (Operation *user : read.getBuffer().getUsers())
        if (auto other = dyn_cast<bufferization::ToTensorOp>(user))
          views.push_back(other.getResult());
    for (Value view : views)
      for (Operation *user : view.getUsers())
        if (user != batch.sink && isBehind(user))
          return false;
  }
  return true;
}

/// Whether a product stands behind the update of the table whose rows it reads.
static bool hasToRise(RowsOfBatch &batch, GatherRowsOp gather, RowProduct &weight) {
  return isUpdated(batch, gather) && batch.gradient.op->isBeforeInBlock(weight.op);
}

static std::optional<RowsOfBatch> findRows(Operation *sink) {
  RowsOfBatch batch;
  batch.sink = sink;
  Value rows;
  if (auto update = dyn_cast<UpdateRowsOp>(sink))
    batch.ids = update.getIds(), rows = update.getRows();
  else if (auto scatter = dyn_cast<ScatterRowsOp>(sink))
    batch.ids = scatter.getIds(), rows = scatter.getRows();
  if (!rows || tensorType(batch.ids).getRank() == 0)
    return std::nullopt;
  const int64_t outer = tensorType(batch.ids).getRank();
  auto gradient = findGradient(rows, outer);
  if (!gradient || gradient->op->getBlock() != sink->getBlock())
    return std::nullopt;
  int64_t width = 1;
  for (int64_t size : tensorType(rows).getShape().drop_front(outer))
    width *= size;
  batch.gradient = *gradient;
  if (width < leastWidth || !canRise(batch))
    return std::nullopt;
  findReaders(batch);
  llvm::sort(batch.weight, [](auto &a, auto &b) { return a.second.op->isBeforeInBlock(b.second.op); });
  // A weight's product reads the table, so it has to rise with the sink.
  for (auto &[gather, weight] : batch.weight) {
    Operation *definition = weight.operand(false).getDefiningOp();
    if (hasToRise(batch, gather, weight) && definition && !definition->isBeforeInBlock(batch.gradient.op))
      return std::nullopt;
  }
  return batch;
}

//===----------------------------------------------------------------------===//
// What becomes of it
//===----------------------------------------------------------------------===//

namespace {

/// Some of the united rows.
struct Block {
  Value begin, size;
  /// The most that it has.
  int64_t count;
};

class Rewriter {
public:
  using Known = llvm::DenseMap<Value, UnitedRows>;
  Rewriter(RowsOfBatch &batch, Known &known) : batch(batch), builder(batch.sink), united(known[batch.ids]) {}
  void run();

private:
  /// One label for all dimensions of the indices.
  static std::string rows(const std::string &columns) { return '*' + columns; }

  void unite();
  void rewriteForward(GatherRowsOp gather, RowProduct &product);
  void rewriteWeight(GatherRowsOp gather, RowProduct &product);
  void rewriteSink(MutableArrayRef<std::pair<GatherRowsOp, RowProduct>> weights);
  size_t tableOf(GatherRowsOp gather);
  Value addToWeight(LinalgBuilder &linalg, GatherRowsOp gather, RowProduct &product, Value table, Value gradient,
                    const Block &block, Value sum);

  /// The gradients of each row added up: `gradient`, whose first dimensions are
  /// those of the indices in the order of `order`; or an operand of a product.
  Value addUp(LinalgBuilder &linalg, Value gradient, const std::string &order, const std::string &indices);
  Value addUpFor(LinalgBuilder &linalg, RowProduct &product, bool ofSide);
  /// Memory for as many rows as there are indices; or for those of a block.
  Value rowsLike(LinalgBuilder &linalg, ArrayRef<int64_t> row, Type element);
  Value blockLike(LinalgBuilder &linalg, const Block &block, ArrayRef<int64_t> row, Type element);
  Value gatherBlock(LinalgBuilder &linalg, GatherRowsOp gather, Value table, const Block &block);
  Value fill(LinalgBuilder &linalg, Value into);
  /// lhs * rhs + into, by the labels of their dimensions.
  Value multiply(LinalgBuilder &linalg, Value lhs, const std::string &ofLhs, Value rhs, const std::string &ofRhs,
                 Value into, const std::string &ofResult);
  using BlockBody = llvm::function_ref<SmallVector<Value>(const Block &, ValueRange)>;
  /// body(block, carried) for all blocks of united rows, which are so wide.
  SmallVector<Value> forEachBlock(LinalgBuilder &linalg, int64_t width, ValueRange carried, BlockBody body);

  RowsOfBatch &batch;
  OpBuilder builder;
  /// Those of the same indices, for all that have them.
  UnitedRows &united;
  std::map<std::pair<void *, std::string>, Value> sums;
};

} // namespace

static ArrayRef<int64_t> rowOf(Value value, int64_t outer) { return tensorType(value).getShape().drop_front(outer); }

static int64_t widthOf(ArrayRef<int64_t> row) {
  return std::accumulate(row.begin(), row.end(), int64_t{1}, std::multiplies<>());
}

Value Rewriter::rowsLike(LinalgBuilder &linalg, ArrayRef<int64_t> row, Type element) {
  SmallVector<int64_t> shape(tensorType(batch.ids).getShape());
  const int64_t outer = shape.size();
  llvm::append_range(shape, row);
  RowLoops loops(linalg);
  Value all = loops.flat(linalg.empty(RankedTensorType::get(shape, element)), outer);
  return loops.block(all, loops.index(0), united.count);
}

Value Rewriter::blockLike(LinalgBuilder &linalg, const Block &block, ArrayRef<int64_t> row, Type element) {
  SmallVector<int64_t> shape = {block.count};
  llvm::append_range(shape, row);
  RowLoops loops(linalg);
  return loops.block(linalg.empty(RankedTensorType::get(shape, element)), loops.index(0), block.size);
}

Value Rewriter::fill(LinalgBuilder &linalg, Value into) {
  return linalg::FillOp::create(builder, linalg.loc, linalg.constant(0), into).getResult(0);
}

Value Rewriter::multiply(LinalgBuilder &linalg, Value lhs, const std::string &ofLhs, Value rhs, const std::string &ofRhs,
                         Value into, const std::string &ofResult) {
  std::string loops = ofResult;
  for (char label : ofLhs + ofRhs)
    if (loops.find(label) == std::string::npos)
      loops += label;
  auto map = [&](const std::string &term) {
    auto dims = llvm::map_to_vector(term, [&](char label) { return static_cast<int64_t>(loops.find(label)); });
    return linalg.select(loops.size(), dims);
  };
  ArrayAttr maps = builder.getAffineMapArrayAttr({map(ofLhs), map(ofRhs), map(ofResult)});
  return linalg::ContractOp::create(builder, linalg.loc, TypeRange{into.getType()}, ValueRange{lhs, rhs}, ValueRange{into},
                                    maps)
      .getResult(0);
}

SmallVector<Value> Rewriter::forEachBlock(LinalgBuilder &linalg, int64_t width, ValueRange carried, BlockBody body) {
  RowLoops loops(linalg);
  const int64_t count = rowsInBlock(width, batch.sink->getParentOfType<ModuleOp>());
  return loops.loop(loops.index(0), united.count, count, carried, [&](Value begin, ValueRange carried) {
    Value rest = arith::SubIOp::create(builder, linalg.loc, united.count, begin);
    Value size = arith::MinUIOp::create(builder, linalg.loc, rest, loops.index(count));
    return body({begin, size, count}, carried);
  });
}

/// The indices are inputs, so they are there before anything that needs them.
void Rewriter::unite() {
  if (united.indices)
    return;
  builder.setInsertionPointAfterValue(batch.ids);
  LinalgBuilder linalg(builder, batch.sink);
  united = uniteRows(linalg, batch.ids, {});
}

Value Rewriter::addUp(LinalgBuilder &linalg, Value gradient, const std::string &order, const std::string &indices) {
  Value &known = sums[{gradient.getAsOpaquePointer(), order}];
  if (known)
    return known;
  RowLoops loops(linalg);
  RankedTensorType ids = tensorType(batch.ids);
  const int64_t outer = ids.getRank();
  Value places = united.places;
  if (order != indices) {
    SmallVector<int64_t> permutation, shape;
    for (char label : order) {
      permutation.push_back(indices.find(label));
      shape.push_back(ids.getDimSize(permutation.back()));
    }
    SmallVector<int64_t> inverse(outer);
    for (auto [i, dim] : llvm::enumerate(permutation))
      inverse[dim] = i;
    places = linalg.elementwise(ids.clone(shape), places, linalg.select(outer, inverse),
                                [](OpBuilder &, Location, ValueRange v) -> SmallVector<Value> { return {v[0]}; });
  }
  places = loops.flat(places, outer);
  Value rows = loops.flat(gradient, outer);
  Value zeros = fill(linalg, rowsLike(linalg, rowOf(gradient, outer), tensorType(gradient).getElementType()));
  known = loops.loop(loops.count(ids), zeros, [&](Value i, ValueRange carried) -> SmallVector<Value> {
    Value at = loops.element(places, i);
    return {loops.addRow(carried[0], at, loops.row(rows, i))};
  })[0];
  return known;
}

/// Row by row: a loop nest over the block would get a buffer of its own size.
Value Rewriter::gatherBlock(LinalgBuilder &linalg, GatherRowsOp gather, Value table, const Block &block) {
  RowLoops loops(linalg);
  Value into = blockLike(linalg, block, rowOf(table, 1), tensorType(table).getElementType());
  return loops.loop(block.size, into, [&](Value i, ValueRange carried) -> SmallVector<Value> {
    Value number = arith::AddIOp::create(builder, linalg.loc, block.begin, i);
    prefetchRows(linalg, gather.getTable(), united, number, /*areWritten=*/false);
    Value at = loops.element(united.indices, number);
    return {loops.setRow(carried[0], i, loops.row(table, at))};
  })[0];
}

void Rewriter::rewriteForward(GatherRowsOp gather, RowProduct &product) {
  ContractOp op = product.op;
  const Labels &labels = product.labels;
  builder.setInsertionPoint(op);
  LinalgBuilder linalg(builder, op);
  RowLoops loops(linalg);
  RankedTensorType type = tensorType(op);
  const std::string result = product.terms().result;
  SmallVector<int64_t> row;
  for (char label : labels.result)
    row.push_back(type.getDimSize(result.find(label)));
  Value made = forEachBlock(linalg, widthOf(rowOf(gather.getTable(), 1)), rowsLike(linalg, row, type.getElementType()),
                            [&](const Block &block, ValueRange carried) -> SmallVector<Value> {
                              Value x = gatherBlock(linalg, gather, gather.getTable(), block);
                              Value into = fill(linalg, loops.block(carried[0], block.begin, block.size));
                              Value y = multiply(linalg, x, rows(labels.row), product.operand(false), product.term(false),
                                                 into, rows(labels.result));
                              return {loops.setBlock(carried[0], block.begin, block.size, y)};
                            })[0];
  // What was made for each index, where the index stands.
  auto body = [&](OpBuilder &b, Location loc, ValueRange v) -> SmallVector<Value> {
    SmallVector<Value> at = {arith::IndexCastOp::create(b, loc, b.getIndexType(), v[0])};
    for (char label : labels.result)
      at.push_back(linalg::IndexOp::create(b, loc, result.find(label)));
    return {tensor::ExtractOp::create(b, loc, made, at)};
  };
  auto dims = llvm::map_to_vector(labels.indices, [&](char label) { return static_cast<int64_t>(result.find(label)); });
  op.replaceAllUsesWith(linalg.elementwise(type, united.places, linalg.select(type.getRank(), dims), body));
  op.erase();
}

Value Rewriter::addUpFor(LinalgBuilder &linalg, RowProduct &product, bool ofSide) {
  const std::string &indices = product.labels.indices;
  return addUp(linalg, product.operand(ofSide), product.term(ofSide).substr(0, indices.size()), indices);
}

/// `sum` and what the rows of a block, of `table`, add to a weight's gradient.
Value Rewriter::addToWeight(LinalgBuilder &linalg, GatherRowsOp gather, RowProduct &product, Value table, Value gradient,
                            const Block &block, Value sum) {
  RowLoops loops(linalg);
  Value x = gatherBlock(linalg, gather, table, block), y = loops.block(gradient, block.begin, block.size);
  return multiply(linalg, x, rows(product.labels.row), y, rows(product.labels.result), sum, product.terms().result);
}

void Rewriter::rewriteWeight(GatherRowsOp gather, RowProduct &product) {
  ContractOp op = product.op;
  builder.setInsertionPoint(op);
  LinalgBuilder linalg(builder, op);
  Value gradient = addUpFor(linalg, product, false), zeros = linalg.filled(op.getType(), 0);
  Value sum = forEachBlock(linalg, widthOf(rowOf(gather.getTable(), 1)), zeros,
                           [&](const Block &block, ValueRange carried) -> SmallVector<Value> {
                             return {addToWeight(linalg, gather, product, gather.getTable(), gradient, block, carried[0])};
                           })[0];
  op.replaceAllUsesWith(sum);
  op.erase();
}

/// The sink, where its product is. Weights' products with the rows that it changes
/// are in the same loop, so that these come from memory once.
void Rewriter::rewriteSink(MutableArrayRef<std::pair<GatherRowsOp, RowProduct>> weights) {
  RowProduct &product = batch.gradient;
  ContractOp op = product.op;
  for (Operation *read : batch.moved)
    read->moveBefore(op);
  builder.setInsertionPoint(op);
  LinalgBuilder linalg(builder, op), ofSink(builder, batch.sink);
  RowLoops loops(linalg);
  Value gradient = addUpFor(linalg, product, true);
  auto update = dyn_cast<UpdateRowsOp>(batch.sink);
  SmallVector<Value> carried, gradients;
  if (update)
    carried = update.getTables();
  else
    carried = {ofSink.filled(batch.sink->getResult(0).getType(), 0)};
  const size_t tables = carried.size();
  for (auto &[gather, weight] : weights) {
    gradients.push_back(addUpFor(linalg, weight, false));
    carried.push_back(linalg.filled(weight.op.getType(), 0));
  }

  Value rowsOfSink = update ? update.getRows() : cast<ScatterRowsOp>(batch.sink).getRows();
  ArrayRef<int64_t> row = rowOf(rowsOfSink, product.labels.indices.size());
  Type element = tensorType(rowsOfSink).getElementType();
  auto body = [&](const Block &block, ValueRange carried) {
    SmallVector<Value> sums;
    for (auto [weight, before, of] : llvm::zip_equal(weights, carried.drop_front(tables), gradients))
      sums.push_back(addToWeight(linalg, weight.first, weight.second, carried[tableOf(weight.first)], of, block, before));
    Value into = fill(linalg, blockLike(linalg, block, row, element));
    Value made = multiply(linalg, loops.block(gradient, block.begin, block.size), rows(product.labels.result),
                          product.operand(false), product.term(false), into, rows(product.labels.row));
    Value end = arith::AddIOp::create(builder, linalg.loc, block.begin, block.size);
    auto rowAt = [&](Value i) { return loops.row(made, arith::SubIOp::create(builder, linalg.loc, i, block.begin)); };
    auto set = [&](Value i, ValueRange carried) -> SmallVector<Value> {
      Value at = loops.element(united.indices, i);
      return {loops.setRow(carried[0], at, rowAt(i))};
    };
    SmallVector<Value> next =
        update ? updateRows(update, ofSink, united, block.begin, end, carried.take_front(tables), rowAt)
               : loops.loop(block.begin, end, 1, carried.take_front(tables), set);
    llvm::append_range(next, sums);
    return next;
  };
  SmallVector<Value> results = forEachBlock(linalg, widthOf(row), carried, body);
  batch.sink->replaceAllUsesWith(ArrayRef(results).take_front(tables));
  for (auto [weight, sum] : llvm::zip_equal(weights, ArrayRef(results).drop_front(tables))) {
    weight.second.op.replaceAllUsesWith(sum);
    weight.second.op.erase();
  }
}

/// Among the tables of the update, the one that `gather` reads.
size_t Rewriter::tableOf(GatherRowsOp gather) {
  auto tables = llvm::map_range(cast<UpdateRowsOp>(batch.sink).getTables(), memoryOf);
  return std::distance(tables.begin(), llvm::find(tables, memoryOf(gather.getTable())));
}

void Rewriter::run() {
  remark::passed(batch.sink->getLoc(), remarkOn(batch.sink, "rows", "unite"))
      << remark::add("products with the rows that a batch looks up, {0} of them, are over each row once",
                     batch.forward.size() + batch.weight.size() + 1);
  unite();
  for (auto &[gather, product] : batch.forward)
    rewriteForward(gather, product);
  // In their order: the first that needs a sum of gradients makes it.
  Operation *product = batch.gradient.op, *reader = *product->getUsers().begin();
  SmallVector<std::pair<GatherRowsOp, RowProduct>> together, behind;
  for (auto &[gather, weight] : batch.weight)
    if (weight.op->isBeforeInBlock(product))
      rewriteWeight(gather, weight);
    else
      (isUpdated(batch, gather) ? together : behind).push_back({gather, weight});
  rewriteSink(together);
  for (auto &[gather, weight] : behind)
    rewriteWeight(gather, weight);
  batch.sink->erase();
  if (reader != batch.sink)
    reader->erase();
  product->erase();
  SetVector<Operation *> gathers;
  for (auto &list : {batch.forward, batch.weight})
    for (auto &[gather, unused] : list)
      gathers.insert(gather);
  for (Operation *gather : gathers) {
    for (Operation *user : llvm::make_early_inc_range(gather->getUsers()))
      if (isa<TransposeOp>(user) && user->use_empty())
        user->erase();
    if (gather->use_empty())
      gather->erase();
  }
}

namespace {
struct UniteRowsPass : ingot::impl::UniteRowsPassBase<UniteRowsPass> {
  void runOnOperation() override {
    SmallVector<Operation *> sinks;
    getOperation().walk([&](Operation *op) {
      if (isa<UpdateRowsOp, ScatterRowsOp>(op) && isa<func::FuncOp>(op->getParentOp()))
        sinks.push_back(op);
    });
    Rewriter::Known known;
    for (Operation *sink : sinks)
      if (auto batch = findRows(sink))
        Rewriter(*batch, known).run();
  }
};
} // namespace
