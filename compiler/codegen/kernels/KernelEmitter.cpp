//===- KernelEmitter.cpp - building blocks of kernels ---------------------===//
//
// Index arithmetic carries no-wrap flags: without them LLVM cannot fold it
// into addressing modes.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/KernelEmitter.h"

#include "ingot/Dialect/Roles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace ingot::codegen {

static constexpr auto noWrap =
    arith::IntegerOverflowFlags::nsw | arith::IntegerOverflowFlags::nuw;

//===----------------------------------------------------------------------===//
// Indices
//===----------------------------------------------------------------------===//

Value KernelEmitter::index(int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

Value KernelEmitter::add(Value lhs, Value rhs) {
  return builder.createOrFold<arith::AddIOp>(loc, lhs, rhs, noWrap);
}

Value KernelEmitter::add(Value lhs, int64_t rhs) {
  return rhs == 0 ? lhs : add(lhs, index(rhs));
}

Value KernelEmitter::sub(Value lhs, Value rhs) {
  return builder.createOrFold<arith::SubIOp>(loc, lhs, rhs, noWrap);
}

Value KernelEmitter::mul(Value lhs, int64_t rhs) {
  return builder.createOrFold<arith::MulIOp>(loc, lhs, index(rhs), noWrap);
}

Value KernelEmitter::rem(Value lhs, int64_t rhs) {
  return builder.createOrFold<arith::RemUIOp>(loc, lhs, index(rhs));
}

Value KernelEmitter::div(Value lhs, int64_t rhs) {
  return builder.createOrFold<arith::DivUIOp>(loc, lhs, index(rhs));
}

Value KernelEmitter::min(Value lhs, Value rhs) {
  return builder.createOrFold<arith::MinUIOp>(loc, lhs, rhs);
}

Value KernelEmitter::sizeOf(Value memref, int64_t dim) {
  auto type = cast<MemRefType>(memref.getType());
  if (!type.isDynamicDim(dim))
    return index(type.getDimSize(dim));
  unsigned position = type.getDynamicDimIndex(dim);
  Operation *definition = memref.getDefiningOp();
  if (auto alloc = dyn_cast_or_null<memref::AllocOp>(definition))
    return alloc.getDynamicSizes()[position];
  if (auto view = dyn_cast_or_null<memref::ViewOp>(definition))
    return view.getSizes()[position];
  if (auto view = dyn_cast_or_null<memref::ReinterpretCastOp>(definition))
    return view.getSizes()[position];
  if (auto view = dyn_cast_or_null<memref::SubViewOp>(definition)) {
    SmallVector<OpFoldResult> kept;
    for (auto [i, size] : llvm::enumerate(view.getMixedSizes()))
      if (!view.getDroppedDims().test(i))
        kept.push_back(size);
    return getValueOrCreateConstantIndexOp(builder, loc, kept[dim]);
  }
  if (auto view = dyn_cast_or_null<memref::CastOp>(definition))
    if (isa<MemRefType>(view.getSource().getType()))
      return sizeOf(view.getSource(), dim);
  if (auto view = dyn_cast_or_null<memref::CollapseShapeOp>(definition)) {
    auto source = cast<MemRefType>(view.getSrc().getType());
    const ReassociationIndices parts = view.getReassociationIndices()[dim];
    Value dynamic;
    int64_t factor = 1;
    for (int64_t part : parts)
      if (!source.isDynamicDim(part))
        factor *= source.getDimSize(part);
      else if (Value size = sizeOf(view.getSrc(), part); dynamic)
        dynamic = builder.createOrFold<arith::MulIOp>(loc, dynamic, size, noWrap);
      else
        dynamic = size;
    return factor == 1 ? dynamic : mul(dynamic, factor);
  }
  // What an entry is called with has a sample for each of the batch.
  if (auto argument = dyn_cast<BlockArgument>(memref))
    if (auto body = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp()))
      if (Value batch = argumentWithRole(body, "batch"))
        return batch;
  return memref::DimOp::create(builder, loc, memref, dim);
}

func::FuncOp createKernelFunction(OpBuilder &builder, Location loc, StringRef name, TypeRange parameters) {
  auto function = func::FuncOp::create(builder, loc, name, builder.getFunctionType(parameters, TypeRange()));
  function.setPrivate();
  for (auto [i, type] : llvm::enumerate(parameters))
    if (isa<MemRefType>(type))
      function.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(), builder.getUnitAttr());
  // Two models in one program may both have this function.
  function->setAttr("llvm.linkage", LLVM::LinkageAttr::get(builder.getContext(), LLVM::Linkage::Internal));
  // A copy must not become a call of memcpy, and one body serves all sites.
  function->setAttr("passthrough", builder.getStrArrayAttr({"no-builtins", "noinline"}));
  builder.setInsertionPointToStart(function.addEntryBlock());
  return function;
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

void KernelEmitter::loop(Value from, Value to, int64_t step, Body body) {
  loop(from, to, step, {}, [&](Value iv, ValueRange) {
    body(iv);
    return SmallVector<Value>();
  });
}

SmallVector<Value> KernelEmitter::loop(Value from, Value to, int64_t step,
                                       ValueRange init, BodyWithValues body) {
  auto op = scf::ForOp::create(
      builder, loc, from, to, index(step), init,
      [&](OpBuilder &, Location, Value iv, ValueRange values) {
        scf::YieldOp::create(builder, loc, body(iv, values));
      });
  return SmallVector<Value>(op.getResults());
}

void KernelEmitter::branch(Value condition, llvm::function_ref<void()> then,
                           llvm::function_ref<void()> otherwise) {
  auto emitRegion = [&](llvm::function_ref<void()> body) {
    return [this, body](OpBuilder &, Location) {
      body();
      scf::YieldOp::create(builder, loc);
    };
  };
  scf::IfOp::create(builder, loc, condition, emitRegion(then),
                    emitRegion(otherwise));
}

//===----------------------------------------------------------------------===//
// Vectors
//===----------------------------------------------------------------------===//

static VectorType floats(OpBuilder &builder, int64_t width) {
  return VectorType::get({width}, builder.getF32Type());
}

Value KernelEmitter::splat(int64_t width, float value) {
  return arith::ConstantOp::create(
      builder, loc, DenseElementsAttr::get(floats(builder, width), value));
}

Value KernelEmitter::broadcast(Value scalar, int64_t width) {
  auto type = VectorType::get({width}, scalar.getType());
  return vector::BroadcastOp::create(builder, loc, type, scalar);
}

Value KernelEmitter::mask(int64_t width, int64_t active) {
  auto type = VectorType::get({width}, builder.getI1Type());
  return vector::ConstantMaskOp::create(builder, loc, type, {active});
}

Value KernelEmitter::loadScalar(Value memref, ValueRange indices) {
  return memref::LoadOp::create(builder, loc, memref, indices);
}

void KernelEmitter::storeScalar(Value value, Value memref, ValueRange indices) {
  memref::StoreOp::create(builder, loc, value, memref, indices);
}

Value KernelEmitter::load(Value memref, ValueRange indices, int64_t width,
                          int64_t active) {
  VectorType type = floats(builder, width);
  if (active == width)
    return vector::LoadOp::create(builder, loc, type, memref, indices);
  return vector::MaskedLoadOp::create(builder, loc, type, memref, indices,
                                      mask(width, active), splat(width, 0.0f));
}

void KernelEmitter::store(Value vector, Value memref, ValueRange indices,
                          int64_t active) {
  int64_t width = cast<VectorType>(vector.getType()).getDimSize(0);
  if (active == width) {
    vector::StoreOp::create(builder, loc, vector, memref, indices);
    return;
  }
  // Some processors take tens of cycles for a masked store of AVX, and others have
  // none: there it goes in parts, the larger ones first.
  if (width > 8) {
    vector::MaskedStoreOp::create(builder, loc, memref, indices,
                                  mask(width, active), vector);
    return;
  }
  SmallVector<Value> at(indices);
  for (int64_t part = width / 2, lane = 0; part >= 1; part /= 2) {
    if (!(active & part))
      continue;
    if (part == 1)
      storeScalar(vector::ExtractOp::create(builder, loc, vector, lane), memref, at);
    else
      vector::StoreOp::create(builder, loc,
                              vector::ExtractStridedSliceOp::create(builder, loc, vector, ArrayRef<int64_t>{lane},
                                                                    ArrayRef<int64_t>{part}, ArrayRef<int64_t>{1}),
                              memref, at);
    lane += part;
    at.back() = add(indices.back(), lane);
  }
}

} // namespace ingot::codegen
