//===- LayOutScans.cpp - products read sequences as they lie --------------===//
//
// In: a sequence (b, t, ...) that is exchanged to (t, b, ...) for products around a
// scan. Out: they read the sequence itself. One before the scan writes its rows in the
// order of the steps; the gradient of its weight adds up sample by sample. A sequence
// that something else wants exchanged is exchanged once for all.
//
//===----------------------------------------------------------------------===//

#include "batching/Passes.h"
#include "ingot/Dialect/Remarks.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_SCANLAYOUTPASS
#include "batching/Passes.h.inc"
} // namespace ingot

using namespace ingot;

/// Do the first two dimensions change places, and nothing else?
static bool isExchange(TransposeOp op) {
  ArrayRef<int64_t> perm = op.getPerm();
  return perm.size() > 2 && perm[0] == 1 && perm[1] == 0 && llvm::is_sorted(perm.drop_front(2));
}

/// Whether `op` can read operand `number` before its exchange at no cost: its first two
/// dimensions are rows of the result. Sums along other dimensions are in the same order then.
static bool hasItsRows(const shape::Equation &terms, unsigned number) {
  return StringRef(terms.result).starts_with((number == 0 ? terms.lhs : terms.rhs).substr(0, 2));
}

/// Whether `op` sums over the first two dimensions of operand `number`, and over as many steps
/// that to add to the result for each sample costs less than the copy.
static bool sumsManySteps(ContractOp op, const shape::Equation &terms, unsigned number) {
  const std::string &own = number == 0 ? terms.lhs : terms.rhs, &other = number == 0 ? terms.rhs : terms.lhs;
  if (!StringRef(other).starts_with(own.substr(0, 2)) || terms.result.find_first_of(own.substr(0, 2)) != std::string::npos)
    return false;
  auto exchanged = cast<RankedTensorType>(op->getOperand(number).getType());
  auto result = cast<RankedTensorType>(op.getType());
  int64_t columns = 1;
  for (auto [label, size] : llvm::zip(terms.result, result.getShape()))
    if (other.find(label) != std::string::npos)
      columns *= size;
  // An element that is copied takes some three quarters of a cycle, one that is added to a third.
  return !result.getNumDynamicDims() && exchanged.getDimSize(0) * 4 >= columns;
}

/// Exchanges the first two dimensions of operand `number`, which becomes `sequence`. A sum over
/// both goes through the samples one by one: the left term says in which order.
static void readAsItLies(ContractOp op, unsigned number, Value sequence) {
  shape::Equation terms = *shape::parseEquation(op.getEquation().str());
  const bool isSum = !hasItsRows(terms, number);
  std::string &own = number == 0 ? terms.lhs : terms.rhs;
  std::swap(own[0], own[1]);
  op->setOperand(number, sequence);
  if (isSum && number == 1) {
    std::swap(terms.lhs, terms.rhs);
    op->setOperands({op.getRhs(), op.getLhs()});
  }
  op.setEquation(terms.lhs + "," + terms.rhs + "->" + terms.result);
  remark::passed(op.getLoc(), remarkOn(op, "recurrence", "layout"))
      << remark::add("the product reads a sequence in the order of the batch, without a copy of it");
}

/// Takes `exchange` away if all that reads it can read the sequence.
static void readAsItLies(TransposeOp exchange) {
  if (!isExchange(exchange) || exchange->use_empty())
    return;
  for (OpOperand &use : exchange->getUses()) {
    auto op = dyn_cast<ContractOp>(use.getOwner());
    if (!op || op.getLhs() == op.getRhs())
      return;
    shape::Equation terms = *shape::parseEquation(op.getEquation().str());
    // What is computed anyway is computed in the order that is wanted.
    const bool wouldBeCopied = isa<BlockArgument>(exchange.getX());
    if (!hasItsRows(terms, use.getOperandNumber()) &&
        !(wouldBeCopied && sumsManySteps(op, terms, use.getOperandNumber())))
      return;
  }
  for (OpOperand &use : llvm::make_early_inc_range(exchange->getUses()))
    readAsItLies(cast<ContractOp>(use.getOwner()), use.getOperandNumber(), exchange.getX());
  exchange.erase();
}

namespace {
struct ScanLayoutPass : ingot::impl::ScanLayoutPassBase<ScanLayoutPass> {
  void runOnOperation() override {
    getOperation().walk([](TransposeOp op) { readAsItLies(op); });
  }
};
} // namespace
