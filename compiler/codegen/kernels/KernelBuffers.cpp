//===- KernelBuffers.cpp - what kernels will have in memory ---------------===//

#include "codegen/kernels/KernelBuffers.h"
#include "codegen/kernels/ContractionSpec.h"
#include "codegen/kernels/Epilogue.h"
#include "codegen/kernels/KernelPlan.h"
#include "codegen/kernels/PackAhead.h"
#include "codegen/kernels/SharedProduct.h"

#include "ingot/Dialect/Ingot.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace ingot::codegen {

/// Puts a call with all buffers of its kernel in the place of `op`.
static void standIn(linalg::LinalgOp op, const Contraction &contraction, int64_t maxBatch, const TargetInfo &target,
                    KernelChoices &choices) {
  OpBuilder builder(op);
  SmallVector<Value> operands = {contraction.a, contraction.b, contraction.c};
  std::optional<Epilogue> epilogue;
  StringRef whyNot;
  if (contraction.writesOnce())
    if (linalg::FillOp fill = findZeroFill(op, contraction.c)) {
      epilogue = findEpilogue(op, fill, contraction, maxBatch, whyNot);
      fill.erase();
    }
  if (epilogue) {
    operands.back() = epilogue->output;
    for (const EpilogueInput &input : epilogue->inputs)
      operands.push_back(input.memref);
    builder.setInsertionPoint(epilogue->op);
  }
  KernelChoice choice = choices.find(contraction.spec.kernelName());
  (void)settleChoice(contraction.spec, target, choice);
  const KernelPlan plan = planKernel(contraction.spec, target, choice, epilogue.has_value());
  if (plan.pack && !PackAhead::canPackIn(op, contraction))
    operands.push_back(memref::AllocOp::create(builder, op.getLoc(), plan.scratchType(contraction.spec, target, op.getContext())));
  func::CallOp::create(builder, op.getLoc(), "kernel", TypeRange(), operands);
  op.erase();
  if (epilogue)
    epilogue->op.erase();
  eraseUnused(contraction.c);
}

void haveBuffersOfKernels(func::FuncOp body, const TargetInfo &target, KernelChoices &choices) {
  if (sharesProducts(target))
    return;
  const int64_t maxBatch = body->getAttrOfType<IntegerAttr>(names::maxBatch).getInt();
  SmallVector<linalg::LinalgOp> products;
  body.walk([&](linalg::LinalgOp op) {
    if (linalg::isaContractionOpInterface(op))
      products.push_back(op);
  });
  for (linalg::LinalgOp op : products)
    if (std::optional<Contraction> contraction = classifyContraction(op, maxBatch))
      standIn(op, *contraction, maxBatch, target, choices);
}

} // namespace ingot::codegen
