//===- SumInScans.cpp - sums over steps while the steps are taken ---------===//
//
// In: sums over all slices of a stack that a scan makes, as the gradient of a bias is that
// was added before it. Out: a carry that adds each slice when it is made.
//
//===----------------------------------------------------------------------===//

#include "batching/Passes.h"
#include "batching/ScanEdit.h"
#include "ingot/Dialect/Remarks.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_SCANSUMPASS
#include "batching/Passes.h.inc"
} // namespace ingot

using namespace ingot;

/// The sums over the steps of `stack`.
static SmallVector<ReduceSumOp> sumsOf(Value stack) {
  SmallVector<ReduceSumOp> sums;
  for (Operation *user : stack.getUsers())
    if (auto sum = dyn_cast<ReduceSumOp>(user); sum && llvm::is_contained(sum.getAxes(), 0))
      sums.push_back(sum);
  return sums;
}

/// What is left of `sum` when all slices have been added up to `total`.
static void replaceSum(ReduceSumOp sum, Value total) {
  SmallVector<int64_t> axes;
  for (int64_t axis : sum.getAxes())
    if (axis > 0)
      axes.push_back(axis - 1);
  OpBuilder builder(sum);
  if (!axes.empty())
    total = ReduceSumOp::create(builder, sum.getLoc(), total, builder.getDenseI64ArrayAttr(axes));
  sum.replaceAllUsesWith(total);
  sum.erase();
}

static void sumIn(ScanOp scan) {
  SmallVector<unsigned> stacks;
  for (unsigned i = 0; i < scan.numStacks(); ++i)
    if (!sumsOf(scan.stacks()[i]).empty())
      stacks.push_back(i);
  if (stacks.empty())
    return;
  const unsigned carries = scan.numCarries();
  ScanOp edited = addSums(scan, stacks);
  for (auto [i, number] : llvm::enumerate(stacks))
    for (ReduceSumOp sum : sumsOf(edited.stacks()[number])) {
      remark::passed(sum.getLoc(), remarkOn(edited, "recurrence", "sum"))
          << remark::add("a sum over {0} steps is added up while they are taken", edited.getLength());
      replaceSum(sum, edited.getResult(carries + i));
    }
  tidy(edited);
}

namespace {
struct ScanSumPass : ingot::impl::ScanSumPassBase<ScanSumPass> {
  void runOnOperation() override { forEachScan(getOperation(), sumIn); }
};
} // namespace
