//===- Recurrent.cpp - recurrent layers as scans -------------------------===//
//
// The plain cell, a step at a time over the time-major input. What does not depend
// on the state, the input's products and the bias, leaves the scan later.
//
//===----------------------------------------------------------------------===//

#include "expand/Expand.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace ingot;

/// (b, t, ...) to (t, b, ...), or back.
static Value swapBatchAndTime(Formula &f, Value x) {
  auto perm = llvm::to_vector(llvm::seq<int64_t>(0, tensorType(x).getRank()));
  std::swap(perm[0], perm[1]);
  return TransposeOp::create(f.builder, f.loc, x, f.builder.getDenseI64ArrayAttr(perm));
}

static Value product(Formula &f, Value x, Value weight) {
  return ContractOp::create(f.builder, f.loc, f.builder.getStringAttr("bi,io->bo"), x, weight);
}

/// Gate `number` of those that stand one after the other in the last axis of `z`.
static Value gate(Formula &f, Value z, int64_t number, int64_t units) {
  return SliceOp::create(f.builder, f.loc, z, /*axis=*/1, number * units, units);
}

/// valid[b] ? now : before
static Value ifValid(Formula &f, Value valid, Value now, Value before) {
  auto flags = RankedTensorType::get(tensorType(now).getShape(), f.builder.getI1Type());
  return SelectOp::create(f.builder, f.loc, createBroadcast(f.builder, f.loc, valid, flags, {0}), now, before);
}

namespace {

/// z = x K + b + h R; c' = f c + i act(z2); h' = o act(c')
struct ExpandLSTM : OpRewritePattern<LSTMOp> {
  using OpRewritePattern::OpRewritePattern;

  struct Weights {
    Value kernel, recurrent, bias;
  };

  static Weights read(LSTMOp op, Formula &f) {
    int64_t in = tensorType(op.getInput()).getDimSize(2), units = op.getUnits();
    auto weight = [&](FlatSymbolRefAttr symbol, ArrayRef<int64_t> shape) {
      return ReadOp::create(f.builder, f.loc, RankedTensorType::get(shape, f.builder.getF32Type()), symbol);
    };
    return {weight(op.getKernelAttr(), {in, 4 * units}), weight(op.getRecurrentKernelAttr(), {units, 4 * units}),
            op.getBias() ? weight(op.getBiasAttr(), {4 * units}) : Value()};
  }

  /// The next h and c.
  static std::pair<Value, Value> step(LSTMOp op, Formula &f, const Weights &weights, Value x, Value h, Value c) {
    int64_t units = op.getUnits();
    Value z = product(f, x, weights.kernel);
    if (weights.bias)
      z = f.add(z, createBroadcast(f.builder, f.loc, weights.bias, z.getType(), {1}));
    z = f.add(z, product(f, h, weights.recurrent));
    auto act = [&](Value v) { return expandActivation(f, op.getActivation(), v); };
    auto recurrentAct = [&](int64_t number) {
      return expandActivation(f, op.getRecurrentActivation(), gate(f, z, number, units));
    };
    Value i = recurrentAct(0), forget = recurrentAct(1), candidate = act(gate(f, z, 2, units)), o = recurrentAct(3);
    Value nextC = f.add(f.mul(forget, c), f.mul(i, candidate));
    return {f.mul(o, act(nextC)), nextC};
  }

  LogicalResult matchAndRewrite(LSTMOp op, PatternRewriter &rewriter) const override {
    Formula f(rewriter, op.getLoc());
    RankedTensorType input = tensorType(op.getInput());
    int64_t length = input.getDimSize(1);
    auto state = RankedTensorType::get({input.getDimSize(0), static_cast<int64_t>(op.getUnits())}, input.getElementType());
    Weights weights = read(op, f);

    // Outputs in the order of their steps: the sequence is turned first.
    bool turned = op.getGoBackwards() && op.getReturnSequences();
    SmallVector<Value> xs;
    for (Value stepped : {op.getInput(), op.getMask()}) {
      if (!stepped)
        continue;
      Value x = swapBatchAndTime(f, stepped);
      xs.push_back(turned ? ReverseOp::create(rewriter, op.getLoc(), x, /*axis=*/0) : x);
    }
    SmallVector<Value> carries = llvm::to_vector(op.getInitialState());
    // The output before the first valid step is zeros, whatever the state.
    bool carriesOutput = op.getMask() && !carries.empty();
    Value zeros = createFill(rewriter, op.getLoc(), state, 0);
    if (carries.empty())
      carries = {zeros, zeros};
    if (carriesOutput)
      carries.push_back(zeros);
    SmallVector<Type> types(carries.size(), state);
    if (op.getReturnSequences())
      types.push_back(stackOf(state, length));
    auto scan = ScanOp::create(rewriter, op.getLoc(), types, carries, xs, length, op.getGoBackwards() && !turned);
    buildBody(op, scan, weights, rewriter);

    rewriter.setInsertionPointAfter(scan);
    Value last = scan.getResult(carriesOutput ? 2 : 0);
    SmallVector<Value> results = {op.getReturnSequences() ? swapBatchAndTime(f, scan.stacks()[0]) : last};
    if (op.getReturnState())
      llvm::append_range(results, scan.getResults().take_front(2));
    rewriter.replaceOp(op, results);
    return success();
  }

  static void buildBody(LSTMOp op, ScanOp scan, const Weights &weights, PatternRewriter &rewriter) {
    SmallVector<Type> types(scan.getCarries().getTypes());
    for (Type x : scan.getXs().getTypes())
      types.push_back(sliceOf(x));
    rewriter.createBlock(&scan.getBody(), {}, types, SmallVector<Location>(types.size(), op.getLoc()));
    Formula f(rewriter, op.getLoc());
    Value h = scan.carry(0), c = scan.carry(1);
    auto [nextH, nextC] = step(op, f, weights, scan.slice(0), h, c);
    SmallVector<Value> yielded = {nextH, nextC};
    if (op.getMask()) {
      Value valid = scan.slice(1);
      yielded = {ifValid(f, valid, nextH, h), ifValid(f, valid, nextC, c)};
      if (scan.numCarries() == 3)
        yielded.push_back(ifValid(f, valid, nextH, scan.carry(2)));
    }
    if (scan.numStacks())
      yielded.push_back(scan.numCarries() == 3 ? yielded[2] : yielded[0]);
    YieldOp::create(rewriter, op.getLoc(), yielded);
  }
};

} // namespace

void ingot::populateRecurrentExpansions(RewritePatternSet &patterns) { patterns.add<ExpandLSTM>(patterns.getContext()); }
