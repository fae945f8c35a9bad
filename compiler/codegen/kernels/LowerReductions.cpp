//===- LowerReductions.cpp - linalg reductions to loops -------------------===//
//
// From linalg.generic with reduction iterators on memrefs to scf loops that
// keep eight lanes. What combines its output in another way stays as it is.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/Passes.h"
#include "codegen/kernels/ReductionKernel.h"
#include "codegen/kernels/ReductionSpec.h"
#include "codegen/kernels/TargetInfo.h"

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

struct LowerReductions : public impl::LowerReductionsBase<LowerReductions> {
  void runOnOperation() override {
    FailureOr<TargetInfo> target = TargetInfo::read(getOperation());
    if (failed(target))
      return signalPassFailure();

    getOperation().walk([&](linalg::GenericOp op) {
      std::optional<Reduction> reduction = classifyReduction(op);
      if (!reduction)
        return;
      OpBuilder builder(op);
      emitReduction(builder, *reduction, chooseForm(*reduction, *target),
                    *target);
      op.erase();
    });
  }
};

} // namespace
} // namespace ingot::codegen
