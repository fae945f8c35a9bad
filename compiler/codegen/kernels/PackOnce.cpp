//===- PackOnce.cpp - matrices packed before a loop -----------------------===//
//
// The packed matrix has all of K in each panel, so kernels block it as they like.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/PackOnce.h"
#include "codegen/kernels/Aliasing.h"
#include "codegen/kernels/KernelEmitter.h"
#include "codegen/kernels/KernelPlan.h"
#include "codegen/kernels/Packing.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace ingot::codegen {

Operation *placeOfPack(linalg::LinalgOp op, const Contraction &contraction) {
  if (ShapedType::isDynamic(contraction.spec.k) ||
      llvm::any_of(contraction.outer, [](const OuterLabel &label) { return label.dimOfB.has_value(); }))
    return nullptr;
  Operation *place = contraction.outer.empty() ? nullptr : op.getOperation();
  for (auto loop = op->getParentOfType<scf::ForOp>(); loop; loop = loop->getParentOfType<scf::ForOp>()) {
    if (!loop.isDefinedOutsideOfLoop(contraction.b) || mayWrite(loop, contraction.b))
      break;
    place = loop;
  }
  return place;
}

Value passMatrix(OpBuilder &builder, Location loc, Value memref, const MatrixLayout &matrix,
                 SmallVectorImpl<Value> &offsets) {
  MemRefType type = matrix.parameterType(builder.getContext());
  if (memref.getType() == type)
    return memref;
  if (!matrix.hasOffset)
    return memref::ReinterpretCastOp::create(
        builder, loc, type, memref, OpFoldResult(builder.getIndexAttr(0)),
        {builder.getIndexAttr(matrix.rows), builder.getIndexAttr(matrix.cols)},
        {builder.getIndexAttr(matrix.rowStride), builder.getIndexAttr(1)});
  auto metadata = memref::ExtractStridedMetadataOp::create(builder, loc, memref);
  offsets.push_back(metadata.getOffset());
  return metadata.getBaseBuffer();
}

/// Nothing writes `source` after `call` until `place`, in the block of both.
static bool isStillValid(Operation *call, Operation *place, Value source) {
  if (call->getBlock() != place->getBlock() || !call->isBeforeInBlock(place))
    return false;
  for (Operation *op = call->getNextNode(); op != place; op = op->getNextNode())
    if (mayWrite(op, source))
      return false;
  return true;
}

MemRefType PackOnce::typeOfPanels(const ContractionSpec &spec) {
  return packedType(spec, target, module.getContext());
}

Operation *PackOnce::emitPack(OpBuilder &builder, Location loc, const ContractionSpec &spec, Value source,
                              Value panels) {
  func::FuncOp function = getOrEmitFunction(loc, spec, cast<MemRefType>(panels.getType()));
  SmallVector<Value> offsets;
  SmallVector<Value> operands = {passMatrix(builder, loc, source, spec.b, offsets), panels};
  operands.append(offsets);
  return func::CallOp::create(builder, loc, function, operands);
}

void PackOnce::usePanels(Contraction &contraction, Value panels) {
  ContractionSpec &spec = contraction.spec;
  contraction.b = panels;
  spec.packedB = true;
  spec.transposeB = false;
  spec.b = {spec.k, spec.n, spec.n, false};
}

bool PackOnce::pack(Contraction &contraction, Operation *place) {
  const ContractionSpec &spec = contraction.spec;
  for (const Packed &packed : known)
    if (packed.source == contraction.b && packed.transpose == spec.transposeB &&
        isStillValid(packed.call, place, packed.source)) {
      usePanels(contraction, packed.panels);
      return false;
    }
  OpBuilder builder(place);
  Location loc = place->getLoc();
  auto panels = memref::AllocOp::create(builder, loc, typeOfPanels(spec), builder.getI64IntegerAttr(64));
  panels->setAttr("ingot.packing", builder.getUnitAttr());
  Operation *call = emitPack(builder, loc, spec, contraction.b, panels);
  known.push_back({contraction.b, spec.transposeB, panels, call});
  usePanels(contraction, panels);
  return true;
}

func::FuncOp PackOnce::getOrEmitFunction(Location loc, const ContractionSpec &spec, MemRefType packed) {
  std::string name;
  llvm::raw_string_ostream os(name);
  os << "ingot_pack_" << (spec.transposeB ? 't' : 'n') << '_' << spec.k << 'x' << spec.n;
  if (spec.b.rowStride != spec.b.cols)
    os << "_ld" << spec.b.rowStride;
  if (spec.b.hasOffset)
    os << "_off";
  if (auto known = module.lookupSymbol<func::FuncOp>(name))
    return known;

  MLIRContext *context = module.getContext();
  auto builder = OpBuilder::atBlockEnd(module.getBody());
  SmallVector<Type> types = {spec.b.parameterType(context), packed};
  types.append(spec.b.hasOffset, builder.getIndexType());
  auto function = createKernelFunction(builder, loc, name, types);
  function.setArgAttr(0, LLVM::LLVMDialect::getReadonlyAttrName(), builder.getUnitAttr());
  KernelEmitter emit(builder, loc);
  Value source = function.getArgument(0);
  if (spec.b.hasOffset)
    source = memref::ReinterpretCastOp::create(
        builder, loc, spec.b.viewType(context), source, OpFoldResult(function.getArgument(2)),
        {builder.getIndexAttr(spec.b.rows), builder.getIndexAttr(spec.b.cols)},
        {builder.getIndexAttr(spec.b.rowStride), builder.getIndexAttr(1)});
  PackedBlock block{source,           function.getArgument(1), spec.n,
                    emit.index(0),    emit.index(spec.k),      spec.k,
                    target.vectorWidth, packed.getShape().back()};
  if (spec.transposeB)
    emitPackTransposed(emit, block);
  else
    emitPackRows(emit, block);
  func::ReturnOp::create(builder, loc);
  return function;
}

} // namespace ingot::codegen
