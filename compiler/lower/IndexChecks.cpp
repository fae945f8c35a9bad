//===- IndexChecks.cpp - which inputs are indices ------------------------===//

#include "lower/IndexChecks.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace ingot;

namespace {

/// Walks from the indices of a table back to where they come from.
class IndexTrace {
public:
  IndexTrace(EntryOp entry, Operation *user, int64_t rows) : entry(entry), user(user), rows(rows) {}

  LogicalResult run(Value ids) {
    open.push_back(ids);
    while (!open.empty()) {
      Value value = open.pop_back_val();
      if (!seen.insert(value).second)
        continue;
      auto argument = dyn_cast<BlockArgument>(value);
      if (failed(argument ? visit(argument) : visit(cast<OpResult>(value))))
        return failure();
    }
    return success();
  }

private:
  LogicalResult visit(BlockArgument argument) {
    const unsigned number = argument.getArgNumber();
    if (argument.getOwner() == &entry.block()) {
      auto before = entry.getArgAttrOfType<IntegerAttr>(number, names::classes);
      const int64_t limit = before ? std::min(before.getInt(), rows) : rows;
      entry.setArgAttr(number, names::classes, Builder(entry.getContext()).getI64IntegerAttr(limit));
      return success();
    }
    auto scan = cast<ScanOp>(argument.getOwner()->getParentOp());
    if (number >= scan.numCarries()) {
      open.push_back(scan.getXs()[number - scan.numCarries()]);
      return success();
    }
    open.push_back(scan.getCarries()[number]);
    open.push_back(scan.nextCarries()[number]);
    return success();
  }

  LogicalResult visit(OpResult result) {
    Operation *op = result.getOwner();
    if (isa<ViewAsOp, TransposeOp, SliceOp, ReverseOp, BroadcastOp>(op)) {
      open.push_back(op->getOperand(0));
      return success();
    }
    if (auto concat = dyn_cast<ConcatOp>(op)) {
      llvm::append_range(open, concat.getInputs());
      return success();
    }
    if (auto scan = dyn_cast<ScanOp>(op)) {
      open.push_back(scan.block().getTerminator()->getOperand(result.getResultNumber()));
      if (result.getResultNumber() < scan.numCarries())
        open.push_back(scan.getCarries()[result.getResultNumber()]);
      return success();
    }
    if (auto fill = dyn_cast<FillOp>(op)) {
      const int64_t index = cast<IntegerAttr>(fill.getValue()).getInt();
      return index >= 0 && index < rows ? success() : user->emitError("index ") << index << " is not in [0, " << rows << ")";
    }
    InFlightDiagnostic diagnostic = user->emitError("indices are computed; they can be checked only if an input has them");
    diagnostic.attachNote(op->getLoc()) << "computed here";
    return diagnostic;
  }

  EntryOp entry;
  Operation *user;
  int64_t rows;
  SmallVector<Value> open;
  llvm::DenseSet<Value> seen;
};

} // namespace

LogicalResult ingot::markIndices(EntryOp entry) {
  WalkResult result = entry.walk([&](Operation *op) -> WalkResult {
    if (auto gather = dyn_cast<GatherRowsOp>(op))
      return IndexTrace(entry, op, tensorType(gather.getTable()).getDimSize(0)).run(gather.getIds());
    if (auto scatter = dyn_cast<ScatterRowsOp>(op))
      return IndexTrace(entry, op, tensorType(scatter).getDimSize(0)).run(scatter.getIds());
    if (auto update = dyn_cast<UpdateRowsOp>(op); update && !update.getTables().empty())
      return IndexTrace(entry, op, tensorType(update.getTables()[0]).getDimSize(0)).run(update.getIds());
    return success();
  });
  return failure(result.wasInterrupted());
}
