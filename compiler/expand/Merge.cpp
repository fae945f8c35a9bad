//===- Merge.cpp - Keras' merges in primitives ---------------------------===//
//
// Formulas: keras/src/layers/merging.
//
//===----------------------------------------------------------------------===//

#include "expand/Expand.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace ingot;

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
  auto repeated = [&](Value input) { return createRepeated(formula.builder, formula.loc, input, type); };
  Value result = repeated(op.getInputs().front());
  for (Value input : op.getInputs().drop_front())
    result = combine(formula, result, repeated(input));
  return op.getKind() == "average" ? formula.div(result, static_cast<double>(op.getInputs().size())) : result;
}

/// x / sqrt(max(sum(x * x), 1e-14)), the sum over `axis`.
static Value normalized(Formula &f, Value x, int64_t axis) {
  Value squares = ReduceSumOp::create(f.builder, f.loc, f.mul(x, x), f.builder.getDenseI64ArrayAttr({axis}));
  Value norm = f.unary<SqrtOp>(f.binary<MaxOp>(squares, 1e-14));
  auto others = llvm::filter_to_vector(llvm::seq<int64_t>(0, tensorType(x).getRank()),
                                       [&](int64_t dim) { return dim != axis; });
  return f.div(x, createBroadcast(f.builder, f.loc, norm, x.getType(), others));
}

/// A contraction in which the batch is `b` and the axis `k`.
Value ingot::expandDot(Formula formula, DotOp op) {
  std::string equation, kept = "b";
  Value operands[] = {op.getLhs(), op.getRhs()};
  StringRef labels[] = {"acdefghij", "lmnopqrst"};
  for (int i = 0; i < 2; ++i) {
    const int64_t rank = tensorType(operands[i]).getRank(), axis = op.getAxes()[i];
    const int64_t summed = axis < 0 ? axis + rank : axis;
    if (op.getNormalize())
      operands[i] = normalized(formula, operands[i], summed);
    std::string own = "b" + labels[i].take_front(rank - 2).str();
    kept += own.substr(1);
    own.insert(static_cast<size_t>(summed), 1, 'k');
    equation += (i ? "," : "") + own;
  }
  Value products = ContractOp::create(formula.builder, formula.loc,
                                      formula.builder.getStringAttr(equation + "->" + kept), operands[0], operands[1]);
  // Two vectors give one element a sample.
  return kept == "b" ? ViewAsOp::create(formula.builder, formula.loc, op.getType(), products).getResult() : products;
}
