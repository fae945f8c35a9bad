//===- LinalgBuilder.cpp - creating linalg ops ---------------------------===//

#include "lower/Patterns.h"

#include "ingot/Dialect/Roles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace ingot;

Value LinalgBuilder::batch() {
  Value batch = argumentWithRole(op->getParentOfType<func::FuncOp>(), "batch");
  assert(batch && "a function without a batch: ingot-lower-entries adds one");
  return batch;
}

SmallVector<OpFoldResult> LinalgBuilder::sizesOf(RankedTensorType type) {
  SmallVector<OpFoldResult> sizes;
  for (int64_t size : type.getShape())
    sizes.push_back(ShapedType::isDynamic(size) ? OpFoldResult(batch()) : builder.getIndexAttr(size));
  return sizes;
}

Value LinalgBuilder::empty(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  SmallVector<Value> sizes;
  if (!tensor.hasStaticShape())
    sizes.push_back(batch());
  return tensor::EmptyOp::create(builder, loc, tensor.getShape(), tensor.getElementType(), sizes);
}

Value LinalgBuilder::constant(double value) {
  return arith::ConstantOp::create(builder, loc, builder.getF32FloatAttr(value));
}

Value LinalgBuilder::filled(Type type, double value) {
  return linalg::FillOp::create(builder, loc, constant(value), empty(type)).getResult(0);
}

AffineMap LinalgBuilder::select(int64_t rank, ArrayRef<int64_t> dims) {
  auto expressions = llvm::map_to_vector(dims, [&](int64_t d) { return builder.getAffineDimExpr(d); });
  return AffineMap::get(rank, 0, expressions, builder.getContext());
}

AffineMap LinalgBuilder::dropLast(int64_t rank) {
  return select(rank, llvm::to_vector(llvm::seq<int64_t>(0, rank - 1)));
}

static auto yielding(GenericBody body) {
  return [body](OpBuilder &b, Location loc, ValueRange arguments) {
    linalg::YieldOp::create(b, loc, body(b, loc, arguments));
  };
}

Value LinalgBuilder::elementwise(Type type, ValueRange inputs, ArrayRef<AffineMap> maps, GenericBody body) {
  int64_t rank = cast<RankedTensorType>(type).getRank();
  SmallVector<AffineMap> all(maps);
  all.push_back(identity(rank));
  SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
  auto onInputs = [body](OpBuilder &b, Location loc, ValueRange arguments) { return body(b, loc, arguments.drop_back()); };
  return linalg::GenericOp::create(builder, loc, type, inputs, empty(type), all, iterators, yielding(onInputs))
      .getResult(0);
}

Value LinalgBuilder::elementwise(Type type, ValueRange inputs, GenericBody body) {
  SmallVector<AffineMap> maps(inputs.size(), identity(cast<RankedTensorType>(type).getRank()));
  return elementwise(type, inputs, maps, body);
}

Value LinalgBuilder::reduce(ValueRange inputs, ArrayRef<AffineMap> maps, Value init, ArrayRef<int64_t> axes,
                            GenericBody body) {
  int64_t rank = maps.front().getNumDims();
  SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
  SmallVector<int64_t> kept;
  for (int64_t i = 0; i < rank; ++i) {
    if (llvm::is_contained(axes, i))
      iterators[i] = utils::IteratorType::reduction;
    else
      kept.push_back(i);
  }
  SmallVector<AffineMap> all(maps);
  all.push_back(select(rank, kept));
  return linalg::GenericOp::create(builder, loc, init.getType(), inputs, init, all, iterators, yielding(body))
      .getResult(0);
}
