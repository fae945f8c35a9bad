//===- LowerReductions.cpp - linalg reductions to loops -------------------===//
//
// From linalg.generic with reduction iterators on memrefs to scf loops that
// keep eight lanes. What combines its output in another way stays as it is.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/FirstMaximum.h"
#include "codegen/kernels/Passes.h"
#include "codegen/kernels/ReductionKernel.h"
#include "codegen/kernels/ReductionSpec.h"
#include "codegen/kernels/TargetInfo.h"

#include "ingot/Dialect/Remarks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace ingot::codegen {
#define GEN_PASS_DEF_LOWERREDUCTIONS
#include "codegen/kernels/Passes.h.inc"
} // namespace ingot::codegen

using namespace mlir;

namespace ingot::codegen {
namespace {

void remarkForm(linalg::GenericOp op, ReductionForm form) {
  if (form == ReductionForm::LaneByLane)
    remark::missed(op->getLoc(), remarkOn(op, "reduction", "vectorize"))
        << remark::add("one scalar at a time") << remark::reason("its code is small, and more would gain little");
  else if (form == ReductionForm::Scalar)
    remark::missed(op->getLoc(), remarkOn(op, "reduction", "vectorize"))
        << remark::add("eight scalars at a time")
        << remark::reason("neither what is reduced nor what is kept lies side by side in memory");
  else
    remark::passed(op->getLoc(), remarkOn(op, "reduction", "vectorize"))
        << remark::add(form == ReductionForm::Along ? "eight elements of a row at a time"
                                                    : "vectors of neighbouring results at a time");
}

struct LowerReductions : public impl::LowerReductionsBase<LowerReductions> {
  void runOnOperation() override {
    FailureOr<TargetInfo> target = TargetInfo::read(getOperation());
    if (failed(target))
      return signalPassFailure();

    const bool isWide = target->vectorWidth > 1 && !target->forSize;
    SmallVector<linalg::FillOp> starts;
    getOperation().walk([&](linalg::GenericOp op) {
      OpBuilder builder(op);
      std::optional<FirstMaximum> maximum = isWide ? classifyFirstMaximum(op) : std::nullopt;
      if (maximum) {
        remarkForm(op, ReductionForm::Along);
        emitFirstMaximum(builder, *maximum);
        return op.erase();
      }
      std::optional<Reduction> reduction = classifyReduction(op);
      if (!reduction)
        return;
      ReductionForm form = chooseForm(*reduction, *target);
      remarkForm(op, form);
      if (form == ReductionForm::LaneByLane)
        reduction->start = findStart(op);
      emitReduction(builder, *reduction, form, *target);
      op.erase();
      if (reduction->start)
        starts.push_back(reduction->start);
    });
    for (linalg::FillOp start : starts)
      start.erase();
  }
};

} // namespace
} // namespace ingot::codegen
