//===- Mapping.cpp - a new dimension in some operands of an op -----------===//

#include "batching/Mapping.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace ingot;

RankedTensorType ingot::withDim(Type type, int64_t axis, int64_t size) {
  auto tensor = cast<RankedTensorType>(type);
  SmallVector<int64_t> shape(tensor.getShape());
  shape.insert(shape.begin() + axis, size);
  return RankedTensorType::get(shape, tensor.getElementType());
}

Value ingot::moveDim(OpBuilder &builder, Location loc, Value value, int64_t from, int64_t to) {
  if (from == to)
    return value;
  SmallVector<int64_t> perm = llvm::to_vector(llvm::seq<int64_t>(0, tensorType(value).getRank()));
  perm.erase(perm.begin() + from);
  perm.insert(perm.begin() + to, from);
  return TransposeOp::create(builder, loc, value, perm);
}

Value ingot::repeat(OpBuilder &builder, Location loc, Value value, int64_t axis, int64_t size) {
  if (auto fill = value.getDefiningOp<FillOp>())
    return FillOp::create(builder, loc, withDim(value.getType(), axis, size), fill.getValueAttr(), fill.getBatch());
  SmallVector<int64_t> dims;
  for (int64_t dim = 0; dim < tensorType(value).getRank(); ++dim)
    dims.push_back(dim + (dim >= axis));
  return createBroadcast(builder, loc, value, withDim(value.getType(), axis, size), dims);
}

SmallVector<int64_t> Mapping::shifted(ArrayRef<int64_t> dims) const {
  return llvm::map_to_vector(dims, [&](int64_t dim) { return shifted(dim); });
}

Value Mapping::repeated(unsigned i) const {
  if (mapped[i] || !isa<RankedTensorType>(operands[i].getType()))
    return operands[i];
  return repeat(builder, loc(), operands[i], axis, size);
}

bool ingot::fits(Operation *op, ArrayRef<bool> mapped, int64_t axis) {
  auto hasPlace = [&](Value value) { return tensorType(value).getRank() >= axis; };
  for (auto [operand, isMapped] : llvm::zip_equal(op->getOperands(), mapped))
    if (isMapped && !hasPlace(operand))
      return false;
  return llvm::all_of(op->getResults(), hasPlace);
}

Value ingot::rebuild(Operation *op, const Mapping &mapping) {
  SmallVector<Value> operands;
  for (unsigned i = 0; i < op->getNumOperands(); ++i)
    operands.push_back(mapping.repeated(i));
  Operation *batched = mapping.builder.clone(*op);
  batched->setOperands(operands);
  batched->getResult(0).setType(mapping.resultType());
  return batched->getResult(0);
}
