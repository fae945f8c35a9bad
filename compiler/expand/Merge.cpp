//===- Merge.cpp - Keras' merges in primitives ---------------------------===//
//
// Formulas: keras/src/layers/merging.
//
//===----------------------------------------------------------------------===//

#include "expand/Expand.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace ingot;

/// `x` with its sizes of 1 repeated to those of `type`.
static Value repeatOnes(Formula &f, Value x, RankedTensorType type) {
  RankedTensorType from = tensorType(x);
  if (from == type)
    return x;
  SmallVector<int64_t> kept, dims;
  for (int64_t i = 0; i < type.getRank(); ++i)
    if (from.getDimSize(i) == type.getDimSize(i)) {
      kept.push_back(from.getDimSize(i));
      dims.push_back(i);
    }
  auto narrow = RankedTensorType::get(kept, from.getElementType());
  return createBroadcast(f.builder, f.loc, ViewAsOp::create(f.builder, f.loc, narrow, x), type, dims);
}

Value ingot::expandMerge(Formula formula, MergeOp op) {
  using Combine = Value (*)(Formula &, Value, Value);
  Combine add = [](Formula &f, Value x, Value y) { return f.add(x, y); };
  Combine combine = llvm::StringSwitch<Combine>(op.getKind())
                        .Cases({"add", "average"}, add)
                        .Case("subtract", [](Formula &f, Value x, Value y) { return f.sub(x, y); })
                        .Case("multiply", [](Formula &f, Value x, Value y) { return f.mul(x, y); })
                        .Case("maximum", [](Formula &f, Value x, Value y) { return f.binary<MaxOp>(x, y); })
                        .Case("minimum", [](Formula &f, Value x, Value y) { return f.binary<MinOp>(x, y); });
  RankedTensorType type = tensorType(op.getResult());
  Value result = repeatOnes(formula, op.getInputs().front(), type);
  for (Value input : op.getInputs().drop_front())
    result = combine(formula, result, repeatOnes(formula, input, type));
  return op.getKind() == "average" ? formula.div(result, static_cast<double>(op.getInputs().size())) : result;
}
