//===- LayOutScans.cpp - products read sequences as they lie --------------===//
//
// In: a sequence (b, t, ...) that is exchanged to (t, b, ...) for a product before a
// scan. Out: the product reads the sequence itself and writes its rows in the order of
// the steps. A sequence that something else wants exchanged is exchanged once for all.
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

/// Reads operand `number` before its exchange, if its first two dimensions are rows of the
/// result. Sums along other dimensions are in the same order then.
static void readAsItLies(ContractOp op, unsigned number) {
  auto exchange = op->getOperand(number).getDefiningOp<TransposeOp>();
  if (!exchange || !exchange->hasOneUse() || !isExchange(exchange))
    return;
  shape::Equation terms = *shape::parseEquation(op.getEquation().str());
  std::string &own = number == 0 ? terms.lhs : terms.rhs;
  if (!StringRef(terms.result).starts_with(own.substr(0, 2)))
    return;
  std::swap(own[0], own[1]);
  op.setEquation(terms.lhs + "," + terms.rhs + "->" + terms.result);
  op->setOperand(number, exchange.getX());
  exchange.erase();
  remark::passed(op.getLoc(), remarkOn(op, "recurrence", "layout"))
      << remark::add("the product reads a sequence in the order of the batch, without a copy of it");
}

namespace {
struct ScanLayoutPass : ingot::impl::ScanLayoutPassBase<ScanLayoutPass> {
  void runOnOperation() override {
    getOperation().walk([](ContractOp op) {
      readAsItLies(op, 0);
      readAsItLies(op, 1);
    });
  }
};
} // namespace
