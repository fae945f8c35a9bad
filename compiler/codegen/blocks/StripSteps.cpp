//===- StripSteps.cpp - some steps of a recurrence at a time --------------===//
//
// In: bodies of entries on memrefs, with a loop over steps that fills a stack, and products
// behind it that read the stack: a sum over all steps, as the gradient of a weight is, or
// one along them. Out: the loop takes some steps, the products do with these, and so on;
// of the stack there is a strip. Whether that saves memory, the lifetimes of all buffers
// tell, on a copy. For several threads products go strip by strip behind the loop, so that
// sums have the same order.
//
//===----------------------------------------------------------------------===//

#include "codegen/blocks/LiveBytes.h"
#include "codegen/blocks/Passes.h"
#include "codegen/blocks/Strips.h"

#include "ingot/Dialect/Ingot.h"
#include "ingot/Dialect/Remarks.h"
#include "ingot/Dialect/SaveRam.h"
#include "ingot/Dialect/Threads.h"
#include "lower/Layout.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

namespace ingot::codegen {
#define GEN_PASS_DEF_STRIPSTEPS
#include "codegen/blocks/Passes.h.inc"
} // namespace ingot::codegen

using namespace mlir;

namespace ingot::codegen {
namespace {

/// Of the peak, what saves less than this part of it is not worth a loop.
constexpr uint64_t leastSaving = 16;
/// A sum is loaded and stored once a strip, which shorter ones do not repay at few samples.
constexpr int64_t leastSteps = 16;
/// Strips of a stack, about: what is left of it is as small a part.
constexpr int64_t usualStrips = 8;

/// Steps of a strip: a divisor of all of them if one is near.
int64_t chooseSteps(int64_t all) {
  const int64_t wanted = std::max(leastSteps, llvm::divideCeilSigned(all, usualStrips));
  for (int64_t steps = wanted; steps < 2 * wanted; ++steps)
    if (all % steps == 0)
      return steps;
  return wanted;
}

class StepStrips {
public:
  StepStrips(func::FuncOp function, ModuleOp module, const TargetInfo &target, const LiveBytes &live)
      : function(function), live(live), maxBatch(function->getAttrOfType<IntegerAttr>(names::maxBatch).getInt()),
        leastBytes(target.l2Bytes / 2), keepsOrder(target.portable), isParallel(mostThreads(module) > 1) {
    if (auto given = module->getAttrOfType<IntegerAttr>(names::stripSteps))
      steps = std::max<int64_t>(1, given.getInt());
  }

  LogicalResult run() {
    // Stacks are told by their number, for copies have them, too.
    for (unsigned number = 0; number < stacksOf(function).size(); ++number)
      if (failed(tryStack(number)))
        return failure();
    return success();
  }

private:
  static SmallVector<memref::AllocOp> stacksOf(func::FuncOp body) {
    return llvm::to_vector(body.getBody().front().getOps<memref::AllocOp>());
  }

  LogicalResult tryStack(unsigned number) {
    memref::AllocOp stack = stacksOf(function)[number];
    const uint64_t bytes = tensorBytes(stack.getType(), maxBatch);
    if (!steps && bytes <= leastBytes)
      return success();
    std::string whyNot;
    std::optional<FilledStack> filled = findFilledStack(stack, maxBatch, whyNot);
    if (!filled)
      return tellMissed(stack, whyNot);
    const int64_t length = steps.value_or(chooseSteps(filled->steps));
    if (2 * length > filled->steps)
      return tellMissed(stack, "there are too few steps for two strips");
    if (keepsOrder && filled->sums())
      return tellMissed(stack, "strips come in the order of the steps, and portable numerics keep that of a sum");

    // Decided for one thread, so that any number of them has the same sums.
    OwningOpRef<func::FuncOp> copy = function.clone();
    std::string ignored;
    doInStrips(*findFilledStack(stacksOf(*copy)[number], maxBatch, ignored), length);
    FailureOr<uint64_t> whole = live.in(function), inStrips = live.in(*copy);
    if (failed(whole) || failed(inStrips))
      return failure();
    if (!steps && *inStrips > *whole - *whole / leastSaving)
      return tellMissed(stack, llvm::formatv("in strips of {0} steps, {1} bytes would be alive at once instead of {2}", length,
                                             *inStrips, *whole));
    remark::passed(filled->loop.getLoc(), remarkOn(function, "recurrence", "strips"))
        << remark::add("{0} of {1} steps are taken at a time, and products over them, {2}, go on from strip to strip", length,
                       filled->steps, filled->readers.size())
        << remark::reason("{0} bytes are alive at once instead of {1}, but for threads", *inStrips, *whole);
    if (isParallel)
      sumInStrips(*filled, length);
    else
      doInStrips(*filled, length);
    return success();
  }

  LogicalResult tellMissed(memref::AllocOp stack, const std::string &whyNot) {
    if (!whyNot.empty())
      remark::missed(stack.getLoc(), remarkOn(function, "recurrence", "strips"))
          << remark::add("products over all steps come behind the last") << remark::reason("{0}", whyNot);
    return success();
  }

  func::FuncOp function;
  const LiveBytes &live;
  int64_t maxBatch;
  /// If that is not to be chosen, whatever it saves.
  std::optional<int64_t> steps;
  uint64_t leastBytes;
  bool keepsOrder, isParallel;
};

struct StripSteps : impl::StripStepsBase<StripSteps> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    // There slices of the batch have the steps' place.
    if (module->hasAttr(names::saveRam))
      return;
    const FailureOr<TargetInfo> target = TargetInfo::read(module);
    const FailureOr<LiveBytes> live = LiveBytes::of(module);
    if (failed(target) || failed(live))
      return signalPassFailure();
    for (auto function : module.getOps<func::FuncOp>())
      if (function->hasAttr(names::kind) && failed(StepStrips(function, module, *target, *live).run()))
        return signalPassFailure();
  }
};

} // namespace
} // namespace ingot::codegen
