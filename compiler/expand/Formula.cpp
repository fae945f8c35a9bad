//===- Formula.cpp - building blocks of expansions -----------------------===//

#include "expand/Expand.h"

using namespace mlir;
using namespace ingot;

Value Formula::choose(StringRef predicate, Value x, Value y, Value ifTrue, Value ifFalse) {
  auto flags = RankedTensorType::get(tensorType(x).getShape(), builder.getI1Type());
  Value condition = CompareOp::create(builder, loc, flags, predicate, x, y);
  return SelectOp::create(builder, loc, condition, ifTrue, ifFalse);
}

/// Sum over the axes first, ..., rank - 1.
static Value sumFrom(Formula &formula, Value x, int64_t first) {
  auto axes = llvm::to_vector(llvm::seq<int64_t>(first, tensorType(x).getRank()));
  return axes.empty() ? x : ReduceSumOp::create(formula.builder, formula.loc, x, formula.builder.getDenseI64ArrayAttr(axes));
}

Value Formula::sumLast(Value x) { return sumFrom(*this, x, tensorType(x).getRank() - 1); }
Value Formula::sumAll(Value x) { return sumFrom(*this, x, 0); }

Value Formula::meanFrom(Value x, int64_t firstAxis) {
  int64_t count = 1;
  for (int64_t size : tensorType(x).getShape().drop_front(firstAxis))
    count *= size;
  Value sum = sumFrom(*this, x, firstAxis);
  return count == 1 ? sum : div(sum, static_cast<double>(count));
}

Value Formula::alongLast(Value x, Value like) {
  auto dims = llvm::to_vector(llvm::seq<int64_t>(0, tensorType(like).getRank() - 1));
  return createBroadcast(builder, loc, x, like.getType(), dims);
}

Value Formula::clip(Value x, double low, double high) {
  return binary<MinOp>(binary<MaxOp>(x, low), high);
}
