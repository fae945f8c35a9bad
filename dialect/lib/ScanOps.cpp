//===- ScanOps.cpp - recurrence: verifier --------------------------------===//

#include "ingot/Dialect/Ingot.h"

using namespace mlir;
using namespace ingot;

SmallVector<Region *> ScanOp::getLoopRegions() { return {&getBody()}; }

RankedTensorType ingot::stackOf(Type slice, int64_t length) {
  auto type = cast<RankedTensorType>(slice);
  SmallVector<int64_t> shape = {length};
  llvm::append_range(shape, type.getShape());
  return RankedTensorType::get(shape, type.getElementType());
}

RankedTensorType ingot::sliceOf(Type stack) {
  auto type = cast<RankedTensorType>(stack);
  return RankedTensorType::get(type.getShape().drop_front(), type.getElementType());
}

LogicalResult ScanOp::verify() {
  int64_t length = getLength();
  // scan_c1
  if (length <= 0)
    return emitOpError("has ") << length << " steps; must be at least 1";
  for (Type x : getXs().getTypes())
    if (auto type = cast<RankedTensorType>(x); type.getRank() == 0 || type.getDimSize(0) != length)
      return emitOpError("takes slices of ") << x << " but has " << length << " steps";

  // scan_c2
  SmallVector<Type> expected(getCarries().getTypes());
  for (Type x : getXs().getTypes())
    expected.push_back(sliceOf(x));
  if (!llvm::equal(block().getArgumentTypes(), expected))
    return emitOpError("has a body with arguments (") << block().getArgumentTypes() << "), must be (" << expected << ")";

  // scan_c3
  auto yield = dyn_cast<YieldOp>(block().getTerminator());
  if (!yield)
    return emitOpError("has a body that does not end in `ingot.yield`");
  if (yield.getNumOperands() != getNumResults() || getNumResults() < numCarries())
    return yield.emitOpError("has ") << yield.getNumOperands() << " values for " << numCarries() << " carries and "
           << getNumResults() << " results";
  for (auto [i, value, result] : llvm::enumerate(yield.getValues(), getResults())) {
    bool isCarry = i < numCarries();
    Type wanted = isCarry ? value.getType() : stackOf(value.getType(), length);
    if (result.getType() != wanted || (isCarry && value.getType() != getCarries()[i].getType()))
      return yield.emitOpError("value ") << i << " is " << value.getType() << " but result " << i << " is "
             << result.getType();
  }
  return success();
}
