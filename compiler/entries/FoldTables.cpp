//===- FoldTables.cpp - linear maps into the tables before them -----------===//
//
// The block is walked once, and each value that is a lookup of rows, or made of one
// row by row, gets a table of its own beside it. Those tables that nobody looks
// into are dead afterwards.
//
//===----------------------------------------------------------------------===//

#include "entries/FoldTables.h"

#include "ingot/Dialect/Remarks.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/MapVector.h"

#include <numeric>

using namespace mlir;
using namespace ingot;

namespace {

/// A value that is `gather_rows table, ids` with its dimensions in another order.
struct Lookup {
  Value root;  ///< the first table
  Value table; ///< what has been done to its rows
  Value ids;
  SmallVector<int64_t> dims; ///< of the value: which one of the lookup each is
  bool isProduct = false;    ///< a contraction was done to the rows

  int64_t numIds() const { return tensorType(ids).getRank(); }
  bool isOfRow(int64_t dim) const { return dims[dim] >= numIds(); }
  /// Where a dimension of the value that is of the row lies in the table.
  int64_t inTable(int64_t dim) const { return dims[dim] - numIds() + 1; }
};

class TableFolder {
public:
  explicit TableFolder(EntryOp entry) : entry(entry), builder(entry.getContext()) {}

  void run() {
    for (Operation &op : llvm::make_early_inc_range(entry.block())) {
      if (op.getNumResults() != 1)
        continue;
      builder.setInsertionPoint(&op);
      if (std::optional<Lookup> lookup = follow(&op))
        lookups.insert({op.getResult(0), *lookup});
    }
    // By first table: what is read of it, in the form that others than lookups see.
    llvm::MapVector<Value, SmallVector<Value>> read;
    for (auto &[value, lookup] : lookups)
      if (!llvm::all_of(value.getUsers(), [&](Operation *user) { return isLookup(user); }))
        read[lookup.root].push_back(value);
    for (auto &[root, values] : read)
      if (pays(root, values))
        llvm::for_each(values, [&](Value value) { replace(value, lookups.find(value)->second); });
    eraseDead();
  }

private:
  bool isLookup(Operation *op) { return op->getNumResults() == 1 && lookups.contains(op->getResult(0)); }

  /// What `op` makes of lookups, if that is a lookup.
  std::optional<Lookup> follow(Operation *op) {
    if (auto gather = dyn_cast<GatherRowsOp>(op))
      return begin(gather);
    if (llvm::none_of(op->getOperands(), [&](Value operand) { return lookups.contains(operand); }))
      return std::nullopt;
    if (auto contract = dyn_cast<ContractOp>(op))
      return followContract(contract);
    if (auto transpose = dyn_cast<TransposeOp>(op))
      return followTranspose(transpose);
    if (auto slice = dyn_cast<SliceOp>(op))
      return followSlice(slice);
    if (isa<NegOp, ExpOp, LogOp, SqrtOp, TanhOp, SigmoidOp, SoftplusOp, ReluOp, AbsOp, SignOp, ErfOp, AddOp, SubOp, MulOp,
            DivOp, MaxOp, MinOp>(op))
      return followElementwise(op);
    return std::nullopt;
  }

  std::optional<Lookup> begin(GatherRowsOp gather) {
    if (!weights.contains(gather.getTable()))
      return std::nullopt;
    SmallVector<int64_t> dims(tensorType(gather).getRank());
    std::iota(dims.begin(), dims.end(), 0);
    return Lookup{gather.getTable(), gather.getTable(), gather.getIds(), dims};
  }

  Lookup lookupOf(Value value) { return lookups.find(value)->second; }

  std::optional<Lookup> followTranspose(TransposeOp op) {
    Lookup lookup = lookupOf(op.getX());
    SmallVector<int64_t> before = lookup.dims;
    for (auto [dim, from] : llvm::zip(lookup.dims, op.getPerm()))
      dim = before[from];
    return lookup;
  }

  std::optional<Lookup> followSlice(SliceOp op) {
    Lookup lookup = lookupOf(op.getX());
    if (!lookup.isOfRow(op.getAxis()))
      return std::nullopt;
    lookup.table = unique(SliceOp::create(builder, op.getLoc(), lookup.table, lookup.inTable(op.getAxis()),
                                          op.getOffset(), op.getSize()));
    return lookup;
  }

  /// Positions stay apart, and the other operand is one of weights.
  std::optional<Lookup> followContract(ContractOp op) {
    const bool isLhs = lookups.contains(op.getLhs());
    Lookup lookup = lookupOf(isLhs ? op.getLhs() : op.getRhs());
    Value other = isLhs ? op.getRhs() : op.getLhs();
    std::optional<char> row = unusedLabel(op.getEquation());
    if (!weights.contains(other) || !row)
      return std::nullopt;
    shape::Equation terms = *shape::parseEquation(op.getEquation().str());
    const std::string &own = isLhs ? terms.lhs : terms.rhs, &others = isLhs ? terms.rhs : terms.lhs;

    // The label of each position, by dimension of the lookup; those of the table.
    std::string positions(lookup.numIds(), ' '), ofTable(tensorType(lookup.table).getRank(), *row);
    for (size_t dim = 0; dim < own.size(); ++dim) {
      if (lookup.isOfRow(dim)) {
        ofTable[lookup.inTable(dim)] = own[dim];
        continue;
      }
      if (!StringRef(terms.result).contains(own[dim]) || StringRef(others).contains(own[dim]))
        return std::nullopt;
      positions[lookup.dims[dim]] = own[dim];
    }
    std::string result(1, *row);
    SmallVector<int64_t> dims;
    for (char label : terms.result) {
      size_t position = positions.find(label);
      dims.push_back(position != std::string::npos ? position : lookup.numIds() + result.size() - 1);
      if (position == std::string::npos)
        result += label;
    }
    std::string equation = (isLhs ? ofTable + "," + others : others + "," + ofTable) + "->" + result;
    auto table = ContractOp::create(builder, op.getLoc(), equation, isLhs ? lookup.table : other,
                                    isLhs ? other : lookup.table);
    // What grows here may shrink again, but seldom does.
    if (bytesOf(table) > bytesOf(lookup.table)) {
      remark::missed(op.getLoc(), remarkOn(op, "prepare", "fold"))
          << remark::add("the rows looked up are multiplied in each call")
          << remark::reason("a table of products would have {0} bytes, and this one has {1}", bytesOf(table),
                            bytesOf(lookup.table));
      table.erase();
      return std::nullopt;
    }
    lookup.table = unique(table);
    lookup.dims = dims;
    lookup.isProduct = true;
    return lookup;
  }

  static std::optional<char> unusedLabel(StringRef equation) {
    for (char label = 'a'; label <= 'z'; ++label)
      if (!equation.contains(label))
        return label;
    return std::nullopt;
  }

  /// Lookups at the same positions, and what is the same at all of them.
  std::optional<Lookup> followElementwise(Operation *op) {
    Lookup lookup =
        lookupOf(*llvm::find_if(op->getOperands(), [&](Value operand) { return lookups.contains(operand); }));
    RankedTensorType type = tensorType(lookup.table);
    SmallVector<Value> operands;
    for (Value operand : op->getOperands()) {
      auto found = lookups.find(operand);
      Value rows = found == lookups.end() ? rowsOf(operand, lookup)
                   : found->second.ids == lookup.ids && found->second.dims == lookup.dims ? found->second.table
                                                                                         : Value();
      if (!rows || rows.getType() != type)
        return std::nullopt;
      if (found != lookups.end()) {
        // Of two tables neither is the one that gets smaller.
        if (found->second.root != lookup.root)
          return std::nullopt;
        lookup.isProduct |= found->second.isProduct;
      }
      operands.push_back(rows);
    }
    OperationState state(op->getLoc(), op->getName(), operands, {type}, op->getAttrs());
    lookup.table = unique(builder.create(state));
    return lookup;
  }

  /// `value`, which repeats at each position of `lookup`, for each row of its table.
  Value rowsOf(Value value, const Lookup &lookup) {
    RankedTensorType type = tensorType(lookup.table);
    if (auto fill = value.getDefiningOp<FillOp>())
      return unique(FillOp::create(builder, fill.getLoc(), type, fill.getValue(), Value()));
    Location loc = value.getLoc();
    // Which dimension of what is repeated each one of `value` is.
    SmallVector<std::optional<int64_t>> source;
    for (int64_t dim = 0; dim < tensorType(value).getRank(); ++dim)
      source.push_back(dim);
    while (auto broadcast = value.getDefiningOp<BroadcastOp>()) {
      for (std::optional<int64_t> &dim : source) {
        const int64_t *from = dim ? llvm::find(broadcast.getDims(), *dim) : nullptr;
        dim = from && from != broadcast.getDims().end() ? std::optional(from - broadcast.getDims().begin())
                                                        : std::nullopt;
      }
      value = broadcast.getX();
    }
    if (!weights.contains(value))
      return {};
    SmallVector<int64_t> dims(tensorType(value).getRank());
    for (auto [dim, from] : llvm::enumerate(source)) {
      if (from && !lookup.isOfRow(dim))
        return {};
      if (from)
        dims[*from] = lookup.inTable(dim);
    }
    if (!llvm::is_sorted(dims))
      return {};
    return unique(BroadcastOp::create(builder, loc, type, value, builder.getDenseI64ArrayAttr(dims), Value()));
  }

  /// `op`, or an equal one that is there: shared layers look into one table.
  Value unique(Operation *op) {
    for (Operation *before : made)
      if (OperationEquivalence::isEquivalentTo(before, op, OperationEquivalence::IgnoreLocations)) {
        op->erase();
        return before->getResult(0);
      }
    made.push_back(op);
    return op->getResult(0);
  }

  /// What is read of `root`, as `values`, is less than it, and a product is saved.
  bool pays(Value root, ArrayRef<Value> values) {
    llvm::SetVector<Value> tables;
    bool isProduct = false, isRead = false;
    for (Value value : values) {
      const Lookup &lookup = lookups.find(value)->second;
      tables.insert(lookup.table);
      isProduct |= lookup.isProduct;
      isRead |= !lookup.isProduct;
    }
    if (!isProduct)
      return false;
    int64_t bytes = 0;
    for (Value table : tables)
      bytes += bytesOf(table);
    if (!isRead && bytes < bytesOf(root)) {
      remark::passed(values.front().getLoc(), remarkOn(values.front().getDefiningOp(), "prepare", "fold"))
          << remark::add("what is done to the rows looked up is done to all {0} rows once, tables of {1} bytes in place "
                         "of {2}",
                         tensorType(root).getDimSize(0), bytes, bytesOf(root));
      return true;
    }
    remark::missed(values.front().getLoc(), remarkOn(values.front().getDefiningOp(), "prepare", "fold"))
        << remark::add("the rows looked up are multiplied in each call")
        << remark::reason("{0}", isRead ? std::string("they are read by more than the product")
                                        : llvm::formatv("tables of products would have {0} bytes, and this one has {1}",
                                                        bytes, bytesOf(root)).str());
    return false;
  }

  void replace(Value value, const Lookup &lookup) {
    builder.setInsertionPointAfterValue(value);
    Location loc = value.getLoc();
    Value rows = GatherRowsOp::create(builder, loc, lookup.table, lookup.ids);
    if (!llvm::is_sorted(lookup.dims))
      rows = TransposeOp::create(builder, loc, rows, builder.getDenseI64ArrayAttr(lookup.dims));
    value.replaceAllUsesWith(rows);
  }

  void eraseDead() {
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(entry.block())))
      if (op.use_empty() && isPure(&op) && !op.hasTrait<OpTrait::IsTerminator>())
        op.erase();
  }

  EntryOp entry;
  OpBuilder builder;
  WeightValues weights;
  llvm::MapVector<Value, Lookup> lookups;
  SmallVector<Operation *> made;
};

} // namespace

void ingot::foldTables(EntryOp entry) { TableFolder(entry).run(); }
