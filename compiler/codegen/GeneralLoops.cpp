//===- GeneralLoops.cpp - loops whose extents are arguments ---------------===//
//
// On a machine without vectors a loop is the same code for any number of rounds, and
// addresses in it advance by a register as well as by a number.
//
//===----------------------------------------------------------------------===//

#include "codegen/GeneralLoops.h"

#include "codegen/kernels/KernelEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace ingot::codegen;

/// A single element, wherever the loops are.
static bool isOneElement(MemRefType type) { return type.hasStaticShape() && type.getNumElements() == 1; }

std::optional<GeneralLoop> GeneralLoop::of(linalg::GenericOp op) {
  GeneralLoop loop(op);
  SetVector<Value> captured;
  getUsedValuesDefinedAbove(op.getRegion(), captured);
  if (llvm::any_of(captured, [](Value value) { return isa<MemRefType>(value.getType()); }))
    return std::nullopt;
  SetVector<Value> used(op->operand_begin(), op->operand_end());
  used.insert_range(captured);
  for (Value value : used) {
    Operation *source = value.getDefiningOp();
    (isa_and_nonnull<arith::ConstantOp>(source) ? loop.constants : loop.values).insert(value);
  }
  for (OpOperand &operand : op->getOpOperands()) {
    auto memory = dyn_cast<MemRefType>(operand.get().getType());
    if (!memory)
      continue;
    if (!memory.getLayout().isIdentity())
      return std::nullopt;
    for (auto [index, size] : llvm::zip(op.getMatchingIndexingMap(&operand).getResults(), memory.getShape()))
      if (!isa<AffineDimExpr>(index) && (!isa<AffineConstantExpr>(index) || ShapedType::isDynamic(size)))
        return std::nullopt;
  }
  loop.isFlat = loop.doesTheSameEverywhere();
  return loop;
}

/// Whether each element of the results is made of what lies at its own place.
bool GeneralLoop::doesTheSameEverywhere() {
  bool hasElements = false;
  for (OpOperand &operand : op->getOpOperands()) {
    auto memory = dyn_cast<MemRefType>(operand.get().getType());
    if (!memory || isOneElement(memory))
      continue;
    hasElements = true;
    if (!op.getMatchingIndexingMap(&operand).isIdentity())
      return false;
  }
  return hasElements && op.getNumParallelLoops() == op.getNumLoops() && !op.hasIndexSemantics();
}

SmallVector<Type> GeneralLoop::argumentTypes() {
  SmallVector<Type> types(isFlat ? 1 : op.getNumLoops(), IndexType::get(op.getContext()));
  for (Value value : values) {
    auto memory = dyn_cast<MemRefType>(value.getType());
    types.push_back(memory ? MemRefType::get({}, memory.getElementType()) : value.getType());
  }
  return types;
}

/// How often loop `dim` of the op runs: as often as the first memory that it goes along says.
static Value extentOf(linalg::GenericOp op, unsigned dim, KernelEmitter &emit) {
  for (OpOperand &operand : op->getOpOperands())
    for (auto [i, index] : llvm::enumerate(op.getMatchingIndexingMap(&operand).getResults()))
      if (index == getAffineDimExpr(dim, op.getContext()))
        return emit.sizeOf(operand.get(), i);
  llvm_unreachable("every loop of a linalg op goes along an operand");
}

SmallVector<Value> GeneralLoop::argumentsAt(OpBuilder &builder) {
  Location loc = op.getLoc();
  KernelEmitter emit(builder, loc);
  SmallVector<Value> arguments;
  for (auto [dim, extent] : llvm::enumerate(op.getStaticLoopRanges()))
    arguments.push_back(ShapedType::isDynamic(extent) ? extentOf(op, dim, emit) : emit.index(extent));
  if (isFlat) {
    Value all = arguments.front();
    for (Value extent : ArrayRef(arguments).drop_front())
      all = builder.createOrFold<arith::MulIOp>(loc, all, extent);
    arguments = {all};
  }
  for (Value value : values)
    arguments.push_back(isa<MemRefType>(value.getType())
                            ? memref::ExtractStridedMetadataOp::create(builder, loc, value).getBaseBuffer()
                            : value);
  return arguments;
}

/// `operand` of the op as memory with the extents that the function was given.
Value GeneralLoop::remade(OpBuilder &builder, OpOperand &operand, func::FuncOp function, Value pointer) {
  Location loc = op.getLoc();
  auto memory = cast<MemRefType>(operand.get().getType());
  SmallVector<OpFoldResult> sizes, strides;
  if (isFlat && !isOneElement(memory)) {
    sizes.push_back(function.getArgument(0));
  } else if (!isFlat) {
    for (auto [index, size] : llvm::zip(op.getMatchingIndexingMap(&operand).getResults(), memory.getShape()))
      if (auto dim = dyn_cast<AffineDimExpr>(index))
        sizes.push_back(function.getArgument(dim.getPosition()));
      else
        sizes.push_back(builder.getIndexAttr(size));
  }
  // Row-major.
  OpFoldResult behind = builder.getIndexAttr(1);
  SmallVector<int64_t> shape;
  for (OpFoldResult size : llvm::reverse(sizes)) {
    strides.insert(strides.begin(), behind);
    shape.insert(shape.begin(), getConstantIntValue(size).value_or(ShapedType::kDynamic));
    if (shape.size() < sizes.size())
      behind = builder.createOrFold<arith::MulIOp>(loc, getValueOrCreateConstantIndexOp(builder, loc, behind),
                                                   getValueOrCreateConstantIndexOp(builder, loc, size));
    if (auto constant = getConstantIntValue(behind))
      behind = builder.getIndexAttr(*constant);
  }
  auto type = MemRefType::get(shape, memory.getElementType());
  return memref::ReinterpretCastOp::create(builder, loc, type, pointer, builder.getIndexAttr(0), sizes, strides);
}

void GeneralLoop::emit(OpBuilder &builder, linalg::FillOp start, func::FuncOp function) {
  IRMapping map;
  for (Value constant : constants)
    map.map(constant, builder.clone(*constant.getDefiningOp())->getResult(0));
  auto arguments = function.getArguments().take_back(values.size());
  for (auto [value, argument] : llvm::zip(values, arguments))
    if (!isa<MemRefType>(value.getType()))
      map.map(value, argument);
  for (OpOperand &operand : op->getOpOperands()) {
    auto place = llvm::find(values, operand.get());
    if (isa<MemRefType>(operand.get().getType()) && !map.contains(operand.get()))
      map.map(operand.get(), remade(builder, operand, function, arguments[std::distance(values.begin(), place)]));
  }
  if (start) {
    Operation *value = start.getDpsInputOperand(0)->get().getDefiningOp();
    map.map(value->getResult(0), builder.clone(*value)->getResult(0));
    builder.clone(*start, map)->setDiscardableAttrs(DictionaryAttr::get(op.getContext()));
  }
  auto clone = cast<linalg::GenericOp>(builder.clone(*op, map));
  // Which layer it was is not what makes ops differ.
  clone->setDiscardableAttrs(DictionaryAttr::get(op.getContext()));
  if (!isFlat)
    return;
  SmallVector<AffineMap> maps;
  for (OpOperand &operand : op->getOpOperands()) {
    auto memory = dyn_cast<MemRefType>(operand.get().getType());
    maps.push_back(memory && !isOneElement(memory) ? builder.getMultiDimIdentityMap(1)
                                                   : AffineMap::get(1, 0, builder.getContext()));
  }
  clone.setIndexingMapsAttr(builder.getAffineMapArrayAttr(maps));
  clone.setIteratorTypesAttr(
      builder.getArrayAttr(linalg::IteratorTypeAttr::get(builder.getContext(), utils::IteratorType::parallel)));
}
