//===- LowerContractions.cpp - matrix products to kernel calls ------------===//
//
// From linalg contractions on memrefs to calls of outlined functions, one a
// spec, with a packing buffer allocated before the call where the kernel wants
// one. Contractions that are no matrix product stay as they are.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/ContractionKernel.h"
#include "codegen/kernels/ContractionSpec.h"
#include "codegen/kernels/KernelEmitter.h"
#include "codegen/kernels/Passes.h"
#include "codegen/kernels/TargetInfo.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace ingot::codegen {
#define GEN_PASS_DEF_LOWERCONTRACTIONS
#include "codegen/kernels/Passes.h.inc"
} // namespace ingot::codegen

using namespace mlir;

namespace ingot::codegen {
namespace {

//===----------------------------------------------------------------------===//
// Overwriting instead of accumulating
//===----------------------------------------------------------------------===//

/// The buffer behind a chain of views.
Value bufferOf(Value memref) {
  while (auto view = memref.getDefiningOp<ViewLikeOpInterface>())
    memref = view.getViewSource();
  return memref;
}

/// Whether `buffer` overlaps no other buffer of which this is true as well:
/// allocations, globals, and parameters of a function by our entries' contract.
bool isIdentified(Value buffer) {
  if (auto argument = dyn_cast<BlockArgument>(buffer))
    return isa<FunctionOpInterface>(argument.getOwner()->getParentOp());
  return buffer.getDefiningOp<memref::AllocOp>() ||
         buffer.getDefiningOp<memref::AllocaOp>() ||
         buffer.getDefiningOp<memref::GetGlobalOp>();
}

bool mayTouch(Operation *op, Value buffer) {
  // Views and sizes do not look at the elements.
  if (isa<ViewLikeOpInterface, memref::DimOp, memref::AllocOp>(op))
    return false;
  auto result = op->walk([&](Operation *nested) {
    for (Value operand : nested->getOperands()) {
      if (!isa<BaseMemRefType>(operand.getType()))
        continue;
      Value other = bufferOf(operand);
      if (other == buffer || !isIdentified(other) || !isIdentified(buffer))
        return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return result.wasInterrupted();
}

bool isZero(Value value) { return matchPattern(value, m_PosZeroFloat()); }

/// The fill with zero that `op` is the first to see, if that is what last
/// wrote `output`.
linalg::FillOp findZeroFill(Operation *op, Value output) {
  Value buffer = bufferOf(output);
  for (Operation *before = op->getPrevNode(); before;
       before = before->getPrevNode()) {
    auto fill = dyn_cast<linalg::FillOp>(before);
    if (fill && fill.getDpsInitOperand(0)->get() == output)
      return isZero(fill.getDpsInputOperand(0)->get()) ? fill : nullptr;
    if (mayTouch(before, buffer))
      return nullptr;
  }
  return nullptr;
}

//===----------------------------------------------------------------------===//
// The call
//===----------------------------------------------------------------------===//

/// Turns an operand into the kernel's static parameter; its offset, when it
/// has one, goes to `offsets`.
Value passMatrix(OpBuilder &builder, Location loc, Value memref,
                 const MatrixLayout &matrix, SmallVectorImpl<Value> &offsets) {
  MLIRContext *context = builder.getContext();
  MemRefType type = matrix.parameterType(context);
  if (memref.getType() == type)
    return memref;
  if (!matrix.hasOffset)
    return memref::ReinterpretCastOp::create(
        builder, loc, type, memref, OpFoldResult(builder.getIndexAttr(0)),
        {builder.getIndexAttr(matrix.rows), builder.getIndexAttr(matrix.cols)},
        {builder.getIndexAttr(matrix.rowStride), builder.getIndexAttr(1)});
  auto metadata =
      memref::ExtractStridedMetadataOp::create(builder, loc, memref);
  offsets.push_back(metadata.getOffset());
  return metadata.getBaseBuffer();
}

struct LowerContractions
    : public impl::LowerContractionsBase<LowerContractions> {
  void runOnOperation() override;

private:
  func::FuncOp getOrEmitKernel(Location loc, const ContractionSpec &spec,
                               const KernelPlan &plan);
  void lower(linalg::LinalgOp op, Contraction contraction);

  TargetInfo target;
};

} // namespace

func::FuncOp LowerContractions::getOrEmitKernel(Location loc,
                                                const ContractionSpec &spec,
                                                const KernelPlan &plan) {
  ModuleOp module = getOperation();
  if (auto kernel = module.lookupSymbol<func::FuncOp>(spec.kernelName()))
    return kernel;
  auto builder = OpBuilder::atBlockEnd(module.getBody());
  return emitContractionKernel(builder, loc, spec, plan, target);
}

void LowerContractions::lower(linalg::LinalgOp op, Contraction contraction) {
  ContractionSpec &spec = contraction.spec;
  if (linalg::FillOp fill = findZeroFill(op, contraction.c)) {
    spec.accumulate = false;
    fill.erase();
  }

  KernelPlan plan = planKernel(spec, target);
  Location loc = op.getLoc();
  func::FuncOp kernel = getOrEmitKernel(loc, spec, plan);

  OpBuilder builder(op);
  SmallVector<Value> operands, offsets;
  for (auto [memref, matrix] : {std::pair(contraction.a, &spec.a),
                                std::pair(contraction.b, &spec.b),
                                std::pair(contraction.c, &spec.c)})
    operands.push_back(passMatrix(builder, loc, memref, *matrix, offsets));
  Value size;
  if (contraction.size) {
    size = KernelEmitter(builder, loc)
               .sizeOf(contraction.size->memref, contraction.size->dim);
    if (contraction.sizeFactor != 1) {
      Value factor =
          arith::ConstantIndexOp::create(builder, loc, contraction.sizeFactor);
      size = arith::MulIOp::create(builder, loc, size, factor);
    }
  }
  if (plan.pack) {
    auto scratch = memref::AllocOp::create(
        builder, loc, plan.scratchType(spec, target, &getContext()),
        builder.getI64IntegerAttr(64));
    scratch->setAttr("ingot.packing", builder.getUnitAttr());
    operands.push_back(scratch);
  }
  if (size)
    operands.push_back(size);
  operands.append(offsets);
  func::CallOp::create(builder, loc, kernel, operands);
  op.erase();
}

void LowerContractions::runOnOperation() {
  FailureOr<TargetInfo> readTarget = TargetInfo::read(getOperation());
  if (failed(readTarget))
    return signalPassFailure();
  target = *readTarget;

  SmallVector<linalg::LinalgOp> ops;
  getOperation().walk([&](linalg::LinalgOp op) {
    if (linalg::isaContractionOpInterface(op))
      ops.push_back(op);
  });
  for (linalg::LinalgOp op : ops)
    if (auto contraction = classifyContraction(op, target.maxBatch))
      lower(op, *contraction);
}

} // namespace ingot::codegen
